"""What the truth says, against what the events show."""

import math
from datetime import UTC, date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from journeyscore.demo import rates
from journeyscore.demo.calendar import DAY
from journeyscore.demo.employer import APPLICATION_FIELDS, DEPARTMENTS
from journeyscore.demo.people import people as make_people
from journeyscore.demo.simulate import simulate, truth
from journeyscore.demo.world import CHANGES, Change, world

from .conftest import UNTIL, numbered

END = datetime(2026, 2, 28, 23, tzinfo=UTC)
OUTCOMES = {"hired", "rejected", "hired_elsewhere", "slow_reply", "long_form", "lost_interest"}


def persons(events: pl.DataFrame, *names: str) -> set[int]:
    return set(events.filter(pl.col("name").is_in(names))["person"])


def with_cause(people: pl.DataFrame, *causes: str) -> set[int]:
    return set(people.filter(pl.col("cause").is_in(causes))["person"])


def test_one_row_per_candidate_in_order(people: pl.DataFrame) -> None:
    assert people["person"].to_list() == list(range(1, 5_001))
    assert people["interest"].is_between(0, 1, closed="none").all()
    assert set(people["outcome"]) == OUTCOMES
    assert set(people["cause"]) == OUTCOMES | {"in_process"}


def test_truth_does_not_depend_on_blocks() -> None:
    assert_frame_equal(truth(until=UNTIL, candidates=90, block=40), truth(until=UNTIL, candidates=90))
    assert truth(until=UNTIL, candidates=0).is_empty()


def test_what_is_still_open_at_the_end_is_in_process(people: pl.DataFrame) -> None:
    assert (people.filter(pl.col("cause") == "in_process")["end_at"] >= END).all()
    settled = people.filter(pl.col("cause") != "in_process")
    assert (settled["end_at"] < END).all()
    assert (settled["cause"] == settled["outcome"]).all()


def test_the_first_event_on_the_site_is_the_true_entry(events: pl.DataFrame, people: pl.DataFrame) -> None:
    site = events.filter((pl.col("source") == "website") & ~pl.col("machine"))
    first = site.group_by("person").agg(pl.col("visitor").first().alias("device"), at=pl.col("occurred_at").min())
    joined = people.join(first, on="person", how="left")
    late = (joined["at"] - joined["entry_at"]).dt.total_seconds()
    assert late.is_between(0, 9).all()
    assert (joined["device"] == joined["visitor"]).all()


@pytest.mark.parametrize("name", ["hired", "rejected"])
def test_hired_and_rejected_are_seen_as_they_are(events: pl.DataFrame, people: pl.DataFrame, name: str) -> None:
    truly, seen = with_cause(people, name), persons(events, name)
    assert seen <= truly  # an ending in the last minutes may not be seen any more
    assert len(truly - seen) <= 2


def test_applications_are_sent_by_those_who_would(events: pl.DataFrame, people: pl.DataFrame) -> None:
    would = people.filter(pl.col("would_apply"))
    in_time = would.filter(pl.col("entry_at") + pl.duration(milliseconds=pl.col("days_to_apply") * DAY) < END)
    seen = persons(events, "application_submitted")
    assert len(seen ^ set(in_time["person"])) <= 2
    assert would.height > len(seen)
    assert persons(events, "application_started") <= set(people.filter(pl.col("would_start"))["person"])


def test_long_forms_stop_people_at_a_named_field(events: pl.DataFrame, people: pl.DataFrame) -> None:
    stopped = people.filter(pl.col("cause") == "long_form")
    left = events.filter(pl.col("name") == "application_abandoned").select(
        "person", field=pl.col("properties").str.json_path_match("$.field")
    )
    joined = stopped.join(left, on="person", how="full")
    assert joined.height == stopped.height == left.height
    assert (joined["field"] == joined["stopped_at"]).all()
    assert (stopped["drop_off"] == "applying").all()


