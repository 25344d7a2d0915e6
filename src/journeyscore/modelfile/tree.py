"""YAML text as a tree of mappings, lists and scalars, each with its line.

Nothing is guessed here: a scalar keeps its source text, so that `NO`, `1.10` and `12:30` mean what the schema says they
mean. Aliases, anchors, tags and merge keys are refused, so a small file can't stand for a large one.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from journeyscore.domain.phrase import Phrase
from journeyscore.modelfile.bounds import MOST_BYTES, MOST_DEPTH, MOST_NODES, MOST_TOUCHPOINTS
from journeyscore.modelfile.problems import Problem, Problems, quoted

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as its source text. `plain` when it stood there without quotes."""

    text: str
    plain: bool
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the file; no key stands there twice."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    line: int


Node = Scalar | Sequence | Mapping


def read_tree(text: str, problems: Problems) -> Node:
    """The one document in `text`. Raises `ModelError` when it is no YAML, or YAML that a model may not use."""
    tree: Node = Mapping((), 1)
    try:
        tree = _Composer(_events(text), problems).document()
    except Problem as problem:
        problems.add(problem.line, problem.message)
    except MarkedYAMLError as error:
        problems.add(*_syntax_problem(error, text))
    except (YAMLError, ValueError) as error:
        problems.add(
            1, Phrase("this is no YAML text: {reason}; save it as UTF-8 without control characters", reason=error)
        )
    return tree


def _events(text: str) -> Iterator[Any]:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Problem(
            1,
            "the file is larger than {most:,} bytes; split the model or shorten its texts",
            most=MOST_BYTES,
        )
    events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text.removeprefix(BYTE_ORDER_MARK))
    return events


class _Composer:
    """Turns parser events into nodes, and stops at the bounds before anything can grow."""

    def __init__(self, events: Iterator[Any], problems: Problems) -> None:
        self.events = events
        self.problems = problems
        self.nodes = 0

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                raise Problem(_line(event), "a second document starts here (---); a model is one document")
            if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
                root = self.node(event, 1)
        if root is None or (isinstance(root, Scalar) and root.plain and not root.text):
            raise Problem(1, "the file is empty; `journeyscore model show` prints a model to start from")
        return root

    def node(self, event: Any, depth: int) -> Node:
        self.nodes += 1
        if depth > MOST_DEPTH:
            raise Problem(_line(event), "nested deeper than {most} levels; a model never needs that", most=MOST_DEPTH)
        if self.nodes > MOST_NODES:
            raise Problem(_line(event), "more than {most:,} values; split the model", most=MOST_NODES)
        self._refuse_shorthand(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, depth)
        if isinstance(event, AliasEvent):
            return Scalar("", False, _line(event))
        return Scalar(event.value, event.style in (None, ""), _line(event))

    def _refuse_shorthand(self, event: Any) -> None:
        if isinstance(event, AliasEvent):
            self.problems.add(
                _line(event), Phrase("alias *{anchor} is refused; write the value out", anchor=event.anchor)
            )
            return
        if event.anchor:
            self.problems.add(_line(event), Phrase("anchor &{anchor} is refused; leave it out", anchor=event.anchor))
        tag = event.ctag
        if tag:
            self.problems.add(
                _line(event), Phrase("tag {tag} is refused; leave it out, the key decides the type", tag=tag)
            )

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event, depth + 1))
            _check_length(items, start)
        return Sequence(tuple(items), _line(start))

    def _mapping(self, start: Any, depth: int) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event, depth + 1)
            value = _beside(key, self.node(next(self.events), depth + 1))
            if not isinstance(key, Scalar):
                self.problems.add(key.line, Phrase("a key must be a text, not a list or a mapping"))
            elif key.text in pairs:
                first = pairs[key.text][0].line
                self.problems.add(
                    key.line,
                    Phrase(
                        "key {text} stands here twice (first in line {first}); keep one",
                        text=quoted(key.text),
                        first=first,
                    ),
                )
            else:
                pairs[key.text] = (key, value)
                _check_length(pairs, start)
        return Mapping(tuple(pairs.values()), _line(start))


def _check_length(entries: Sized, start: Any) -> None:
    if len(entries) > MOST_TOUCHPOINTS:
        raise Problem(
            _line(start),
            "more than {most:,} entries start here; a model has no more touchpoints",
            most=MOST_TOUCHPOINTS,
        )


def _beside(key: Node, value: Node) -> Node:
    """A key without a value: the parser sees the emptiness on a later line, people see it here."""
    return value if not isinstance(value, Scalar) or value.text else Scalar("", value.plain, key.line)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _syntax_problem(error: MarkedYAMLError, text: str) -> tuple[int, Phrase]:
    mark = error.problem_mark or error.context_mark
    line = int(mark.line) + 1 if mark else 1
    rows = text.splitlines()
    if line <= len(rows) and "\t" in rows[line - 1]:
        return line, Phrase("there is a tab in this line; indent with spaces, two per level")
    return line, Phrase(
        "this is no YAML: {what}; look at the indent, the colons and the quotes here and in the line before",
        what=_of_parser(error.problem or error.context or "not readable"),
    )


def _of_parser(what: str) -> str:
    """What the parser says, as a phrase if it is one that people meet."""
    expected, but_found, found = what.partition("expected <block end>, but found ")
    if but_found and not expected:
        return Phrase("expected <block end>, but found {found}", found=found)
    return PARSER.get(what, what)


PARSER = {
    str(phrase): phrase
    for phrase in (
        Phrase("not readable"),
        Phrase("mapping values are not allowed here"),
        Phrase("mapping keys are not allowed here"),
        Phrase("sequence entries are not allowed here"),
        Phrase("could not find expected ':'"),
        Phrase("found unexpected ':'"),
        Phrase("found unexpected end of stream"),
        Phrase("found unexpected document separator"),
    )
}
