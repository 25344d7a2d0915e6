"""Single values, typed by what the schema wants and never by how they look. All raise `Problem`."""

import re
from collections.abc import Sequence as Words
from decimal import Decimal
from unicodedata import category, normalize

from journeyscore.domain.model import Limit, Period
from journeyscore.domain.phrase import Phrase
from journeyscore.modelfile.bounds import LONGEST_NAME, MOST_DAYS, MOST_HITS
from journeyscore.modelfile.problems import Problem, quoted, suggestion
from journeyscore.modelfile.tree import Mapping, Node, Scalar

NAME = re.compile(r"[a-z][a-z0-9_]*")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
DAYS = re.compile(r"(0|[1-9][0-9]*)(?: +(days?|weeks?))?")
LIMIT = re.compile(r"(\S+) +per +(\S+)")
NULLS = ("null", "~")
LONGEST_NUMBER = 30
UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


def scalar(node: Node, wanted: Phrase) -> Scalar:
    """The node as a single value that is not empty; `wanted` says what should stand here."""
    if not isinstance(node, Scalar):
        kind = Phrase("keys with values") if isinstance(node, Mapping) else Phrase("a list")
        raise Problem(node.line, "is not a single value but {kind}; write {wanted}", kind=kind, wanted=wanted)
    if not node.text:
        raise Problem(node.line, "has no value; write {wanted}, or leave the key out", wanted=wanted)
    return node


def is_null(node: Node) -> bool:
    """Whether the node is the word `null` (or `~`), which means: none."""
    return isinstance(node, Scalar) and node.plain and node.text in NULLS


def read_number(node: Node, low: int, high: int, decimals: int) -> Decimal:
    """An exact number within bounds, written as 30, 0.5 or -10."""
    wanted = Phrase("a number such as 30, 0.5 or -10")
    found = scalar(node, wanted)
    if not found.plain:
        raise Problem(found.line, "{text} stands in quotes; write the number without them", text=quoted(found.text))
    if not NUMBER.fullmatch(found.text):
        raise Problem(
            found.line,
            "{text} is no number; write {wanted}{hint}",
            text=quoted(found.text),
            wanted=wanted,
            hint=_number_advice(found.text),
        )
    if len(found.text) > LONGEST_NUMBER or not low <= Decimal(found.text) <= high:
        raise Problem(
            found.line,
            "{text} is out of bounds; write a number from {low:,} to {high:,}",
            text=quoted(found.text, 20),
            low=low,
            high=high,
        )
    if len(found.text.partition(".")[2]) > decimals:
        raise Problem(
            found.line, "{text} has too many decimals; write at most {decimals}", text=found.text, decimals=decimals
        )
    return Decimal(found.text)


def _number_advice(text: str) -> str:
    if "," in text:
        return Phrase(": a point before the decimals, and nothing between thousands")
    if "_" in text:
        return Phrase(": without underscores")
    if text.endswith("%"):
        return Phrase(": without a percent sign")
    return ""


def read_whole(node: Node, low: int, high: int) -> int:
    """A whole number within bounds."""
    return int(read_number(node, low, high, decimals=0))


def read_flag(node: Node) -> bool:
    """`true` or `false`, and nothing else."""
    found = scalar(node, Phrase("true or false"))
    if not found.plain or found.text not in ("true", "false"):
        raise Problem(
            found.line, "{text} is not true or false; write one of these, without quotes", text=quoted(found.text)
        )
    return found.text == "true"


def read_text(node: Node, longest: int, lines: bool = False) -> str:
    """A text as it is written, in Unicode form C; on one line unless `lines`."""
    found = scalar(node, Phrase("a text"))
    if is_null(found):
        raise Problem(found.line, "{text} is no text; write a text, or leave the key out", text=found.text)
    text = normalize("NFC", found.text)
    rows = [row.rstrip() for row in text.split("\n")] if lines else [text]
    if any(category(c) in UNPRINTABLE for row in rows for c in row):
        raise Problem(found.line, "{text} holds a control character or a line break; take it out", text=quoted(text))
    text = "\n".join(rows).strip()
    if not text:
        raise Problem(found.line, "holds only spaces; write a text, or leave the key out")
    if len(text) > longest:
        raise Problem(
            found.line, "is {count:,} characters long; write at most {longest:,}", count=len(text), longest=longest
        )
    return text


def read_name(node: Node, what: str) -> str:
    """A name in snake_case: a letter, then letters, digits and underscores."""
    found = scalar(node, Phrase("the name of a {what}", what=what))
    if not NAME.fullmatch(found.text) or len(found.text) > LONGEST_NAME:
        raise Problem(
            found.line,
            "{text} is no name for a {what}; write small letters, digits and underscores, a letter first, "
            "at most {most} characters",
            text=quoted(found.text),
            what=what,
            most=LONGEST_NAME,
        )
    return found.text


def read_choice(node: Node, choices: Words[str]) -> str:
    """One of the words of a closed list."""
    found = scalar(node, Phrase("one of {names}", names=", ".join(choices)))
    if found.text not in choices:
        raise Problem(
            found.line,
            "{text} is not one of {names}; {advice}",
            text=quoted(found.text),
            names=", ".join(choices),
            advice=suggestion(found.text, choices),
        )
    return found.text


def read_days(node: Node) -> int:
    """A number of days: `90 days`, `2 weeks`, or a bare whole number of days."""
    wanted = Phrase("a time such as 90 days or 2 weeks")
    found = scalar(node, wanted)
    match = DAYS.fullmatch(found.text)
    if not match:
        raise Problem(
            found.line,
            "{text} is no time; write whole days or weeks, such as 90 days or 2 weeks",
            text=quoted(found.text),
        )
    count = int(match[1]) if len(match[1]) < 10 else MOST_DAYS + 1
    days = count * 7 if (match[2] or "").startswith("week") else count
    if not 1 <= days <= MOST_DAYS:
        raise Problem(
            found.line,
            "{text} is out of bounds; write from 1 to {most:,} days",
            text=quoted(found.text),
            most=MOST_DAYS,
        )
    return days


def read_limit(node: Node) -> Limit:
    """`1 per day`: a count and a period."""
    periods = [str(period) for period in Period]
    wanted = Phrase("a limit such as 1 per day, 3 per week, 5 per month or 1 per ever")
    found = scalar(node, wanted)
    match = LIMIT.fullmatch(found.text)
    if not match:
        raise Problem(found.line, "{text} is no limit; write {wanted}", text=quoted(found.text), wanted=wanted)
    if match[2] not in periods:
        raise Problem(
            found.line, "{text} is no period; {advice}", text=quoted(match[2]), advice=suggestion(match[2], periods)
        )
    return Limit(read_whole(Scalar(match[1], True, found.line), 1, MOST_HITS), Period(match[2]))


def format_decimal(number: Decimal) -> str:
    """A number without exponent and without zeros that say nothing: 30, 0.5, -10."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
