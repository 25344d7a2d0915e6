"""The laws of a journey, for many people at once and for any seed."""

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from journeyscore.demo.calendar import DAY, HOUR
from journeyscore.demo.people import people
from journeyscore.demo.simulate import simulate
from journeyscore.demo.world import CHANGES, Change, world

UNTIL = date(2026, 3, 1)
CHAIN = ["entry", "started", "submitted", "reply", "screened", "invited", "interviewed", "decided", "accepted", "hired"]
ENDINGS = [
    "hired",
    "declined",
    "rejected_interview",
    "gave_up_late",
    "left_before_interview",
    "rejected_screening",
    "rejected_paper",
    "gave_up",
    "stopped",
]
seeds = st.integers(0, 2**63)
changes = st.sampled_from([None, *CHANGES])


def made(seed: int, change: Change | None = None, count: int = 1_500, first: int = 0) -> pl.DataFrame:
    return people(world(seed, UNTIL, 9, change), first, count)


@given(seeds, changes)
@settings(max_examples=8, deadline=None)
def test_each_step_comes_after_the_one_before(seed: int, change: Change | None) -> None:
    frame = made(seed, change)
    for before, after in pairwise(CHAIN):
        both = frame.drop_nulls([before, after])
        assert both.height > 0
        assert (both[after] > both[before]).all(), (before, after)


@given(seeds, changes)
@settings(max_examples=8, deadline=None)
def test_every_journey_ends_once(seed: int, change: Change | None) -> None:
    frame = made(seed, change)
    ends = frame.select(pl.sum_horizontal(pl.col(name).is_not_null() for name in ENDINGS)).to_series()
    started = frame["started"].is_not_null()
    assert (ends == started.cast(ends.dtype)).all()
    assert (frame["outcome"] == "lost_interest").to_list() == (~started).to_list()
    assert frame["end"].null_count() == 0


@given(seeds)
@example(100)  # an interview moves to a Friday, and the weekend makes the wait for the decision longer
@settings(max_examples=8, deadline=None)
def test_faster_replies_bring_every_step_forward(seed: int) -> None:
    now, faster = made(seed), made(seed, "faster_replies")
    for step in ("reply", "interviewed", "hired"):
        both = pl.DataFrame({"now": now[step], "faster": faster[step]}).drop_nulls()
        assert (both["faster"] <= both["now"]).all()
    settled = now["outcome"] != "slow_reply"
    assert (now["outcome"] == faster["outcome"]).filter(settled).all()


def test_somebody_who_gives_up_gives_up_before_the_reply() -> None:
    frame = made(1, count=20_000).filter(pl.col("gave_up").is_not_null())
    assert (frame["gave_up"] > frame["submitted"]).all()
    assert frame.filter(pl.col("tells"))["reply"].null_count() == frame["tells"].sum()
    silent = frame.filter(~pl.col("tells"))
    assert (silent["gave_up"] < silent["reply"]).all()
    assert silent["closed"].null_count() == silent.height


def test_the_employer_closes_only_what_it_knows_of() -> None:
    frame = made(1)
    assert frame.filter(pl.col("submitted").is_null())["closed"].drop_nulls().is_empty()
    assert (frame.filter(pl.col("outcome") == "rejected")["closed"].is_not_null()).all()


def test_career_days_are_attended_on_the_day_by_those_who_registered() -> None:
    frame = made(1, count=20_000)
    attended = frame.drop_nulls("attended")
    assert attended["registered"].null_count() == 0
    assert (attended["registered"] < attended["career_day"]).all()
    assert (attended["attended"] // DAY == attended["career_day"] // DAY).all()
    assert (attended["attended"] % DAY).is_between(10 * HOUR, 16 * HOUR).all()
    assert attended["career_day"].n_unique() == 4


def test_interest_does_not_depend_on_the_day_of_arrival() -> None:
    """Else censoring would tell something about interest, and no estimate could be right."""
    frame = made(3, count=40_000)
    assert abs(frame.select(pl.corr("interest", "entry")).item()) < 5 / 40_000**0.5


@pytest.mark.parametrize("first", [0, 4_199_000, 2**40])
def test_far_candidates_are_people_like_others(first: int) -> None:
    frame = made(1, first=first)
    assert frame["i"].to_list() == list(range(first, first + 1_500))
    assert 0.45 < frame["interest"].mean() < 0.55
    assert 0.2 < frame["submitted"].is_not_null().mean() < 0.3


@pytest.mark.parametrize(("until", "months"), [(date(2024, 3, 1), 1), (date(2026, 3, 1), 30), (date(2000, 1, 1), 12)])
def test_any_time_will_do(until: date, months: int) -> None:
    seen = pl.concat(simulate(until=until, months=months, candidates=200))
    assert seen["person_name"].drop_nulls().len() > 0
    local = seen["occurred_at"].dt.convert_time_zone("Europe/Amsterdam").dt.date()
    assert local.max() < until
