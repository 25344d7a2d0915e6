"""P8 and P9: the lines add up to the score, and neither order nor batches nor the way of counting matter."""

import random

import polars as pl
import pytest

from journeyscore.engines.duck import DuckEngine
from journeyscore.reports.scores import scores
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.score import ledger_query
from journeyscore.sql.slots import Detail
from tests.scoring.cases import LAST, frame, identity_frame, random_events, random_model

CANDIDATES, MODELS = 5_000, 20  # together the 100,000 of the promise


@pytest.fixture(scope="module")
def crowd() -> Snapshot:
    events, identity = random_events(random.Random(0), CANDIDATES, most=8)
    rows = frame(events)
    first_day = rows.get_column("day").min()
    return Snapshot(DuckEngine(), rows, identity_frame(identity), first_day)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(MODELS))
def test_lines_add_up_to_the_score(crowd: Snapshot, seed: int) -> None:
    model = random_model(random.Random(1_000 + seed))
    ranking = scores(crowd, model, LAST).frame
    lines = crowd.engine.run(ledger_query(model, LAST, "duckdb"), crowd.tables(model, LAST, Detail.DAY))
    sums = lines.group_by("candidate").agg(pl.col("millipoints").sum().alias("lines"))
    both = ranking.join(sums, on="candidate", how="left").with_columns(pl.col("lines").fill_null(0))
    assert ranking.height > CANDIDATES * 0.9
    assert both.filter(pl.col("lines") != pl.col("millipoints")).is_empty()


@pytest.mark.parametrize("seed", range(3))
def test_neither_order_nor_files_matter(crowd: Snapshot, seed: int, tmp_path) -> None:
    model = random_model(random.Random(seed))
    expected = scores(crowd, model, LAST).frame
    shuffled = crowd.events.sample(fraction=1, shuffle=True, seed=seed)  # type: ignore[union-attr]
    third = shuffled.height // 3
    paths = []
    for number, part in enumerate((shuffled[:third], shuffled[third : third + 1], shuffled[third + 1 :])):
        paths.append(str(tmp_path / f"{number}.parquet"))
        part.write_parquet(paths[-1])
    again = Snapshot(crowd.engine, paths, crowd.identity, crowd.first_day)
    assert scores(again, model, LAST).frame.equals(expected)


def test_an_earlier_first_day_changes_nothing(crowd: Snapshot) -> None:
    model = random_model(random.Random(7))
    earlier = Snapshot(crowd.engine, crowd.events, crowd.identity, crowd.first_day.replace(year=2019))
    assert scores(earlier, model, LAST).frame.equals(scores(crowd, model, LAST).frame)
