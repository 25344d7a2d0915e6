import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from journeyscore.demo.employer import MAIL_DOMAINS, UNKNOWN_SOURCES
from journeyscore.demo.rows import key
from journeyscore.demo.simulate import simulate
from journeyscore.domain.errors import UsageError
from journeyscore.domain.event import SENT_FIELDS

from .conftest import UNTIL

NAMES = """
ad_viewed ad_clicked page_viewed vacancy_viewed vacancy_saved job_alert_created form_started form_field_filled
form_abandoned form_submitted application_started application_abandoned cv_uploaded application_submitted
mail_sent mail_opened mail_clicked unsubscribed social_post_liked video_watched chat_started recruiter_talked
event_registered event_attended referral_made reply_received screening_done interview_invited interview_held
offer_made offer_accepted hired offer_declined rejected withdrawn survey_sent survey_answered
"""
NEEDS = [
    ("form_field_filled", ("form_started", "application_started")),
    ("form_submitted", ("form_started",)),
    ("form_abandoned", ("form_started",)),
    ("cv_uploaded", ("application_started",)),
    ("application_abandoned", ("application_started",)),
    ("application_submitted", ("application_started",)),
    ("reply_received", ("application_submitted",)),
    ("screening_done", ("reply_received",)),
    ("interview_invited", ("screening_done",)),
    ("interview_held", ("interview_invited",)),
    ("offer_made", ("interview_held",)),
    ("offer_accepted", ("offer_made",)),
    ("offer_declined", ("offer_made",)),
    ("hired", ("offer_accepted",)),
    ("rejected", ("reply_received",)),
    ("withdrawn", ("application_submitted",)),
    ("mail_opened", ("mail_sent",)),
    ("mail_clicked", ("mail_sent",)),
    ("unsubscribed", ("mail_sent",)),
    ("event_attended", ("event_registered",)),
    ("survey_answered", ("survey_sent",)),
    ("survey_sent", ("hired", "rejected", "withdrawn", "offer_declined")),
]


def whole(**given: object) -> pl.DataFrame:
    return pl.concat(simulate(**({"until": UNTIL} | given)))  # type: ignore[arg-type]


def test_frames_have_the_columns_that_may_be_sent(events: pl.DataFrame) -> None:
    sent = events.drop("person", "machine")
    assert sent.columns == [field.name for field in SENT_FIELDS]
    assert sent.schema["occurred_at"] == pl.Datetime("us", "UTC")
    assert all(kind == pl.String for name, kind in sent.schema.items() if name != "occurred_at")


def test_five_thousand_candidates_make_about_120_000_events(events: pl.DataFrame) -> None:
    assert 110_000 <= events.height <= 130_000
    assert events["person"].n_unique() == 5_000


def test_other_seeds_keep_the_promise_too() -> None:
    for seed in (2, 3):
        assert 22 <= whole(seed=seed, candidates=3_000).height / 3_000 <= 26


def test_the_same_again(events: pl.DataFrame) -> None:
    assert_frame_equal(whole(candidates=400), events.filter(pl.col("person") <= 400).drop("person", "machine"))


def test_another_seed_is_another_world() -> None:
    assert not whole(candidates=50).equals(whole(candidates=50, seed=2))


@given(st.integers(0, 2**40), st.integers(1, 60), st.integers(15, 70), st.integers(1, 24))
@settings(max_examples=6, deadline=None)
def test_blocks_and_further_candidates_alter_nothing(seed: int, candidates: int, block: int, months: int) -> None:
    once = whole(seed=seed, candidates=candidates, months=months, block=1_000)
    assert_frame_equal(whole(seed=seed, candidates=candidates, months=months, block=block), once)
    more = whole(seed=seed, candidates=candidates + 7, months=months)
    assert_frame_equal(more.head(once.height), once)


def test_every_row_has_a_name_a_time_and_a_person(events: pl.DataFrame) -> None:
    assert set(events["name"]) == set(NAMES.split())
    assert events["occurred_at"].null_count() == 0
    assert events.filter(pl.col("candidate").is_null() & pl.col("visitor").is_null()).is_empty()


def test_message_ids_are_unique_per_source(events: pl.DataFrame) -> None:
    assert events.select("source", "message_id").is_duplicated().sum() == 0
    assert set(events["source"]) == {"website", "mail", "ats", "ads", "events"}


def test_rows_stand_by_candidate_and_time(events: pl.DataFrame) -> None:
    order = events.select("person", "occurred_at")
    assert_frame_equal(order, order.sort("person", "occurred_at", maintain_order=True))


