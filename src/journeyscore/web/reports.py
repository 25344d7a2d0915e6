"""The reports that pages share."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.reports.coverage import as_frame, coverage
from journeyscore.reports.journey import Journey, journey, masks
from journeyscore.reports.link_clicks import clicks_frame
from journeyscore.reports.scores import ORDER
from journeyscore.reports.snapshot import Snapshot
from journeyscore.reports.standing import standing
from journeyscore.reports.trend import trend
from journeyscore.web.kept import Found, Kept, State
from journeyscore.web.workspace import workspace


def coverage_rows(snapshot: Snapshot, model: Model, as_of: date) -> pl.DataFrame:
    """A coverage, as it is kept."""
    return as_frame(coverage(snapshot, model, as_of))


STANDING = Kept("standing", standing)
"""Where every candidate stands: `reports.standing.SCHEMA`, in the order of the ranking."""


def standing_now() -> Found:
    """STANDING; while it is being made anew, with the scores of those who did something since. The rest of what is
    said of these, their reasons and stages, follows when it is made."""
    found = STANDING.get()
    if found.fresh:
        return found
    newer = workspace().records.standings.newer(found.state.log)
    frame = found.frame.update(newer, on="candidate", how="full").sort(ORDER, descending=[True, True, False])
    return replace(found, frame=frame)


COVERAGE = Kept("coverage", coverage_rows)
"""What the model makes of the events: rows of `reports.coverage.as_frame`."""


def _clicks(snapshot: Snapshot, _model: Model, _as_of: date) -> pl.DataFrame:
    return clicks_frame(snapshot)


LINK_CLICKS = Kept("link_clicks", _clicks)
"""How often each tracked link was clicked: rows of `reports.link_clicks.clicks_frame`."""


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
KEPT = (STANDING, COVERAGE, TREND, *JOURNEYS.values())
"""What the worker keeps ready."""
