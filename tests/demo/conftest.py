"""One run of the demo, made once for all tests of the room."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from journeyscore.demo.simulate import simulate, truth

UNTIL = date(2026, 3, 1)
MACHINE = r"(?i)bot|headless"


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The events with `person`, the number of whoever is behind them, and `machine`."""
    person = pl.col("message_id").str.extract(r"^(\d+)-").cast(pl.Int64)
    return frame.with_columns(person=person, machine=pl.col("user_agent").str.contains(MACHINE).fill_null(False))


@pytest.fixture(scope="session")
def events() -> Iterator[pl.DataFrame]:
    """The default run: 5,000 candidates, the nine months before 1 March 2026."""
    yield numbered(pl.concat(simulate(until=UNTIL)))


@pytest.fixture(scope="session")
def people() -> Iterator[pl.DataFrame]:
    """The truth of the default run, with `person`."""
    yield truth(until=UNTIL).with_columns(person=pl.col("candidate").str.slice(2).cast(pl.Int64))
