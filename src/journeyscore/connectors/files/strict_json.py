"""JSON as the standard has it: no double keys, no NaN, no numbers beyond bounds, no halves of characters."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from journeyscore.domain.phrase import Phrase
from journeyscore.domain.refusal import Reason

MOST_DIGITS = 400
SPACE = " \t\r\n"
CONTAINERS = (dict, list)
DEEPEST = 100
"""Levels of objects and lists. Far below Python's limit, so that whatever was read can be written again."""
ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
UNFIT = re.compile("[\x00\ud800-\udfff]")
"""Characters that no text may hold: NUL, and halves of others."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a text is not taken. The message never echoes it."""

    reason: Reason
    message: str


LINE, FILE = Phrase("the line"), Phrase("the file")


class _Bad(Exception):
    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.refused = Refused(reason, message)


def parse_json(text: str, what: Phrase = LINE) -> Any:
    """What the text says, or why it is Refused; never raises. `what` is how a refusal calls the text."""
    try:
        found = _loaded(text)
    except _Bad as bad:
        return bad.refused
    except (ValueError, RecursionError):
        return Refused(Reason.BAD_JSON, Phrase("{what} is no JSON", what=what))
    if text.count("{") + text.count("[") > DEEPEST and _is_deep(found):
        too_deep = Phrase("{what} has more than {most} levels of objects and lists", what=what, most=DEEPEST)
        return Refused(Reason.BAD_JSON, too_deep)
    if _may_be_unfit(text) and any(UNFIT.search(t) for t in _texts(found)):
        return Refused(
            Reason.BAD_UNICODE, Phrase("{what} holds a NUL or half a character (a lone surrogate)", what=what)
        )
    return found


def _loaded(text: str) -> Any:
    """What the text says. Nearly every text begins with it: no need to look for space."""
    try:
        found, end = SCAN(text, 0)
    except StopIteration:
        return DECODER.decode(text)
    return found if end == len(text) or not text[end:].strip(SPACE) else DECODER.decode(text)


def _may_be_unfit(text: str) -> bool:
    """Whether characters that no text may hold stand in it, or are written out in it."""
    return ("\\u" in text and ESCAPED.search(text) is not None) or (
        not text.isascii() and UNFIT.search(text) is not None
    )


def parse_line(text: str) -> dict[str, Any] | Refused:
    """One JSON object, or why it is Refused; never raises."""
    found = parse_json(text)
    if isinstance(found, dict | Refused):
        return found
    return Refused(Reason.NOT_AN_OBJECT, "the line is JSON, but no object")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Bad(Reason.DUPLICATE_KEY, Phrase("a key stands twice in one object"))
    return found


def _no_number(_: str) -> Any:
    raise _Bad(Reason.BAD_NUMBER, Phrase("NaN and Infinity are no numbers"))


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise _Bad(Reason.BAD_NUMBER, Phrase("a number has more than {most} digits", most=MOST_DIGITS))
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _Bad(Reason.BAD_NUMBER, Phrase("a number is too large"))
    return value


DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_number, parse_int=_whole, parse_float=_fraction)

SCAN: Callable[[str, int], tuple[Any, int]] = DECODER.scan_once  # type: ignore[attr-defined]


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _is_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value) if inner.__class__ in CONTAINERS]
        if not level:
            return False
    return True


def _texts(found: Any) -> Iterator[str]:
    """Every key and text. Only for what is not too deep."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        yield from found
    for inner in _inside(found):
        yield from _texts(inner)
