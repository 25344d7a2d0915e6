"""What a change of the model would do: who moves between bands, and which touchpoint makes them move."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.reports.scores import by_touchpoint, scores
from journeyscore.reports.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Mover:
    """A candidate whose band changes, and the touchpoints with the largest changes, in millipoints before caps."""

    candidate: str
    before: int
    after: int
    band_before: str
    band_after: str
    why: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ModelDiff:
    """`moves`: (band before, band after) to the number of candidates, with those who stay;
    `movers`: the largest changes."""

    as_of: date
    moves: dict[tuple[str, str], int]
    movers: tuple[Mover, ...]
    changed: int
    """Candidates whose score changes at all."""


def model_diff(snapshot: Snapshot, old: Model, new: Model, as_of: date, most: int = 10) -> ModelDiff:
    """Both models on the same events, at the same date."""
    before, after = (scores(snapshot, m, as_of).frame.select("candidate", "millipoints", "band") for m in (old, new))
    both = before.join(after, on="candidate", suffix="_after")
    moves = {(a, b): n for a, b, n in both.group_by("band", "band_after").len().sort("len", descending=True).rows()}
    change = (pl.col("millipoints_after") - pl.col("millipoints")).abs()
    moved = both.filter(pl.col("band") != pl.col("band_after")).sort([change, "candidate"], descending=[True, False])
    top = moved.head(most)
    why = _why(snapshot, old, new, as_of, top.get_column("candidate"))
    movers = tuple(Mover(c, b, a, bb, ba, why.get(c, ())) for c, b, bb, a, ba in top.rows())
    return ModelDiff(as_of, moves, movers, both.filter(change > 0).height)


def _why(
    snapshot: Snapshot, old: Model, new: Model, as_of: date, candidates: pl.Series
) -> dict[str, tuple[tuple[str, int], ...]]:
    if candidates.is_empty():
        return {}
    before, after = (by_touchpoint(snapshot, m, as_of, candidates) for m in (old, new))
    both = before.join(after, on=["candidate", "name"], how="full", coalesce=True, suffix="_after").fill_null(0)
    change = both.with_columns(change=pl.col("millipoints_after") - pl.col("millipoints")).filter(pl.col("change") != 0)
    ordered = change.sort([pl.col("change").abs(), "name"], descending=[True, False])
    why: dict[str, tuple[tuple[str, int], ...]] = {}
    for candidate, name, points in ordered.select("candidate", "name", "change").rows():
        if len(why.get(candidate, ())) < 3:
            why[candidate] = (*why.get(candidate, ()), (name, points))
    return why
