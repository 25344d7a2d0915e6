"""What is wrong with a model file: collected first, raised together."""

from collections.abc import Iterable
from difflib import get_close_matches

from journeyscore.domain.errors import ModelError
from journeyscore.domain.phrase import Phrase, changed
from journeyscore.modelfile.bounds import MOST_PROBLEMS


class Problem(Exception):
    """One thing that is wrong with one value. Readers raise it; the section that called them notes it."""

    def __init__(self, line: int, text: str, /, **values: object) -> None:
        self.line = line
        self.message = Phrase(text, **values)
        super().__init__(str(self.message))


class Problems:
    """The problems of one file, in the order of their lines."""

    def __init__(self, name_of_file: str) -> None:
        self.name_of_file = name_of_file
        self._found: list[tuple[int, Phrase]] = []

    def add(self, line: int, message: Phrase) -> None:
        """Note a problem at a line (from 1)."""
        self._found.append((line, message))

    def lines(self) -> list[str]:
        """One line per problem, each with its place; at most MOST_PROBLEMS, and then how many more there are."""
        found = sorted(dict.fromkeys(self._found), key=lambda problem: problem[0])
        shown: list[str] = [at_line(self.name_of_file, *problem) for problem in found[:MOST_PROBLEMS]]
        more = len(found) - len(shown)
        last = Phrase("{file}: and {more} more; mend these first", file=self.name_of_file, more=more)
        return [*shown, last] if more else shown

    def check(self) -> None:
        """Raise `ModelError` with everything that was found, if anything was."""
        if self._found:
            raise ModelError(self.lines())


def at_line(name_of_file: str, line: int, message: Phrase) -> Phrase:
    """A problem with its place, on one line of its own."""
    return Phrase("{file}:{line}: {message}", file=name_of_file, line=line, message=changed(message, _on_one_line))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, or None when none comes near."""
    matches = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(word: str, known: Iterable[str]) -> Phrase:
    """What to do about an unknown word: the nearest known one, or all there are."""
    known = list(known)
    match = nearest(word, known)
    if match:
        return Phrase("did you mean {word}?", word=quoted(match))
    if known:
        return Phrase("there is: {words}", words=", ".join(known[:30]))
    return Phrase("there is none in this file")


def quoted(text: str, longest: int = 60) -> str:
    """A text of the user's in double quotes, cut to a length that fits a message."""
    return f'"{text}"' if len(text) <= longest else f'"{text[:longest]}..."'


def _on_one_line(message: str) -> str:
    return "".join(c if c.isprintable() else " " for c in message)
