"""DuckDB, in memory: no file of its own, so that no process locks another out.

Opening a database takes 20 ms, opening a further connection to it 1 ms: a process opens one for each kind of settings.
What a query sees as tables are temporary views, which belong to a connection.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
from sqlglot import exp
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
        with self._connection() as connection:
            connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
            for name, table in tables.items():
                _add(connection, name, table)
            frame = pl.from_arrow(connection.sql(_text(query, self.dialect)).to_arrow_table())
            assert isinstance(frame, pl.DataFrame)
            return frame

    def _connection(self) -> duckdb.DuckDBPyConnection:
        key = tuple(sorted(self.settings.items(), key=str))
        with _opening:
            if key not in _databases:
                _databases[key] = duckdb.connect(config={**self.settings})
            return _databases[key].cursor()


_databases: dict[tuple[tuple[str, int | str], ...], duckdb.DuckDBPyConnection] = {}
_opening = threading.Lock()


def _add(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    if isinstance(table, pl.DataFrame):
        connection.register(name, table.to_arrow())
    else:
        # largest first: DuckDB estimates the rows of all files by the first one, and orders its joins by that
        files = sorted(map(Path, table), key=lambda file: file.stat().st_size, reverse=True)
        paths = exp.array(*(exp.Literal.string(str(file)) for file in files)).sql("duckdb")
        # a view takes no parameters; sqlglot quotes the paths, and the names are ours
        connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({paths})")  # noqa: S608


def _text(query: Expr, dialect: str) -> str:
    """The query's text; written once for a query that is asked again."""
    if dialect not in query.meta:
        query.meta[dialect] = query.sql(dialect)
    return str(query.meta[dialect])
