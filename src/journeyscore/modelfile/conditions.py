"""`when`: which events belong to a touchpoint."""

import re
from collections.abc import Callable
from functools import partial

from journeyscore.domain.model import Condition, Match
from journeyscore.domain.phrase import Phrase
from journeyscore.modelfile.bounds import (
    COMPARED_DECIMALS,
    LONGEST_TEXT,
    MOST_COMPARED,
    MOST_NESTING,
    MOST_TEXTS,
)
from journeyscore.modelfile.problems import Problem, Problems
from journeyscore.modelfile.scalars import read_flag, read_number, read_text
from journeyscore.modelfile.section import Section
from journeyscore.modelfile.tree import Mapping, Node, Sequence

FIELDS = {
    "event": "name",
    "channel": "channel",
    "campaign": "campaign",
    "content": "content",
    "vacancy": "vacancy",
    "source": "source",
    "traffic_source": "traffic_source",
    "url": "url",
    "referrer": "referrer",
}
"""The keys of `when`, with the column of the event log that each one tests."""
PROPERTIES = "properties."
TESTS = ("is", "not", "at_least", "at_most", "is_set")

Spell = Callable[[str], str]


def read_condition(
    node: Node, path: str, problems: Problems, standard_name: Spell, line: int | None = None, nesting: int = 0
) -> Condition:
    """The condition of a `when`, or of an entry of `any` in it."""
    known = (*FIELDS, "properties.KEY", "any")
    section = Section(node, path, problems, known, line, open_key=_is_property)
    if isinstance(node, Mapping) and not node.pairs:
        section.problem(section.line, Phrase("holds no test; write at least one, such as event: form_submitted"))
    tests = tuple(
        section.get(
            key,
            partial(_read_test, _column(key), _spelling(key, standard_name), section.inside(key), problems),
            Match(key),
        )
        for key in section.pairs
        if key in FIELDS or _is_property(key)
    )
    return Condition(tests, _read_any(section, problems, standard_name, nesting))


def _is_property(key: str) -> bool:
    return (
        key.startswith(PROPERTIES)
        and len(PROPERTIES) < len(key) <= LONGEST_TEXT
        and key.isprintable()
        and key == key.strip()
    )


def _column(key: str) -> str:
    return FIELDS.get(key, key)


def _read_any(section: Section, problems: Problems, standard_name: Spell, nesting: int) -> tuple[Condition, ...]:
    if "any" not in section:
        return ()
    node, path, line = section.pairs["any"][1], section.inside("any"), section.line_of("any")
    if nesting == MOST_NESTING:
        problems.add(
            line,
            Phrase(
                "{path}: stands more than {most} levels deep; write lists of texts instead",
                path=path,
                most=MOST_NESTING,
            ),
        )
    elif not isinstance(node, Sequence) or not node.items:
        problems.add(
            line,
            Phrase(
                "{path}: must be a list of conditions; write each on a line with a dash, or leave it out", path=path
            ),
        )
    elif len(node.items) > MOST_TEXTS:
        problems.add(
            line,
            Phrase("{path}: holds more than {most} conditions; write fewer", path=path, most=MOST_TEXTS),
        )
    else:
        return tuple(read_condition(item, path, problems, standard_name, nesting=nesting + 1) for item in node.items)
    return ()


def _read_test(column: str, spell: Spell, path: str, problems: Problems, node: Node) -> Match:
    texts = partial(_read_texts, spell)
    if not isinstance(node, Mapping):
        return Match(column, any_of=texts(node))
    section = Section(node, path, problems, TESTS)
    number = partial(read_number, low=-MOST_COMPARED, high=MOST_COMPARED, decimals=COMPARED_DECIMALS)
    match = Match(
        column,
        any_of=section.get("is", texts, ()),
        none_of=section.get("not", texts, ()),
        at_least=section.get("at_least", number, None),
        at_most=section.get("at_most", number, None),
        is_set=section.get("is_set", read_flag, None),
    )
    _check_test(section, match)
    return match


def _check_test(section: Section, match: Match) -> None:
    if not section.pairs:
        section.problem(
            section.line,
            Phrase("holds no test; write a text, a list of texts, or one of {names}", names=", ".join(TESTS)),
        )
    if match.at_least is not None and match.at_most is not None and match.at_least > match.at_most:
        section.problem(
            section.line,
            Phrase(
                "nothing is at least {at_least} and at most {at_most}; turn them round",
                at_least=match.at_least,
                at_most=match.at_most,
            ),
        )
    if match.is_set is False and (match.any_of or match.at_least is not None or match.at_most is not None):
        section.problem(
            section.line, Phrase("is_set: false never holds together with is, at_least or at_most; keep one of them")
        )


def _read_texts(spell: Spell, node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    if not items:
        raise Problem(node.line, "is an empty list; write at least one text")
    if len(items) > MOST_TEXTS:
        raise Problem(
            node.line,
            "lists {count:,} texts; write at most {most}, or use *",
            count=len(items),
            most=MOST_TEXTS,
        )
    return tuple(dict.fromkeys(_read_pattern(spell, item) for item in items))


def _read_pattern(spell: Spell, node: Node) -> str:
    written = read_text(node, LONGEST_TEXT)
    text = spell(written)
    if not text:
        raise Problem(node.line, '"{written}" has no letters or digits to go by; write a name', written=written)
    return re.sub(r"\*+", "*", text)


def _spelling(key: str, standard_name: Spell) -> Spell:
    """How a text of this key is brought into the spelling of the event log."""
    if key == "event":
        return lambda text: snake(text) if "*" in text else standard_name(text)
    return snake if key == "channel" else lambda text: text


def snake(text: str) -> str:
    """Small letters, with underscores for spaces and hyphens."""
    return re.sub(r"[\s\-_]+", "_", text.lower()).strip()