def test_who_gives_up_waiting_withdraws_or_falls_silent(events: pl.DataFrame, people: pl.DataFrame) -> None:
    slow = with_cause(people, "slow_reply")
    assert not slow & persons(events, "hired", "rejected", "offer_made", "offer_declined")
    silent = slow - persons(events, "withdrawn")
    assert 0.4 < len(silent) / len(slow) < 0.7  # 0.55 by the rates
    assert not silent & persons(events, "survey_sent")


def test_withdrawn_have_a_reason(events: pl.DataFrame, people: pl.DataFrame) -> None:
    assert persons(events, "withdrawn") <= with_cause(people, "slow_reply", "hired_elsewhere")
    assert persons(events, "offer_declined") <= with_cause(people, "hired_elsewhere")


def test_drop_off_stages_follow_from_how_far_people_came(people: pl.DataFrame) -> None:
    lost = people.filter(pl.col("outcome") == "lost_interest")
    assert set(lost["drop_off"]) == {"aware", "interested"}
    assert lost.filter(pl.col("drop_off") == "aware")["known_at"].null_count() == (lost["drop_off"] == "aware").sum()
    assert not lost["would_start"].any()
    assert people.filter(pl.col("drop_off").is_null())["outcome"].unique().to_list() == ["hired"]
    assert set(people.filter(pl.col("drop_off") == "offer")["outcome"]) == {"hired_elsewhere"}


def test_better_channels_bring_more_interest(people: pl.DataFrame) -> None:
    mean = dict(people.group_by("entry_channel").agg(pl.col("interest").mean()).rows())
    assert min(mean, key=lambda channel: mean[channel]) == "paid_social"
    assert max(mean, key=lambda channel: mean[channel]) == "referral"


def test_content_works_differently_on_each_channel(people: pl.DataFrame) -> None:
    social = people.filter(pl.col("entry_channel") == "paid_social")
    mean = dict(social.group_by("content").agg(pl.col("interest").mean()).rows())
    assert mean["video-een-dag-mee"] > mean["carrousel-collegas"] > mean["advertentie-tekenbonus"]


def test_waiting_costs_what_the_rates_say() -> None:
    """As many people give up as the true hazard, summed over the time that they waited, foretells."""
    frame = make_people(world(5, UNTIL, 9), 0, 40_000).filter(pl.col("submitted").is_not_null())
    market = pl.Series([department.market for department in DEPARTMENTS])
    waited = (pl.coalesce("gave_up", "reply") - pl.col("submitted")) / DAY
    hazard = rates.GIVE_UP_PER_DAY * market[frame["department"]] * (rates.GIVE_UP_BASE - frame["interest"])
    foretold = (frame.select(waited).to_series() * hazard).sum()
    gave_up = frame["gave_up"].is_not_null().sum()
    assert gave_up > 1_000
    assert abs(gave_up - foretold) < 4 * math.sqrt(foretold)


def test_slow_departments_lose_more(people: pl.DataFrame) -> None:
    applied = people.filter(pl.col("would_apply"))
    lost = dict(applied.group_by("department").agg((pl.col("outcome") == "slow_reply").mean()).rows())
    days = dict(applied.group_by("department").agg(pl.col("reply_days").median()).rows())
    assert max(days, key=lambda name: days[name]) == "techniek"
    assert lost["techniek"] > 2 * lost["klantenservice"]


def test_surveys_after_a_long_wait_are_worse(events: pl.DataFrame, people: pl.DataFrame) -> None:
    scores = events.filter(pl.col("name") == "survey_answered").select(
        "person", clarity=pl.col("properties").str.json_path_match("$.clarity").cast(pl.Float64)
    )
    waits = scores.join(people, on="person").drop_nulls("reply_days")
    assert waits.select(pl.corr("clarity", "reply_days")).item() < -0.15


