"""The explanation adds up, and what it says about tomorrow comes true."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.scoring.cases import event, frame, identity_frame

from journeyscore.domain.errors import NotFoundError
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
    Touchpoint,
    Unknown,
)
from journeyscore.engines.duck import DuckEngine
from journeyscore.reports.explain import explain
from journeyscore.reports.scores import reasons, scores
from journeyscore.reports.snapshot import Snapshot

TODAY = date(2026, 11, 23)
L = Label("x", "x")
ANN, BOB = "c00000000001", "c00000000002"


def touchpoint(name: str, points: int, **how) -> Touchpoint:
    return Touchpoint(name, L, Stage.INTERESTED, Condition((Match("name", (name,)),)), Decimal(points), **how)


MODEL = Model(
    "m",
    (
        touchpoint("form", 30, decay=HalfLife(30), limit=Limit(1, Period.DAY)),
        touchpoint("page", 2, group="web"),
        touchpoint("left", -10),
    ),
    (Band("a_little", L, Decimal(0)), Band("engaged", L, Decimal(25)), Band("very_engaged", L, Decimal(60))),
    (Group("web", L, Decimal(5)),),
    Unknown(1),
)


def snapshot(*rows: tuple[str, str, int]) -> Snapshot:
    events = [event(who, name, TODAY - timedelta(days=age)) for who, name, age in rows]
    return Snapshot(
        DuckEngine(threads=1), frame(events), identity_frame({"v00000000001": ANN}), TODAY - timedelta(days=500)
    )


def test_lines_caps_and_score() -> None:
    found = explain(snapshot((ANN, "form", 0), *[("v00000000001", "page", 1)] * 4, (BOB, "form", 0)), MODEL, ANN, TODAY)
    assert [(x.kind, x.name, x.hits, x.counted_thousandths, x.millipoints) for x in found.lines] == [
        ("touchpoint", "page", 4, 4000, 8_000),
        ("touchpoint", "form", 1, 1000, 30_000),
        ("group_cap", "web", 0, 0, -3_000),
    ]
    assert (found.millipoints, found.band, found.evidence) == (35_000, "engaged", 5)


def test_what_one_more_contact_would_do() -> None:
    found = explain(snapshot((ANN, "form", 0), *[(ANN, "page", 1)] * 2), MODEL, ANN, TODAY)
    # a second form today is over its limit; a third page gives 1 of 2, as the group ends at 5
    assert [(m.touchpoint, m.gain, m.band) for m in found.outlook.one_more] == [("page", 1_000, "engaged")]
    assert (found.outlook.next_band, found.outlook.missing) == ("very_engaged", 26_000)


def test_the_highest_band_has_no_next() -> None:
    found = explain(snapshot((ANN, "form", 0), (ANN, "form", 1), (ANN, "page", 0)), MODEL, ANN, TODAY)
    assert (found.band, found.outlook.next_band, found.outlook.missing) == ("very_engaged", None, None)


def test_the_day_on_which_the_band_falls_is_the_first() -> None:
    shot = snapshot((ANN, "form", 0))
    fall = explain(shot, MODEL, ANN, TODAY).outlook
    # 30 * 0.5 ** (age / 30) drops below 25 after 7.9 days
    assert (fall.falls_on, fall.falls_to) == (TODAY + timedelta(days=8), "a_little")
    assert explain(shot, MODEL, ANN, TODAY + timedelta(days=7)).band == "engaged"
    assert explain(shot, MODEL, ANN, TODAY + timedelta(days=8)).band == "a_little"


def test_without_decay_nothing_falls() -> None:
    still = replace(MODEL, touchpoints=tuple(replace(t, decay=None) for t in MODEL.touchpoints))
    assert explain(snapshot((ANN, "form", 0)), still, ANN, TODAY).outlook.falls_on is None


def test_nobody() -> None:
    with pytest.raises(NotFoundError):
        explain(snapshot((ANN, "form", 0)), MODEL, BOB, TODAY)
    with pytest.raises(NotFoundError):
        explain(snapshot((ANN, "form", 0)), MODEL, ANN, TODAY - timedelta(days=1))


def test_the_explanation_equals_the_ranking() -> None:
    shot = snapshot(
        (ANN, "form", 3), (BOB, "page", 0), ("v00000000001", "page", 2), (BOB, "left", 0), (BOB, "other", 9)
    )
    for row in scores(shot, MODEL, TODAY).frame.to_dicts():
        found = explain(shot, MODEL, row["candidate"], TODAY)
        assert (found.millipoints, found.band, found.evidence) == (row["millipoints"], row["band"], row["evidence"])
        assert found.last_event_at == row["last_event_at"]
        assert sum(line.millipoints for line in found.lines) == row["millipoints"]


def test_ranking_and_reasons() -> None:
    shot = snapshot((ANN, "form", 0), (BOB, "page", 0), (BOB, "left", 0), ("v00000000001", "page", 2))
    ranking = scores(shot, MODEL, TODAY)
    assert ranking.frame.select("candidate", "millipoints").rows() == [(ANN, 32_000), (BOB, 0)]
    assert ranking.bands() == {"engaged": 1, "a_little": 1}
    found = reasons(shot, MODEL, TODAY, ranking.frame.get_column("candidate"), most=1)
    assert found.select("candidate", "name", "millipoints").rows() == [(ANN, "form", 30_000), (BOB, "page", 2_000)]
