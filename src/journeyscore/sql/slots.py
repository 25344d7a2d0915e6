"""The tables that a score looks things up in: the point table, arranged in slots.

A slot is where hits are counted together. For the ledger each touchpoint and day has its own. For the score alone,
touchpoints without limit or repeat need no days: all their hits fall into one slot per group, and the units are summed.
One query serves both; only these tables differ.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import polars as pl

from journeyscore.domain.model import Model, Period, Touchpoint
from journeyscore.domain.points import PointRow, millipoints, point_rows, repeat_table

NOWHERE = 0
"""The slot of events that match no touchpoint, or lie past its window: 0 points, no evidence."""
NO_GROUP = 0
"""The number of the group of touchpoints without one."""

POINTS = pl.Schema(
    {"touchpoint": pl.Int32, "day": pl.Date, "slot": pl.Int32, "unit": pl.Int64, "seen": pl.Int32, "first": pl.Date}
)
"""`seen` is 1 within the touchpoint's window, else null. `first` is the day where the slot keeps its first units."""
SLOTS = pl.Schema(
    {
        "slot": pl.Int32,
        "touchpoint": pl.Int32,
        "name": pl.String,
        "day": pl.Date,
        "period": pl.Int32,
        "group_no": pl.Int32,
        "most": pl.Int64,
        "unit": pl.Int64,
        "live": pl.Boolean,
        "kind": pl.String,
    }
)
REPEATS = pl.Schema({"touchpoint": pl.Int32, "counted": pl.Int64, "thousandths": pl.Int64})
TIERS = pl.Schema({"touchpoint": pl.Int32, "from_hits": pl.Int64, "below_hits": pl.Int64, "value": pl.Int64})


Row = tuple[Any, ...]


class Detail(StrEnum):
    """How fine the lines are: enough for the score, for reasons, or for the ledger."""

    GROUP = "group"
    TOUCHPOINT = "touchpoint"
    DAY = "day"


class Kind(StrEnum):
    """How a slot's hits become points."""

    SUM = "sum"  # the units of the hits, added up
    EACH = "each"  # counted hits times the slot's unit
    TIER = "tier"  # counted with the touchpoint's other slots, then worth a tier
    FIRST = "first"  # the units of the first `most` hits of a period, added up


@dataclass(frozen=True, slots=True)
class Slot:
    """One row of SLOTS, without its number."""

    touchpoint: int | None
    name: str | None
    day: date | None
    period: int | None
    group_no: int
    most: int | None
    unit: int | None
    live: bool
    kind: Kind


def score_tables(
    model: Model, as_of: date, first_day: date, detail: Detail, only: Collection[tuple[int, date]] | None = None
) -> dict[str, pl.DataFrame]:
    """The tables `points`, `slots`, `repeats` and `tiers` for a score at the end of `as_of`.

    `only`: the touchpoints (places) and days with hits, where these are few and known.
    """
    numbers: dict[Slot, int] = {_nowhere(): NOWHERE}
    points = list(_points(model, point_rows(model, as_of, first_day, only), detail, numbers))
    return _frames(points, numbers, _repeats(model), _tiers(model))


def tables_of_dates(model: Model, tallies: Mapping[date, Collection[tuple[int, date]]]) -> dict[str, pl.DataFrame]:
    """`score_tables` of several dates at once, each with the touchpoints and days that have hits up to it.

    The n-th date (from 0) has touchpoints of its own: n times the model's number of touchpoints is added to theirs.
    """
    numbers: dict[Slot, int] = {_nowhere(): NOWHERE}
    points, repeats, tiers = list[Row](), list[Row](), list[Row]()
    for number, (as_of, pairs) in enumerate(tallies.items()):
        first = number * len(model.touchpoints)
        rows = point_rows(model, as_of, min((day for _, day in pairs), default=as_of), pairs)
        points += _points(model, rows, Detail.DAY, numbers, first)
        repeats += [(first + place, *rest) for place, *rest in _repeats(model)]
        tiers += [(first + place, *rest) for place, *rest in _tiers(model)]
    return _frames(points, numbers, repeats, tiers)


def _points(
    model: Model, rows: Iterable[PointRow], detail: Detail, numbers: dict[Slot, int], first: int = 0
) -> Iterator[Row]:
    """The rows of POINTS; the slots that they need get their numbers. `first` is added to places of touchpoints."""
    for row in rows:
        slot = _slot(model, row, detail)
        if slot is None:
            continue
        if first and slot.touchpoint is not None:
            slot = replace(slot, touchpoint=slot.touchpoint + first)
        kept = row.day if slot.kind is Kind.FIRST else None
        live = 1 if row.live else None
        yield first + row.touchpoint, row.day, numbers.setdefault(slot, len(numbers)), row.unit, live, kept


