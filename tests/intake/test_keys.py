"""Pseudonyms and hashes are keyed, stable, and no two kinds of thing share them."""

from hashlib import blake2b

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from journeyscore.intake.keys import (
    candidate_pseudonym,
    candidate_pseudonyms,
    hash_of,
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


def hashed(key: bytes, purpose: bytes, **fields: list[str | None]) -> list[int]:
    frame = pl.DataFrame(fields, schema=dict.fromkeys(fields, pl.String))
    hashes = frame.select(hash_of(key, purpose, {name: pl.col(name) for name in fields})).to_series()
    assert hashes.dtype == pl.Int64
    return hashes.to_list()


def test_hashes_depend_on_texts_key_and_purpose_only() -> None:
    first = hashed(KEY, b"event", a=["x", "y", "x"], b=["z", "z", "z"])
    assert first[0] == first[2] != first[1]
    assert hashed(KEY, b"event", b=["z"], a=["x"]) == first[:1]
    assert hashed(KEY, b"content", a=["x"], b=["z"]) != first[:1]
    assert hashed(OTHER, b"event", a=["x"], b=["z"]) != first[:1]


def test_a_hash_is_that_of_the_reference_implementation() -> None:
    seed = int.from_bytes(blake2b(b"name", key=KEY, digest_size=8, person=b"content").digest(), "little")
    expected = [xxh3_64_intdigest(text.encode(), seed) for text in ("", "vacature", "café " * 100)]
    got = hashed(KEY, b"content", name=["", "vacature", "café " * 100])
    assert [number % 2**64 for number in got] == expected


@given(TEXTS, TEXTS)
def test_a_text_in_one_field_never_passes_for_another(one: str, other: str) -> None:
    both = hashed(KEY, b"event", a=[one], b=[other])
    assert both != hashed(KEY, b"event", a=[one + other], b=[None])
    assert both != hashed(KEY, b"event", a=[f"{one}\x1fb={other}"], b=[None])
    if one != other:
        assert both != hashed(KEY, b"event", a=[other], b=[one])


def test_a_field_that_is_missing_counts_for_nothing_and_an_empty_one_does() -> None:
    assert hashed(KEY, b"event", a=["x"], b=[None]) == hashed(KEY, b"event", a=["x"])
    assert hashed(KEY, b"event", a=["x"], b=[""]) != hashed(KEY, b"event", a=["x"])
