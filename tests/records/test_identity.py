"""Who stands for whom: resolved fully, the same in any order, and never in a circle."""

import contextlib
import random
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.domain.errors import NotFoundError, UsageError
from journeyscore.records.resolve import IDENTITY_SCHEMA, resolve

if TYPE_CHECKING:
    from journeyscore.records.store import Records

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANNA, BRAM, CEES, DIRK = "cAnnaAnnaAnn", "cBramBramBra", "cCeesCeesCee", "cDirkDirkDir"
PHONE, LAPTOP = "vPhonePhoneP", "vLaptopLapto"


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def add(records: "Records", *links: tuple[str, str, float]) -> None:
    rows = [(person, candidate, at(hours)) for person, candidate, hours in links]
    schema = {"person": pl.String, "candidate": pl.String, "occurred_at": pl.Datetime("us", "UTC")}
    records.links.add(pl.DataFrame(rows, schema=schema, orient="row"), START)


def identity(records: "Records") -> dict[str, str]:
    return dict(records.identity().rows())


def test_a_visitor_becomes_a_candidate(records: "Records") -> None:
    add(records, (PHONE, ANNA, 0), (LAPTOP, ANNA, 1))
    assert identity(records) == {PHONE: ANNA, LAPTOP: ANNA}
    assert records.identity().schema == IDENTITY_SCHEMA


def test_nobody_stands_for_nobody(records: "Records") -> None:
    assert records.identity().height == 0
    assert records.identity().schema == IDENTITY_SCHEMA


@pytest.mark.parametrize("order", list(permutations([(LAPTOP, BRAM, 2.0), (LAPTOP, ANNA, 1.0), (LAPTOP, CEES, 3.0)])))
def test_a_shared_device_belongs_to_whoever_used_it_first(
    records: "Records", order: tuple[tuple[str, str, float], ...]
) -> None:
    for link in order:
        add(records, link)
    assert identity(records) == {LAPTOP: ANNA}


def test_at_the_same_moment_the_pseudonym_decides(records: "Records") -> None:
    add(records, (LAPTOP, BRAM, 0), (LAPTOP, ANNA, 0))
    assert identity(records) == {LAPTOP: ANNA}


def test_an_earlier_event_that_comes_later_moves_the_device(records: "Records") -> None:
    add(records, (LAPTOP, ANNA, 5), (LAPTOP, BRAM, 6))
    add(records, (LAPTOP, BRAM, 4))
    add(records, (LAPTOP, BRAM, 9))
    assert identity(records) == {LAPTOP: BRAM}


def test_a_merge_takes_the_devices_along_and_chains_are_followed(records: "Records") -> None:
    add(records, (PHONE, CEES, 0))
    records.links.merge(BRAM, CEES, at(1))
    records.links.merge(ANNA, BRAM, at(2))
    assert identity(records) == {PHONE: ANNA, CEES: ANNA, BRAM: ANNA}
    assert records.links.group_of(ANNA) == [ANNA, BRAM, CEES, PHONE]
    assert records.links.end_of([ANNA, CEES, DIRK]) == {ANNA: ANNA, CEES: ANNA, DIRK: DIRK}


def test_a_merge_is_undone_without_a_trace(records: "Records") -> None:
    add(records, (PHONE, BRAM, 0))
    before = identity(records)
    records.links.merge(ANNA, BRAM, at(1))
    records.links.undo_merge(ANNA, BRAM, at(2))
    assert identity(records) == before == {PHONE: BRAM}
    records.links.merge(ANNA, BRAM, at(3))
    assert identity(records) == {PHONE: ANNA, BRAM: ANNA}


def test_an_event_does_not_bring_back_what_was_undone(records: "Records") -> None:
    add(records, (BRAM, ANNA, 0), (PHONE, ANNA, 0))
    records.links.undo_merge(ANNA, BRAM, at(1))
    add(records, (BRAM, ANNA, -5), (PHONE, ANNA, 0))
    assert identity(records) == {PHONE: ANNA}


def test_merging_twice_is_merging_once(records: "Records") -> None:
    for hours in (0, 1):
        records.links.merge(ANNA, BRAM, at(hours))
    assert identity(records) == {BRAM: ANNA}
    records.links.undo_merge(ANNA, BRAM, at(2))
    assert identity(records) == {}
    with pytest.raises(NotFoundError):
        records.links.undo_merge(ANNA, BRAM, at(3))


