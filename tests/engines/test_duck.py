"""DuckDB: queries of many threads at once see their own tables, whatever their files are called."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
from sqlglot import parse_one

from journeyscore.engines.duck import DuckEngine

QUERY = parse_one("SELECT SUM(e.a) AS a, SUM(t.b) AS b FROM events AS e JOIN t ON e.a = t.a")


def test_threads_do_not_see_each_other(tmp_path: Path) -> None:
    def ask(number: int) -> list[tuple[int, int]]:
        file = tmp_path / f"it's {number}.parquet"
        pl.DataFrame({"a": [number] * 1000}).write_parquet(file)
        tables = {"events": [file], "t": pl.DataFrame({"a": [number], "b": [number]})}
        return [DuckEngine().run(QUERY, tables).row(0) for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        for number, found in enumerate(pool.map(ask, range(1, 9)), 1):
            assert found == [(1000 * number, 1000 * number)] * 20


def test_a_query_leaves_no_table_behind(tmp_path: Path) -> None:
    engine = DuckEngine()
    engine.run(parse_one("SELECT * FROM left_over"), {"left_over": pl.DataFrame({"a": [1]})})
    found = engine.run(parse_one("SELECT COUNT(*) AS n FROM information_schema.tables"), {})
    assert found.item() == 0
