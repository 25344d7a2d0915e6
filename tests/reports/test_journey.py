"""The journey's numbers beside a slow and obvious recount."""

import random
from datetime import timedelta

import polars as pl
import pytest
from tests.scoring.cases import LAST, frame, identity_frame, random_events, random_model
from tests.scoring.oracle import first_match

from journeyscore.engines.duck import DuckEngine
from journeyscore.reports.journey import STAGES, journey, masks
from journeyscore.reports.snapshot import Snapshot
from journeyscore.reports.timeline import timeline
from journeyscore.sql.journey import WORD, bits, places_of

SINCE = LAST - timedelta(days=40)


def scene(seed: int):
    rng = random.Random(seed)
    model = random_model(rng)
    events, identity = random_events(rng, candidates=12)
    snapshot = Snapshot(DuckEngine(threads=1), frame(events), identity_frame(identity), min(e["day"] for e in events))
    return model, events, identity, snapshot


def touched(model, events, identity, since) -> dict[str, list[str]]:
    """Each candidate's touchpoints, as often as they happened."""
    found: dict[str, list[str]] = {}
    for event in events:
        who = identity.get(event["person"], event["person"])
        counts = who.startswith("c") and not event["machine"] and since <= event["day"] <= LAST
        if counts and (name := first_match(model, event)):
            found.setdefault(who, []).append(name)
    return found


@pytest.mark.parametrize("since", [SINCE, LAST - timedelta(days=10_000)])
@pytest.mark.parametrize("seed", range(10))
def test_every_number_equals_a_recount(seed: int, since) -> None:
    model, events, identity, snapshot = scene(seed)
    found = journey(masks(snapshot, model, since, LAST), model)
    people = touched(model, events, identity, since)
    stage_of = {t.name: STAGES.index(t.stage) for t in model.touchpoints}
    furthest = {who: max(stage_of[n] for n in names) for who, names in people.items()}
    assert found.people == len(people)
    for reach, touchpoint in zip(found.touchpoints, model.touchpoints, strict=True):
        who = [w for w, names in people.items() if touchpoint.name in names]
        assert reach.hits == sum(names.count(touchpoint.name) for names in people.values())
        assert reach.people == len(who)
        assert reach.further == sum(furthest[w] > stage_of[touchpoint.name] for w in who)
    for number, flow in enumerate(found.stages):
        who = [w for w, names in people.items() if any(stage_of[n] == number for n in names)]
        assert (flow.people, flow.further) == (len(who), sum(furthest[w] > number for w in who))


def test_nobody() -> None:
    model, _, _, _ = scene(1)
    empty = Snapshot(DuckEngine(threads=1), frame([]), identity_frame({}), LAST)
    found = journey(masks(empty, model, SINCE, LAST), model)
    assert found.people == 0
    assert {r.people for r in found.touchpoints} == {0}


def test_a_bit_for_each_place() -> None:
    model, _, _, _ = scene(1)
    many = type(model)(model.name, model.touchpoints[:1] * (2 * WORD + 5), model.bands)
    for row in bits(many).iter_rows():
        assert places_of(*row[1:]) == {row[0]}
    whole = bits(many).select(pl.col("low", "middle", "high").sum()).row(0)
    assert places_of(*whole) == set(range(2 * WORD + 5))


@pytest.mark.parametrize("seed", range(5))
def test_the_timeline_has_every_event_newest_first(seed: int) -> None:
    model, events, identity, snapshot = scene(seed)
    for candidate in sorted({identity.get(e["person"], e["person"]) for e in events}):
        own = [e for e in events if identity.get(e["person"], e["person"]) == candidate and e["day"] <= LAST]
        found = timeline(snapshot, model, candidate, LAST)
        assert [m.occurred_at for m in found] == sorted((e["occurred_at"] for e in own), reverse=True)
        assert sorted(str(m.touchpoint) for m in found) == sorted(str(first_match(model, e)) for e in own)
        assert len(timeline(snapshot, model, candidate, LAST, most=1)) == min(1, len(own))
