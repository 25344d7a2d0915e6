"""The point table: a model at a date, as integers. No engine is involved.

`unit(touchpoint, age) = round(points * 1000 * weight(age))` millipoints, halves away from zero. The table has one row
for each touchpoint and day, so that an engine needs neither dates nor powers nor fractions: it looks up and adds.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache

from journeyscore.domain.model import HalfLife, Model, Period, Steps, Touchpoint

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
NOISE = Decimal(1).scaleb(-30)
"""Weights are right to 50 digits; cutting them at 30 keeps a true half a half."""
FULL_HIT = 1000
"""A whole hit, in the thousandths in which counted hits are held."""


@dataclass(frozen=True, slots=True)
class PointRow:
    """What a hit of `touchpoint` (its place in the model, from 0) on `day` is worth, in millipoints.

    `period` numbers the period of the touchpoint's limit that the day lies in. `live` is False past the window.
    """

    touchpoint: int
    day: date
    period: int
    unit: int
    live: bool


def millipoints(points: Decimal) -> int:
    """Points as integer millipoints, halves away from zero."""
    return int((points * 1000).quantize(Decimal(1), ROUND_HALF_UP, EXACT))


def point_rows(
    model: Model, as_of: date, first_day: date, only: Collection[tuple[int, date]] | None = None
) -> Iterator[PointRow]:
    """The point table of `model` at the end of `as_of`, for the days from `first_day` to `as_of`.

    `only` some touchpoints and days, where these are few; none of them lies after `as_of`.
    """
    every = range((as_of - first_day).days, -1, -1)
    some: dict[int, list[int]] = {}
    for place, day in sorted(only or ()):
        some.setdefault(place, []).append((as_of - day).days)
    for place, touchpoint in enumerate(model.touchpoints):
        ages = every if only is None else some.get(place, ())
        units = _units(touchpoint, _years(len(every))) if ages else ()
        per = touchpoint.limit.per if touchpoint.limit else Period.DAY
        for age in ages:
            day = as_of - timedelta(days=age)
            live = touchpoint.window is None or age <= touchpoint.window
            yield PointRow(place, day, period_of(day, per), units[age] if live else 0, live)


def period_of(day: date, per: Period) -> int:
    """A number that days of the same period share. Weeks are ISO weeks: Monday to Sunday."""
    match per:
        case Period.DAY:
            return day.toordinal()
        case Period.WEEK:
            return (day.toordinal() - 1) // 7
        case Period.MONTH:
            return day.year * 12 + day.month
        case Period.EVER:
            return 0


def repeat_table(repeat: Decimal) -> list[int]:
    """What 0, 1, 2 ... hits of one day count together, in thousandths; more hits than the table has add nothing.

    Each hit is worth `repeat` (0 < repeat < 1) times the one before it: 1 + r + r² + ...
    """
    table = [0]
    with localcontext(EXACT):
        total, worth = Decimal(0), Decimal(1)
        while worth * FULL_HIT * 2 >= (1 - repeat):
            total += worth
            worth *= repeat
            table.append(int((total * FULL_HIT).quantize(Decimal(1), ROUND_HALF_UP)))
    return table


def _years(days: int) -> int:
    """Whole years of days, so that tables of many dates share their units."""
    return -(-days // 366) * 366


@lru_cache(maxsize=1_000)
def _units(touchpoint: Touchpoint, days: int) -> list[int]:
    """The unit for each age from 0 to `days - 1`, before the window."""
    points = touchpoint.points * 1000
    with localcontext(EXACT):
        return [int((points * w).quantize(NOISE).quantize(Decimal(1))) for w in _weights(touchpoint, days)]


def _weights(touchpoint: Touchpoint, days: int) -> Iterator[Decimal]:
    match touchpoint.decay:
        case None:
            yield from (Decimal(1) for _ in range(days))
        case Steps(percent, every):
            yield from (max(Decimal(0), 1 - percent / 100 * (age // every)) for age in range(days))
        case HalfLife(half):
            daily = Decimal("0.5") ** (Decimal(1) / half)
            within = [daily**k for k in range(min(half, days))]
            yield from (within[age % half] / 2 ** (age // half) for age in range(days))
