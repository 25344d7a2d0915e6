"""Telling the records only what they have not been told: most people come again in every part of a file."""

from collections.abc import Sequence

import polars as pl

NAME = "_name"
REMEMBERED = 500_000
"""Rows that are remembered; what is told once more does no harm."""


class News:
    """Remembers which rows it has given, as hashes: 8 bytes for each, and for each of its values.

    `keys` name a row, `values` are what may change (a null says nothing), `since` is a time that may become earlier.
    The same value under another `context` is news.
    """

    def __init__(self, keys: Sequence[str], values: Sequence[str], since: str, context: str | None = None) -> None:
        self.keys = list(keys)
        self.values = list(values)
        self.since = since
        self.context = context
        self._told: pl.DataFrame | None = None

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that are new, have another value than when they were given last, or are from an earlier time."""
        name = pl.struct(self.keys).hash().alias(NAME)
        marks = rows.select(name, *map(self._mark, self.values), pl.col(self.since))
        if self._told is None:
            self._told = marks
            return rows
        new = self._differs(marks, self._told)
        self._told = pl.concat([self._told, marks.filter(new)], rechunk=False).tail(REMEMBERED)
        return rows.filter(new)

    def _mark(self, value: str) -> pl.Expr:
        said = pl.struct([value, self.context] if self.context else [value]).hash()
        return pl.when(pl.col(value).is_not_null()).then(said).alias(value)

    def _differs(self, marks: pl.DataFrame, told: pl.DataFrame) -> pl.Series:
        again = told.filter(pl.col(NAME).is_in(marks.get_column(NAME).implode()))
        latest = again.group_by(NAME).agg(pl.col(self.values).drop_nulls().last(), pl.col(self.since).min())
        known = latest.rename({column: f"{column}_told" for column in (*self.values, self.since)})
        pairs = marks.join(known.with_columns(known=True), on=NAME, how="left", maintain_order="left")
        other = [(pl.col(v) != pl.col(f"{v}_told").fill_null(0)).fill_null(False) for v in self.values]
        earlier = (pl.col(self.since) < pl.col(f"{self.since}_told")).fill_null(False)
        first = pl.col(self.since).is_not_null() & pl.col(f"{self.since}_told").is_null()
        return pairs.select(pl.any_horizontal(pl.col("known").is_null(), earlier, first, *other)).to_series()