@pytest.mark.parametrize(("name", "earlier"), NEEDS)
def test_nothing_happens_before_what_it_needs(events: pl.DataFrame, name: str, earlier: tuple[str, ...]) -> None:
    first = events.filter(pl.col("name").is_in(earlier)).group_by("person").agg(pl.col("occurred_at").min().alias("at"))
    later = events.filter(pl.col("name") == name).join(first, on="person", how="left")
    assert later.height > 0
    assert later["at"].null_count() == 0
    assert (later["occurred_at"] >= later["at"]).all()


def test_every_month_is_there_and_nothing_outside(events: pl.DataFrame) -> None:
    local = events["occurred_at"].dt.convert_time_zone("Europe/Amsterdam").dt.date()
    assert local.min() == date(2025, 6, 1)
    assert local.max() == date(2026, 2, 28)
    assert local.n_unique() == 273  # 30+31+31+30+31+30+31+31+28


@pytest.mark.parametrize("until", [date(2026, 3, 30), date(2026, 10, 26), date(2024, 3, 1)])
def test_the_end_holds_after_a_change_of_the_clock(until: date) -> None:
    seen = (
        whole(until=until, candidates=400, months=1)["occurred_at"].dt.convert_time_zone("Europe/Amsterdam").dt.date()
    )
    assert seen.max() == until - timedelta(days=1)


def test_january_and_september_are_busy_and_the_summer_is_quiet(events: pl.DataFrame, people: pl.DataFrame) -> None:
    month = people["entry_at"].dt.convert_time_zone("Europe/Amsterdam").dt.month()
    newcomers = dict(month.value_counts().rows())
    assert min(newcomers[9], newcomers[1]) > 1.3 * max(newcomers[7], newcomers[8], newcomers[12])


def test_nights_and_weekends_are_quiet(events: pl.DataFrame) -> None:
    human = events.filter((pl.col("source") == "website") & ~pl.col("machine"))
    local = human["occurred_at"].dt.convert_time_zone("Europe/Amsterdam")
    assert local.dt.hour().is_between(1, 5).mean() < 0.04
    assert (local.dt.weekday() > 5).mean() < 0.2  # 2 of 7 days would be 0.29


def test_the_employer_keeps_office_hours(events: pl.DataFrame) -> None:
    steps = ["reply_received", "screening_done", "interview_held", "offer_made", "hired"]
    local = events.filter(pl.col("name").is_in(steps))["occurred_at"].dt.convert_time_zone("Europe/Amsterdam")
    assert local.dt.weekday().max() == 5
    assert local.dt.hour().is_between(8, 17).all()  # 9 to 17, an hour off on the days when the clock changes
    assert not {date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)} & set(local.dt.date())


def test_a_third_of_the_people_never_become_known(events: pl.DataFrame, people: pl.DataFrame) -> None:
    named = set(events["candidate"].drop_nulls())
    assert 0.30 < 1 - len(named) / 5_000 < 0.40
    assert named == set(people.filter(pl.col("known_at").is_not_null())["candidate"])


def test_visitors_are_unknown_before_they_are_known(events: pl.DataFrame, people: pl.DataFrame) -> None:
    joined = events.join(people.select("person", "known_at"), on="person").filter(pl.col("candidate").is_not_null())
    assert (joined["occurred_at"] >= joined["known_at"]).all()
    assert (joined["candidate"].str.slice(2).cast(pl.Int64) == joined["person"]).all()


def test_devices_belong_to_one_person_and_some_have_three(events: pl.DataFrame) -> None:
    seen = events.drop_nulls("visitor")
    owners = seen.group_by("visitor").agg(pl.col("person").n_unique())
    assert owners["person"].max() == 1
    human = seen.filter(~pl.col("machine")).group_by("person").agg(pl.col("visitor").n_unique())
    assert set(human["visitor"]) == {1, 2, 3}


def test_links_are_made_by_rows_with_both_and_by_identify_calls(events: pl.DataFrame) -> None:
    both = events.drop_nulls(["visitor", "candidate"])
    assert set(both["name"]) == {"job_alert_created", "form_submitted", "application_submitted", "vacancy_viewed"}
    identify = events.filter(pl.col("call") == "identify")
    assert set(identify["name"]) == {"job_alert_created"}
    assert identify.null_count().select("visitor", "candidate").row(0) == (0, 0)


def test_machines_are_a_few_percent_and_can_be_told(events: pl.DataFrame) -> None:
    assert 0.02 < events["machine"].mean() < 0.06
    assert set(events.filter(pl.col("machine"))["name"]) == {"page_viewed", "vacancy_viewed", "mail_clicked"}
    crawlers = events.filter(pl.col("machine") & (pl.col("source") == "website"))
    assert crawlers["candidate"].null_count() == crawlers.height
    human = set(events.filter(~pl.col("machine"))["visitor"].drop_nulls())
    assert not human & set(crawlers["visitor"])


