"""Telling the records only what they have not been told: most people come again in every part of a file."""

import polars as pl


class News:
    """Remembers which rows it has given: `keys` name a row, `values` are what may change. 16 bytes or so per row."""

    def __init__(self, keys: list[str], values: list[str]) -> None:
        self.keys = keys
        self.values = values
        self._told: pl.DataFrame | None = None

    def of(self, rows: pl.DataFrame, since: str) -> pl.DataFrame:
        """The rows that are new, have another value than when they were given last, or an earlier time `since`."""
        marks = rows.select(
            pl.struct(self.keys).hash().alias("name"),
            pl.struct(*self.keys, *self.values).hash().alias("mark"),
            pl.col(since).alias("since"),
        )
        if self._told is None:
            self._told = marks
            return rows
        told = self._told.rename({"mark": "old_mark", "since": "old_since"})
        pairs = marks.join(told, on="name", how="left", maintain_order="left")
        same = (pl.col("mark") == pl.col("old_mark")) & ~(pl.col("since") < pl.col("old_since")).fill_null(False)
        new = ~pairs.select(same.fill_null(False)).to_series()
        self._told = pl.concat([marks.filter(new), self._told]).unique("name", keep="first", maintain_order=True)
        return rows.filter(new)
