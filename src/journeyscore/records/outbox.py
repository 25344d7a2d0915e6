"""The outbox: what is to be said to destinations, each thing once, and what became of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from journeyscore.records import models
from journeyscore.records.shapes import DIGEST, FAILED, SENDING, UNKNOWN, WAITING, Message
from journeyscore.records.sql import slices

if TYPE_CHECKING:
    from django.db.models import QuerySet

FIELDS = tuple(Message.__dataclass_fields__)
GIVEN = FIELDS[:7]


class Outbox:
    """The outbox of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def put(self, messages: Iterable[Message]) -> None:
        """Add these, inside the caller's transaction; one whose `once` the destination has already is left out."""
        rows = [models.Message(**{name: getattr(m, name) for name in GIVEN}) for m in messages]
        self._all().bulk_create(rows, ignore_conflicts=True, batch_size=1_000)

    def recover(self, mail: Collection[int]) -> None:
        """After a crash: what was being sent is sent again; to these (mail) destinations it is unknown, and stays."""
        adrift = self._all().filter(state=SENDING)
        self._items_of(adrift.filter(destination__in=mail)).update(state=UNKNOWN)
        adrift.filter(destination__in=mail).update(state=UNKNOWN)
        adrift.update(state=WAITING)

    def due(self, destination: int, now: datetime, most: int, digests: bool = False) -> list[Message]:
        """What may be sent there now, oldest first: of each candidate only the first that waits; or only digests."""
        earlier = self._all().filter(
            state=WAITING, digest=None, destination=OuterRef("destination"), candidate=OuterRef("candidate"),
            id__lt=OuterRef("id"),
        )  # fmt: skip
        found = self._waiting(destination).filter(due__lte=now).exclude(Exists(earlier)).order_by("id")
        found = found.filter(topic=DIGEST) if digests else found
        return [_message(row) for row in found[:most]]

    def collect(self, destination: int, digest: Message, made_before: datetime) -> None:
        """Let what was made before that moment be the items of one message, unless there was one like it already."""
        with transaction.atomic(using=self.alias):
            items = self._waiting(destination).filter(made_at__lt=made_before).exclude(topic=DIGEST)
            if items.exists() and not self._all().filter(once=digest.once, destination=destination).exists():
                self.put([digest])
                made = self._all().get(once=digest.once, destination=destination)
                items.update(digest=made.id)

    def items(self, digest: int) -> list[Message]:
        """The items of a digest, oldest first."""
        return [_message(row) for row in self._all().filter(digest=digest).order_by("id")]

    def begin(self, number: int) -> bool:
        """Note, on disk, that it is being sent now; False where it does not wait any more."""
        return bool(self._all().filter(id=number, state=WAITING).update(state=SENDING, tries=F("tries") + 1))

    def end(self, number: int, state: str, at: datetime, error: Mapping[str, Any] | None = None) -> None:
        """Note what became of it, and so of its items."""
        with transaction.atomic(using=self.alias):
            for rows in (self._all().filter(id=number), self._all().filter(digest=number)):
                rows.update(state=state, ended_at=at, error=dict(error or {}))

    def again(self, number: int, due: datetime, error: Mapping[str, Any]) -> None:
        """It failed, and is tried again then."""
        self._all().filter(id=number).update(state=WAITING, due=due, error=dict(error))

    def postpone(self, destination: int, until: datetime) -> None:
        """Nothing goes there before that moment."""
        self._waiting(destination).filter(due__lt=until).update(due=until)

    def resend(self, number: int, now: datetime) -> bool:
        """Somebody wants what failed, or may not have arrived, to be sent again; False where it is neither."""
        with transaction.atomic(using=self.alias):
            found = self._all().filter(id=number, digest=None, state__in=(FAILED, UNKNOWN))
            if not found.update(state=WAITING, due=now, tries=0, ended_at=None):
                return False
            self._all().filter(digest=number).update(state=WAITING, ended_at=None)
            return True

    def newest_first(self, most: int) -> list[Message]:
        """The last of them, whatever became of them."""
        return [_message(row) for row in self._all().order_by("-id")[:most]]

    def forget(self, pseudonyms: Collection[str]) -> None:
        """Delete what is about these people, sent or not."""
        for some in slices(pseudonyms):
            self._all().filter(candidate__in=some).delete()

    def _waiting(self, destination: int) -> "QuerySet[models.Message]":
        return self._all().filter(destination=destination, state=WAITING, digest=None)

    def _items_of(self, messages: "QuerySet[models.Message]") -> "QuerySet[models.Message]":
        return self._all().filter(digest__in=list(messages.values_list("id", flat=True)))

    def _all(self) -> "QuerySet[models.Message]":
        return models.Message.objects.using(self.alias)


def _message(row: models.Message) -> Message:
    return Message(**{name: getattr(row, name) for name in FIELDS})
