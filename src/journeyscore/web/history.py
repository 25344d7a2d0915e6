"""The imports so far, and the law that nothing vanishes: received = accepted + duplicate + refused."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from journeyscore.actions.log_event import FILE_NAME
from journeyscore.records.shapes import ACCEPTED, DUPLICATE, RECEIVED, ImportRun
from journeyscore.web.workspace import workspace

MOST_RUNS = 30
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class DayOfSource:
    """What came of a source on a local day of receipt."""

    source: str
    day: date
    received: int
    accepted: int
    duplicate: int
    refused: int

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for."""
        return self.received == self.accepted + self.duplicate + self.refused


def runs() -> tuple[list[ImportRun], int]:
    """The newest imports of files, and how many there are in all."""
    files = [run for run in workspace().records.imports.all() if run.file_name != FILE_NAME]
    return files[::-1][:MOST_RUNS], len(files)


def days() -> list[DayOfSource]:
    """Per source and day, newest first."""
    counts = workspace().records.imports.counts()
    outcome = pl.col("outcome")
    kind = pl.when(outcome.is_in([RECEIVED, ACCEPTED, DUPLICATE])).then(outcome).otherwise(pl.lit("refused"))
    sums = counts.group_by("source", "day", kind.alias("kind")).agg(pl.col("rows").sum())
    found: dict[tuple[date, str], dict[str, int]] = {}
    for source, day, name, rows in sums.iter_rows():
        found.setdefault((day, source), {})[name] = rows
    newest = sorted(found.items(), key=lambda pair: (-pair[0][0].toordinal(), pair[0][1]))[:MOST_DAYS]
    return [
        DayOfSource(source, day, *(kinds.get(k, 0) for k in (RECEIVED, ACCEPTED, DUPLICATE, "refused")))
        for (day, source), kinds in newest
    ]
