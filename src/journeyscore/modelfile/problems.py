"""What is wrong with a model file: collected first, raised together."""

from collections.abc import Iterable
from difflib import get_close_matches

from journeyscore.domain.errors import ModelError
from journeyscore.modelfile.bounds import MOST_PROBLEMS


class Problem(Exception):
    """One thing that is wrong with one value. Readers raise it; the section that called them notes it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class Problems:
    """The problems of one file, in the order of their lines."""

    def __init__(self, name_of_file: str) -> None:
        self.name_of_file = name_of_file
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, message: str) -> None:
        """Note a problem at a line (from 1)."""
        self._found.append((line, message))

    def lines(self) -> list[str]:
        """One line per problem, each with its place; at most MOST_PROBLEMS, and then how many more there are."""
        found = sorted(dict.fromkeys(self._found), key=lambda problem: problem[0])
        shown = [f"{self.name_of_file}:{line}: {_on_one_line(message)}" for line, message in found[:MOST_PROBLEMS]]
        more = len(found) - len(shown)
        return [*shown, f"{self.name_of_file}: and {more} more; mend these first"] if more else shown

    def check(self) -> None:
        """Raise `ModelError` with everything that was found, if anything was."""
        if self._found:
            raise ModelError(self.lines())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, or None when none comes near."""
    matches = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """What to do about an unknown word: the nearest known one, or all there are."""
    known = list(known)
    match = nearest(word, known)
    if match:
        return f"did you mean {quoted(match)}?"
    return f"there is: {', '.join(known[:30])}" if known else "there is none in this file"


def quoted(text: str, longest: int = 60) -> str:
    """A text of the user's in double quotes, cut to a length that fits a message."""
    return f'"{text}"' if len(text) <= longest else f'"{text[:longest]}..."'


def _on_one_line(message: str) -> str:
    return "".join(c if c.isprintable() else " " for c in message)
