"""What was imported, and what became of every row: the counts from which nothing may be missing."""

from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from journeyscore.records import models
from journeyscore.records.shapes import ImportRun, PartCounts, Seen
from journeyscore.records.sql import COUNT, put_rows

FIELDS = tuple(ImportRun.__dataclass_fields__)
COUNTED = ("parts", "last_row", "received", "accepted", "duplicate", "refused", "reasons")
"""What a landed part changes."""
COUNT_SCHEMA = pl.Schema({"source": pl.String, "day": pl.Date, "outcome": pl.String, "rows": pl.Int64})


class Imports:
    """The imports of one data directory, and its intake counts."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def begin(self, run: ImportRun) -> ImportRun:
        """Note that an import begins."""
        self._all().create(**{name: getattr(run, name) for name in FIELDS})
        return run

    def get(self, import_id: str) -> ImportRun:
        """The import as it stands."""
        return _run(self._all().get(id=import_id))

    def unfinished(self) -> list[ImportRun]:
        """The imports that did not come to their end, oldest first."""
        return [_run(row) for row in self._all().filter(ended=None).order_by("started", "id")]

    def seen(self, sha256: str) -> Seen | None:
        """When a file with this content was last imported to its end."""
        last = self._all().filter(sha256=sha256).exclude(ended=None).order_by("-ended").first()
        return Seen(last.file_name, last.ended) if last else None

    def land(self, import_id: str, part: PartCounts) -> bool:
        """Add the counts of a part, once: False if they have been added before. All of it or nothing."""
        with transaction.atomic(using=self.alias):
            run = self.get(import_id)
            if part.number <= run.parts:
                return False
            after = run.plus(part)
            self._all().filter(id=import_id).update(**{name: getattr(after, name) for name in COUNTED})
            counts = [(c.source, part.day.isoformat(), c.outcome, c.rows) for c in part.counts]
            put_rows(self.alias, COUNT, counts, key=3)
        return True

    def end(self, import_id: str, at: datetime, refused_file: str) -> None:
        """The import came to its end."""
        self._all().filter(id=import_id).update(ended=at, refused_file=refused_file)

    def refused_in(self, folder: Path) -> None:
        """The files with refused rows stand in this folder from now on."""
        for run in self._all().exclude(refused_file=""):
            self._all().filter(id=run.id).update(refused_file=str(folder / Path(run.refused_file).name))

    def counts(self) -> pl.DataFrame:
        """Rows per source, local day of receipt and outcome: received, accepted, duplicate, or a reason."""
        rows = models.IntakeCount.objects.using(self.alias).values_list(*COUNT_SCHEMA.names())
        return pl.DataFrame(list(rows), schema=COUNT_SCHEMA, orient="row").sort("source", "day", "outcome")

    def all(self) -> list[ImportRun]:
        """Every import, oldest first."""
        return [_run(row) for row in self._all().order_by("started", "id")]

    def _all(self) -> "QuerySet[models.Import]":
        return models.Import.objects.using(self.alias)


def _run(row: models.Import) -> ImportRun:
    return ImportRun(**{field: getattr(row, field) for field in FIELDS})
