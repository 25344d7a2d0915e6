"""What a draft would do: who goes up and down, the bands before and after, the biggest movers, and what looks odd."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journeyscore.domain.model import Label, Model
from journeyscore.modelfile import fingerprint
from journeyscore.modelfile.lint import lint_model
from journeyscore.reports.coverage import Coverage, coverage
from journeyscore.reports.model_check import Concern, model_check
from journeyscore.reports.model_diff import ModelDiff, Mover, model_diff
from journeyscore.web import kept
from journeyscore.web.bands import bands
from journeyscore.web.charts import Piece, stacked
from journeyscore.web.templatetags.words import said, share
from journeyscore.web.workspace import today

MOST_KEPT = 8
_known: dict[tuple[str, str], tuple[ModelDiff, tuple[Concern, ...]]] = {}
_covered: dict[tuple[str, str], Coverage] = {}

CONCERNS = {
    "never_fires": gettext_lazy("%(what)s has not happened yet."),
    "mostly_limited": gettext_lazy("%(what)s: the limit leaves out %(share)s of its %(hits)s times."),
    "mostly_capped": gettext_lazy("Group %(what)s reaches its maximum for %(share)s of the people who are in it."),
    "rules_the_score": gettext_lazy("%(what)s alone makes %(share)s of all points."),
    "overlaps": gettext_lazy("%(hits)s events fit %(what)s too, but go to %(other)s, which stands before it."),
    "never_first": gettext_lazy("%(what)s gets nothing: all its events go to %(other)s, which stands before it."),
}


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band with its people before and after."""

    label: Label
    tint: int
    before: int
    after: int

    @property
    def change(self) -> int:
        """How many more."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who moves: scores in millipoints, bands, and why (label of a touchpoint, millipoints)."""

    mover: Mover
    before: str
    after: str
    why: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All of it, ready to be shown."""

    up: int
    down: int
    other: int
    changed: int
    people: int
    rows: list[BandRow]
    bar_before: list[Piece]
    bar_after: list[Piece]
    movers: list[Row]


def what_if(old: Model, new: Model) -> tuple[WhatIf, list[str]]:
    """What the draft would do today, and what the data say about it (nothing while there are none)."""
    diff, concerns = _computed(old, new)
    shown = _shown(diff, old, new)
    return shown, [_words(concern, new) for concern in concerns] if shown.people else []


def events(model: Model) -> Coverage:
    """What happens and what the model makes of it, by name and channel."""
    key = (kept.state().digest(), fingerprint(model))
    if key not in _covered:
        _covered.clear()
        _covered[key] = found = coverage(kept.snapshot(), model, today())
        return found
    return _covered[key]


def warnings(model: Model) -> list[tuple[str, str, str]]:
    """What is probably not meant: (which contact, what, what to do)."""
    names = {t.name: said(t.label) for t in model.touchpoints}
    return [(names.get(w.touchpoint or "", ""), said(w.message), said(w.advice)) for w in lint_model(model)]


def _computed(old: Model, new: Model) -> tuple[ModelDiff, tuple[Concern, ...]]:
    key = (kept.state().digest(), fingerprint(new))
    if key not in _known:
        snapshot, day = kept.snapshot(), today()
        found = model_diff(snapshot, old, new, day), model_check(snapshot, new, day)
        while len(_known) >= MOST_KEPT:
            _known.pop(next(iter(_known)), None)
        _known[key] = found
        return found
    return _known[key]


def _shown(diff: ModelDiff, old: Model, new: Model) -> WhatIf:
    up = down = other = 0
    for (before, after), count in diff.moves.items():
        if before == after:
            continue
        low, high = _height(before, old), _height(after, new)
        up, down, other = up + count * (high > low), down + count * (high < low), other + count * (high == low)
    rows = _rows(diff, old, new)
    bars = [stacked([(count(row), row.tint, row.label) for row in rows]) for count in (_before, _after)]
    movers = [_row(mover, old, new) for mover in diff.movers]
    people = sum(diff.moves.values())
    return WhatIf(up, down, other, diff.changed, people, rows, bars[0], bars[1], movers)


def _before(row: BandRow) -> int:
    return row.before


def _after(row: BandRow) -> int:
    return row.after


def _height(band: str | None, model: Model) -> tuple[int, Decimal]:
    """The place of a band: the unknown lowest, then no band at all, then by threshold."""
    found = next((b for b in model.bands if b.name == band), None)
    return (2, found.at_least) if found else (0 if band == model.unknown.name else 1, Decimal(0))


def _rows(diff: ModelDiff, old: Model, new: Model) -> list[BandRow]:
    known = {band.name: band for band in (*bands(new), *bands(old))} | {band.name: band for band in bands(new)}
    names = [*known, *sorted({str(b) for pair in diff.moves for b in pair} - set(known))]
    rows = []
    for name in names:
        before = sum(n for (b, _after), n in diff.moves.items() if str(b) == name)
        after = sum(n for (_before, a), n in diff.moves.items() if str(a) == name)
        label = known[name].label if name in known else Label("in no band", "in geen band")
        if name in known or before or after:
            rows.append(BandRow(label, known[name].tint if name in known else 0, before, after))
    return rows


def _row(mover: Mover, old: Model, new: Model) -> Row:
    label = partial(_label, old, new)
    bands_of = {b.name: said(b.label) for b in bands(old)}, {b.name: said(b.label) for b in bands(new)}
    none = _("in no band")
    before, after = bands_of[0].get(mover.band_before, none), bands_of[1].get(mover.band_after, none)
    return Row(mover, before, after, [(label(name), points) for name, points in mover.why])


def _label(old: Model, new: Model, name: str) -> str:
    touchpoint = new.touchpoint(name) or old.touchpoint(name)
    return said(touchpoint.label) if touchpoint else name


def _words(concern: Concern, model: Model) -> str:
    group = model.group(concern.touchpoint) if concern.code == "mostly_capped" else None
    return str(CONCERNS[concern.code]) % {
        "what": said(group.label) if group else _label(model, model, concern.touchpoint),
        "other": _label(model, model, concern.other or ""),
        "share": share(concern.share),
        "hits": concern.hits,
    }