def test_no_merge_closes_a_circle(records: "Records") -> None:
    records.links.merge(ANNA, BRAM, at(0))
    records.links.merge(BRAM, CEES, at(0))
    for winner, loser in ((BRAM, ANNA), (CEES, ANNA)):
        with pytest.raises(UsageError, match="undo that merge first"):
            records.links.merge(winner, loser, at(1))
    with pytest.raises(UsageError, match="merged into another"):
        records.links.merge(DIRK, BRAM, at(1))
    assert identity(records) == {BRAM: ANNA, CEES: ANNA}


def test_nobody_is_merged_with_themselves(records: "Records") -> None:
    with pytest.raises(UsageError):
        records.links.merge(ANNA, ANNA, at(0))


def test_what_somebody_decided_goes_before_what_events_say(records: "Records") -> None:
    records.links.merge(ANNA, BRAM, at(9))
    add(records, (BRAM, CEES, 0), (ANNA, BRAM, 0))
    assert identity(records) == {BRAM: ANNA}


def test_events_that_alias_in_a_circle_are_followed_as_far_as_they_make_sense(records: "Records") -> None:
    add(records, (ANNA, BRAM, 0), (BRAM, CEES, 1), (CEES, ANNA, 2), (DIRK, DIRK, 3))
    assert identity(records) == {ANNA: CEES, BRAM: CEES}


def test_devices_that_others_use_too(records: "Records") -> None:
    add(records, (LAPTOP, ANNA, 0), (LAPTOP, BRAM, 1), (PHONE, ANNA, 0), (CEES, ANNA, 0))
    assert records.links.shared({ANNA, CEES, LAPTOP, PHONE}) == {LAPTOP}


PEOPLE = st.sampled_from([f"c{i}" for i in range(5)] + [f"v{i}" for i in range(4)])
CANDIDATES = st.sampled_from([f"c{i}" for i in range(5)])


@given(st.lists(st.tuples(PEOPLE, CANDIDATES), max_size=12))
def test_the_answer_is_final_and_nobody_stands_for_two(links: list[tuple[str, str]]) -> None:
    found = resolve(pl.DataFrame(links, schema=IDENTITY_SCHEMA, orient="row")).rows()
    answer = dict(found)
    assert len(answer) == len(found)
    assert not set(answer) & set(answer.values())
    assert {p for p, _ in links if p[0] == "v"} <= set(answer)
    linked = _neighbours(links)
    assert all(candidate in linked[person] for person, candidate in answer.items())


@given(st.lists(st.tuples(PEOPLE, CANDIDATES), max_size=12))
def test_saying_it_again_changes_nothing(links: list[tuple[str, str]]) -> None:
    once = resolve(pl.DataFrame(links, schema=IDENTITY_SCHEMA, orient="row"))
    twice = resolve(pl.DataFrame([*links, *links], schema=IDENTITY_SCHEMA, orient="row"))
    assert once.equals(twice)


def _neighbours(links: list[tuple[str, str]]) -> dict[str, set[str]]:
    """Everybody that somebody is linked to, over any number of links in either direction."""
    groups: dict[str, set[str]] = {}
    for a, b in links:
        together = groups.get(a, {a}) | groups.get(b, {b})
        groups.update(dict.fromkeys(together, together))
    return groups


@pytest.mark.parametrize("seed", range(8))
def test_around_one_candidate_is_what_everybody_together_says(records: "Records", seed: int) -> None:
    dice = random.Random(seed)
    candidates = [f"c{n:011}" for n in range(12)]
    visitors = [f"v{n:011}" for n in range(15)]
    pairs = [(dice.choice(visitors), dice.choice(candidates), dice.randrange(1, 28)) for _ in range(25)]
    times = [datetime(2026, 3, day, tzinfo=UTC) for _, _, day in pairs]
    rows = {"person": [p[0] for p in pairs], "candidate": [p[1] for p in pairs], "occurred_at": times}
    sent = pl.DataFrame(rows, schema_overrides={"occurred_at": pl.Datetime("us", "UTC")})
    once = sent.group_by("person", "candidate").agg(pl.col("occurred_at").min())
    records.links.add(once, datetime(2026, 4, 1, tzinfo=UTC))
    for _ in range(6):
        with contextlib.suppress(UsageError):
            records.links.merge(*dice.sample(candidates, 2), datetime(2026, 5, 1, tzinfo=UTC))
    identity = records.links.identity()
    for candidate in candidates:
        around = records.links.identity_around(candidate)
        assert set(around.rows()) <= set(identity.rows())
        mine = (pl.col("candidate") == candidate) | (pl.col("person") == candidate)
        assert around.filter(mine).rows() == identity.filter(mine).rows()
