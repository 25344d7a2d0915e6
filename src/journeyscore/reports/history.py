"""A candidate's score on many dates, from their hits: in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.engines.engine import Engine
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.score import Source, score_query, tally_query
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


def history(snapshot: Snapshot, model: Model, candidate: str, as_of: date, most: int = 60) -> list[ScoreOn]:
    """A candidate's score from the first event to `as_of`: on the newest days with events, and between."""
    chosen = {"events": snapshot.events, "identity": snapshot.identity, "chosen": snapshot.persons_of([candidate])}
    tallies = snapshot.engine.run(tally_query(model, as_of, snapshot.engine.dialect, Source(chosen=True)), chosen)
    if tallies.is_empty():
        return []
    with_events = sorted(set(tallies.get_column("day").to_list()))
    span = (as_of - with_events[0]).days
    between = {with_events[0] + timedelta(days=round(span * n / (most // 2))) for n in range(most // 2 + 1)}
    days = sorted({*with_events[-(most // 2) :], *between, as_of})
    return scores_on(snapshot.engine, model, tallies, days)
