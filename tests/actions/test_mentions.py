"""Recognising a person in rows that nobody could read."""

import pytest

from journeyscore.actions.mentions import Traces, traces
from journeyscore.intake.keys import candidate_pseudonym, visitor_pseudonym
from journeyscore.records import Person

KEY = bytes(32)
ANNA = Person("cAnnaAnnaAnn", "A-17", "anna.strauß@example.org", "+31 6 12345678", "Anna de Vries")


def of(*people: Person, device: str = "laptop 9") -> Traces:
    pseudonyms = {candidate_pseudonym(KEY, p.key) for p in people} | {visitor_pseudonym(KEY, device)}
    return traces(KEY, frozenset(pseudonyms), people)


@pytest.mark.parametrize(
    "cell",
    [
        "A-17",
        " a-17 ",
        "spoke with A-17 today",
        "ANNA.STRAUß@EXAMPLE.ORG",
        "anna.strauss@example.org",
        "https://example.org/?mail=anna.strau%C3%9F%40example.org".replace("%C3%9F", "ss"),
        '{"who": "anna de vries"}',
        "Mrs ANNA DE VRIES",
        "0612345678",
        "tel. 06-1234 5678 (home)",
        "+31612345678",
        "0031 6 12 34 56 78",
        "laptop 9",
    ],
)
def test_a_row_that_names_the_person(cell: str) -> None:
    assert of(ANNA).in_row(["other", None, cell])


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "A-170",
        "BA-17",
        "joanna.strauss@example.org.uk",
        "Anna",
        "Vries",
        "0612345679",
        "12345678",
        "laptop 99",
        "c",
    ],
)
def test_a_row_that_names_somebody_else(cell: str) -> None:
    assert not of(ANNA).in_row([cell])


def test_a_short_key_counts_only_as_a_whole_cell() -> None:
    short = of(Person("cShort", "7", None, None, "Bo"))
    assert short.in_row(["7"])
    assert not short.in_row(["7 times", "17", "Bo"])


def test_a_key_is_a_text_and_no_pattern() -> None:
    odd = of(Person("cOdd", "a.*(b"))
    assert odd.in_row(["see a.*(b here"])
    assert not odd.in_row(["see axx(b here"])


def test_nobody_is_named_by_nothing() -> None:
    nobody = traces(KEY, frozenset(), [])
    assert not nobody.in_row(["anything", "0612345678", ""])


def test_bytes_that_are_no_text_are_no_obstacle() -> None:
    assert not of(ANNA).in_row([b"caf\xe9".decode("utf-8", "surrogateescape")])
