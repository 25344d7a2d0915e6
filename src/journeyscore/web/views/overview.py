"""The overview: what moved, and what needs a person today."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.reports.standing import STAGES
from journeyscore.web.access import Can, needs
from journeyscore.web.bands import Tinted, bands
from journeyscore.web.charts import Piece, stacked
from journeyscore.web.kept import model
from journeyscore.web.reports import SOURCES, STANDING
from journeyscore.web.views.priority import narrowed, rows_of
from journeyscore.web.workspace import workspace

TODAY = 5
"""So many candidates stand on today's list."""
MOVED = 6
OLD_DAYS = 7


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


@needs(Can.SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The first page."""
    found, current = STANDING.get(), model()
    frame = found.frame
    counts = band_counts(frame, bands(current))
    rising = _moved(frame, [b.name for b in bands(current)])
    waiting = narrowed(request, found)
    facts: dict[str, Any] = {
        "found": found,
        "everybody": frame.height,
        "top": counts[0] if counts else None,
        "counts": counts,
        "pieces": _pieces(counts),
        "stages": stage_counts(frame),
        "rising": rows_of(request, rising.head(MOVED), current, 0),
        "risen": rising.height,
        "today": rows_of(request, waiting.head(TODAY), current, 0),
        "sources": SOURCES.get().frame.to_dicts(),
        "imports": workspace().records.imports.all()[-1:],
    }
    return render(request, "overview/overview.html", facts)


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


def _pieces(counts: list[BandCount]) -> list[Piece]:
    return stacked([(c.count, c.band.tint, c.band.label) for c in counts])


def _moved(frame: pl.DataFrame, highest_first: list[str]) -> pl.DataFrame:
    """Who went up a band within a week, the largest gain first."""
    rank = {name: -place for place, name in enumerate(highest_first)}
    now, before = (pl.col(c).replace_strict(rank, default=None) for c in ("band", "band_week_ago"))
    moved = frame.with_columns(change=pl.col("millipoints") - pl.col("week_ago")).filter(now > before)
    return moved.sort("change", descending=True, maintain_order=True)


urls = [path("", overview, name="overview")]
