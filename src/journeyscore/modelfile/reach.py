"""How far a touchpoint and a whole model can get: upper bounds, and None where there is none."""

from decimal import Decimal

from journeyscore.domain.model import Group, Model, Period, Touchpoint

NOTHING = Decimal(0)
SHORTEST_PERIOD = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 28}


def most_hits(touchpoint: Touchpoint) -> int | None:
    """How many hits can count at one date: by its limit, and by its window when the limit returns."""
    limit, window = touchpoint.limit, touchpoint.window
    if limit is None:
        return None
    if limit.per is Period.EVER:
        return limit.count
    if window is None:
        return None
    days, period = window + 1, SHORTEST_PERIOD[limit.per]
    touched = days if period == 1 else (days + period - 2) // period + 1
    return limit.count * touched


def most_of_touchpoint(touchpoint: Touchpoint) -> Decimal | None:
    """The most that a touchpoint can add to a score, before its group's maximum."""
    if touchpoint.tiers:
        hits = most_hits(touchpoint)
        return max([NOTHING, *(tier.points for tier in touchpoint.tiers if hits is None or tier.hits <= hits)])
    if touchpoint.points <= 0:
        return NOTHING
    hits = most_hits(touchpoint)
    return None if hits is None else hits * touchpoint.points


def most_points(model: Model) -> Decimal | None:
    """The highest score that anybody can get."""
    by_group: dict[str | None, list[Touchpoint]] = {}
    for touchpoint in model.touchpoints:
        by_group.setdefault(touchpoint.group, []).append(touchpoint)
    sums = [_most_of_group(model.group(name) if name else None, members) for name, members in by_group.items()]
    total = _sum(sums)
    return _lowest(total, model.maximum)


def _most_of_group(group: Group | None, members: list[Touchpoint]) -> Decimal | None:
    return _lowest(_sum([most_of_touchpoint(member) for member in members]), group.maximum if group else None)


def _sum(numbers: list[Decimal | None]) -> Decimal | None:
    known = [number for number in numbers if number is not None]
    return sum(known, NOTHING) if len(known) == len(numbers) else None


def _lowest(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    known = [number for number in (one, other) if number is not None]
    return min(known) if known else None
