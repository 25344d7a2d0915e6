"""What goes through intake: a batch of columns, from sent to taken."""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from journeyscore.domain.refusal import Reason


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
class Batch:
    """Rows on their way through the steps, and those that were refused so far.

    `rows` holds `row`, the sent fields, `flags` (space-separated), and what the steps have put.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame
    context: Context

    def having(self, rows: pl.DataFrame) -> "Batch":
        """The same batch with other columns."""
        return replace(self, rows=rows)

    def flagged(self, flag: pl.Expr) -> "Batch":
        """With a flag added where it is not empty."""
        both = pl.concat_str("flags", flag, separator=" ").str.strip_chars()
        return self.having(self.rows.with_columns(flags=both))

    def without(self, bad: pl.Expr, reason: Reason | pl.Expr, field: str, message: pl.Expr | None = None) -> "Batch":
        """Without the rows where `bad` is true (null counts as false); these are refused."""
        is_bad = self.rows.select(bad.fill_null(False)).to_series()
        if not is_bad.any():
            return self
        gone = self.rows.filter(is_bad).select(
            "row",
            (pl.lit(reason.value) if isinstance(reason, Reason) else reason).alias("reason"),
            pl.lit(field).alias("field"),
            (pl.lit(f"{field} is missing") if message is None else message).alias("message"),
        )
        return replace(self, rows=self.rows.filter(~is_bad), refused=self.refused.vstack(gone))


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
