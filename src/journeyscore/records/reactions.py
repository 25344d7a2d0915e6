"""Reactions, and the signals that came of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from journeyscore.domain.reaction import Happening, Reaction, Signal
from journeyscore.records import models
from journeyscore.records.sql import slices

RULE = tuple(name for name in Reaction.__dataclass_fields__ if name != "id")
SIGNAL = tuple(Signal.__dataclass_fields__)


class Reactions:
    """The reactions and signals of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def all(self) -> list[Reaction]:
        """Every rule, oldest first."""
        return [_reaction(row) for row in self._all().order_by("id")]

    def make(self, reaction: Reaction, by: int | None, at: datetime) -> Reaction:
        """Keep a new rule; gives it with its number."""
        return _reaction(self._all().create(**_facts(reaction), made_by=by, made_at=at))

    def change(self, reaction: Reaction) -> bool:
        """Put this in the place of the rule with its number; False where there is none."""
        return bool(self._all().filter(id=reaction.id).update(**_facts(reaction)))

    def remove(self, number: int) -> None:
        """The rule goes; its signals stay."""
        self._all().filter(id=number).delete()

    def signal(self, signals: Sequence[Signal]) -> list[Signal]:
        """Record those that are new, once; gives these. Within a transaction that others wait for."""
        new = [one for one in signals if not self.known(one.reaction, one.once)]
        rows = [models.Signal(**{name: getattr(one, name) for name in SIGNAL if name != "id"}) for one in new]
        models.Signal.objects.using(self.alias).bulk_create(rows, batch_size=500)
        return new

    def known(self, reaction: int, once: str) -> bool:
        """Whether this signal was recorded before."""
        return bool(models.Signal.objects.using(self.alias).filter(reaction=reaction, once=once).exists())

    def open(self, most: int = 100) -> list[Signal]:
        """Those that nobody has seen to, newest first."""
        return self._signals(seen_at=None)[:most]

    def last(self, reaction: int, candidate: str) -> datetime | None:
        """When this rule last had something to say about this candidate."""
        found = models.Signal.objects.using(self.alias).filter(reaction=reaction, candidate=candidate)
        row = found.order_by("-at").first()
        return row.at if row else None

    def of(self, candidates: Collection[str]) -> list[Signal]:
        """The signals about these, newest first."""
        return self._signals(candidate__in=list(candidates))

    def see(self, number: int, by: int | None, at: datetime | None) -> bool:
        """Somebody saw to it at `at`; None takes that back."""
        found = models.Signal.objects.using(self.alias).filter(id=number)
        return bool(found.update(seen_by=by if at else None, seen_at=at))

    def forget(self, candidates: Collection[str]) -> None:
        """Delete every signal about these."""
        for some in slices(candidates):
            models.Signal.objects.using(self.alias).filter(candidate__in=some).delete()

    def _signals(self, **which: object) -> list[Signal]:
        found = models.Signal.objects.using(self.alias).filter(**which).order_by("-at", "-id")
        return [Signal(*row) for row in found.values_list(*SIGNAL)[:1_000]]

    def _all(self) -> "QuerySet[models.Reaction]":
        return models.Reaction.objects.using(self.alias)


def _facts(reaction: Reaction) -> dict[str, Any]:
    facts = {name: getattr(reaction, name) for name in RULE}
    return facts | {"kind": str(reaction.kind), "destinations": list(reaction.destinations)}


def _reaction(row: models.Reaction) -> Reaction:
    facts = {name: getattr(row, name) for name in RULE}
    return Reaction(row.id, **facts | {"kind": Happening(row.kind), "destinations": tuple(row.destinations)})
