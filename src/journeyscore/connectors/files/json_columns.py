"""Values of JSON as columns of text: many at a time, each as it would be written alone."""

import json
from collections.abc import Sequence
from operator import itemgetter
from secrets import token_hex
from typing import Any

from journeyscore.connectors.files.columns import PROPERTY
from journeyscore.connectors.files.segment import CALL_FIELDS, scalar, text
from journeyscore.connectors.files.strict_json import CONTAINERS, parse_json

Column = list[str | None]
Columns = dict[str, Column]
NOTHING = {type(None)}
TEXTS = frozenset((str, *NOTHING))


def scalars(values: Sequence[Any]) -> Column:
    """`scalar` of each value."""
    if not TEXTS.issuperset(map(type, values)):
        return [scalar(value) for value in values]
    return [value or None for value in values] if "" in values else list(values)


def texts(values: Sequence[Any]) -> Column:
    """`text` of each value."""
    places = [place for place, value in enumerate(values) if value.__class__ in CONTAINERS]
    found = [None if value.__class__ in CONTAINERS else text(value) for value in values]
    for place, written in zip(places, dumped([values[place] for place in places]), strict=True):
        found[place] = written
    return found


def dumped(values: list[Any]) -> list[str]:
    """Each value as JSON. By one call, and taken apart at a text that stands nowhere else: half the price."""
    mark = token_hex(16)
    written = json.dumps([each for value in values for each in (mark, value)], ensure_ascii=False)
    return written[len(mark) + 5 : -1].split(f', "{mark}", ') if values else []


def columns_of(found: list[dict[str, Any]], layout: dict[str, str]) -> Columns:
    """Objects as columns by field: scalars as text, all properties together as JSON.

    `layout`: the key (or dotted path) of each value that is taken, and its field.
    """
    values = {
        field: [each[path] if path in each else at(each, path) for each in found] for path, field in layout.items()
    }
    columns = {f: scalars(v) for f, v in values.items() if f != "properties" and not f.startswith(PROPERTY)}
    keys = [f for f in values if f.startswith(PROPERTY)]
    own: Sequence[Any] = values.get("properties", [None] * len(found))
    if keys:
        names, beside = [key.removeprefix(PROPERTY) for key in keys], zip(*(values[key] for key in keys), strict=True)
        own = [_joined(dict(zip(names, row, strict=True)), inside) for row, inside in zip(beside, own, strict=True)]
    if keys or "properties" in values:
        columns["properties"] = texts(own)
    return _with_moments(columns)


def columns_of_calls(calls: list[tuple[Any, ...]]) -> Columns:
    """The values of calls of the Segment spec (`call_values`) as columns; those with nothing in them are left out."""
    named = zip(CALL_FIELDS, zip(*calls, strict=True), strict=True)
    filled = ((name, values) for name, values in named if set(map(type, values)) != NOTHING)
    return {name: (texts if name == "properties" else scalars)(values) for name, values in filled}


def _picked(found: list[dict[str, Any]], paths: list[str]) -> list[Sequence[Any]]:
    """The values under each of the paths. Nearly always they are keys that all objects have."""
    try:
        return [list(map(itemgetter(path), found)) for path in paths]
    except KeyError:
        return [[at(each, path) for each in found] for path in paths]


def _joined(beside: dict[str, Any], own: Any) -> Any:
    """Properties that stood under keys of their own, beside an object of properties."""
    given = {key: value for key, value in beside.items() if value is not None and value != ""}
    inside = {} if own is None or own == "" else parse_json(own) if isinstance(own, str) else own
    return {**given, **inside} if given and isinstance(inside, dict) else own


def _with_moments(columns: Columns) -> Columns:
    """One column from a date and a time."""
    if "date" not in columns and "time" not in columns:
        return columns
    nothing: Column = [None] * len(next(iter(columns.values())))
    days, hours = columns.pop("date", nothing), columns.pop("time", nothing)
    columns["occurred_at"] = [
        (f"{day} {hour}" if hour else day) if day else None for day, hour in zip(days, hours, strict=True)
    ]
    return columns


def parted(properties: Column, keys: list[str]) -> Columns:
    """The properties with these as columns of their own, as they are in a table."""
    insides = [parse_json(written or "{}") for written in properties]
    apart = {
        PROPERTY + key: [text(popped(inside, key)) if isinstance(inside, dict) else None for inside in insides]
        for key in keys
    }
    rest = zip(properties, insides, texts(insides), strict=True)
    return {**apart, "properties": [new if old and isinstance(inside, dict) else old for old, inside, new in rest]}


def popped(found: dict[str, Any], path: str) -> Any:
    """The value under a key, or under a dotted path, taken out; None where there is none."""
    start, _, rest = path.partition(".")
    inner = found.get(start)
    return popped(inner, rest) if path not in found and rest and isinstance(inner, dict) else found.pop(path, None)


def at(found: dict[str, Any], path: str) -> Any:
    """The value under a key, or under a dotted path; None where there is none."""
    if path in found:
        return found[path]
    inner: Any = found
    for part in path.split("."):
        inner = inner.get(part) if isinstance(inner, dict) else None
    return inner
