"""Following the log: standings equal the scores whatever happened, and every change of band is noticed once."""

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from journeyscore.actions.erase import erase
from journeyscore.actions.follow import follow, look_for_unfinished
from journeyscore.actions.import_file import import_file
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.merge import merge, undo_merge
from journeyscore.actions.workspace import MODEL, Workspace, init
from journeyscore.connectors.segment.senders import SERVER
from journeyscore.domain.reaction import EVENTS, Crossing, Happening, Reaction
from journeyscore.engines.duck import DuckEngine
from journeyscore.inbox import Letter, open_inbox
from journeyscore.intake.names import standard_name
from journeyscore.log.event_log import SCHEMA
from journeyscore.modelfile.parse import read_model
from journeyscore.records.standings import Standings
from journeyscore.reports.scores import scores
from journeyscore.reports.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEXT = """
model: 1
name: Small
bands:
  engaged: {label: {en: engaged, nl: betrokken}, at_least: 30}
  little: {label: {en: a little, nl: een beetje}, at_least: 0}
unknown: {below_hits: 1, label: {en: unknown, nl: onbekend}}
touchpoints:
  form:
    {label: {en: form, nl: formulier}, stage: interested, when: {event: form submitted}, points: 30,
     decay: {half_life: 10}}
  ad: {label: {en: ad, nl: advertentie}, stage: aware, when: {event: ad clicked}, points: 5}
  start: {label: {en: start, nl: begin}, stage: applying, when: {event: application started}, points: 3}
  done: {label: {en: done, nl: klaar}, stage: applying, when: {event: application submitted}, points: 50}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = init(tmp_path / "data")
    (made.path / MODEL).write_text(TEXT, encoding="utf-8")
    read_model(made.path / MODEL, standard_name=standard_name)
    return made


def happen(workspace: Workspace, who: str, event: str, at: datetime, **more: object) -> None:
    """One event, landed."""
    person = {"anonymousId": who} if who.startswith("v-") else {"userId": who}
    call = {"type": "track", "event": event, "timestamp": at.isoformat(), "messageId": f"{who}{event}{at}", **person}
    inbox = open_inbox(workspace.path)
    inbox.put([Letter("site", SERVER, at.isoformat(), json.dumps(call | more))])
    land_inbox(workspace, inbox, now=at)


def bands(workspace: Workspace, moment: datetime) -> dict[str, str]:
    """Everybody's band by the whole log, on the employer's day."""
    day = moment.astimezone(ZoneInfo(workspace.settings.time_zone)).date()
    model, log = read_model(workspace.path / MODEL, standard_name=standard_name), workspace.log.span()
    events = list(log.files) or pl.DataFrame(schema=SCHEMA)
    shot = Snapshot(DuckEngine(), events, workspace.records.identity(), log.first_day or day)
    return dict(scores(shot, model, day).frame.select("candidate", "band").iter_rows())


def standings(workspace: Workspace) -> dict[str, str]:
    return dict(workspace.records.standings.of().select("candidate", "band").iter_rows())


def crossed(workspace: Workspace) -> list[tuple[str | None, str, str]]:
    return [(c.from_band, c.to_band, c.cause) for c in workspace.records.standings.crossings()][::-1]


def rule(workspace: Workspace, kind: Happening, **more: object) -> Reaction:
    return workspace.records.reactions.make(Reaction(0, "rule", kind, **more), None, NOW)


def test_the_first_turn_only_looks(workspace: Workspace) -> None:
    happen(workspace, "K-1", "form submitted", NOW)
    assert follow(workspace, NOW).scored == 1
    assert standings(workspace) == bands(workspace, NOW)
    assert crossed(workspace) == []


def test_a_change_of_band_is_noticed_once(workspace: Workspace) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    follow(workspace, NOW)
    happen(workspace, "K-1", "form submitted", NOW)
    happen(workspace, "K-2", "ad clicked", NOW)
    assert len(follow(workspace, NOW).crossings) == 2
    assert follow(workspace, NOW).scored == 0
    assert sorted(crossed(workspace), key=str) == [("little", "engaged", "events"), (None, "little", "events")]


def test_only_those_who_were_touched_are_scored(workspace: Workspace) -> None:
    for number in range(5):
        happen(workspace, f"K-{number}", "ad clicked", NOW)
    follow(workspace, NOW)
    happen(workspace, "K-3", "ad clicked", NOW + timedelta(minutes=1))
    assert follow(workspace, NOW).scored == 1


def test_visits_count_once_the_visitor_is_known(workspace: Workspace) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    happen(workspace, "v-1", "form submitted", NOW)
    follow(workspace, NOW)
    happen(workspace, "K-1", "ad clicked", NOW + timedelta(minutes=1), anonymousId="v-1")
    assert [(c.from_band, c.to_band) for c in follow(workspace, NOW).crossings] == [("little", "engaged")]


def test_merging_moves_and_undoing_moves_back(workspace: Workspace) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    happen(workspace, "K-2", "form submitted", NOW)
    follow(workspace, NOW)
    merge(workspace, "K-1", "K-2")
    follow(workspace, NOW)
    assert standings(workspace) == bands(workspace, NOW) and len(standings(workspace)) == 1
    undo_merge(workspace, "K-1", "K-2")
    follow(workspace, NOW)
    assert standings(workspace) == bands(workspace, NOW) and len(standings(workspace)) == 2


def test_a_crash_before_the_end_notices_nothing_twice(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    follow(workspace, NOW)
    rule(workspace, Happening.ENTERED, band="engaged")
    happen(workspace, "K-1", "form submitted", NOW)
    with monkeypatch.context() as patch:
        patch.setattr(Standings, "move", lambda *_: (_ for _ in ()).throw(OSError("the power went")))
        with pytest.raises(OSError, match="power"):
            follow(workspace, NOW)
    follow(workspace, NOW)
    follow(workspace, NOW)
    assert crossed(workspace) == [("little", "engaged", EVENTS)]
    assert len(workspace.records.reactions.open()) == 1


@pytest.mark.parametrize("seed", range(12))
def test_standings_equal_the_scores_whatever_happened(workspace: Workspace, seed: int) -> None:
    dice, moment = random.Random(seed), NOW
    people = [f"K-{n}" for n in range(4)] + ["v-1", "v-2"]
    for _ in range(12):
        moment += timedelta(hours=dice.choice((0, 1, 30)))
        match dice.randrange(7):
            case 0:
                link = {"anonymousId": dice.choice(("v-1", "v-2"))}
                happen(workspace, f"K-{dice.randrange(4)}", "ad clicked", moment, **link)
            case 1:
                text = (workspace.path / MODEL).read_text(encoding="utf-8")
                other = text.replace("points: 5}", "points: 40}") if dice.random() < 0.5 else TEXT
                (workspace.path / MODEL).write_text(other, encoding="utf-8")
            case 2 if workspace.log.count():
                key = dice.choice(people[:4])
                if workspace.records.people.find(key=key):
                    erase(workspace, candidate=key)
            case _:
                event = dice.choice(("ad clicked", "form submitted", "application started"))
                happen(workspace, dice.choice(people), event, moment)
        if dice.random() < 0.7:
            follow(workspace, moment)
    follow(workspace, moment)
    assert standings(workspace) == bands(workspace, moment)
    chains: dict[str, list[Crossing]] = {}
    for one in workspace.records.standings.crossings()[::-1]:
        chains.setdefault(one.candidate, []).append(one)
    for chain in chains.values():  # each begins where the one before it ended, but for who was away in between
        assert all(a.to_band == b.from_band or b.from_band is None for a, b in pairwise(chain))


def test_who_rises_by_doing_something_is_told_of(workspace: Workspace) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    follow(workspace, NOW)
    rule(workspace, Happening.ENTERED, band="engaged")
    happen(workspace, "K-1", "form submitted", NOW)
    follow(workspace, NOW)
    (found,) = workspace.records.reactions.open()
    assert found.facts["band"] == "engaged" and found.facts["millipoints"] == 35_000
    assert [w["touchpoint"] for w in found.facts["why"]] == ["form", "ad"]


def test_going_to_and_fro_is_told_once_a_week(workspace: Workspace) -> None:
    (workspace.path / MODEL).write_text(TEXT.replace("half_life: 10", "half_life: 1"), encoding="utf-8")
    happen(workspace, "K-1", "ad clicked", NOW)
    follow(workspace, NOW)
    rule(workspace, Happening.ENTERED, band="engaged")
    told = []
    for day in (0, 5, 12):
        at = NOW + timedelta(days=day)
        happen(workspace, "K-1", "form submitted", at)
        follow(workspace, at)
        follow(workspace, at + timedelta(days=4, hours=18))  # days bring the score below the line
        told.append(len(workspace.records.reactions.open()))
    assert [to for _, to, _ in crossed(workspace)] == ["engaged", "little"] * 3
    assert told == [1, 1, 2]


def test_history_and_a_new_model_call_nobody(workspace: Workspace, tmp_path: Path) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    follow(workspace, NOW)
    rule(workspace, Happening.ENTERED, band="engaged")
    rule(workspace, Happening.FELL, band="engaged")
    file = tmp_path / "old.csv"
    file.write_text("candidate,event,occurred_at\nK-1,form submitted,2026-11-20T10:00:00Z\n", encoding="utf-8")
    import_file(workspace, file, now=NOW)
    follow(workspace, NOW)
    (workspace.path / MODEL).write_text(TEXT.replace("points: 5}", "points: 90}"), encoding="utf-8")
    follow(workspace, NOW)
    (workspace.path / MODEL).write_text(TEXT, encoding="utf-8")
    follow(workspace, NOW)
    assert workspace.records.reactions.open() == []


def test_time_alone_lets_somebody_fall(workspace: Workspace) -> None:
    happen(workspace, "K-1", "form submitted", NOW)
    follow(workspace, NOW)
    rule(workspace, Happening.FELL, band="engaged")
    follow(workspace, NOW + timedelta(days=1))
    follow(workspace, NOW + timedelta(days=2))
    assert crossed(workspace) == [("engaged", "little", "time")]
    assert len(workspace.records.reactions.open()) == 1


def test_who_comes_back_after_a_silence_is_told_of_once(workspace: Workspace) -> None:
    happen(workspace, "K-1", "ad clicked", NOW - timedelta(days=40))
    happen(workspace, "K-2", "ad clicked", NOW - timedelta(days=20))
    follow(workspace, NOW)
    rule(workspace, Happening.BACK, days=30)
    for who in ("K-1", "K-2"):
        for minutes in (0, 1):
            happen(workspace, who, "ad clicked", NOW + timedelta(minutes=minutes))
            follow(workspace, NOW + timedelta(minutes=minutes))
    (found,) = workspace.records.reactions.open()
    assert found.facts["days"] == 40


@pytest.mark.parametrize(
    ("hours", "finished", "told"), [(23, False, 0), (25, False, 1), (25, True, 0), (24 * 5, False, 0)]
)
def test_who_begins_and_does_not_finish_is_told_of(workspace: Workspace, hours: int, finished: bool, told: int) -> None:
    happen(workspace, "K-1", "application started", NOW - timedelta(hours=hours))
    if finished:
        happen(workspace, "K-1", "application submitted", NOW - timedelta(hours=hours - 1))
    rule(workspace, Happening.UNFINISHED, start="start", finish="done", hours=24)
    look_for_unfinished(workspace, NOW)
    look_for_unfinished(workspace, NOW + timedelta(minutes=1))
    assert len(workspace.records.reactions.open()) == told


def test_an_erased_person_leaves_no_standing_crossing_or_signal(workspace: Workspace) -> None:
    happen(workspace, "K-1", "ad clicked", NOW)
    follow(workspace, NOW)
    rule(workspace, Happening.ENTERED, band="engaged")
    happen(workspace, "K-1", "form submitted", NOW)
    follow(workspace, NOW)
    erase(workspace, candidate="K-1")
    follow(workspace, NOW)
    assert (standings(workspace), crossed(workspace), workspace.records.reactions.open()) == ({}, [], [])


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # the hour that there is not, where the employer is
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # the hour that there is twice
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2036, 11, 23, 12, 0, tzinfo=UTC),
    ],
)
def test_clocks_do_no_harm(workspace: Workspace, moment: datetime) -> None:
    """P18: nights with an hour more or less, leap days, ten years on, and a clock that goes back an hour."""
    happen(workspace, "K-1", "form submitted", moment - timedelta(hours=1))
    follow(workspace, moment)
    for minutes in (30, 60, 90, -60, 120):
        at = moment + timedelta(minutes=minutes)
        happen(workspace, "K-1", "ad clicked", at)
        happen(workspace, "K-2", "form submitted", at)
        follow(workspace, at)
        assert standings(workspace) == bands(workspace, at)
    assert workspace.log.count() == 11
    follow(workspace, moment + timedelta(days=3650))
    assert standings(workspace) == bands(workspace, moment + timedelta(days=3650))
