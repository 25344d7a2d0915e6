"""JSON as the standard has it: no double keys, no NaN, no numbers beyond bounds, no halves of characters."""

import json
from dataclasses import dataclass
from typing import Any

from journeyscore.domain.refusal import Reason

MOST_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a text is not taken. The message never echoes it."""

    reason: Reason
    message: str


class _Bad(Exception):
    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.refused = Refused(reason, message)


def parse_json(text: str) -> Any:
    """What the text says, or why it is Refused. Whole numbers stay text where they are long; never raises."""
    try:
        found = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_no_number, parse_int=_whole, parse_float=_fraction
        )
    except _Bad as bad:
        return bad.refused
    except (ValueError, RecursionError):
        return Refused(Reason.BAD_JSON, "the line is no JSON")
    if "\\u" in text and _has_halves(found):
        return Refused(Reason.BAD_UNICODE, "the line holds half a character (a lone surrogate)")
    return found


def parse_object(text: str) -> dict[str, Any] | Refused:
    """One JSON object."""
    found = parse_json(text)
    if isinstance(found, dict | Refused):
        return found
    return Refused(Reason.NOT_AN_OBJECT, "the line is JSON, but no object")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Bad(Reason.DUPLICATE_KEY, "a key stands twice in one object")
    return found


def _no_number(_: str) -> Any:
    raise _Bad(Reason.BAD_NUMBER, "NaN and Infinity are no numbers")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise _Bad(Reason.BAD_NUMBER, f"a number has more than {MOST_DIGITS} digits")
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _Bad(Reason.BAD_NUMBER, "a number is too large")
    return value


def _has_halves(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
