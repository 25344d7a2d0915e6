"""DuckDB, in memory: no file of its own, so that no process locks another out."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
from sqlglot.expressions import Expr

from journeyscore.engines.engine import Table


class DuckEngine:
    """The default engine. `threads` and `memory` (such as "1GB") are DuckDB's own limits; None leaves its defaults."""

    dialect = "duckdb"

    def __init__(self, threads: int | None = None, memory: str | None = None) -> None:
        limits: dict[str, int | str | None] = {"threads": threads, "memory_limit": memory}
        self.settings = {name: value for name, value in limits.items() if value is not None}

    def run(self, query: Expr, tables: Mapping[str, Table]) -> pl.DataFrame:
        """The rows of `query`; each call has a connection of its own."""
        with duckdb.connect(config={**self.settings}) as connection:
            connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
            for name, table in tables.items():
                _add(connection, name, table)
            frame = pl.from_arrow(connection.sql(_text(query, self.dialect)).to_arrow_table())
            assert isinstance(frame, pl.DataFrame)
            return frame


def _add(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    if isinstance(table, pl.DataFrame):
        connection.register(name, table.to_arrow())
    else:
        # largest first: DuckDB estimates the rows of all files by the first one, and orders its joins by that
        files = sorted(map(Path, table), key=lambda file: file.stat().st_size, reverse=True)
        connection.read_parquet(files).create_view(name)


def _text(query: Expr, dialect: str) -> str:
    """The query's text; written once for a query that is asked again."""
    if dialect not in query.meta:
        query.meta[dialect] = query.sql(dialect)
    return str(query.meta[dialect])
