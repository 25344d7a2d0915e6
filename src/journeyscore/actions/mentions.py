"""Recognising a person in text that nobody has read yet: the rows that were refused."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from journeyscore.actions.taking import names_one_of
from journeyscore.records import Person

SHORTEST_WORD = 3
"""An identifier that is shorter counts only where it is all there is in a cell."""
SHORTEST_NAME = 5
PHONE_DIGITS = 9
"""The last digits of a number: the same with or without the country's."""


@dataclass(frozen=True, slots=True)
class Traces:
    """How a person may be named: by a key or device that hashes to a pseudonym, by whole cells, by words within a text
    (folded), and by the end of a telephone number.
    """

    key: bytes
    pseudonyms: frozenset[str]
    cells: frozenset[str]
    words: "re.Pattern[str] | None"
    phones: frozenset[str]

    def in_row(self, cells: Iterable[str | None]) -> bool:
        """Whether one of the cells names the person."""
        return any(self._in_cell(cell) for cell in cells if cell)

    def _in_cell(self, guarded: str) -> bool:
        cell = guarded.removeprefix("'")  # before what a spreadsheet would compute
        if names_one_of(self.pseudonyms, self.key, [cell]):
            return True
        folded = cell.strip().casefold()
        if folded in self.cells or (self.words is not None and self.words.search(folded)):
            return True
        return bool(self.phones) and self._has_phone(folded)

    def _has_phone(self, text: str) -> bool:
        numbers = (re.sub(r"\D", "", n) for n in re.findall(r"\+?\d[\d\s().\-/]{7,}\d", text))
        return any(number.endswith(ending) for number in numbers for ending in self.phones)


def traces(key: bytes, pseudonyms: frozenset[str], known: Sequence[Person]) -> Traces:
    """The traces of these people: key, address, telephone number, and name if it is long enough."""
    names = {fold for person in known for fold in _folded(person)}
    words = sorted(
        (form for name in names if len(name) >= SHORTEST_WORD for form in _forms(name)), key=len, reverse=True
    )
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)") if words else None
    digits = (re.sub(r"\D", "", person.phone or "") for person in known)
    return Traces(
        key,
        pseudonyms,
        frozenset(names),
        pattern,
        frozenset(d[-PHONE_DIGITS:] for d in digits if len(d) >= PHONE_DIGITS),
    )


def _folded(person: Person) -> Iterator[str]:
    for text in (person.key, person.email, person.phone):
        if text and text.strip():
            yield text.strip().casefold()
    if person.name and len(person.name.strip()) >= SHORTEST_NAME:
        yield person.name.strip().casefold()


def _forms(name: str) -> set[str]:
    """The name as it stands, in a URL, and in JSON."""
    return {name, quote(name, safe="").casefold(), quote(name, safe="@").casefold(), json.dumps(name)[1:-1].casefold()}
