"""The form of the model editor: fields in, a model out; what does not fit is said beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from journeyscore.domain.model import HalfLife, Limit, Model, Period, Steps, Touchpoint

MOST = Decimal(100_000)


@dataclass
class Read:
    """Reads fields, and collects what is wrong by name of the field."""

    fields: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, before: Decimal | None) -> Decimal | None:
        """A number, in either notation; empty is None; a field that was not sent stays as it was."""
        if name not in self.fields:
            return before
        text = self.fields[name].strip().replace("−", "-").replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > MOST or number != round(number, 3):
            self.errors[name] = _("Give a number such as 12 or 2.5, with at most three decimals.")
            return before
        return number

    def whole(self, name: str, before: int | None) -> int | None:
        """A whole number from 1."""
        number = self.number(name, None if before is None else Decimal(before))
        if number is not None and (number != int(number) or number < 1):
            self.errors[name] = _("Give a whole number from 1.")
            return before
        return None if number is None else int(number)


def apply(model: Model, fields: Mapping[str, str]) -> tuple[Model, dict[str, str]]:
    """The model with what the fields say, and what is wrong with them by name of the field."""
    read = Read(fields)
    touchpoints = tuple(_touchpoint(t, read) for t in model.touchpoints)
    groups = tuple(replace(g, maximum=read.number(f"group-{g.name}", g.maximum)) for g in model.groups)
    bands = tuple(replace(b, at_least=_needed(read, f"band-{b.name}", b.at_least)) for b in model.bands)
    return replace(model, touchpoints=touchpoints, groups=groups, bands=bands), read.errors


def _touchpoint(touchpoint: Touchpoint, read: Read) -> Touchpoint:
    name = touchpoint.name
    points = touchpoint.points if touchpoint.tiers else _needed(read, f"points-{name}", touchpoint.points)
    reason = read.fields.get(f"reason-{name}", touchpoint.reason or "").strip() or None
    if points < 0 and not reason:
        read.errors[f"points-{name}"] = _("Say why these points are taken away.")
        points = touchpoint.points
    return replace(
        touchpoint, points=points, reason=reason, limit=_limit(touchpoint, read), decay=_decay(touchpoint, read)
    )


def _needed(read: Read, name: str, before: Decimal) -> Decimal:
    number = read.number(name, before)
    if number is None:
        read.errors[name] = _("Give a number.")
        return before
    return number


def _limit(touchpoint: Touchpoint, read: Read) -> Limit | None:
    before = touchpoint.limit
    count = read.whole(f"limit-{touchpoint.name}", before.count if before else None)
    if count is None:
        return None
    per = read.fields.get(f"per-{touchpoint.name}", before.per if before else "day")
    return Limit(count, Period(per) if per in set(Period) else Period.DAY)


def _decay(touchpoint: Touchpoint, read: Read) -> HalfLife | Steps | None:
    """A half-life; other kinds of decay stay as they are, and are changed in the text."""
    before = touchpoint.decay
    if before is not None and not isinstance(before, HalfLife):
        return before
    days = read.whole(f"half-{touchpoint.name}", before.days if before else None)
    return None if days is None else HalfLife(days)
