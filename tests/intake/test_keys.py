"""Pseudonyms and hashes are keyed, stable, and no two kinds of thing share them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.intake.keys import (
    candidate_pseudonym,
    candidate_pseudonyms,
    hashes,
    visitor_pseudonym,
    visitor_pseudonyms,
)

KEY, OTHER = bytes(32), bytes(range(32))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(TEXTS)
def test_a_pseudonym_is_twelve_characters_of_its_kind(text: str) -> None:
    assert len(candidate_pseudonym(KEY, text)) == 12
    assert candidate_pseudonym(KEY, text)[0] == "c"
    assert visitor_pseudonym(KEY, text)[0] == "v"
    assert candidate_pseudonym(KEY, text)[1:] != visitor_pseudonym(KEY, text)[1:]


@given(TEXTS)
def test_another_key_gives_another_pseudonym(text: str) -> None:
    assert candidate_pseudonym(KEY, text) != candidate_pseudonym(OTHER, text)


def test_an_address_is_the_same_person_in_any_case_a_number_as_written() -> None:
    assert candidate_pseudonym(KEY, " Ann@Example.NL ") == candidate_pseudonym(KEY, "ann@example.nl")
    assert candidate_pseudonym(KEY, "K-1a") != candidate_pseudonym(KEY, "K-1A")


def test_columns_are_the_same_as_single_values() -> None:
    values = pl.Series(["a", None, "b", "a"])
    expected = [None if v is None else candidate_pseudonym(KEY, v) for v in values]
    assert candidate_pseudonyms(KEY, values).to_list() == expected
    assert visitor_pseudonyms(KEY, pl.Series([None, "x"], dtype=pl.String)).to_list() == [
        None,
        visitor_pseudonym(KEY, "x"),
    ]
    assert candidate_pseudonyms(KEY, pl.Series([], dtype=pl.String)).to_list() == []


def test_hashes_depend_on_text_key_and_purpose_only() -> None:
    texts = pl.Series(["a", "b", "a"])
    first = hashes(KEY, b"event", texts)
    assert first.dtype == pl.Int64
    assert first[0] == first[2] != first[1]
    assert hashes(KEY, b"event", texts[:1])[0] == first[0]
    assert hashes(KEY, b"content", texts)[0] != first[0]
    assert hashes(OTHER, b"event", texts)[0] != first[0]
