"""The oracle and every engine give the same scores and the same lines, to the last millipoint."""

import os
import random
from datetime import timedelta

import polars as pl
import pytest

from journeyscore.domain.model import Model
from journeyscore.engines.duck import DuckEngine
from journeyscore.engines.engine import Engine
from journeyscore.sql.score import Source, ledger_query, score_query, strongest_query, tally_query
from journeyscore.sql.slots import Detail, score_tables
from tests.scoring.cases import LAST, frame, identity_frame, random_events, random_model
from tests.scoring.oracle import Line, Result, oracle

MODELS = int(os.environ.get("JOURNEYSCORE_CASES", "25"))


@pytest.fixture(scope="session", params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "duckdb":
        return DuckEngine(threads=1)
    from journeyscore.engines.spark import SparkEngine

    return SparkEngine()


def tables(model: Model, events: list[dict], identity: dict, as_of, detail: Detail) -> dict:
    first_day = min((e["day"] for e in events), default=as_of)
    lookups = score_tables(model, as_of, min(first_day, as_of), detail)
    return {"events": frame(events), "identity": identity_frame(identity), **lookups}


def engine_scores(engine, model, events, identity, as_of, detail=Detail.GROUP) -> dict[str, tuple]:
    query = score_query(model, as_of, engine.dialect, Source(by_day=detail is Detail.DAY))
    rows = engine.run(query, tables(model, events, identity, as_of, detail))
    columns = ("millipoints", "band", "evidence", "last_event_at")
    return {row["candidate"]: tuple(row[c] for c in columns) for row in rows.to_dicts()}


def engine_lines(engine, model, events, identity, as_of) -> dict[str, set[Line]]:
    query = ledger_query(model, as_of, engine.dialect)
    rows = engine.run(query, tables(model, events, identity, as_of, Detail.DAY)).to_dicts()
    lines: dict[str, list[Line]] = {}
    for row in rows:
        values = (row[c] for c in ("kind", "name", "day", "hits", "counted_thousandths", "millipoints"))
        lines.setdefault(row["candidate"], []).append(Line(*values))
    return {candidate: sorted(found, key=repr) for candidate, found in lines.items()}


def as_tuple(result: Result) -> tuple:
    return (result.millipoints, result.band, result.evidence, result.last_event_at)


@pytest.mark.parametrize("seed", range(MODELS))
def test_engine_equals_oracle(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    model = random_model(rng)
    events, identity = random_events(rng, candidates=40)
    as_of = LAST - timedelta(days=rng.choice((0, 0, 17, 200)))
    expected = oracle(model, events, as_of, identity)
    for detail in Detail:
        found = engine_scores(engine, model, events, identity, as_of, detail)
        assert found == {candidate: as_tuple(result) for candidate, result in expected.items()}
    lines = engine_lines(engine, model, events, identity, as_of)
    assert lines == {c: sorted(r.lines, key=repr) for c, r in expected.items() if r.lines}
    for candidate, result in expected.items():
        assert sum(line.millipoints for line in lines.get(candidate, [])) == result.millipoints


@pytest.mark.parametrize("seed", range(5))
def test_tallies_give_the_same_scores_as_events(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    model = random_model(rng)
    events, identity = random_events(rng, candidates=20)
    whole = tables(model, events, identity, LAST, Detail.DAY)
    tallies = engine.run(tally_query(model, LAST, engine.dialect), whole)
    del whole["events"], whole["identity"]
    again = engine.run(score_query(model, LAST, engine.dialect, Source(tallies=True)), whole | {"tallies": tallies})
    found = {row["candidate"]: (row["millipoints"], row["band"]) for row in again.to_dicts()}
    assert found == {c: v[:2] for c, v in engine_scores(engine, model, events, identity, LAST).items()}


@pytest.mark.parametrize("seed", range(5))
def test_chosen_persons_score_as_among_all(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    model = random_model(rng)
    events, identity = random_events(rng, candidates=20)
    everybody = engine_scores(engine, model, events, identity, LAST)
    candidate = sorted(everybody)[0]
    persons = [candidate, *(p for p, c in identity.items() if c == candidate)]
    some = tables(model, events, identity, LAST, Detail.GROUP) | {"chosen": pl.DataFrame({"person": persons})}
    rows = engine.run(score_query(model, LAST, engine.dialect, Source(chosen=True)), some).to_dicts()
    assert [(r["candidate"], r["millipoints"]) for r in rows] == [(candidate, everybody[candidate][0])]


@pytest.mark.parametrize("seed", range(5))
def test_strongest_are_the_largest_sums_of_lines(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    model = random_model(rng)
    events, identity = random_events(rng, candidates=20)
    found = engine.run(
        strongest_query(model, LAST, engine.dialect, 2), tables(model, events, identity, LAST, Detail.TOUCHPOINT)
    )
    strongest: dict[str, list] = {}
    for row in found.sort("candidate", "place").to_dicts():
        strongest.setdefault(row["candidate"], []).append((row["name"], row["millipoints"]))
    for candidate, result in oracle(model, events, LAST, identity).items():
        sums: dict[str, int] = {}
        for line in result.lines:
            if line.kind == "touchpoint":
                sums[line.name] = sums.get(line.name, 0) + line.millipoints
        ranked = sorted(((n, p) for n, p in sums.items() if p > 0), key=lambda x: (-x[1], x[0]))
        assert strongest.get(candidate, []) == ranked[:2]
