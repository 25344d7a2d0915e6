"""A model as text: one spelling for one model, so that texts can be compared and fingerprinted."""

import re
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from journeyscore.domain.model import Condition, HalfLife, Label, Match, Model, Steps, Touchpoint
from journeyscore.modelfile.bounds import MOST_BYTES
from journeyscore.modelfile.conditions import FIELDS
from journeyscore.modelfile.parse import FORMAT
from journeyscore.modelfile.scalars import format_decimal

KEYS = {column: key for key, column in FIELDS.items()}
WIDTH = 110
GUESSED = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n|inf|nan")
"""Words that other readers of YAML take for something else; they are written in quotes."""
SAFE = re.compile(r"[^\W\d_](?:[\w.()/%+*'-]| (?! ))*(?<! )")
"""Texts that can do without quotes in every place: a letter, then letters, digits and harmless signs."""


class Plain(str):
    """A number, a flag, a null or a word of the schema: never in quotes."""

    __slots__ = ()


class Line(dict[str, Any]):
    """A mapping that is written on one line."""


def format_model(model: Model) -> str:
    """The model as canonical YAML: block style, keys in a fixed order, no comments.

    `parse_model(format_model(model)) == model` for every model that `parse_model` can give. Raises `ValueError` for a
    condition that the file has no words for: two tests on one field (only code can build that).
    """
    return write_tree(tree_of(model))


def format_condition(condition: Condition) -> str:
    """What stands under `when`, as canonical YAML. Raises `ValueError` as `format_model` does."""
    return write_tree(_condition(condition))


def write_tree(tree: Any, width: int = WIDTH) -> str:
    """A tree of `tree_of`, or a part of it, as canonical YAML."""
    out = StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = width
    yaml.allow_unicode = True
    yaml.emit(_stream(tree), out)
    return out.getvalue()


def fingerprint(model: Model) -> str:
    """12 hexadecimal digits that differ when the models do: of the SHA-256 of the canonical text."""
    return sha256(format_model(model).encode()).hexdigest()[:12]


def _number(number: Decimal | int | None) -> Plain:
    return Plain("null" if number is None else format_decimal(Decimal(number)))


def write_inline(value: Any) -> str:
    """A value of such a tree as it stands within a line."""
    return write_tree(Line(x=value), width=10 * MOST_BYTES).removeprefix("{x: ").removesuffix("}\n")


def tree_of(model: Model) -> dict[str, Any]:
    """The model as what stands in its file: keys in their fixed order, and values."""
    return _given(
        model=_number(FORMAT),
        name=model.name,
        description=model.description or None,
        minimum=_number(model.minimum),
        maximum=_number(model.maximum),
        groups={g.name: _given(label=_label(g.label), maximum=_number(g.maximum)) for g in model.groups} or None,
        bands={b.name: _given(label=_label(b.label), at_least=_number(b.at_least)) for b in model.bands} or None,
        unknown={"below_hits": _number(model.unknown.below_hits), "label": _label(model.unknown.label)},
        touchpoints={touchpoint.name: _touchpoint(touchpoint) for touchpoint in model.touchpoints},
    )


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _label(label: Label) -> Line:
    return Line(en=label.en, nl=label.nl)


def _touchpoint(touchpoint: Touchpoint) -> dict[str, Any]:
    limit, tiers = touchpoint.limit, touchpoint.tiers
    return _given(
        label=_label(touchpoint.label),
        stage=Plain(touchpoint.stage),
        channel=touchpoint.channel,
        when=_condition(touchpoint.when),
        points=None if tiers else _number(touchpoint.points),
        tiers=Line({Plain(t.hits): _number(t.points) for t in tiers}) if tiers else None,
        limit=Plain(f"{limit.count} per {limit.per}") if limit else None,
        repeat=_number(touchpoint.repeat) if touchpoint.repeat is not None else None,
        window=_days(touchpoint.window) if touchpoint.window is not None else None,
        decay=_decay(touchpoint.decay),
        group=touchpoint.group,
        reason=touchpoint.reason,
    )


def _decay(decay: HalfLife | Steps | None) -> Line | None:
    match decay:
        case HalfLife(days):
            return Line(half_life=_days(days))
        case Steps(percent, every):
            return Line(percent=_number(percent), every=_days(every))
    return None


def _days(days: int) -> Plain:
    return Plain("1 day" if days == 1 else f"{days} days")


def _condition(condition: Condition) -> dict[str, Any]:
    tests: dict[str, Any] = {}
    for match in condition.all_of:
        key = KEYS.get(match.field, match.field)
        if key in tests:
            raise ValueError(f"two tests on {key} in one condition cannot be written in a model file")
        tests[key] = _test(match)
    if condition.any_of:
        tests["any"] = [_condition(other) for other in condition.any_of]
    return tests


def _test(match: Match) -> Any:
    test = _given(
        **{"is": _texts(match.any_of), "not": _texts(match.none_of)},
        at_least=_number(match.at_least) if match.at_least is not None else None,
        at_most=_number(match.at_most) if match.at_most is not None else None,
        is_set=Plain(str(match.is_set).lower()) if match.is_set is not None else None,
    )
    return test["is"] if list(test) == ["is"] else test


def _texts(texts: tuple[str, ...]) -> str | list[str] | None:
    return texts[0] if len(texts) == 1 else list(texts) or None


def _stream(tree: Any) -> Iterator[Any]:
    yield StreamStartEvent()
    yield DocumentStartEvent(explicit=False)
    yield from _events(tree, flow=False)
    yield DocumentEndEvent(explicit=False)
    yield StreamEndEvent()


def _events(value: Any, flow: bool) -> Iterator[Any]:
    if isinstance(value, dict):
        flow = flow or isinstance(value, Line)
        yield MappingStartEvent(anchor=None, tag=None, implicit=True, flow_style=flow)
        for key, inner in value.items():
            yield from _events(key, flow)
            yield from _events(inner, flow)
        yield MappingEndEvent()
    elif isinstance(value, list):
        flow = flow or all(isinstance(item, str) for item in value)
        yield SequenceStartEvent(anchor=None, tag=None, implicit=True, flow_style=flow)
        for item in value:
            yield from _events(item, flow)
        yield SequenceEndEvent()
    else:
        yield ScalarEvent(anchor=None, tag=None, implicit=(True, True), value=str(value), style=_style(value))


def _style(value: str) -> str | None:
    if isinstance(value, Plain):
        return None
    if "\n" in value:
        return "|"
    return None if SAFE.fullmatch(value) and not GUESSED.fullmatch(value) else "'"
