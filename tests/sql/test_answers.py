"""Scores beside SQL that was written by hand, without any of our tables."""

import random
from datetime import timedelta

import duckdb
import polars as pl
import pytest
from tests.scoring.cases import LAST, frame, identity_frame, random_events
from tests.sql.models import PLAIN

from journeyscore.engines.duck import DuckEngine
from journeyscore.reports.scores import scores
from journeyscore.reports.snapshot import Snapshot

BY_HAND = """
WITH mine AS (
  SELECT coalesce(i.candidate, e.person) AS candidate, e.* FROM events e LEFT JOIN identity i ON e.person = i.person
  WHERE NOT machine AND day <= DATE '{as_of}' AND (e.person[1] = 'c' OR i.candidate IS NOT NULL)
), forms AS (
  SELECT candidate, sum(round(30000 * 0.5 ** ((DATE '{as_of}' - day) / 90.0))::BIGINT) AS points
  FROM mine WHERE name = 'form_submitted' GROUP BY candidate
), ads AS (
  SELECT candidate, sum(least(n, 3) * 5000) AS points
  FROM (SELECT candidate, day, count(*) AS n FROM mine WHERE name = 'ad_clicked' GROUP BY candidate, day)
  GROUP BY candidate
)
SELECT candidate, (coalesce(f.points, 0) + coalesce(a.points, 0))::BIGINT AS millipoints
FROM (SELECT DISTINCT candidate FROM mine) LEFT JOIN forms f USING (candidate) LEFT JOIN ads a USING (candidate)
"""


@pytest.mark.parametrize("seed", range(4))
def test_scores_equal_sql_by_hand(seed: int) -> None:
    events, identity = random_events(random.Random(seed), candidates=200)
    rows, who = frame(events), identity_frame(identity)
    as_of = LAST - timedelta(days=11 * seed)
    with duckdb.connect() as connection:
        connection.register("events", rows.to_arrow())
        connection.register("identity", who.to_arrow())
        by_hand = pl.from_arrow(connection.sql(BY_HAND.format(as_of=as_of)).to_arrow_table())
    first_day = rows.get_column("day").min()
    ours = scores(Snapshot(DuckEngine(), rows, who, first_day), PLAIN, as_of).frame  # type: ignore[arg-type]
    assert ours.height > 150
    both = ours.join(by_hand, on="candidate", how="full", suffix="_by_hand")  # type: ignore[arg-type]
    assert both.filter(~pl.col("millipoints").eq_missing(pl.col("millipoints_by_hand"))).is_empty()
