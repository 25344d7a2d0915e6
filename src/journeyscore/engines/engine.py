"""What a report needs of an engine."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import polars as pl
from sqlglot.expressions import Expr

Table = pl.DataFrame | Sequence[str]
"""A table by its rows, or by the paths of its Parquet files."""


class Engine(Protocol):
    """Runs one query over named tables."""

    dialect: str

    def run(self, query: Expr, tables: Mapping[str, Table]) -> pl.DataFrame:
        """The rows of `query`; timestamps come back as UTC microseconds."""
        ...