def _frames(
    points: list[Row], numbers: dict[Slot, int], repeats: Iterable[Row], tiers: Iterable[Row]
) -> dict[str, pl.DataFrame]:
    return {
        "points": pl.DataFrame(points, POINTS, orient="row"),
        "slots": pl.DataFrame([(n, *_values(s)) for s, n in numbers.items()], SLOTS, orient="row"),
        "repeats": pl.DataFrame(list(repeats), REPEATS, orient="row"),
        "tiers": pl.DataFrame(list(tiers), TIERS, orient="row"),
    }


def group_number(model: Model, group: str | None) -> int:
    """The number of a group, from 1; NO_GROUP for none."""
    return next((n for n, g in enumerate(model.groups, 1) if g.name == group), NO_GROUP)


def keeps_first(touchpoint: Touchpoint) -> bool:
    """Whether the score can do without the days of a limit over several days: it keeps the first units instead."""
    return is_periodic(touchpoint) and touchpoint.repeat is None and not touchpoint.tiers


def is_periodic(touchpoint: Touchpoint) -> bool:
    """Whether the limit reaches over more than one day."""
    return touchpoint.limit is not None and touchpoint.limit.per is not Period.DAY


def _nowhere() -> Slot:
    return Slot(None, None, None, None, NO_GROUP, None, None, False, Kind.SUM)


def _values(slot: Slot) -> Iterable[object]:
    return (
        slot.touchpoint,
        slot.name,
        slot.day,
        slot.period,
        slot.group_no,
        slot.most,
        slot.unit,
        slot.live,
        slot.kind,
    )


def _slot(model: Model, row: PointRow, detail: Detail) -> Slot | None:
    """Where hits of this touchpoint and day are counted; None: nowhere."""
    touchpoint = model.touchpoints[row.touchpoint]
    group = group_number(model, touchpoint.group)
    limit = touchpoint.limit
    tier = bool(touchpoint.tiers)
    by_day = limit is not None or touchpoint.repeat is not None or detail is Detail.DAY
    if not row.live and not is_periodic(touchpoint) and detail is not Detail.DAY:
        return None
    if keeps_first(touchpoint) and detail is not Detail.DAY:
        most = limit.count if limit else None
        return Slot(row.touchpoint, touchpoint.name, None, row.period, group, most, None, True, Kind.FIRST)
    if by_day:
        kind = Kind.TIER if tier else Kind.EACH
        period = row.period if is_periodic(touchpoint) else None
        most = limit.count if limit else None
        return Slot(row.touchpoint, touchpoint.name, row.day, period, group, most, row.unit, row.live, kind)
    if tier:
        return Slot(row.touchpoint, touchpoint.name, None, None, group, None, 0, True, Kind.TIER) if row.live else None
    if detail is Detail.GROUP:
        return Slot(None, None, None, None, group, None, None, True, Kind.SUM)
    return Slot(row.touchpoint, touchpoint.name, None, None, group, None, None, True, Kind.SUM)


def _repeats(model: Model) -> Iterable[tuple[int, int, int]]:
    """For each touchpoint with repeats: what so many counted hits of a day come to, up to the longest table."""
    tables = {p: repeat_table(t.repeat) for p, t in enumerate(model.touchpoints) if t.repeat is not None}
    longest = longest_repeat(model)
    for place, table in tables.items():
        for counted in range(longest + 1):
            yield place, counted, table[min(counted, len(table) - 1)]


def longest_repeat(model: Model) -> int:
    """The number of hits from which on no further hit of a day adds anything, for any touchpoint."""
    return max((len(repeat_table(t.repeat)) - 1 for t in model.touchpoints if t.repeat is not None), default=0)


def _tiers(model: Model) -> Iterable[tuple[int, int, int | None, int]]:
    for place, touchpoint in enumerate(model.touchpoints):
        steps = [(0, Decimal(0)), *((t.hits, t.points) for t in touchpoint.tiers)] if touchpoint.tiers else []
        ends = [hits for hits, _ in steps[1:]] + [None]
        for (hits, points), end in zip(steps, ends, strict=False):
            yield place, hits, end, millipoints(points)
