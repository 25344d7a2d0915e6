"""Single values, typed by what the schema wants and never by how they look. All raise `Problem`."""

import re
from collections.abc import Sequence as Words
from decimal import Decimal
from unicodedata import category, normalize

from journeyscore.domain.model import Limit, Period
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


def scalar(node: Node, wanted: str) -> Scalar:
    """The node as a single value that is not empty; `wanted` says what should stand here."""
    if not isinstance(node, Scalar):
        kind = "keys with values" if isinstance(node, Mapping) else "a list"
        raise Problem(node.line, f"is not a single value but {kind}; write {wanted}")
    if not node.text:
        raise Problem(node.line, f"has no value; write {wanted}, or leave the key out")
    return node


def is_null(node: Node) -> bool:
    """Whether the node is the word `null` (or `~`), which means: none."""
    return isinstance(node, Scalar) and node.plain and node.text in NULLS


def read_number(node: Node, low: int, high: int, decimals: int) -> Decimal:
    """An exact number within bounds, written as 30, 0.5 or -10."""
    wanted = "a number such as 30, 0.5 or -10"
    found = scalar(node, wanted)
    if not found.plain:
        raise Problem(found.line, f"{quoted(found.text)} stands in quotes; write the number without them")
    if not NUMBER.fullmatch(found.text):
        raise Problem(found.line, f"{quoted(found.text)} is no number; write {wanted}{_number_advice(found.text)}")
    if len(found.text) > LONGEST_NUMBER or not low <= Decimal(found.text) <= high:
        raise Problem(found.line, f"{quoted(found.text, 20)} is out of bounds; write a number from {low:,} to {high:,}")
    if len(found.text.partition(".")[2]) > decimals:
        raise Problem(found.line, f"{found.text} has too many decimals; write at most {decimals}")
    return Decimal(found.text)


def _number_advice(text: str) -> str:
    if "," in text:
        return ": a point before the decimals, and nothing between thousands"
    if "_" in text:
        return ": without underscores"
    if text.endswith("%"):
        return ": without a percent sign"
    return ""


def read_whole(node: Node, low: int, high: int) -> int:
    """A whole number within bounds."""
    return int(read_number(node, low, high, decimals=0))


def read_flag(node: Node) -> bool:
    """`true` or `false`, and nothing else."""
    found = scalar(node, "true or false")
    if not found.plain or found.text not in ("true", "false"):
        raise Problem(found.line, f"{quoted(found.text)} is not true or false; write one of these, without quotes")
    return found.text == "true"


def read_text(node: Node, longest: int, lines: bool = False) -> str:
    """A text as it is written, in Unicode form C; on one line unless `lines`."""
    found = scalar(node, "a text")
    if is_null(found):
        raise Problem(found.line, f"{found.text} is no text; write a text, or leave the key out")
    text = normalize("NFC", found.text)
    rows = [row.rstrip() for row in text.split("\n")] if lines else [text]
    if any(category(c) in UNPRINTABLE for row in rows for c in row):
        raise Problem(found.line, f"{quoted(text)} holds a control character or a line break; take it out")
    text = "\n".join(rows).strip()
    if not text:
        raise Problem(found.line, "holds only spaces; write a text, or leave the key out")
    if len(text) > longest:
        raise Problem(found.line, f"is {len(text):,} characters long; write at most {longest:,}")
    return text


def read_name(node: Node, what: str) -> str:
    """A name in snake_case: a letter, then letters, digits and underscores."""
    found = scalar(node, f"the name of a {what}")
    if not NAME.fullmatch(found.text) or len(found.text) > LONGEST_NAME:
        advice = f"write small letters, digits and underscores, a letter first, at most {LONGEST_NAME} characters"
        raise Problem(found.line, f"{quoted(found.text)} is no name for a {what}; {advice}")
    return found.text


def read_choice(node: Node, choices: Words[str]) -> str:
    """One of the words of a closed list."""
    found = scalar(node, f"one of {', '.join(choices)}")
    if found.text not in choices:
        raise Problem(
            found.line, f"{quoted(found.text)} is not one of {', '.join(choices)}; {suggestion(found.text, choices)}"
        )
    return found.text


def read_days(node: Node) -> int:
    """A number of days: `90 days`, `2 weeks`, or a bare whole number of days."""
    wanted = "a time such as 90 days or 2 weeks"
    found = scalar(node, wanted)
    match = DAYS.fullmatch(found.text)
    if not match:
        raise Problem(
            found.line, f"{quoted(found.text)} is no time; write whole days or weeks, such as 90 days or 2 weeks"
        )
    count = int(match[1]) if len(match[1]) < 10 else MOST_DAYS + 1
    days = count * 7 if (match[2] or "").startswith("week") else count
    if not 1 <= days <= MOST_DAYS:
        raise Problem(found.line, f"{quoted(found.text)} is out of bounds; write from 1 to {MOST_DAYS:,} days")
    return days


def read_limit(node: Node) -> Limit:
    """`1 per day`: a count and a period."""
    periods = [str(period) for period in Period]
    wanted = "a limit such as 1 per day, 3 per week, 5 per month or 1 per ever"
    found = scalar(node, wanted)
    match = LIMIT.fullmatch(found.text)
    if not match:
        raise Problem(found.line, f"{quoted(found.text)} is no limit; write {wanted}")
    if match[2] not in periods:
        raise Problem(found.line, f"{quoted(match[2])} is no period; {suggestion(match[2], periods)}")
    return Limit(read_whole(Scalar(match[1], True, found.line), 1, MOST_HITS), Period(match[2]))


def format_decimal(number: Decimal) -> str:
    """A number without exponent and without zeros that say nothing: 30, 0.5, -10."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
