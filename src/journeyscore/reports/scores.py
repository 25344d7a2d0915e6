"""Who is how engaged: the scores of all candidates, and the reasons."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.engines.engine import Table
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.score import Source, score_query, strongest_query, touchpoint_query
from journeyscore.sql.slots import Detail

REASONS = 3
"""How many of the strongest touchpoints stand beside a score."""
ORDER = ("millipoints", "last_event_at", "candidate")
"""How they are ranked: highest first, then newest first."""
REASON = pl.Struct({"touchpoint": pl.String(), "millipoints": pl.Int64(), "hits": pl.Int64()})


@dataclass(frozen=True, slots=True)
class Scores:
    """The ranking: one row per candidate, highest first.

    `frame` has candidate (pseudonym), millipoints, band, evidence (hits within their windows) and last_event_at (UTC).
    Candidates with equal scores stand by their last event, newest first.
    """

    as_of: date
    frame: pl.DataFrame

    def bands(self) -> dict[str, int]:
        """How many candidates are in each band that occurs."""
        return dict(self.frame.group_by("band").len().sort("band").rows())


def scores(snapshot: Snapshot, model: Model, as_of: date) -> Scores:
    """Everybody's score at the end of `as_of`."""
    query = score_query(model, as_of, snapshot.engine.dialect)
    frame = snapshot.engine.run(query, snapshot.tables(model, as_of, Detail.GROUP))
    return Scores(as_of, frame.sort(ORDER, descending=[True, True, False]))


def reasons(
    snapshot: Snapshot, model: Model, as_of: date, candidates: pl.Series | None = None, most: int = REASONS
) -> pl.DataFrame:
    """The touchpoints that gave each candidate most points, before caps: candidate, name, millipoints, hits, place."""
    source = Source(chosen=candidates is not None)
    query = strongest_query(model, as_of, snapshot.engine.dialect, most, source)
    return snapshot.engine.run(query, _tables(snapshot, model, as_of, candidates)).sort("candidate", "place")


def ranking(snapshot: Snapshot, model: Model, as_of: date) -> pl.DataFrame:
    """The rows of `Scores.frame` with the column `reasons` of `listed`: null where nothing gives points."""
    why = listed(reasons(snapshot, model, as_of))
    return scores(snapshot, model, as_of).frame.join(why, on="candidate", how="left", maintain_order="left")


def listed(why: pl.DataFrame) -> pl.DataFrame:
    """The rows of `reasons` as one row for each candidate: candidate, reasons (a list of REASON, strongest first)."""
    one = pl.struct(pl.col("name").alias("touchpoint"), "millipoints", "hits").cast(REASON)
    return why.group_by("candidate", maintain_order=True).agg(one.alias("reasons"))


def by_touchpoint(snapshot: Snapshot, model: Model, as_of: date, candidates: pl.Series) -> pl.DataFrame:
    """Every touchpoint's sum for these candidates, before caps, negative ones too: candidate, name, millipoints."""
    query = touchpoint_query(model, as_of, snapshot.engine.dialect, Source(chosen=True))
    found = snapshot.engine.run(query, _tables(snapshot, model, as_of, candidates))
    return found.select("candidate", "name", "millipoints")


def _tables(snapshot: Snapshot, model: Model, as_of: date, candidates: pl.Series | None) -> dict[str, Table]:
    tables = dict(snapshot.tables(model, as_of, Detail.TOUCHPOINT))
    if candidates is not None:
        tables["chosen"] = snapshot.persons_of(candidates.to_list())
    return tables
