"""Pseudonyms and hashes: keyed, so that the log says nothing to whoever has not the key."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from functools import reduce
from hashlib import blake2b
from operator import xor

import polars as pl
from polars_hash import NonCryptographicHashingNameSpace as Stable

from journeyscore.domain.event import CANDIDATE_PREFIX, VISITOR_PREFIX

DIGEST = 9
"""Bytes of a digest: twelve characters of base64, with no padding, so that many can be written as one."""
PSEUDONYM = 11
"""Characters of base64url after the prefix: 66 bits, and 12 characters in all."""


def candidate_pseudonym(key: bytes, candidate: str) -> str:
    """The pseudonym of a candidate's key; e-mail addresses are the same person in any case."""
    return _pseudonyms(key, CANDIDATE_PREFIX, [_spelled(candidate)])[0]


def visitor_pseudonym(key: bytes, visitor: str) -> str:
    """The pseudonym of a device or cookie."""
    return _pseudonyms(key, VISITOR_PREFIX, [visitor.strip()])[0]


def candidate_pseudonyms(key: bytes, values: pl.Series) -> pl.Series:
    """`candidate_pseudonym` of each value; null stays null."""
    known = values.drop_nulls().unique()
    return _each(values, known, _pseudonyms(key, CANDIDATE_PREFIX, map(_spelled, known.to_list())))


def visitor_pseudonyms(key: bytes, values: pl.Series) -> pl.Series:
    """`visitor_pseudonym` of each value; null stays null."""
    known = values.drop_nulls().unique()
    return _each(values, known, _pseudonyms(key, VISITOR_PREFIX, map(str.strip, known.to_list())))


def hash_of(key: bytes, purpose: bytes, fields: Mapping[str, pl.Expr]) -> pl.Expr:
    """A keyed 64-bit hash, signed, of the texts in these fields together; a null counts as a field that is not there.

    Each field has a seed of its own and the XXH3 hashes are joined by XOR, so that no text can pass for another field.
    `purpose` keeps different kinds apart. The hashes tell events apart and need not withstand anybody who has the
    key's seed: the texts name people by their pseudonyms only, and those are cryptographic.
    """
    each = (Stable(text).xxh3_64(seed=_seed(key, purpose, name)).fill_null(0) for name, text in fields.items())
    return reduce(xor, each).reinterpret(signed=True)


def _seed(key: bytes, purpose: bytes, field: str) -> int:
    return int.from_bytes(blake2b(field.encode(), key=key, digest_size=8, person=purpose).digest(), "little")


def _spelled(candidate: str) -> str:
    text = candidate.strip()
    return text.casefold() if "@" in text else text


def _pseudonyms(key: bytes, prefix: str, texts: Iterable[str]) -> list[str]:
    keyed = blake2b(key=key, digest_size=DIGEST, person=b"candidate" if prefix == CANDIDATE_PREFIX else b"visitor")
    digests = list[bytes]()
    for text in texts:
        one = keyed.copy()
        one.update(text.encode())
        digests.append(one.digest())
    written = urlsafe_b64encode(b"".join(digests)).decode()
    return [prefix + written[start : start + PSEUDONYM] for start in range(0, len(written), PSEUDONYM + 1)]


def _each(values: pl.Series, known: pl.Series, pseudonyms: list[str]) -> pl.Series:
    return values.replace_strict(known, pl.Series(pseudonyms, dtype=pl.String), default=None, return_dtype=pl.String)
