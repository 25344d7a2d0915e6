"""The parts of a model beside its touchpoints as a form: name, lowest and highest score, bands, groups, the unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from journeyscore.domain.model import Band, Group, Label, Model, Unknown
from journeyscore.modelfile.bounds import LONGEST_DESCRIPTION, LONGEST_LABEL, MOST_HITS, MOST_TOTAL, POINT_DECIMALS
from journeyscore.modelfile.problems import Problem
from journeyscore.modelfile.scalars import read_name, read_number, read_text, read_whole
from journeyscore.modelfile.tree import Node, Scalar
from journeyscore.web.model_form import Errors, number, shown

NUMBER = _("Write a number such as 100 or 12.5, with at most three decimals.")
TEXT = _("Write a text of at most 200 characters.")
NAME = _("Write small letters, digits and underscores, a letter first; each name once.")
WHOLE = _("Write a whole number from 0 on.")
FROM = _("Give each band its own threshold.")
ABOVE = _("Write a number above the lowest score, or leave this empty.")
POSITIVE = _("Write 0 or more, or leave this empty.")
SPARE = 2
"""Empty rows to fill in."""
MOST_ROWS = 250

total = partial(read_number, low=-MOST_TOTAL, high=MOST_TOTAL, decimals=POINT_DECIMALS)
label_text = partial(read_text, longest=LONGEST_LABEL)


@dataclass(frozen=True, slots=True)
class RowValues:
    """A band or a group in the form: its number, name until now, name, labels, and threshold or maximum."""

    place: int
    was: str = ""
    name: str = ""
    en: str = ""
    nl: str = ""
    amount: str = ""


def filled(model: Model) -> dict[str, Any]:
    """The form's values for a model."""
    bands = [(b.name, b.label, shown(b.at_least)) for b in reversed(model.bands)]
    groups = [(g.name, g.label, _optional(g.maximum)) for g in model.groups]
    return {
        "name": model.name,
        "description": model.description,
        "minimum": _optional(model.minimum),
        "maximum": _optional(model.maximum),
        "below_hits": str(model.unknown.below_hits),
        "unknown_en": model.unknown.label.en,
        "unknown_nl": model.unknown.label.nl,
        "bands": _with_spare([RowValues(n, r[0], r[0], r[1].en, r[1].nl, r[2]) for n, r in enumerate(bands)]),
        "groups": _with_spare([RowValues(n, r[0], r[0], r[1].en, r[1].nl, r[2]) for n, r in enumerate(groups)]),
    }


def _optional(amount: Decimal | None) -> str:
    return "" if amount is None else shown(amount)


def _with_spare(rows: list[RowValues]) -> list[RowValues]:
    return [*rows, *(RowValues(len(rows) + n) for n in range(SPARE))]


def sent(post: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values as they were sent; rows without a name are gone."""
    names = ("name", "description", "minimum", "maximum", "below_hits", "unknown_en", "unknown_nl")
    values: dict[str, Any] = {name: str(post.get(name, "")).replace("\r\n", "\n").strip() for name in names}
    for kind in ("band", "group"):
        rows = [_row(post, kind, place) for place in range(MOST_ROWS) if f"{kind}-name-{place}" in post]
        values[f"{kind}s"] = _with_spare([replace(r, place=n) for n, r in enumerate(r for r in rows if r.name)])
    return values


def _row(post: Mapping[str, Any], kind: str, place: int) -> RowValues:
    parts = (str(post.get(f"{kind}-{part}-{place}", "")).strip() for part in ("was", "name", "en", "nl", "amount"))
    return RowValues(place, *parts)


@dataclass
class Reading:
    """Reads values and notes what is wrong with them, by field."""

    errors: Errors = field(default_factory=dict)

    def get(self, name: str, read: Callable[[Node], Any], text: str, message: object, quoted: bool = False) -> Any:
        """The value, or None with its problem noted."""
        try:
            return read(Scalar(text, not quoted, 1))
        except Problem:
            self.errors[name] = str(message)
            return None

    def amount(self, name: str, text: str, message: object) -> Decimal | None:
        """A number, or None for an empty field."""
        return self.get(name, total, number(text), message) if text else None

    def label(self, prefix: str, suffix: str, en: str, nl: str) -> Label:
        """A label; one language stands for both."""
        texts = (en or nl, nl or en)
        found = [
            self.get(f"{prefix}{code}{suffix}", label_text, text, TEXT, quoted=True)
            for code, text in zip(("en", "nl"), texts, strict=True)
        ]
        return Label(*(part or "" for part in found))


def read(values: Mapping[str, Any], model: Model) -> tuple[Model, Errors]:
    """The model with what the form says; not to be used where there are errors."""
    reading = Reading()
    name = reading.get("name", label_text, values["name"], TEXT, quoted=True)
    long = partial(read_text, longest=LONGEST_DESCRIPTION, lines=True)
    description = reading.get("description", long, values["description"], TEXT, True) if values["description"] else ""
    minimum = reading.amount("minimum", values["minimum"], NUMBER)
    maximum = reading.amount("maximum", values["maximum"], NUMBER)
    if minimum is not None and maximum is not None and minimum >= maximum:
        reading.errors["maximum"] = str(ABOVE)
    below = reading.get("below_hits", partial(read_whole, low=0, high=MOST_HITS), values["below_hits"], WHOLE)
    unknown = Unknown(below or 0, reading.label("unknown_", "", values["unknown_en"], values["unknown_nl"]))
    bands, groups = _bands(reading, values["bands"]), _groups(reading, values["groups"])
    renamed = {row.was: row.name for row in values["groups"] if row.name and row.was}
    used = tuple(replace(t, group=renamed.get(t.group)) if t.group else t for t in model.touchpoints)
    changed = replace(model, name=name or "", description=description or "", minimum=minimum, maximum=maximum)
    return replace(changed, unknown=unknown, bands=bands, groups=groups, touchpoints=used), reading.errors


def _bands(reading: Reading, rows: list[RowValues]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for row in (row for row in rows if row.name):
        _name(reading, "band", row, {b.name for b in bands} | {"unknown"})
        amount = reading.get(f"band-amount-{row.place}", total, number(row.amount), NUMBER)
        if amount is not None and amount in {b.at_least for b in bands}:
            reading.errors[f"band-amount-{row.place}"] = str(FROM)
        bands.append(Band(row.name, reading.label("band-", f"-{row.place}", row.en, row.nl), amount or Decimal(0)))
    return tuple(sorted(bands, key=lambda band: band.at_least))


def _groups(reading: Reading, rows: list[RowValues]) -> tuple[Group, ...]:
    groups: list[Group] = []
    for row in (row for row in rows if row.name):
        _name(reading, "group", row, {g.name for g in groups})
        amount = reading.amount(f"group-amount-{row.place}", row.amount, POSITIVE)
        if amount is not None and amount < 0:
            reading.errors[f"group-amount-{row.place}"] = str(POSITIVE)
        groups.append(Group(row.name, reading.label("group-", f"-{row.place}", row.en, row.nl), amount))
    return tuple(groups)


def _name(reading: Reading, kind: str, row: RowValues, taken: set[str]) -> None:
    key = f"{kind}-name-{row.place}"
    reading.get(key, partial(read_name, what=kind), row.name, NAME)
    if row.name in taken:
        reading.errors[key] = str(NAME)
