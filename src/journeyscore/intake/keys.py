"""Pseudonyms and hashes: keyed, so that the log says nothing to whoever has not the key."""

from array import array
from base64 import urlsafe_b64encode
from hashlib import blake2b

import polars as pl

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
    """Keyed 64-bit hashes, signed, one per text. `purpose` keeps different kinds apart."""
    start, digests = blake2b(key=key, digest_size=8, person=purpose), []
    for text in texts.to_list():
        state = start.copy()  # half the price of starting anew
        state.update(text.encode())
        digests.append(state.digest())
    numbers = array("q", b"".join(digests))
    return pl.Series(texts.name, numbers, pl.Int64)


def _pseudonym(key: bytes, prefix: str, text: str) -> str:
    person = b"candidate" if prefix == CANDIDATE_PREFIX else b"visitor"
    digest = blake2b(text.encode(), key=key, digest_size=9, person=person).digest()
    return prefix + urlsafe_b64encode(digest).decode()[:PSEUDONYM]


def _known(values: pl.Series) -> list[str]:
    return values.drop_nulls().unique().to_list()


def _each(values: pl.Series, known: dict[str, str]) -> pl.Series:
    return values.replace_strict(known, default=None, return_dtype=pl.String)
