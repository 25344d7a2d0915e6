"""The overview: what moved, and what needs a person today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path

from journeyscore.domain.errors import BusyError
from journeyscore.domain.model import Model
from journeyscore.records.shapes import ImportRun
from journeyscore.reports.standing import STAGES
from journeyscore.web.access import Can, needs
from journeyscore.web.bands import Tinted, bands
from journeyscore.web.kept import PATIENCE, Found, model
from journeyscore.web.reports import COVERAGE, TREND, standing_now
from journeyscore.web.views.priority import moves, narrowed, rows_of
from journeyscore.web.workspace import today, workspace

TODAY = 5
"""So many candidates stand on today's list."""
MOVED = 5
"""So many of those who moved are named, each way."""
OLD_DAYS = 7
"""After so many days without an import a source is said to be silent."""
MANY_REFUSED = 0.05
"""From this share of refused rows on, the page says so."""
WIDTH, HEIGHT, RIGHT, BOTTOM, TOP = 560, 240, 200, 24, 8
GAP = 15
"""So far apart labels stand at least."""


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many are in a band, and how many more than a week ago."""

    band: Tinted
    count: int
    change: int


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many have come to a stage or further, as a share of the stage before, and of the widest."""

    stage: str
    count: int
    of_before: float | None
    width: float


@dataclass(frozen=True, slots=True)
class Block:
    """One band in one week, as a place in the drawing."""

    x: float
    y: float
    height: float
    tint: int
    people: int
    label: object


@dataclass(frozen=True, slots=True)
class Weeks:
    """The bands week by week: as a drawing, and as a table whose columns are the bands.

    `top_change` is how many more are in the highest band than `span` weeks ago.
    """

    blocks: list[Block]
    days: list[tuple[float, date]]
    ends: list[tuple[float, Tinted, int]]
    bar: float
    bands: list[Tinted]
    rows: list[tuple[date, list[int]]]
    top_change: int
    span: int


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source by its last import: when, what share was refused, whether it is still under way, and since when silent.

    `silent_days` is 0 for a source that brought something in the last week.
    """

    source: str
    last: datetime
    accepted: int
    refused: int
    refused_share: float
    running: bool
    silent_days: int

    @property
    def many_refused(self) -> bool:
        """Whether somebody should look at the refused rows."""
        return self.refused_share > MANY_REFUSED


@needs(Can.SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The first page."""
    found, current = standing_now(), model()
    frame, tinted = found.frame, bands(current)
    counts, stages = band_counts(frame, tinted), stage_counts(frame)
    seen, trend = _or_nothing(COVERAGE), _or_nothing(TREND)
    channels = channels_of(seen.frame) if seen else None
    facts: dict[str, Any] = {
        "found": found,
        "everybody": frame.height,
        "top": counts[0],
        "counts": counts,
        "weeks": weeks_of(trend.frame, tinted) if trend and trend.frame.height else None,
        "stages": stages,
        "steepest": _steepest(stages),
        "today": _todays_list(request, frame, current),
        "channels": channels.to_dicts()[:6] if channels is not None else [],
        "unknown_share": _unknown_share(channels) if channels is not None else None,
        "health": source_health(workspace().records.imports.all(), today()),
    }
    return render(request, "overview/overview.html", facts | _movers(request, frame, current))


def band_counts(frame: pl.DataFrame, tinted: list[Tinted]) -> list[BandCount]:
    """Candidates by band, highest first."""
    now = dict(frame.group_by("band").len().iter_rows())
    before = dict(frame.drop_nulls("band_week_ago").group_by("band_week_ago").len().iter_rows())
    return [BandCount(b, now.get(b.name, 0), now.get(b.name, 0) - before.get(b.name, 0)) for b in tinted]


def stage_counts(frame: pl.DataFrame) -> list[StageCount]:
    """Candidates by the stages that they have come to, or gone past."""
    reached = dict(frame.group_by("stage").len().iter_rows())
    totals = [sum(reached.get(s, 0) for s in STAGES[place:]) for place in range(len(STAGES))]
    widest = max(1, *totals)
    return [
        StageCount(
            str(stage),
            total,
            total / totals[place - 1] if place and totals[place - 1] else None,
            round(100 * total / widest, 2),
        )
        for place, (stage, total) in enumerate(zip(STAGES, totals, strict=True))
    ]


