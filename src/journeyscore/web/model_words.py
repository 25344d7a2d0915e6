"""Models in words: what one touchpoint says, and what differs between two models."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from journeyscore.domain.model import HalfLife, Limit, Model, Period, Steps, Touchpoint
from journeyscore.modelfile.scalars import format_decimal
from journeyscore.modelfile.write import format_condition
from journeyscore.web.templatetags.words import place_name, said, stage_name

NOTHING = "–"
PERIODS = {
    Period.DAY: gettext_lazy("a day"),
    Period.WEEK: gettext_lazy("a week"),
    Period.MONTH: gettext_lazy("a month"),
    Period.EVER: gettext_lazy("in all"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs about one touchpoint, band or group, or (without a title) about the model."""

    title: str
    kind: str
    lines: list[Line]


def number(amount: Decimal | None) -> str:
    """A number in the reader's notation, with as many decimals as it has."""
    if amount is None:
        return NOTHING
    text = format_decimal(amount)
    return formats.number_format(amount, decimal_pos=len(text.partition(".")[2]), force_grouping=True)


def limit_words(limit: Limit | None) -> str:
    """A limit in words: 3 a day."""
    return f"{number(Decimal(limit.count))} {PERIODS[limit.per]}" if limit else NOTHING


def days(count: int | None) -> str:
    """A number of days."""
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count} if count is not None else NOTHING


def decay_words(decay: HalfLife | Steps | None) -> str:
    """A decay in words."""
    match decay:
        case HalfLife(count):
            return _("half after %(days)s") % {"days": days(count)}
        case Steps(percent, every):
            return _("%(percent)s %% off every %(days)s") % {"percent": number(percent), "days": days(every)}
    return NOTHING


def points_words(touchpoint: Touchpoint) -> str:
    """What it is worth."""
    if touchpoint.tiers:
        return ", ".join(f"{t.hits}×: {number(t.points)}" for t in touchpoint.tiers)
    return number(touchpoint.points)


def _label_nl(thing: Any) -> str:
    return str(thing.label.nl)


def _label_en(thing: Any) -> str:
    return str(thing.label.en)


PARTS: tuple[tuple[Any, Callable[[Touchpoint], str]], ...] = (
    (gettext_lazy("Dutch label"), _label_nl),
    (gettext_lazy("English label"), _label_en),
    (gettext_lazy("Points"), points_words),
    (gettext_lazy("Limit"), lambda t: limit_words(t.limit)),
    (gettext_lazy("Decay"), lambda t: decay_words(t.decay)),
    (gettext_lazy("Repeats of a day"), lambda t: number(t.repeat)),
    (gettext_lazy("Counts for"), lambda t: days(t.window)),
    (gettext_lazy("Group"), lambda t: t.group or NOTHING),
    (gettext_lazy("Stage"), lambda t: stage_name(t.stage)),
    (gettext_lazy("Channel"), lambda t: place_name(t.channel) if t.channel else NOTHING),
    (gettext_lazy("Which events count"), lambda t: format_condition(t.when).strip()),
    (gettext_lazy("Reason"), lambda t: t.reason or NOTHING),
)
WHOLE: tuple[tuple[Any, Callable[[Model], str]], ...] = (
    (gettext_lazy("Name of the model"), lambda m: m.name),
    (gettext_lazy("Description"), lambda m: m.description or NOTHING),
    (gettext_lazy("Lowest score"), lambda m: number(m.minimum)),
    (gettext_lazy("Highest score"), lambda m: number(m.maximum)),
    (gettext_lazy("Contacts before somebody gets a band"), lambda m: number(Decimal(m.unknown.below_hits))),
    (gettext_lazy("Label for who is seen too little"), lambda m: said(m.unknown.label)),
)
BAND = ((gettext_lazy("From"), lambda b: number(b.at_least)), *PARTS[:2])
GROUP = ((gettext_lazy("Maximum"), lambda g: number(g.maximum)), *PARTS[:2])


def compare(old: Model, new: Model) -> list[Change]:
    """What differs, part by part: nothing when the models are the same."""
    whole = _lines(WHOLE, old, new)
    changes = [Change("", "changed", whole)] if whole else []
    for parts, before, after in (
        (BAND, old.bands, new.bands),
        (GROUP, old.groups, new.groups),
        (PARTS, old.touchpoints, new.touchpoints),
    ):
        changes += _changes(parts, {x.name: x for x in before}, {x.name: x for x in after})
    shared = {t.name for t in old.touchpoints} & {t.name for t in new.touchpoints}
    orders = [[t.name for t in m.touchpoints if t.name in shared] for m in (old, new)]
    if orders[0] != orders[1]:
        changes.append(Change(_("The order in which contacts are tried"), "changed", []))
    return changes


def _changes(parts: Any, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    changes = [Change(said(old[name].label), "removed", []) for name in old if name not in new]
    for name, thing in new.items():
        if name not in old:
            changes.append(Change(said(thing.label), "added", [Line(str(w), NOTHING, f(thing)) for w, f in parts[:3]]))
        elif lines := _lines(parts, old[name], thing):
            changes.append(Change(said(thing.label), "changed", lines))
    return changes


def _lines(parts: Any, old: Any, new: Any) -> list[Line]:
    rows = ((str(what), say(old), say(new)) for what, say in parts)
    return [Line(*row) for row in rows if row[1] != row[2]]
