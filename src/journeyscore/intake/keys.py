"""Pseudonyms and hashes: keyed, so that the log says nothing to whoever has not the key."""

from array import array
from base64 import urlsafe_b64encode
from hashlib import blake2b

import polars as pl
from xxhash import xxh3_64_intdigest

from journeyscore.domain.event import CANDIDATE_PREFIX, VISITOR_PREFIX

PSEUDONYM = 11
"""Characters of base64url after the prefix: 66 bits, and 12 characters in all."""


def candidate_pseudonym(key: bytes, candidate: str) -> str:
    """The pseudonym of a candidate's key; e-mail addresses are the same person in any case."""
    spelled = candidate.strip()
    return _pseudonym(key, CANDIDATE_PREFIX, spelled.casefold() if "@" in spelled else spelled)


def visitor_pseudonym(key: bytes, visitor: str) -> str:
    """The pseudonym of a device or cookie."""
    return _pseudonym(key, VISITOR_PREFIX, visitor.strip())


def candidate_pseudonyms(key: bytes, values: pl.Series) -> pl.Series:
    """`candidate_pseudonym` of each value; null stays null."""
    return _each(values, {value: candidate_pseudonym(key, value) for value in _known(values)})


def visitor_pseudonyms(key: bytes, values: pl.Series) -> pl.Series:
    """`visitor_pseudonym` of each value; null stays null."""
    return _each(values, {value: visitor_pseudonym(key, value) for value in _known(values)})


def hashes(key: bytes, purpose: bytes, texts: pl.Series) -> pl.Series:
    """Keyed 64-bit hashes (XXH3), signed, one per text. `purpose` keeps different kinds apart.

    They tell events apart and need not withstand anybody who has the key's seed: the texts name people by their
    pseudonyms only, and those are cryptographic.
    """
    seed = int.from_bytes(blake2b(key=key, digest_size=8, person=purpose).digest(), "little")
    numbers = array("Q", [xxh3_64_intdigest(text, seed) for text in texts.cast(pl.Binary).to_list()])
    return pl.Series(texts.name, array("q", numbers.tobytes()), pl.Int64)


def _pseudonym(key: bytes, prefix: str, text: str) -> str:
    person = b"candidate" if prefix == CANDIDATE_PREFIX else b"visitor"
    digest = blake2b(text.encode(), key=key, digest_size=9, person=person).digest()
    return prefix + urlsafe_b64encode(digest).decode()[:PSEUDONYM]


def _known(values: pl.Series) -> list[str]:
    return values.drop_nulls().unique().to_list()


def _each(values: pl.Series, known: dict[str, str]) -> pl.Series:
    return values.replace_strict(known, default=None, return_dtype=pl.String)
