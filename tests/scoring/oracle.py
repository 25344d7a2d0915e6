"""The score, slowly and obviously: one event at a time, in exact fractions, with nothing shared with the product.

Only the model's words are used. Two candidates are never looked at together, so there is nothing to join or group.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from journeyscore.domain.model import Condition, HalfLife, Match, Model, Period, Steps, Touchpoint


@dataclass(frozen=True)
class Line:
    kind: str
    name: str
    day: date | None
    hits: int
    counted_thousandths: int
    millipoints: int


@dataclass(frozen=True)
class Result:
    millipoints: int
    band: str
    evidence: int
    last_event_at: object
    lines: tuple[Line, ...]


def oracle(model: Model, events: list[dict], as_of: date, identity: dict[str, str]) -> dict[str, Result]:
    """Every candidate's result, from event rows as dicts."""
    mine = defaultdict(list)
    for event in events:
        candidate = identity.get(event["person"], event["person"])
        if candidate.startswith("c") and event["day"] <= as_of and not event["machine"]:
            mine[candidate].append(event)
    return {candidate: _result(model, rows, as_of) for candidate, rows in mine.items()}


def _result(model: Model, events: list[dict], as_of: date) -> Result:
    lines, evidence = [], 0
    for touchpoint in model.touchpoints:
        days = sorted(e["day"] for e in events if first_match(model, e) == touchpoint.name)
        evidence += sum(1 for day in days if live(touchpoint, day, as_of))
        lines += touchpoint_lines(touchpoint, days, as_of)
    total, caps = 0, []
    for group in [None, *model.groups]:
        names = {t.name for t in model.touchpoints if t.group == (group.name if group else None)}
        points = sum(line.millipoints for line in lines if line.name in names)
        if group and group.maximum is not None and points > group.maximum * 1000:
            caps.append(Line("group_cap", group.name, None, 0, 0, int(group.maximum * 1000) - points))
            points = int(group.maximum * 1000)
        total += points
    score = total
    if model.maximum is not None:
        score = min(score, int(model.maximum * 1000))
    if model.minimum is not None:
        score = max(score, int(model.minimum * 1000))
    if score != total:
        caps.append(Line("model_cap", "model", None, 0, 0, score - total))
    last = max(e["occurred_at"] for e in events)
    return Result(score, band(model, score, evidence), evidence, last, tuple(lines + caps))


def touchpoint_lines(touchpoint: Touchpoint, days: list[date], as_of: date) -> list[Line]:
    used: dict[object, int] = defaultdict(int)
    counted: dict[date, int] = defaultdict(int)
    hits: dict[date, int] = defaultdict(int)
    for day in days:
        hits[day] += 1
        period = period_key(touchpoint, day)
        if touchpoint.limit is None or used[period] < touchpoint.limit.count:
            used[period] += 1
            counted[day] += 1
    if touchpoint.tiers:
        return tier_lines(touchpoint, hits, counted, as_of)
    lines = []
    for day in sorted(hits):
        thousandths = 1000 * counted[day]
        if touchpoint.repeat is not None:
            share = sum((Fraction(touchpoint.repeat) ** k for k in range(counted[day])), Fraction(0))
            thousandths = half_away(share * 1000)
        points = half_away(Fraction(thousandths * unit(touchpoint, day, as_of), 1000))
        lines.append(Line("touchpoint", touchpoint.name, day, hits[day], thousandths, points))
    return lines


def tier_lines(touchpoint: Touchpoint, hits: dict, counted: dict, as_of: date) -> list[Line]:
    in_window = [day for day in hits if live(touchpoint, day, as_of)]
    past = [day for day in sorted(hits) if day not in in_window]
    lines = [Line("touchpoint", touchpoint.name, d, hits[d], 1000 * counted[d], 0) for d in past]
    if not in_window:
        return lines
    number = sum(counted[day] for day in in_window)
    worth = Fraction(0)
    for tier in touchpoint.tiers:
        if number >= tier.hits:
            worth = Fraction(tier.points) * 1000
    every = sum(hits[day] for day in in_window)
    return [*lines, Line("touchpoint", touchpoint.name, max(in_window), every, 1000 * number, half_away(worth))]


def unit(touchpoint: Touchpoint, day: date, as_of: date) -> int:
    if not live(touchpoint, day, as_of):
        return 0
    age = (as_of - day).days
    points = Fraction(touchpoint.points) * 1000
    match touchpoint.decay:
        case None:
            return half_away(points)
        case Steps(percent, every):
            return half_away(points * max(Fraction(0), 1 - Fraction(percent) / 100 * (age // every)))
        case HalfLife(half):
            if age % half == 0:
                return half_away(points / 2 ** (age // half))
            with localcontext() as context:
                context.prec = 80
                weight = (Decimal(2).ln() * Decimal(-age) / Decimal(half)).exp()
                return half_away(points * Fraction(weight))


def live(touchpoint: Touchpoint, day: date, as_of: date) -> bool:
    return touchpoint.window is None or (as_of - day).days <= touchpoint.window


def period_key(touchpoint: Touchpoint, day: date) -> object:
    match touchpoint.limit.per if touchpoint.limit else None:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day.isocalendar()[:2]
        case Period.MONTH:
            return (day.year, day.month)
    return None


def band(model: Model, millipoints: int, evidence: int) -> str:
    if evidence < model.unknown.below_hits or not model.bands:
        return model.unknown.name
    ordered = sorted(model.bands, key=lambda b: b.at_least)
    reached = [b for b in ordered if millipoints >= b.at_least * 1000]
    return (reached or ordered[:1])[-1].name


def first_match(model: Model, event: dict) -> str | None:
    return next((t.name for t in model.touchpoints if holds(t.when, event)), None)


def holds(condition: Condition, event: dict) -> bool:
    every = all(matches(m, event) for m in condition.all_of)
    return every and (not condition.any_of or any(holds(c, event) for c in condition.any_of))


def matches(match: Match, event: dict) -> bool:
    value = event.get(match.field)
    if match.field.startswith("properties."):
        value = json.loads(event["properties"] or "{}").get(match.field.removeprefix("properties."))
    if match.is_set is not None and (value is not None) != match.is_set:
        return False
    if match.any_of and (value is None or not any(glob(g, value) for g in match.any_of)):
        return False
    if match.none_of and value is not None and any(glob(g, value) for g in match.none_of):
        return False
    return within(match, value)


def within(match: Match, value: str | None) -> bool:
    if match.at_least is None and match.at_most is None:
        return True
    digits = (value or "").removeprefix("-")
    whole, dot, part = digits.partition(".")
    plain = whole.isascii() and whole.isdigit() and len(whole) <= 15
    if not plain or (dot and not (part.isascii() and part.isdigit())):
        return False
    number = Fraction(half_away(Fraction(value) * 10**9), 10**9)
    return (match.at_least is None or number >= Fraction(match.at_least)) and (
        match.at_most is None or number <= Fraction(match.at_most)
    )


def glob(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(glob(pattern[1:], text[k:]) for k in range(len(text) + 1))
    return bool(text) and text[0] == pattern[0] and glob(pattern[1:], text[1:])


def half_away(value: Fraction) -> int:
    magnitude = int(abs(value) + Fraction(1, 2))
    return -magnitude if value < 0 else magnitude
