"""Properties: a JSON object of any kind becomes a flat one, in which every value is text."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from math import isinf
from typing import Any

import polars as pl

from journeyscore.domain.refusal import Reason
from journeyscore.intake.scrub import is_personal_key, is_plain_id, mask_text, suspicious

MOST_PROPERTIES = 255
MOST_LEVELS = 10
MOST_BYTES = 32_768
MOST_DIGITS = 400
TOO_DEEP = f"the properties are nested more than {MOST_LEVELS} deep"
OWN_POINTS = frozenset({"points", "score"})
"""Points come from the model alone."""
LONGEST_KEY = 489
"""Characters of a key: `properties.KEY` in a model may have 500."""
UNADDRESSABLE = str.maketrans(dict.fromkeys("'\"?[]\\", "_"))
"""Characters of keys that cannot stand in the path of a property in SQL."""
SCHEMA = pl.Schema(
    {"properties": pl.String, "reason": pl.String, "message": pl.String, "flags": pl.String, "machine": pl.Boolean}
)


Row = tuple[str | None, str | None, str | None, str, bool]
"""What became of one text: the columns of SCHEMA."""
NOTHING: Row = (None, None, None, "", False)


class _Bad(ValueError):
    """Properties that must be refused. The message names no value, nor a key: either may be personal."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class _Number(str):
    """A number of JSON, as its plain digits."""

    __slots__ = ()


def read_properties(values: pl.Series) -> pl.DataFrame:
    """Texts of JSON objects (String, nullable) as a frame of SCHEMA, row by row. Never raises.

    - `properties`: the canonical object: flat, keys sorted, values text; null when nothing is in it.
    - `reason`, `message`: why the text must be refused (a `Reason` and a sentence without its values), else null.
    - `flags`: `points_ignored` and `scrubbed` where something was left out or masked, space-separated.
    - `machine`: whether the property `machine` says so.
    """
    texts = values.cast(pl.String).alias("text")
    escaped = pl.col("text").str.contains("\\", literal=True)
    known = texts.unique().to_frame().with_columns(odd=suspicious("text") | escaped)
    read = [_read(text, odd) for text, odd in known.iter_rows()]
    columns = zip(*read, strict=True) if read else [()] * len(SCHEMA)
    found = [pl.Series(name, column, kind) for (name, kind), column in zip(SCHEMA.items(), columns, strict=True)]
    table = known.select("text").with_columns(found)
    joined = texts.to_frame().join(table, on="text", how="left", nulls_equal=True, maintain_order="left")
    return joined.select(SCHEMA.names())


def _read(text: str | None, odd: bool) -> Row:
    if text is None or not text.strip():
        return NOTHING
    try:
        return _canonical(_parsed(text), odd)
    except _Bad as bad:
        return None, bad.reason.value, str(bad), "", False


def _canonical(sent: dict[str, Any], odd: bool) -> Row:
    if odd:
        _refuse_bad_unicode(sent)
    reading = _Reading(odd, {}, set())
    reading.take(sent, "", 1)
    kept, flags = reading.kept, " ".join(sorted(reading.flags))
    if len(kept) > MOST_PROPERTIES:
        raise _Bad(Reason.TOO_MANY_PROPERTIES, f"{len(kept):,} properties; {MOST_PROPERTIES} may be sent")
    text = "{" + ",".join([f"{quoted(key)}:{quoted(kept[key])}" for key in sorted(kept)]) + "}" if kept else None
    if text and len(text) * 4 > MOST_BYTES and len(text.encode()) > MOST_BYTES:
        raise _Bad(Reason.TOO_MANY_PROPERTIES, f"written out flat they have more than {MOST_BYTES:,} bytes")
    return text, None, None, flags, kept.get("machine", "").casefold() in ("true", "1")


def _parsed(text: str) -> dict[str, Any]:
    if len(text.encode()) > MOST_BYTES:
        raise _Bad(Reason.TOO_MANY_PROPERTIES, f"the properties have more than {MOST_BYTES:,} bytes")
    if "\0" in text:
        raise _Bad(Reason.BAD_UNICODE, "the properties have a NUL character")
    try:
        sent = _DECODER.decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        where = f"the properties are not JSON, from character {error.pos + 1} on"
        raise _Bad(Reason.BAD_PROPERTIES, where) from None
    except RecursionError:
        raise _Bad(Reason.TOO_MANY_PROPERTIES, TOO_DEEP) from None
    if not isinstance(sent, dict):
        raise _Bad(Reason.BAD_PROPERTIES, "the properties are not a JSON object")
    return sent


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Bad(Reason.DUPLICATE_KEY, "the properties give a key twice")
    return found


def _constant(_: str) -> Any:
    raise _Bad(Reason.BAD_NUMBER, "the properties have a number that is none: NaN or Infinity")


def _whole(digits: str) -> _Number:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise _Bad(Reason.BAD_NUMBER, f"the properties have a number of more than {MOST_DIGITS} digits")
    return _Number("0" if digits == "-0" else digits)


