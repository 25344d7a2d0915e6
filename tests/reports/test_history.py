"""Many dates in one query give what the oracle gives for each."""

import random
from datetime import timedelta

import pytest
from tests.scoring.cases import LAST, frame, identity_frame, random_events, random_model
from tests.scoring.oracle import oracle

from journeyscore.engines.duck import DuckEngine
from journeyscore.reports.history import scores_on
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.score import Source, tally_query

DAYS = [LAST + timedelta(days=days) for days in (-200, -31, -8, -7, -3, -1, 0, 1, 6, 30, 200)]


@pytest.mark.parametrize("seed", range(12))
def test_each_date_equals_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    model = random_model(rng)
    events, identity = random_events(rng, candidates=3)
    snapshot = Snapshot(DuckEngine(threads=1), frame(events), identity_frame(identity), min(e["day"] for e in events))
    for candidate in sorted(oracle(model, events, LAST, identity)):
        chosen = {"events": snapshot.events, "identity": snapshot.identity, "chosen": snapshot.persons_of([candidate])}
        tallies = snapshot.engine.run(tally_query(model, LAST, "duckdb", Source(chosen=True)), chosen)
        own = [e for e in events if e["day"] <= LAST]
        expected = []
        for day in DAYS:
            result = oracle(model, own, day, identity).get(candidate)
            expected += [(day, result.millipoints, result.band)] if result else []
        found = scores_on(snapshot.engine, model, tallies, DAYS)
        assert [(s.day, s.millipoints, s.band) for s in found] == expected


def test_before_the_first_hit_there_is_no_score() -> None:
    model = random_model(random.Random(1))
    nothing = Snapshot(DuckEngine(threads=1), frame([]), identity_frame({}), LAST)
    chosen = {"events": nothing.events, "identity": nothing.identity, "chosen": nothing.persons_of(["c00000000001"])}
    tallies = nothing.engine.run(tally_query(model, LAST, "duckdb", Source(chosen=True)), chosen)
    assert scores_on(nothing.engine, model, tallies, DAYS) == []
