"""A candidate's score on many dates, from their hits: in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.engines.engine import Engine
from journeyscore.sql.score import Source, score_query
from journeyscore.sql.slots import tables_of_dates


@dataclass(frozen=True, slots=True)
class ScoreOn:
    """A candidate's score at the end of a day."""

    day: date
    millipoints: int
    band: str


def scores_on(engine: Engine, model: Model, tallies: pl.DataFrame, days: Sequence[date]) -> list[ScoreOn]:
    """The score of the one candidate of `tallies` (as `tally_query` gives them) on each of `days`, in their order.

    Days before the first hit are left out; a day after the last one is a look ahead: what remains if nothing happens.
    """
    hits = {day: tallies.filter(pl.col("day") <= day) for day in days}
    hits = {day: frame for day, frame in hits.items() if len(frame)}
    if not hits:
        return []
    pairs = {day: set(frame.select("touchpoint", "day").drop_nulls().iter_rows()) for day, frame in hits.items()}
    copies = pl.concat(
        frame.with_columns(
            candidate=pl.lit(day.isoformat()),
            touchpoint=(pl.col("touchpoint") + number * len(model.touchpoints)).cast(tallies.schema["touchpoint"]),
        )
        for number, (day, frame) in enumerate(hits.items())
    )
    query = score_query(model, max(days), engine.dialect, Source(tallies=True))
    found = engine.run(query, {"tallies": copies, **tables_of_dates(model, pairs)})
    scored = {row.pop("candidate"): row for row in found.select("candidate", "millipoints", "band").to_dicts()}
    return [ScoreOn(day, **scored[day.isoformat()]) for day in hits]
