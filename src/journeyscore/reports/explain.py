"""Why this score: every line, what the caps took, and what would change the band."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from journeyscore.domain.errors import NotFoundError
from journeyscore.domain.model import Model
from journeyscore.domain.points import millipoints
from journeyscore.reports.history import ScoreOn, scores_on
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.score import Source, ledger_query, score_query, tally_query
from journeyscore.sql.slots import Detail, score_tables

HORIZON_WEEKS = 26
"""How far ahead the explanation looks for the day on which the band falls."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line. `kind` is touchpoint, group_cap or model_cap; caps have no day and no hits.

    `counted_thousandths` is how many of the hits count, in thousandths (a repeat may count for half).
    """

    kind: str
    name: str
    day: date | None
    hits: int
    counted_thousandths: int
    millipoints: int


@dataclass(frozen=True, slots=True)
class OneMore:
    """What one more hit of a touchpoint on the day itself would do."""

    touchpoint: str
    gain: int
    band: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would change the band: points to the next one, single contacts that help, the day on which it falls."""

    next_band: str | None
    missing: int | None
    one_more: tuple[OneMore, ...]
    falls_on: date | None
    falls_to: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A candidate's score and the lines that add up to it, exactly."""

    candidate: str
    as_of: date
    millipoints: int
    band: str
    evidence: int
    last_event_at: datetime
    lines: tuple[LedgerLine, ...]
    outlook: Outlook


def explain(snapshot: Snapshot, model: Model, candidate: str, as_of: date) -> Explanation:
    """The explanation of one candidate (pseudonym); NotFoundError when there is no event of theirs up to `as_of`."""
    tallies = _tallies(snapshot, model, candidate, as_of)
    if tallies.is_empty():
        raise NotFoundError("no event of this candidate up to {day}", day=as_of.isoformat())
    own = Snapshot(snapshot.engine, snapshot.events, snapshot.identity, tallies.get_column("day").min())  # type: ignore[arg-type]
    score = _scored(own, model, as_of, tallies).row(0, named=True)
    lines = _ledger(own, model, as_of, tallies)
    outlook = _outlook(own, model, as_of, tallies, score["millipoints"], score["band"])
    facts = (score["millipoints"], score["band"], score["evidence"], score["last_event_at"])
    return Explanation(candidate, as_of, *facts, lines, outlook)


def _tallies(snapshot: Snapshot, model: Model, candidate: str, as_of: date) -> pl.DataFrame:
    query = tally_query(model, as_of, snapshot.engine.dialect, Source(chosen=True))
    tables = {"events": snapshot.events, "identity": snapshot.identity, "chosen": snapshot.persons_of([candidate])}
    return snapshot.engine.run(query, tables)


def _scored(own: Snapshot, model: Model, as_of: date, tallies: pl.DataFrame) -> pl.DataFrame:
    query = score_query(model, as_of, own.engine.dialect, Source(tallies=True))
    return own.engine.run(query, {"tallies": tallies, **_lookups(own, model, as_of, tallies)})


def _lookups(own: Snapshot, model: Model, as_of: date, tallies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    pairs = set(tallies.select("touchpoint", "day").drop_nulls().iter_rows())
    return score_tables(model, as_of, own.first_day, Detail.DAY, pairs)


def _ledger(own: Snapshot, model: Model, as_of: date, tallies: pl.DataFrame) -> tuple[LedgerLine, ...]:
    query = ledger_query(model, as_of, own.engine.dialect, Source(tallies=True))
    frame = own.engine.run(query, {"tallies": tallies, **_lookups(own, model, as_of, tallies)})
    ordered = frame.sort(["day", "touchpoint", "kind", "name"], nulls_last=True)
    return tuple(LedgerLine(*row) for row in ordered.select(*LedgerLine.__slots__).rows())


def _outlook(own: Snapshot, model: Model, as_of: date, tallies: pl.DataFrame, now: int, band: str) -> Outlook:
    higher = sorted((b.at_least, b.name) for b in model.bands if millipoints(b.at_least) > now)
    next_band, missing = (higher[0][1], millipoints(higher[0][0]) - now) if higher else (None, None)
    falls_on, falls_to = _fall(own, model, as_of, tallies, band)
    return Outlook(next_band, missing, _one_more(own, model, as_of, tallies, now), falls_on, falls_to)


def _one_more(own: Snapshot, model: Model, as_of: date, tallies: pl.DataFrame, now: int) -> tuple[OneMore, ...]:
    """One copy of the candidate per touchpoint, with one hit more; scored together in one query."""
    hit = pl.DataFrame(
        {"touchpoint": range(len(model.touchpoints)), "hits": 1, "day": as_of},
        tallies.select("touchpoint", "hits", "day").schema,
    ).with_columns(candidate=pl.format("c{}", "touchpoint"), last_event_at=tallies.get_column("last_event_at").max())
    copies = hit.select("candidate").join(tallies.drop("candidate"), how="cross")
    columns = tallies.columns
    supposed = _scored(
        own, model, as_of, pl.concat([copies.select(columns), hit.select(columns)], how="vertical_relaxed")
    )
    found = [
        OneMore(model.touchpoints[int(row["candidate"][1:])].name, row["millipoints"] - now, row["band"])
        for row in supposed.to_dicts()
    ]
    return tuple(sorted((m for m in found if m.gain > 0), key=lambda m: (-m.gain, m.touchpoint)))


def _fall(own: Snapshot, model: Model, as_of: date, tallies: pl.DataFrame, band: str) -> tuple[date | None, str | None]:
    """The first day on which, without any new event, the band is a lower one; looked for week by week, then by day."""
    if not any(t.decay or t.window for t in model.touchpoints):
        return None, None
    rank = {b.name: n for n, b in enumerate(sorted(model.bands, key=lambda b: b.at_least), 1)}

    def first_lower(days: list[date]) -> ScoreOn | None:
        found = scores_on(own.engine, model, tallies, days)
        return next((s for s in found if rank.get(s.band, 0) < rank.get(band, 0)), None)

    week = first_lower([as_of + timedelta(weeks=week) for week in range(1, HORIZON_WEEKS + 1)])
    day = week and first_lower([week.day - timedelta(days=back) for back in range(6, -1, -1)])
    return (day.day, day.band) if day else (None, None)
