"""What goes through intake: a batch of columns, from sent to taken."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl


@dataclass(frozen=True, slots=True)
class Context:
    """What the steps need to know beside the rows.

    `key` keys the pseudonyms and hashes; `time_zone` is the workspace's (IANA name); `source` is used where a row names
    none; `received_at` is aware, UTC; `erased` holds the pseudonyms of erased people and their visitors.
    """

    key: bytes
    time_zone: str
    source: str
    received_at: datetime
    erased: frozenset[str] = frozenset()


REFUSED_SCHEMA = pl.Schema({"row": pl.Int64, "reason": pl.String, "field": pl.String, "message": pl.String})
"""Refusals as a frame: the columns of `domain.refusal.Refusal`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a batch. Every sent row is in exactly one of `events` and `refused`.

    - `events`: `row` and the columns of `domain.event.EVENT_FIELDS`.
    - `people`: `person` (pseudonym), `key` (as sent), `email`, `phone`, `person_name`;
      one row per candidate named here.
    - `links`: `person`, `candidate` (pseudonyms), `occurred_at` (UTC): the first event that linked them. `person` is a
      visitor, or for an alias call the candidate that turned out to be another one.
    - `refused`: REFUSED_SCHEMA.
    """

    events: pl.DataFrame
    people: pl.DataFrame
    links: pl.DataFrame
    refused: pl.DataFrame
