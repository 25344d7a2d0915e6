"""Scores worked out by hand, each in a comment, through the SQL."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from journeyscore.domain.model import (
    Band,
    Condition,
    Group,
    HalfLife,
    Label,
    Limit,
    Match,
    Model,
    Period,
    Stage,
    Steps,
    Tier,
    Touchpoint,
    Unknown,
)
from journeyscore.engines.duck import DuckEngine
from tests.scoring.cases import event
from tests.scoring.test_conformance import engine_lines, engine_scores

TODAY = date(2026, 11, 23)  # a Monday
L = Label("x", "x")
FORM = Condition((Match("name", ("form_submitted",)),))
ANN = "c00000000001"


def form(**how) -> Touchpoint:
    return Touchpoint("form", L, Stage.INTERESTED, FORM, **({"points": Decimal(30)} | how))


def model(*touchpoints: Touchpoint, **how) -> Model:
    bands = (Band("a_little", L, Decimal(0)), Band("engaged", L, Decimal(30)), Band("very_engaged", L, Decimal(60)))
    return Model("m", touchpoints, **({"bands": bands, "minimum": None} | how))


def score(model: Model, *ages: int, as_of: date = TODAY) -> int:
    events = [event(ANN, "form_submitted", as_of - timedelta(days=age)) for age in ages]
    return engine_scores(DuckEngine(threads=1), model, events, {}, as_of)[ANN][0]


@pytest.mark.parametrize(
    ("touchpoint", "ages", "expected"),
    [
        (form(), [0, 0, 400], 90_000),
        (form(limit=Limit(2, Period.DAY)), [0, 0, 0, 1], 90_000),  # 2 today, 1 yesterday
        # today is Monday: yesterday and the day before lie in the week before
        (form(limit=Limit(1, Period.WEEK)), [0, 0, 1, 2], 60_000),
        (form(limit=Limit(2, Period.MONTH)), [0, 5, 9, 23, 24], 120_000),  # 23 days ago is 31 October
        (form(limit=Limit(1, Period.EVER)), [0, 1, 300], 30_000),
        (form(repeat=Decimal("0.5")), [0, 0, 0, 0], 56_250),  # 30 x (1 + .5 + .25 + .125)
        (form(repeat=Decimal("0.5"), limit=Limit(2, Period.DAY)), [0, 0, 0, 0], 45_000),
        (form(window=30), [30, 31], 30_000),
        (form(decay=HalfLife(90)), [0, 90, 180], 52_500),  # 30 + 15 + 7.5
        (form(decay=HalfLife(1)), [5, 15], 938 + 1),  # 937.5 and 0.91...: halves go away from zero
        (form(points=Decimal(-30), decay=HalfLife(1)), [5], -938),
        (form(decay=Steps(Decimal(50), 30)), [29, 30, 59, 60], 60_000),  # 30 + 15 + 15 + 0
        (form(decay=Steps(Decimal(30), 10)), [40], 0),  # 1 - 4 x 30 % is below 0
        (form(decay=HalfLife(30), limit=Limit(1, Period.EVER)), [0, 30], 15_000),  # the first hit is the older one
        (form(points=Decimal("0.001")), [0, 0], 2),
    ],
)
def test_one_touchpoint(touchpoint: Touchpoint, ages: list[int], expected: int) -> None:
    assert score(model(touchpoint), *ages) == expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [([0], 5_000), ([0, 1], 5_000), ([0, 1, 2], 10_000), ([0] * 6, 20_000), ([0] * 60, 20_000), ([40, 0, 0], 5_000)],
)
def test_tiers_by_frequency(ages: list[int], expected: int) -> None:
    ladder = (Tier(1, Decimal(5)), Tier(3, Decimal(10)), Tier(6, Decimal(20)))
    assert score(model(form(points=Decimal(0), tiers=ladder, window=30)), *ages) == expected


def test_caps_are_lines_of_their_own() -> None:
    capped = model(form(group="g"), groups=(Group("g", L, Decimal(40)),), maximum=Decimal(35))
    events = [event(ANN, "form_submitted", TODAY - timedelta(days=age)) for age in (0, 3)]
    lines = engine_lines(DuckEngine(threads=1), capped, events, {}, TODAY)[ANN]
    assert [(x.kind, x.name, x.millipoints) for x in lines] == [
        ("group_cap", "g", -20_000),
        ("model_cap", "model", -5_000),
        ("touchpoint", "form", 30_000),
        ("touchpoint", "form", 30_000),
    ]


def test_a_minimum_lifts() -> None:
    angry = model(form(points=Decimal(-7)), minimum=Decimal(0))
    events = [event(ANN, "form_submitted", TODAY)]
    assert engine_scores(DuckEngine(threads=1), angry, events, {}, TODAY)[ANN][0] == 0
    lines = engine_lines(DuckEngine(threads=1), angry, events, {}, TODAY)[ANN]
    assert sorted(x.millipoints for x in lines) == [-7_000, 7_000]


@pytest.mark.parametrize(("forms", "band"), [(1, "unknown"), (2, "very_engaged")])
def test_too_little_evidence_is_unknown(forms: int, band: str) -> None:
    events = [event(ANN, "form_submitted", TODAY)] * forms
    found = engine_scores(DuckEngine(threads=1), model(form(), unknown=Unknown(2)), events, {}, TODAY)
    assert found[ANN][1] == band


@pytest.mark.parametrize(("points", "band"), [("29.999", "a_little"), ("30", "engaged"), ("60", "very_engaged")])
def test_bands_begin_at_their_threshold(points: str, band: str) -> None:
    found = engine_scores(
        DuckEngine(threads=1), model(form(points=Decimal(points))), [event(ANN, "form_submitted", TODAY)], {}, TODAY
    )
    assert found[ANN][1] == band


def test_the_first_touchpoint_that_matches_gets_the_event() -> None:
    paid = Touchpoint("paid", L, Stage.AWARE, Condition((Match("channel", ("paid_*",)),)), points=Decimal(5))
    events = [event(ANN, "form_submitted", TODAY, channel=c) for c in ("paid_social", "email")]
    assert engine_scores(DuckEngine(threads=1), model(paid, form()), events, {}, TODAY)[ANN][0] == 35_000


def test_a_known_visitor_counts_for_the_candidate_under_one_limit() -> None:
    events = [event(who, "form_submitted", TODAY) for who in (ANN, "v00000000001", "v00000000002")]
    once = model(form(limit=Limit(1, Period.DAY)))
    assert engine_scores(DuckEngine(threads=1), once, events, {"v00000000001": ANN}, TODAY) == {
        ANN: (30_000, "engaged", 2, events[0]["occurred_at"])
    }


def test_machines_and_the_future_do_not_count() -> None:
    events = [
        event(ANN, "form_submitted", TODAY, machine=True),
        event(ANN, "form_submitted", TODAY + timedelta(days=1)),
        event(ANN, "form_submitted", TODAY),
    ]
    assert engine_scores(DuckEngine(threads=1), model(form()), events, {}, TODAY)[ANN][0] == 30_000
