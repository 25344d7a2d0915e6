"""A mapping of the file, read key by key."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from journeyscore.domain.phrase import Phrase
from journeyscore.modelfile.problems import Problem, Problems, quoted, suggestion
from journeyscore.modelfile.tree import Mapping, Node, Scalar

T = TypeVar("T")
D = TypeVar("D")

REJECTING = re.compile(
    "actions?|acties?|reject(s|ed|ing|ion)?|hid(e|es|den)|archiv(e|es|ed|eren)|disqualif(y|ies|ied)|afwijz(en|ing)|verbergen"
)
REGULAR_EXPRESSIONS = ("regex", "regexp", "re", "pattern", "patterns", "matches", "match")
ADVICE = {
    **dict.fromkeys(
        REGULAR_EXPRESSIONS, Phrase("regular expressions are refused; list the texts, and write * for any characters")
    ),
    "<<": Phrase("merge keys are refused; write the keys out"),
}


class Section:
    """The known keys of one mapping. Reading never stops at a problem: it is noted, and a stand-in is returned.

    `path` is where the mapping stands (`touchpoints.form_submitted`), `line` the line to show in messages about the
    mapping as a whole. `known` gives the keys; `open_key` says whether another key is all right too.
    """

    def __init__(
        self,
        node: Node,
        path: str,
        problems: Problems,
        known: tuple[str, ...],
        line: int | None = None,
        open_key: Callable[[str], bool] = lambda key: False,
    ) -> None:
        self.path = path
        self.line = line or node.line
        self.problems = problems
        self.pairs: dict[str, tuple[Scalar, Node]] = {}
        self.has_keys = isinstance(node, Mapping)
        if not isinstance(node, Mapping):
            self.problem(node.line, Phrase("must hold keys with values; it may have {names}", names=", ".join(known)))
            return
        self.pairs = {key.text: (key, value) for key, value in node.pairs}
        for key, value in node.pairs:
            if key.text not in known and not open_key(key.text):
                self.problem(key.line, unknown_key(key.text, value, known))

    def problem(self, line: int, message: Phrase, key: str = "") -> None:
        """Note a problem of this mapping, or of one of its keys."""
        where = ".".join(part for part in (self.path, key) if part)
        self.problems.add(line, Phrase("{where}: {message}", where=where, message=message) if where else message)

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def get(self, key: str, read: Callable[[Node], T], otherwise: D) -> T | D:
        """The value of a key, or `otherwise` when the key is not there or its value is wrong."""
        if key not in self.pairs:
            return otherwise
        try:
            return read(self.pairs[key][1])
        except Problem as problem:
            self.problem(problem.line, problem.message, key)
            return otherwise

    def need(self, key: str, read: Callable[[Node], T], otherwise: T, advice: Phrase) -> T:
        """As `get`, for a key that must be there."""
        if key not in self.pairs:
            self.missing(quoted(key), advice)
        return self.get(key, read, otherwise)

    def missing(self, keys: str, advice: Phrase) -> None:
        """Note that a key is not there, unless there are no keys at all, which has been noted already."""
        if self.has_keys:
            self.problem(self.line, Phrase("the key {keys} is missing; {advice}", keys=keys, advice=advice))

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping when the key is not there."""
        return self.pairs[key][0].line if key in self.pairs else self.line

    def inside(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key


def entries(node: Node, path: str, problems: Problems, most: int) -> Iterator[tuple[Scalar, Node]]:
    """The pairs of a mapping with free keys, such as the touchpoints by name; no more than `most`."""
    if not isinstance(node, Mapping):
        problems.add(node.line, Phrase("{path}: must hold names, each with its own keys below it", path=path))
        return
    if len(node.pairs) > most:
        problems.add(
            node.line,
            Phrase(
                "{path}: {count:,} are too many; keep at most {most:,}", path=path, count=len(node.pairs), most=most
            ),
        )
        return
    yield from node.pairs


def unknown_key(key: str, value: Node, known: tuple[str, ...]) -> Phrase:
    """What is wrong with a key that is not known here, and what to do."""
    word = key if rejects(key) else _rejection_inside(value)
    if word:
        return no_automatic_rejection(word)
    advice = ADVICE.get(key.lower()) or suggestion(key, known)
    return Phrase("unknown key {key}; {advice}", key=quoted(key), advice=advice)


def rejects(word: str) -> bool:
    """Whether a key asks for something to happen to candidates because of their score."""
    words = re.split(r"[_\-\s]+", word.lower())
    return (words[0] == "on" and len(words) > 1) or any(REJECTING.fullmatch(part) for part in words)


def _rejection_inside(node: Node) -> str | None:
    """The first key or one-word value below an unknown key that asks for such a thing."""
    if isinstance(node, Scalar):
        return node.text if REJECTING.fullmatch(node.text.lower()) else None
    below = [n for pair in node.pairs for n in pair] if isinstance(node, Mapping) else list(node.items)
    return next((word for word in map(_rejection_inside, below) if word), None)


def no_automatic_rejection(word: str) -> Phrase:
    """The message about such a word; its first word is stable."""
    return Phrase(
        "no_automatic_rejection: {word} is refused; a score never rejects, hides or archives anybody: "
        "leave it out, and let people decide",
        word=quoted(word),
    )