@pytest.mark.parametrize("change", CHANGES)
def test_the_counterfactual_is_the_truth_of_the_changed_world(people: pl.DataFrame, change: Change) -> None:
    changed = truth(until=UNTIL, change=change)
    assert (changed["outcome"] == people[f"outcome_if_{change}"]).all()


def test_faster_replies_help_those_who_gave_up_and_nobody_else(people: pl.DataFrame) -> None:
    slow = people["outcome"] == "slow_reply"
    assert (people["outcome"] == people["outcome_if_faster_replies"]).filter(~slow).all()
    still = (people["outcome_if_faster_replies"] == "slow_reply").sum()
    assert still < 0.6 * slow.sum()
    assert (people["outcome_if_faster_replies"] == "hired").sum() > (people["outcome"] == "hired").sum()


def until_application(events: pl.DataFrame) -> pl.DataFrame:
    applied = events.filter(pl.col("name") == "application_submitted").select("person", until="occurred_at")
    rows = events.join(applied, on="person", how="left", maintain_order="left")
    return rows.filter(pl.col("until").is_null() | (pl.col("occurred_at") <= pl.col("until")))


def test_faster_replies_change_nothing_before_the_application(events: pl.DataFrame) -> None:
    changed = numbered(pl.concat(simulate(until=UNTIL, change="faster_replies")))
    assert_frame_equal(until_application(changed), until_application(events))
    assert persons(events, "hired") <= persons(changed, "hired")


def test_a_shorter_form_stops_fewer_people(people: pl.DataFrame) -> None:
    short = truth(until=UNTIL, change="shorter_form")
    extra = {field.name for field in APPLICATION_FIELDS if field.extra}
    assert not extra & set(short["stopped_at"].drop_nulls())
    assert (people["would_start"] == short["would_start"]).all()
    assert (short["would_apply"] | ~people["would_apply"]).all()
    gone = people["stopped_at"].is_in(extra)
    assert (people["stopped_at"].filter(~gone).eq_missing(short["stopped_at"].filter(~gone))).all()
    others = people["outcome"] != "long_form"
    moved = (people["outcome"] != people["outcome_if_shorter_form"]).filter(others).sum()
    assert moved <= 10  # an application that is sent minutes earlier may be answered a day earlier


def kaplan_meier(days: list[tuple[float, bool]]) -> tuple[float, float]:
    """Share that got there at last, and its standard error (Greenwood)."""
    left, survives, variance = len(days), 1.0, 0.0
    for _, happened in sorted(days):
        if happened:
            survives *= 1 - 1 / left
            variance += 1 / (left * (left - 1))
        left -= 1
    return 1 - survives, survives * math.sqrt(variance)


def test_counting_with_censoring_finds_the_truth_where_naive_counting_does_not() -> None:
    """Who would apply in the end, estimated from those who came in the last three months."""
    late = truth(until=UNTIL, candidates=20_000).filter(pl.col("entry_at") > datetime(2025, 12, 1, tzinfo=UTC))
    seen = (END - late["entry_at"]).dt.total_seconds() / 86_400
    days = late["days_to_apply"].fill_null(10_000)
    got_there = [(min(day, watched), day < watched) for day, watched in zip(days, seen, strict=True)]
    share, error = kaplan_meier(got_there)
    within = (late["days_to_apply"] < seen.max()).fill_null(False).mean()
    naive = sum(happened for _, happened in got_there) / late.height
    assert abs(share - within) < 2.6 * error
    assert naive < within - 4 * error


def test_campaigns_run_in_their_time(people: pl.DataFrame) -> None:
    care = people.filter(pl.col("campaign") == "zorg-voor-elkaar")
    day = (care["entry_at"].dt.convert_time_zone("Europe/Amsterdam").dt.date() - date(2025, 6, 1)).dt.total_days()
    assert day.min() >= 14 and day.max() <= 95  # from 0.05 to 0.35 of 273 days
    assert set(care["entry_channel"]) == {"paid_social", "linkedin"}