def test_scanners_follow_all_links_within_a_second(events: pl.DataFrame) -> None:
    part = pl.col("message_id").str.split("-").list.get(2).cast(pl.Int64)
    sent = events.filter(pl.col("message_id").str.contains("-81-")).select("person", mail=part, at="occurred_at")
    scans = events.filter(pl.col("machine") & (pl.col("name") == "mail_clicked")).with_columns(mail=part // 10)
    joined = scans.join(sent, on=["person", "mail"])
    assert joined.height == scans.height
    assert (joined["occurred_at"] - joined["at"]).max() < timedelta(seconds=1)
    assert (scans.group_by("person", "mail").len()["len"] >= 2).any()


def test_some_sources_are_unknown(events: pl.DataFrame) -> None:
    source = pl.col("url").str.extract("utm_source=([^&]+)").str.replace("+", " ", literal=True)
    first = events.filter(pl.col("message_id").str.ends_with("-10-0")).select(source=source).drop_nulls()
    assert first.height > 2_000
    assert 0.03 < first["source"].is_in(UNKNOWN_SOURCES).mean() < 0.07
    assert {"fb", "Facebook", "facebook", "LinkedIn", "linkedin"} <= set(first["source"])


def test_properties_are_flat_json(events: pl.DataFrame) -> None:
    for text in events["properties"].unique().drop_nulls():
        assert all(isinstance(value, int | str) for value in json.loads(text).values())


def test_forms_name_the_field_at_which_people_stop(events: pl.DataFrame) -> None:
    left = events.filter(pl.col("name").is_in(["form_abandoned", "application_abandoned"]))
    fields = [json.loads(text) for text in left["properties"]]
    assert {entry["form"] for entry in fields} == {"contact", "sollicitatie"}
    filled = events.filter(pl.col("name") == "form_field_filled").group_by("person", form=form_of()).len()
    joined = left.select("person", form=form_of(), stated=stated()).join(filled, on=["person", "form"], how="left")
    assert (joined["len"].fill_null(0) == joined["stated"]).all()


def form_of() -> pl.Expr:
    return pl.col("properties").str.json_path_match("$.form")


def stated() -> pl.Expr:
    return pl.col("properties").str.json_path_match("$.filled").cast(pl.UInt32)


def test_survey_scores_keep_their_scales(events: pl.DataFrame) -> None:
    answers = [json.loads(text) for text in events.filter(pl.col("name") == "survey_answered")["properties"]]
    assert len(answers) > 100
    assert {answer["clarity"] for answer in answers} == {1, 2, 3, 4, 5}
    assert all(1 <= answer["information"] <= 5 and 0 <= answer["recommend"] <= 10 for answer in answers)


def test_nobody_is_real(events: pl.DataFrame) -> None:
    domains = set(events["email"].drop_nulls().str.split("@").list.get(1))
    assert domains == set(MAIL_DOMAINS) == {"example.nl", "example.com", "example.org"}
    assert set(events["url"].drop_nulls().str.extract("^https://([^/]+)/")) == {"werkenbij.example.nl"}
    assert events["phone"].null_count() == events.height
    named = events.drop_nulls("person_name")
    assert (named["email"].str.extract(r"^k(\d+)@").cast(pl.Int64) == named["person"]).all()
    assert named["candidate"].null_count() == 0


def test_vacancies_are_looked_at_while_they_are_open(events: pl.DataFrame) -> None:
    closed = events.filter(
        (pl.col("vacancy") == "Teamleider klantenservice") & (pl.col("name") == "application_started")
    )
    zone = ZoneInfo("Europe/Amsterdam")
    days = [(moment.astimezone(zone).date() - date(2025, 6, 1)).days for moment in closed["occurred_at"]]
    assert days
    assert min(days) > 27 and max(days) < 96  # open from 0.10 to 0.35 of 273 days


@pytest.mark.parametrize("given", [{"candidates": -1}, {"block": 0}, {"months": 0}, {"change": "nothing"}])
def test_nonsense_is_refused_at_once(given: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(given))):
        simulate(until=UNTIL, **given)  # type: ignore[arg-type]


def test_nobody_gives_nothing() -> None:
    assert list(simulate(until=UNTIL, candidates=0)) == []


def test_a_key_has_six_digits_or_more() -> None:
    keys = pl.DataFrame({"i": pl.Series([122, 4_199_999], dtype=pl.UInt64)}).select(key()).to_series().to_list()
    assert keys == ["K-000123", "K-4200000"]
