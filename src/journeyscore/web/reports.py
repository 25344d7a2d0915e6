"""The reports that pages share."""

from datetime import date, timedelta

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.reports.coverage import coverage
from journeyscore.reports.journey import Journey, journey, masks
from journeyscore.reports.snapshot import Snapshot
from journeyscore.reports.standing import standing
from journeyscore.reports.trend import trend
from journeyscore.web.kept import Found, Kept, State


def _sources(snapshot: Snapshot, model: Model, as_of: date) -> pl.DataFrame:
    """Events by channel: channel, hits, share."""
    channels = coverage(snapshot, model, as_of).channels
    frame = pl.DataFrame(
        {"channel": list(channels), "hits": list(channels.values())}, schema={"channel": pl.String, "hits": pl.Int64}
    )
    return frame.with_columns(share=pl.col("hits") / pl.col("hits").sum())


STANDING = Kept("standing", standing)
"""Where every candidate stands: `reports.standing.SCHEMA`, in the order of the ranking."""
SOURCES = Kept("sources", _sources)
"""Events by channel, most first."""


def _journey(days: int) -> Kept:
    def make(snapshot: Snapshot, model: Model, as_of: date) -> pl.DataFrame:
        return masks(snapshot, model, as_of - timedelta(days=days), as_of)

    return Kept(f"journey-{days}", make)


JOURNEYS = {"all": _journey(36_500), "90": _journey(90), "30": _journey(30)}
"""What the journey map is drawn from, by period in days."""

_flows: dict[tuple[str, State], Journey] = {}


def flow(period: str, model: Model) -> tuple[Found, Journey]:
    """The journey in a period of JOURNEYS."""
    found = JOURNEYS[period].get()
    key = period, found.state
    if key not in _flows:
        for old in [k for k in _flows if k[0] == period]:
            _flows.pop(old, None)
        _flows[key] = journey(found.frame, model)
    return found, _flows[key]


TREND = Kept("trend", trend)
"""Candidates by band, today and in each of the last weeks."""
KEPT = (STANDING, SOURCES, TREND, *JOURNEYS.values())
"""What the worker keeps ready."""
