"""A workspace in a directory of its own, in which nothing may have vanished when a test ends."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from journeyscore.actions.workspace import Workspace, init, open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace; afterwards nothing may have vanished from it."""
    made = init(tmp_path / "data")
    yield made
    made.close()
    if (tmp_path / "data" / "key").exists():
        again = open_workspace(tmp_path / "data")
        nothing_vanished(again)
        again.close()


def nothing_vanished(workspace: Workspace) -> None:
    """received = accepted + duplicate + refused, per source and day; and the log holds what was accepted."""
    counts = workspace.records.imports.counts()
    outcome = pl.when(pl.col("outcome") == "received").then(pl.lit("received")).otherwise(pl.lit("known"))
    sums = counts.group_by("source", "day", outcome.alias("what")).agg(pl.col("rows").sum()).sort("source", "day")
    received, known = (sums.filter(pl.col("what") == w).drop("what") for w in ("received", "known"))
    assert received.equals(known)
    for run in workspace.records.imports.all():
        assert run.received == run.accepted + run.duplicate + run.refused
        assert run.refused == sum(run.reasons.values())
