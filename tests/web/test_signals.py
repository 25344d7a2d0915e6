"""Signals and the rules behind them: made, switched, told once, seen to, taken back; by who may."""

from datetime import UTC, datetime

import pytest

from journeyscore.domain.reaction import Happening, Reaction, Signal
from journeyscore.web.reports import STANDING
from journeyscore.web.workspace import workspace


@pytest.fixture
def told(site) -> Signal:
    room, now = workspace().records.reactions, datetime.now(UTC)
    rule = room.make(Reaction(0, "Warm", Happening.BACK, days=30), None, now)
    who = STANDING.get().frame.item(0, "candidate")
    facts = {"band": "engaged", "millipoints": 45_000, "why": [], "days": 31}
    room.signal([Signal(rule.id, f"{who} once", who, now, facts)])
    yield next(one for one in room.open() if one.reaction == rule.id)
    room.remove(rule.id)
    room.forget([who])


def test_a_signal_is_seen_to_and_taken_back(client_of, told: Signal) -> None:
    recruiter = client_of("recruiter", "nl")
    page = recruiter.get("/signals/").content.decode()
    assert "terug na 31 dagen" in page and "1 kandidaat is nu warm" in page
    recruiter.post(f"/signals/{told.id}/")
    page = recruiter.get("/signals/").content.decode()
    assert "Er wacht niets op je" in page and f'action="/signals/{told.id}/"' in page
    assert workspace().records.reactions.open() == []
    recruiter.post(f"/signals/{told.id}/", {"back": "1"})
    assert [one.id for one in workspace().records.reactions.open()] == [told.id]
    assert recruiter.post("/signals/999999/").status_code == 404


def test_the_page_asks_again_only_for_what_is_new(client_of, told: Signal) -> None:
    viewer = client_of("viewer", "en")
    assert viewer.get(f"/signals/?seen={told.id}", headers={"HX-Request": "true"}).status_code == 204
    assert viewer.get("/signals/?seen=", headers={"HX-Request": "true"}).status_code == 200
    assert viewer.post(f"/signals/{told.id}/").status_code == 403


RULES = [
    ({"kind": "entered_band", "entered_band_band": "very_engaged"}, Reaction(0, "", Happening.ENTERED, "very_engaged")),
    ({"kind": "fell_band", "fell_band_band": "engaged"}, Reaction(0, "", Happening.FELL, "engaged")),
    ({"kind": "came_back", "days": "30"}, Reaction(0, "", Happening.BACK, days=30)),
    (
        {"kind": "unfinished", "start": "application_started", "finish": "application_submitted", "hours": "24"},
        Reaction(0, "", Happening.UNFINISHED, hours=24, start="application_started", finish="application_submitted"),
    ),
]


@pytest.mark.parametrize(("form", "wanted"), RULES)
def test_a_rule_is_made_switched_and_removed(client_of, form: dict[str, str], wanted: Reaction) -> None:
    marketer, room = client_of("marketer", "en"), workspace().records.reactions
    assert marketer.post("/settings/reactions/", form).status_code == 302
    made = room.all()[-1]
    assert made == Reaction(
        made.id, made.name, *(getattr(wanted, n) for n in Reaction.__dataclass_fields__ if n not in ("id", "name"))
    )
    assert made.name and made.name in marketer.get("/settings/reactions/").content.decode()
    marketer.post(f"/settings/reactions/{made.id}/")
    assert not room.all()[-1].on
    marketer.post(f"/settings/reactions/{made.id}/", {"remove": "1"})
    assert made.id not in [rule.id for rule in room.all()]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "reject"},
        {"kind": "entered_band", "entered_band_band": "nobody"},
        {"kind": "came_back", "days": "0"},
        {"kind": "came_back", "days": "²"},
        {"kind": "came_back", "days": "9" * 5000},
        {"kind": "unfinished", "start": "form_submitted", "finish": "form_submitted", "hours": "24"},
    ],
)
def test_what_makes_no_sense_makes_no_rule(client_of, form: dict[str, str]) -> None:
    before = workspace().records.reactions.all()
    answer = client_of("owner", "nl").post("/settings/reactions/", form)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert workspace().records.reactions.all() == before


def test_the_candidates_page_answers_only_when_the_score_is_new(client_of, site) -> None:
    viewer, who = client_of("viewer", "en"), STANDING.get().frame.item(0, "candidate")
    mark = workspace().records.standings.mark(who)
    htmx = {"headers": {"HX-Request": "true"}}
    assert viewer.get(f"/candidates/{who}/?seen={mark}", **htmx).status_code == 204
    assert viewer.get(f"/candidates/{who}/?seen=another", **htmx).status_code == 200