def _fraction(digits: str) -> _Number:
    """Exactly what was written, without exponent or idle zeros."""
    nearest = float(digits)
    if isinf(nearest):
        raise _Bad(Reason.BAD_NUMBER, "the properties have a number beyond all bounds")
    plain = format(Decimal(digits), "f") if nearest else "0"
    if len(plain) > MOST_DIGITS:
        raise _Bad(Reason.BAD_NUMBER, f"the properties have a number of more than {MOST_DIGITS} digits")
    return _Number(plain.rstrip("0").rstrip(".") if "." in plain else plain)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_fraction
)


def _refuse_bad_unicode(sent: Any) -> None:
    if any("\0" in text or not _encodes(text) for text in _texts(sent)):
        raise _Bad(Reason.BAD_UNICODE, "the properties have a NUL character or half of a surrogate pair")


def _texts(sent: Any) -> Iterator[str]:
    """All keys and texts; by a list of what is to be done, since nesting may be deep."""
    todo = [sent]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            todo += [*value, *value.values()]
        elif isinstance(value, list):
            todo += value


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class _Reading:
    """The properties of one text so far. `odd`: its values must be looked at for personal data."""

    odd: bool
    kept: dict[str, str]
    flags: set[str]

    def take(self, sent: dict[str, Any], path: str, level: int) -> None:
        """Keep the properties of an object at `path`; the outermost has level 1."""
        _refuse_deep(level)
        for key, value in sent.items():
            if level == 1 and key.strip().lower() in OWN_POINTS:
                self.flags.add("points_ignored")
            elif isinstance(value, dict):
                self.take(value, f"{path}{key}.", level + 1)
            elif value is not None:
                self.keep(path + key, value, level)

    def keep(self, key: str, value: Any, level: int) -> None:
        """Keep one property, unless it is personal."""
        spelled = _spelled(key)
        if spelled is None:
            self.flags.add("scrubbed")
        elif spelled in self.kept:
            raise _Bad(Reason.DUPLICATE_KEY, "two keys of the properties come to the same name")
        elif isinstance(value, list):
            self.kept[spelled] = self.masked(self.compact(value, level + 1), always=True)
        else:
            self.kept[spelled] = str(value) if is_plain_id(spelled, str(value)) else self.text(value)

    def text(self, value: str | bool) -> str:
        """A text, number or flag as masked text."""
        if isinstance(value, bool):
            return "true" if value else "false"
        return self.masked(value, always=isinstance(value, _Number))

    def masked(self, text: str, always: bool = False) -> str:
        """In NFC, and without personal data. Numbers and lists are written anew, so the sent text does not tell."""
        plain = str(text) if text.isascii() else unicodedata.normalize("NFC", text)
        if not self.odd and not (always and len(plain) > 8):
            return plain
        masked = mask_text(plain)
        if masked != plain:
            self.flags.add("scrubbed")
        return masked

    def compact(self, value: Any, level: int) -> str:
        """Lists and what is in them as JSON text, as sparing of personal data as the rest."""
        if isinstance(value, list):
            _refuse_deep(level)
            return "[" + ",".join(self.compact(item, level + 1) for item in value) + "]"
        if isinstance(value, dict):
            _refuse_deep(level)
            return "{" + ",".join(self.members(value, level)) + "}"
        if value is None:
            return "null"
        text = self.text(value)
        return text if isinstance(value, bool) or (isinstance(value, _Number) and text == value) else quoted(text)

    def members(self, value: dict[str, Any], level: int) -> Iterator[str]:
        """The members of an object in a list, by key."""
        spelled = [(_spelled(key), item) for key, item in value.items() if item is not None]
        known = {key: item for key, item in spelled if key is not None}
        if len(known) < sum(key is not None for key, _ in spelled):
            raise _Bad(Reason.DUPLICATE_KEY, "two keys of the properties come to the same name")
        if len(known) < len(spelled):
            self.flags.add("scrubbed")
        for key in sorted(known):
            yield f"{quoted(key)}:{self.compact(known[key], level + 1)}"


def _refuse_deep(level: int) -> None:
    if level > MOST_LEVELS:
        raise _Bad(Reason.TOO_MANY_PROPERTIES, TOO_DEEP)


@lru_cache(maxsize=10_000)
def _spelled(key: str) -> str | None:
    """The key in NFC, fit for a path in SQL and for a model; None when it names, or is, personal data."""
    plain = unicodedata.normalize("NFC", key).strip().translate(UNADDRESSABLE) or "_"
    if not plain.isprintable():
        plain = "".join(c if c.isprintable() else "_" for c in plain)
    if is_personal_key(plain) or mask_text(plain) != plain:
        return None
    if len(plain) > LONGEST_KEY:
        raise _Bad(Reason.TOO_MANY_PROPERTIES, f"the properties have a name of more than {LONGEST_KEY} characters")
    return plain
