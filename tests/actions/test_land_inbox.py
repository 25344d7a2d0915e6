"""The lander: the same scores as a file would give, nothing lost or doubled through crashes, browsers name nobody."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from journeyscore.actions import land_inbox as lander
from journeyscore.actions.import_file import import_file
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.workspace import Workspace, init
from journeyscore.connectors.segment.senders import BROWSER, SERVER
from journeyscore.inbox import Inbox, Letter, open_inbox
from journeyscore.intake.tokens import candidate_in, token_for

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> tuple[Workspace, Inbox]:
    workspace = init(tmp_path / "data")
    return workspace, open_inbox(workspace.path)


def call(number: int, **more: object) -> dict[str, object]:
    said = {"type": "track", "messageId": f"m{number}", "userId": f"K-{number % 5}", "event": "form submitted"}
    return {**said, "timestamp": "2026-11-20T10:00:00Z", **more}


def put(inbox: Inbox, *calls: dict[str, object], sender: str = SERVER, source: str = "site") -> None:
    inbox.put([Letter(source, sender, NOW.isoformat(), json.dumps(c)) for c in calls])


def counts(workspace: Workspace) -> dict[str, int]:
    frame = workspace.records.imports.counts()
    return dict(frame.group_by("outcome").agg(pl.col("rows").sum()).iter_rows())


def test_letters_count_like_the_rows_of_a_file(place, tmp_path: Path) -> None:
    workspace, inbox = place
    calls = [call(n) for n in range(40)]
    put(inbox, *calls)
    assert land_inbox(workspace, inbox, now=NOW).letters == 40
    other = init(tmp_path / "other")
    file = tmp_path / "calls.jsonl"
    file.write_text("".join(json.dumps(c) + "\n" for c in calls), encoding="utf-8")
    import_file(other, file, source="site", now=NOW)
    assert workspace.log.count() == other.log.count() == 40
    assert counts(workspace) == counts(other) == {"received": 40, "accepted": 40}
    assert inbox.waiting() == 0


def test_what_was_sent_again_is_a_duplicate_and_other_content_a_conflict(place) -> None:
    workspace, inbox = place
    put(inbox, call(1), call(1))
    land_inbox(workspace, inbox, now=NOW)
    put(inbox, call(1), call(1, event="ad clicked"))
    land_inbox(workspace, inbox, now=NOW)
    assert counts(workspace) == {"received": 4, "accepted": 1, "duplicate": 2, "id_conflict": 1}


@pytest.mark.parametrize("where", ["land", "count", "drop"])
def test_a_crash_between_the_steps_loses_and_doubles_nothing(
    place, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    workspace, inbox = place
    put(inbox, *(call(n) for n in range(10)))

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    target = {
        "land": (type(workspace.log), "land"),
        "count": (type(workspace.records.imports), "land"),
        "drop": (Inbox, "drop"),
    }[where]
    original = getattr(*target)
    calls = []

    def at_second(self: object, *arguments: object) -> object:
        calls.append(1)
        if where == "drop" and len(calls) == 1:  # the first drop lets go of what was landed before
            return original(self, *arguments)
        return crash()

    monkeypatch.setattr(*target, at_second)
    with pytest.raises(KeyboardInterrupt):
        land_inbox(workspace, inbox, now=NOW)
    monkeypatch.undo()
    put(inbox, *(call(n) for n in range(10, 15)))
    while land_inbox(workspace, inbox, now=NOW).letters:
        pass
    assert workspace.log.count() == 15
    assert counts(workspace) == {"received": 15, "accepted": 15}
    assert inbox.waiting() == 0


def test_a_browser_names_nobody(place) -> None:
    workspace, inbox = place
    visit = call(1, anonymousId="v1", event="page viewed")
    identify = {
        "type": "identify",
        "messageId": "i",
        "userId": "K-1",
        "anonymousId": "v1",
        "traits": {"email": "a@b.nl"},
    }
    put(inbox, visit, identify | {"timestamp": "2026-11-20T10:00:00Z"}, sender=BROWSER)
    land_inbox(workspace, inbox, now=NOW)
    assert counts(workspace) == {"received": 2, "accepted": 1, "unsigned": 1}
    assert not workspace.records.people.find(email="a@b.nl") and not workspace.records.people.find(key="K-1")


def test_with_a_token_a_browser_names_its_candidate(place) -> None:
    workspace, inbox = place
    put(inbox, call(1))
    land_inbox(workspace, inbox, now=NOW)
    candidate = workspace.records.candidate("K-1")
    token = token_for(workspace.key, candidate, NOW)
    before = call(2, anonymousId="v1", userId=None, event="page viewed")
    said = {
        "type": "identify",
        "messageId": "i",
        "anonymousId": "v1",
        "userId": "K-9",
        "traits": {"journeyscoreToken": token},
    }
    put(inbox, before, said | {"timestamp": "2026-11-20T10:00:00Z"}, sender=BROWSER)
    land_inbox(workspace, inbox, now=NOW)
    assert set(workspace.records.links.group_of(candidate)) > {candidate}
    assert not workspace.records.people.find(key="K-9")
    assert token not in str(workspace.records.people.get([candidate]))


CHANGES = [
    lambda t: t[:-1] + ("B" if t[-1] == "A" else "A"),
    lambda t: "c" + t[1:12][::-1] + t[12:],
    lambda t: "",
    str.upper,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_token_that_is_not_ours_is_none(place, change) -> None:
    workspace, _ = place
    token = token_for(workspace.key, "cABCDEFGHIJK", NOW)
    assert candidate_in(workspace.key, token, NOW) == "cABCDEFGHIJK"
    assert candidate_in(workspace.key, change(token), NOW) is None
    assert candidate_in(workspace.key, token, NOW + timedelta(days=91)) is None
    assert candidate_in(b"x" * 32, token, NOW) is None


def test_refused_letters_are_published_when_the_day_is_over(place) -> None:
    workspace, inbox = place
    put(inbox, call(1), call(2, timestamp="never"))
    land_inbox(workspace, inbox, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    assert land_inbox(workspace, inbox, now=tomorrow).letters == 0
    run = workspace.records.imports.all()[0]
    assert run.ended and "never" in Path(run.refused_file).read_text("utf-8")
    put(inbox, call(3))
    assert land_inbox(workspace, inbox, now=tomorrow).letters == 1
    assert workspace.log.count() == 2


def test_in_turns(place, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, inbox = place
    monkeypatch.setattr(lander, "MOST_AT_ONCE", 3)
    put(inbox, *(call(n) for n in range(8)))
    turns = []
    while landed := land_inbox(workspace, inbox, now=NOW).letters:
        turns.append(landed)
    assert turns == [3, 3, 2] and workspace.log.count() == 8


def test_nothing_of_an_erased_person_is_kept(place) -> None:
    from journeyscore.actions.erase import erase

    workspace, inbox = place
    put(inbox, call(1))
    land_inbox(workspace, inbox, now=NOW)
    erase(workspace, candidate="K-1", now=NOW)
    put(inbox, call(6, userId="K-1"))
    land_inbox(workspace, inbox, now=NOW)
    assert counts(workspace)["erased"] == 1 and workspace.log.count() == 0
