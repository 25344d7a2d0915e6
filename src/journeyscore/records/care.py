"""What people do about candidates: who looks after whom, notes, and until when somebody rests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db.models import QuerySet

from journeyscore.records import models
from journeyscore.records.sql import slices

CARE_SCHEMA = pl.Schema(
    {
        "candidate": pl.String(),
        "owner": pl.Int64(),
        "snoozed_until": pl.Date(),
        "handled_at": pl.Datetime("us", "UTC"),
    }
)


@dataclass(frozen=True, slots=True)
class Cared:
    """How a candidate is looked after; `owner` and `handled_by` are accounts' numbers."""

    candidate: str
    owner: int | None = None
    snoozed_until: date | None = None
    handled_at: datetime | None = None
    handled_by: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A note: its number, who wrote it, when (UTC), and the text."""

    number: int
    author: int | None
    made_at: datetime
    text: str


class Care:
    """The care of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def of(self, candidates: Collection[str]) -> dict[str, Cared]:
        """How these are looked after; who is not, is not among them."""
        rows = (row for some in slices(candidates) for row in self._all().filter(candidate__in=some))
        return {row.candidate: _cared(row) for row in rows}

    def everybody(self) -> pl.DataFrame:
        """All candidates for whom somebody did something: CARE_SCHEMA."""
        return pl.DataFrame(list(self._all().values_list(*CARE_SCHEMA)), schema=CARE_SCHEMA, orient="row")

    def put(self, cared: Cared) -> None:
        """Keep this as the care of a candidate: undoing is putting back what was there."""
        values = {name: getattr(cared, name) for name in ("owner", "snoozed_until", "handled_at", "handled_by")}
        self._all().update_or_create(candidate=cared.candidate, defaults=values)

    def note(self, candidate: str, author: int, text: str, at: datetime) -> int:
        """Write something down; the note's number."""
        made = models.Note.objects.using(self.alias).create(candidate=candidate, author=author, text=text, made_at=at)
        return int(made.id)

    def notes(self, candidates: Collection[str]) -> list[Noted]:
        """The notes about a candidate (all pseudonyms), newest first."""
        found = models.Note.objects.using(self.alias).filter(candidate__in=list(candidates)).order_by("-made_at", "-id")
        return [Noted(n.id, n.author, n.made_at, n.text) for n in found]

    def unnote(self, number: int, author: int) -> bool:
        """Take back a note of one's own; False where there is no such note."""
        gone, _ = models.Note.objects.using(self.alias).filter(id=number, author=author).delete()
        return bool(gone)

    def forget(self, candidates: Collection[str]) -> None:
        """Delete everything about these."""
        for some in slices(candidates):
            self._all().filter(candidate__in=some).delete()
            models.Note.objects.using(self.alias).filter(candidate__in=some).delete()

    def _all(self) -> "QuerySet[models.Care]":
        return models.Care.objects.using(self.alias)


def _cared(row: models.Care) -> Cared:
    return Cared(row.candidate, row.owner, row.snoozed_until, row.handled_at, row.handled_by)
