"""Where candidates stood when they were last looked at, and the bands that they came into since."""

from collections.abc import Collection
from datetime import datetime

import polars as pl
from django.db.models import QuerySet

from journeyscore.domain.reaction import Crossing
from journeyscore.records import models
from journeyscore.records.shapes import Position
from journeyscore.records.sql import STANDING, put_rows, slices

SCHEMA = pl.Schema(
    {"candidate": pl.String(), "band": pl.String(), "millipoints": pl.Int64(), "since": pl.Datetime("us", "UTC")}
)
"""A candidate's band and score, and since when it is that band."""
NEWER = pl.Schema(
    {
        "candidate": pl.String(),
        "band": pl.String(),
        "millipoints": pl.Int64(),
        "last_event_at": pl.Datetime("us", "UTC"),
    }
)
SQL_TIME = "%Y-%m-%d %H:%M:%S%.6f"
FIELDS = tuple(Crossing.__dataclass_fields__)


class Standings:
    """The standings of one data directory. Write them within `Records.transaction`, together with the position."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def position(self) -> Position | None:
        """Up to where everything was followed; None before the first time."""
        row = models.Followed.objects.using(self.alias).first()
        return Position(row.log, row.links_at, row.model, row.day) if row else None

    def move(self, position: Position) -> None:
        """Everything up to there was followed."""
        facts = {name: getattr(position, name) for name in Position.__dataclass_fields__}
        models.Followed.objects.using(self.alias).update_or_create(id=1, defaults=facts)

    def of(self, candidates: Collection[str] | None = None) -> pl.DataFrame:
        """How these, or all, stood: SCHEMA. Who was never looked at is not among them."""
        found = [self._all()]
        if candidates is not None:
            found = [self._all().filter(candidate__in=some) for some in slices(candidates)]
        rows = [row for some in found for row in some.values_list(*SCHEMA).iterator(chunk_size=10_000)]
        return pl.DataFrame(rows, SCHEMA, orient="row")

    def mark(self, candidate: str) -> str:
        """Something that changes whenever the candidate was looked at anew."""
        row = self._all().filter(candidate=candidate).values_list("log", "millipoints").first()
        return f"{row[0]}-{row[1]}" if row else ""

    def put(self, rows: pl.DataFrame, log: int, at: datetime) -> None:
        """So they stand from `at` on, at that version of the log: candidate, band, millipoints, last_event_at."""
        values = rows.select("candidate", "band", "millipoints", pl.col("last_event_at").dt.strftime(SQL_TIME))
        more = log, at.replace(tzinfo=None).isoformat(sep=" ")
        put_rows(self.alias, STANDING, ((*row, *more) for row in values.iter_rows()))

    def newer(self, log: int) -> pl.DataFrame:
        """Those who were looked at after that version of the log: NEWER."""
        rows = self._all().filter(log__gt=log).values_list(*NEWER)
        return pl.DataFrame(list(rows), NEWER, orient="row")

    def drop(self, candidates: Collection[str]) -> None:
        """These are nobody any more: without events, or merged into somebody else."""
        for some in slices(candidates):
            self._all().filter(candidate__in=some).delete()

    def cross(self, crossings: Collection[Crossing]) -> None:
        """Record these."""
        rows = [models.Crossing(**{name: getattr(one, name) for name in FIELDS}) for one in crossings]
        models.Crossing.objects.using(self.alias).bulk_create(rows, batch_size=2_000)

    def crossings(self, candidate: str | None = None, most: int = 100) -> list[Crossing]:
        """The newest ones, of one candidate or of all."""
        found = models.Crossing.objects.using(self.alias).order_by("-at", "-id")
        found = found.filter(candidate=candidate) if candidate else found
        return [Crossing(*row) for row in found.values_list(*FIELDS)[:most]]

    def forget(self, candidates: Collection[str]) -> None:
        """Delete everything about these."""
        self.drop(candidates)
        for some in slices(candidates):
            models.Crossing.objects.using(self.alias).filter(candidate__in=some).delete()

    def _all(self) -> "QuerySet[models.Standing]":
        return models.Standing.objects.using(self.alias)
