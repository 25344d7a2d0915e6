"""Spark (extra `spark`), in local mode unless a session is given: it keeps the SQL honest."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from sqlglot.expressions import Expr

from journeyscore.domain.errors import UsageError
from journeyscore.engines.engine import Table


class SparkEngine:
    """Runs queries in a Spark session; `session` is made on 127.0.0.1 when none is given."""

    dialect = "spark"

    def __init__(self, session: Any = None) -> None:
        self.session = session or _local_session()

    def run(self, query: Expr, tables: Mapping[str, Table]) -> pl.DataFrame:
        """The rows of `query`."""
        for name, table in tables.items():
            self._frame(table).createOrReplaceTempView(name)
        result = self.session.sql(query.sql(self.dialect))
        frame = pl.from_arrow(result.toArrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def _frame(self, table: Table) -> Any:
        if isinstance(table, pl.DataFrame):
            # Spark knows no large strings: the Arrow types of polars' compatibility level do.
            return self.session.createDataFrame(table.to_arrow(compat_level=pl.CompatLevel.oldest()))
        return self.session.read.parquet(*table)


def _local_session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("the Spark engine needs the extra `spark`: pip install 'journeyscore[spark]'") from error
    builder = SparkSession.builder.master("local[2]").appName("journeyscore")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
