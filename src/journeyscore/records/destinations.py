"""Destinations: where messages go, and the secrets that sign them."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from journeyscore.domain.errors import NotFoundError, UsageError
from journeyscore.records import models

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAIL, WEBHOOK, SLACK, TEAMS = KINDS = ("mail", "webhook", "slack", "teams")
BOTH_SIGN = timedelta(hours=24)
"""So long an old secret signs beside the new one."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Destination:
    """Where messages go. `digest`: one a day; `quiet`: not in quiet hours; `names`: with candidates' names.

    The address of Slack and Teams is a secret of its own. `off_reason` is a packed phrase, or empty.
    """

    id: int
    name: str
    kind: str
    address: str
    digest: bool
    quiet: bool
    on: bool
    off_reason: Mapping[str, Any]
    made_by: int | None
    made_at: datetime
    names: bool = False


FIELDS = tuple(Destination.__dataclass_fields__)


class Destinations:
    """The destinations of one data directory. Whether an address may be sent to, `connectors.outgoing` says."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def make(
        self,
        name: str,
        kind: str,
        address: str,
        *,
        by: int | None,
        at: datetime,
        digest: bool = False,
        quiet: bool = True,
        names: bool | None = None,
    ) -> tuple[Destination, str]:
        """A new one, and the secret of a webhook (otherwise ""). Names go by mail only, unless it is said otherwise."""
        if kind not in KINDS:
            raise UsageError("a destination is mail, webhook, slack or teams")
        secret = new_secret() if kind == WEBHOOK else ""
        row = self._all().create(
            name=_name(name),
            kind=kind,
            address=address.strip(),
            signing=secret,
            digest=digest,
            quiet=quiet,
            names=kind == MAIL if names is None else names,
            made_by=by,
            made_at=at,
        )
        return _destination(row), secret

    def get(self, number: int) -> Destination:
        """The destination. Raises NotFoundError."""
        return _destination(self._row(number))

    def change(self, number: int, *, name: str, address: str, digest: bool, quiet: bool, names: bool) -> Destination:
        """Let these be its facts from now on. Raises NotFoundError, UsageError."""
        row = self._row(number)
        facts = {"name": _name(name), "address": address.strip(), "digest": digest, "quiet": quiet, "names": names}
        self._all().filter(id=row.id).update(**facts)
        return self.get(number)

    def switch(self, number: int, on: bool, reason: Mapping[str, Any] | None = None) -> bool:
        """Send there from now on, or no more; what waits goes on waiting. False where it was so already."""
        changed = self._all().filter(id=number, on=not on)
        return bool(changed.update(on=on, off_reason={} if on else dict(reason or {})))

    def remove(self, number: int) -> None:
        """Delete it, with its secret; what waits for it is dropped."""
        models.Message.objects.using(self.alias).filter(destination=number, state="waiting").update(state="dropped")
        self._all().filter(id=number).delete()

    def all(self) -> list[Destination]:
        """All of them, by name."""
        return [_destination(row) for row in self._all().order_by("name", "id")]

    def secret(self, number: int) -> str:
        """The secret that signs, to be shown to nobody. Raises NotFoundError."""
        return str(self._row(number).signing)

    def secrets(self, number: int, now: datetime) -> list[str]:
        """All secrets that sign at this moment, the newest first. Raises NotFoundError."""
        row = self._row(number)
        return [row.signing, row.old_signing] if row.old_until and now < row.old_until else [row.signing]

    def new_secret(self, number: int, now: datetime) -> str:
        """Another secret; the old one signs beside it for 24 hours. Raises NotFoundError."""
        row, made = self._row(number), new_secret()
        self._all().filter(id=number).update(signing=made, old_signing=row.signing, old_until=now + BOTH_SIGN)
        return made

    def _row(self, number: int) -> models.Destination:
        row = self._all().filter(id=number).first()
        if row is None:
            raise NotFoundError("there is no such destination")
        return row

    def _all(self) -> "QuerySet[models.Destination]":
        return models.Destination.objects.using(self.alias)


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes them: 256 random bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError("give the destination a name of at most 100 characters")
    return name


def _destination(row: models.Destination) -> Destination:
    return Destination(**{field: getattr(row, field) for field in FIELDS})
