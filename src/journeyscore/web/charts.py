"""Charts as geometry: numbers in, places in a drawing out. Templates draw them as SVG, style sheets colour them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from journeyscore.web.bands import Tinted

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 240, 44, 120, 12, 28


@dataclass(frozen=True, slots=True)
class Mark:
    """A place with a text: a label of an axis, a line, or an event."""

    x: float
    y: float
    text: object = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A band as a stripe behind the line."""

    y: float
    height: float
    tint: int
    label: object
    middle: float


@dataclass(frozen=True, slots=True)
class StepChart:
    """A score over time: the line as an SVG path, the bands as stripes, the days with events as ticks."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    path: str
    zones: list[Zone]
    x_labels: list[Mark]
    y_labels: list[Mark]
    ticks: list[Mark]
    end: Mark


def step_chart(
    scores: Sequence[tuple[date, int]], events: Sequence[date], tinted: Sequence[Tinted]
) -> StepChart | None:
    """The chart of scores (day, millipoints) in the order of days; None with fewer than two days."""
    if len(scores) < 2:
        return None
    first, last = scores[0][0], scores[-1][0]
    top = max(1, *(points for _, points in scores)) * 1.12
    low = min(0, *(points for _, points in scores))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(day: date) -> float:
        return round(LEFT + (right - LEFT) * (day - first).days / max(1, (last - first).days), 1)

    def y(points: float) -> float:
        return round(bottom - (bottom - TOP) * (points - low) / (top - low), 1)

    steps = [f"M{x(first)} {y(scores[0][1])}"]
    for day, points in scores[1:]:
        steps.append(f"H{x(day)}V{y(points)}")
    return StepChart(
        WIDTH,
        HEIGHT,
        LEFT,
        right,
        bottom,
        "".join(steps),
        _zones(tinted, y, top, low),
        [Mark(x(day), HEIGHT - 8, day) for day in (first, last)],
        [Mark(LEFT - 6, y(points) + 4, round(points)) for points in (0, max(p for _, p in scores))],
        [Mark(x(day), bottom) for day in events if first <= day <= last],
        Mark(x(last), y(scores[-1][1]), scores[-1][1]),
    )


def _zones(tinted: Sequence[Tinted], y: Callable[[float], float], top: float, low: float) -> list[Zone]:
    """From the lowest band up; what lies above the chart is not drawn."""
    known = sorted((band for band in tinted if band.at_least is not None), key=lambda band: band.at_least or 0)
    ends = [*(band.at_least or 0 for band in known[1:]), top]
    zones = []
    for band, end in zip(known, ends, strict=True):
        start, end = max(band.at_least or 0, low), min(end, top)
        if end > start:
            height = round(y(start) - y(end), 1)
            zones.append(Zone(y(end), height, band.tint, band.label, y(end) + height / 2 + 4))
    return zones


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar, in hundredths of its width."""

    x: float
    width: float
    tint: int
    count: int
    label: object


def stacked(parts: Sequence[tuple[int, int, object]]) -> list[Piece]:
    """A bar of parts (count, tint, label), as wide as their share."""
    total, x, pieces = sum(count for count, _, _ in parts) or 1, 0.0, []
    for count, tint, label in parts:
        width = 100 * count / total
        pieces.append(Piece(round(x, 2), round(width, 2), tint, count, label))
        x += width
    return pieces
