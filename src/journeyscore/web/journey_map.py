"""The journey map as geometry: stages as columns, channels as rows, touchpoints as cards, flows between the stages."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from journeyscore.domain.model import Model, Touchpoint
from journeyscore.reports.journey import STAGES, Journey, Reach

CARD_W, CARD_H, GAP = 156, 66, 8
SIDE, TOP, FLOW, BETWEEN, ROW_GAP, HEAD = 112, 12, 290, 26, 18, 40
DEEP = 4
"""Cards of a cell above one another, before a column takes two side by side."""
THICKEST = 190
"""Pixels for everybody."""
NODE = 12
LINE = 22
"""Characters in a line of a card."""


@dataclass(frozen=True, slots=True)
class Card:
    """A touchpoint where it stands."""

    x: int
    y: int
    touchpoint: Touchpoint
    reach: Reach
    lines_nl: list[str]
    lines_en: list[str]
    further: float | None
    tint: int

    @property
    def width(self) -> int:
        """In pixels, as all the rest."""
        return CARD_W

    @property
    def right(self) -> int:
        """Where texts at its right side end."""
        return self.x + CARD_W - 8

    @property
    def middle(self) -> tuple[float, float]:
        """Where a path goes through."""
        return self.x + CARD_W / 2, self.y + CARD_H / 2


@dataclass(frozen=True, slots=True)
class Column:
    """A stage: its node in the flow, who goes on (a band to the next), and who does not (a hook)."""

    x: int
    width: int
    stage: str
    people: int
    node_y: float
    node_h: float
    band: str
    hook: str
    on: float | None
    stays: int
    stay_share: float | None
    hook_x: float
    hook_y: float
    on_x: float
    on_y: float


@dataclass(frozen=True, slots=True)
class RowLabel:
    """A channel at the left, and the line above its row."""

    y: int
    text_y: int
    channel: str


@dataclass(frozen=True, slots=True)
class Map:
    """Everything that is drawn."""

    width: int
    height: int
    columns: list[Column]
    rows: list[RowLabel]
    cards: list[Card]
    path: str
    grid_top: int


def journey_map(journey: Journey, model: Model, visited: Sequence[str] = ()) -> Map:
    """The map; `visited`: a candidate's touchpoints in the order of their first time."""
    cells: dict[tuple[int, str], list[int]] = {}
    for place, touchpoint in enumerate(model.touchpoints):
        cells.setdefault((STAGES.index(touchpoint.stage), touchpoint.channel or ""), []).append(place)
    across = [_across(cells, stage) for stage in range(len(STAGES))]
    xs, x = list[int](), SIDE
    for wide in across:
        xs.append(x)
        x += _width(wide) + BETWEEN
    grid_top = TOP + HEAD + FLOW
    rows, cards, y = list[RowLabel](), list[Card](), grid_top + ROW_GAP
    widest = max([r.people for r in journey.touchpoints], default=1) or 1
    for channel in dict.fromkeys(channel for _, channel in sorted(cells, key=lambda cell: cell[0])):
        deep = max(-(-len(cells.get((s, channel), [])) // across[s]) for s in range(len(STAGES)))
        rows.append(RowLabel(y - ROW_GAP // 2, y + 18, channel))
        for stage, wide in enumerate(across):
            for n, place in enumerate(cells.get((stage, channel), [])):
                left, top = xs[stage] + n % wide * (CARD_W + GAP), y + n // wide * (CARD_H + GAP)
                cards.append(_card(left, top, model.touchpoints[place], journey.touchpoints[place], widest))
        y += deep * (CARD_H + GAP) + ROW_GAP - GAP
    columns = _columns(journey, xs, [_width(wide) for wide in across])
    return Map(x - BETWEEN + 20, y + 10, columns, rows, cards, _path(cards, visited), grid_top)


def _across(cells: dict[tuple[int, str], list[int]], stage: int) -> int:
    """How many cards stand side by side in a column: two where a cell would be too deep."""
    return max([1 + (len(places) > DEEP) for (number, _), places in cells.items() if number == stage], default=1)


def _width(wide: int) -> int:
    return wide * CARD_W + (wide - 1) * GAP


def _card(x: int, y: int, touchpoint: Touchpoint, reach: Reach, widest: int) -> Card:
    share = reach.further / reach.people if reach.people and touchpoint.stage != STAGES[-1] else None
    tint = 0 if not reach.people else min(5, 1 + int(4.999 * reach.people / widest))
    return Card(x, y, touchpoint, reach, _wrapped(touchpoint.label.nl), _wrapped(touchpoint.label.en), share, tint)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, LINE, max_lines=2, placeholder="…")


def _columns(journey: Journey, xs: list[int], widths: list[int]) -> list[Column]:
    scale = THICKEST / max(1, *(s.people for s in journey.stages))
    middle, columns = TOP + HEAD + 22 + THICKEST / 2, []
    for n, flow in enumerate(journey.stages):
        height, x, last = max(1.5, flow.people * scale), xs[n], n == len(xs) - 1
        top, on_h = middle - height / 2, flow.further * scale
        stays = flow.people - flow.further
        share = None if last or not flow.people else flow.further / flow.people
        end = 0.0 if last else max(1.5, min(on_h, journey.stages[n + 1].people * scale))
        goes = "" if last or not flow.further else _ribbon(x + NODE, top, on_h, xs[n + 1], middle - end / 2, end)
        columns.append(
            Column(
                x=x,
                width=widths[n],
                stage=str(flow.stage),
                people=flow.people,
                node_y=round(top, 1),
                node_h=round(height, 1),
                band=goes,
                hook="" if last or not stays else _hook(x + NODE, top + on_h, stays * scale),
                on=share,
                stays=stays,
                stay_share=None if share is None else 1 - share,
                hook_x=x + NODE + 34,
                hook_y=TOP + HEAD + FLOW - 18,
                on_x=0.0 if last else (x + NODE + xs[n + 1]) / 2,
                on_y=(top + middle - end / 2) / 2 - 10,
            )
        )
    return columns


def _ribbon(x: float, top: float, height: float, x2: float, top2: float, height2: float) -> str:
    """From the upper part of a node to as much of the next one, as a band with two curves."""
    bend = (x + x2) / 2
    low, low2 = top + height, top2 + height2
    there = f"M{x:g} {top:.1f}C{bend:g} {top:.1f} {bend:g} {top2:.1f} {x2:g} {top2:.1f}"
    return f"{there}V{low2:.1f}C{bend:g} {low2:.1f} {bend:g} {low:.1f} {x:g} {low:.1f}Z"


def _hook(x: float, top: float, height: float) -> str:
    """From the lower part of a node, bending downward and thinning out."""
    out, down, low = x + 30 + min(height, 60) * 0.5, TOP + HEAD + FLOW - 52, top + height
    inner = out - min(height, 16)
    there = f"M{x:g} {top:.1f}C{out:g} {top:.1f} {out:g} {top + height * 0.4:.1f} {out:g} {down:g}"
    return f"{there}H{inner:g}C{inner:g} {low:.1f} {x + 8:g} {low:.1f} {x:g} {low:.1f}Z"


def _path(cards: list[Card], visited: Sequence[str]) -> str:
    """A line through the cards of a candidate."""
    places = {card.touchpoint.name: card.middle for card in cards}
    points = [places[name] for name in visited if name in places]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) if len(points) > 1 else ""