def weeks_of(trend: pl.DataFrame, tinted: list[Tinted]) -> Weeks:
    """The drawing of `reports.trend`: the highest band stands on the ground, so that its growth can be seen."""
    days = trend.get_column("day").unique().sort().to_list()
    people = {(day, band): n for day, band, n in trend.iter_rows()}
    rows = [(day, [people.get((day, b.name), 0) for b in tinted]) for day in days]
    most, step = max(1, *(sum(row) for _, row in rows)), (WIDTH - RIGHT) / len(days)
    scale, bar = (HEIGHT - BOTTOM - TOP) / most, step * 0.72
    blocks: list[Block] = []
    for place, (_day, row) in enumerate(rows):
        ground, middles = float(HEIGHT - BOTTOM), list[float]()
        for band, n in zip(tinted, row, strict=True):
            ground -= n * scale
            middles.append(ground + n * scale / 2)
            if n:
                block = Block(round(place * step, 1), round(ground, 1), round(n * scale, 1), band.tint, n, band.label)
                blocks.append(block)
    labels = list(zip(_apart(middles), tinted, rows[-1][1], strict=True))
    ticks = [(round(place * step + bar / 2, 1), day) for place, day in enumerate(days)]
    change, span = rows[-1][1][0] - rows[0][1][0], (days[-1] - days[0]).days // 7
    return Weeks(blocks, ticks, labels, round(bar, 1), tinted, rows, change, span)


def source_health(runs: list[ImportRun], now: date) -> list[SourceHealth]:
    """The sources, the one that brought something last first; `runs` are oldest first."""
    newest = {run.source: run for run in runs}
    ordered = sorted(newest.values(), key=lambda run: run.started, reverse=True)
    return [_health(run, now) for run in ordered]


def _health(run: ImportRun, now: date) -> SourceHealth:
    days = (now - run.started.astimezone(UTC).date()).days
    share = run.refused / run.received if run.received else 0.0
    silent = days if days > OLD_DAYS else 0
    return SourceHealth(run.source, run.started, run.accepted, run.refused, share, run.ended is None, silent)


def _apart(heights: list[float]) -> list[float]:
    """Heights of labels, from the lowest up, moved where they would stand on each other."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - GAP) if placed else min(height, HEIGHT - BOTTOM - 2))
    over = max(0.0, TOP + 4 - placed[-1]) if placed else 0.0
    return [round(height + 4 + over, 1) for height in placed]


def _steepest(stages: list[StageCount]) -> tuple[str, str, float] | None:
    """Between which stages the smallest share goes on: from, to, share."""
    steps = [(b.of_before, a.stage, b.stage) for a, b in pairwise(stages) if b.of_before]
    share, before, after = min(steps, default=(None, "", ""))
    return (before, after, share) if share is not None else None


def _todays_list(request: HttpRequest, frame: pl.DataFrame, current: Model) -> list[Any]:
    """The first of those whom nobody has dealt with."""
    waiting = narrowed(frame, current, QueryDict(), request.user.pk)
    return rows_of(request, waiting.head(TODAY), current, 0)


def _movers(request: HttpRequest, frame: pl.DataFrame, current: Model) -> dict[str, Any]:
    """Who went up and down a band within a week, the largest change first, and how many they are."""
    change = pl.col("millipoints") - pl.col("week_ago")
    moved = frame.filter(moves(current) != 0).with_columns(change=change, moved=moves(current))
    up, down = (moved.filter(moved=way).sort(pl.col("change") * -way, maintain_order=True) for way in (1, -1))
    return {
        "risen": up.height,
        "rising": rows_of(request, up.head(MOVED), current, 0),
        "fallen": down.height,
        "falling": rows_of(request, down.head(MOVED), current, 0),
    }


def channels_of(coverage: pl.DataFrame) -> pl.DataFrame:
    """Events by channel, most first: channel, hits, share."""
    found = coverage.filter(kind="channel").select(channel="name", hits="hits")
    return found.with_columns(share=pl.col("hits") / pl.col("hits").sum())


def _unknown_share(channels: pl.DataFrame) -> float:
    return float(channels.filter(channel="unknown").get_column("share").sum())


def _or_nothing(report: Any) -> Found | None:
    """A report beside the main one: the page does not wait for it when it was never made before."""
    try:
        found: Found = report.get(PATIENCE, first_time=PATIENCE)
    except BusyError:
        return None
    return found


urls = [path("", overview, name="overview")]
