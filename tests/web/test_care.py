"""Assign, snooze, handled, notes: done in the row and without JavaScript, and taken back."""

import re
from datetime import timedelta

import pytest

from journeyscore.records.care import Cared


@pytest.fixture
def candidate(site, db) -> str:
    from journeyscore.web.reports import STANDING

    return str(STANDING.get().frame["candidate"][3])


def cared(candidate: str) -> Cared | None:
    from journeyscore.web.workspace import workspace

    return workspace().records.care.of([candidate]).get(candidate)


def do(client, candidate: str, in_row: bool = False, what: str = "care", **form):
    headers = {"HX-Request": "true", "HX-Target": f"row-{candidate}"} if in_row else {}
    return client.post(f"/candidates/{candidate}/{what}/", {"next": "/priority/?band=engaged", **form}, headers=headers)


def token_of(response) -> str:
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def test_handled_and_undone_without_javascript(client_of, candidate) -> None:
    from journeyscore.web.models import AuditEntry

    client = client_of("recruiter")
    response = do(client, candidate, do="handled")
    assert response.headers["Location"] == "/priority/?band=engaged"
    assert cared(candidate).handled_at is not None
    html = client.get("/priority/").content.decode()
    assert "Handled. A new contact brings this candidate back." in html
    assert "/care/undo/" in html
    client.post("/care/undo/", {"next": "/priority/"})
    assert cared(candidate) == Cared(candidate)
    entries = list(AuditEntry.objects.values_list("action", "about", "details"))
    assert entries == [("care_handled", candidate, {}), ("care_undo", candidate, {})]


def test_handled_and_undone_in_the_row(client_of, candidate) -> None:
    client = client_of("marketer", "nl")
    response = do(client, candidate, in_row=True, do="handled", place="4")
    html = response.content.decode()
    assert response.status_code == 200
    assert html.strip().startswith(f'<tr id="row-{candidate}"')
    assert "Afgehandeld. Een nieuw contact" in html
    assert ">4<" in html
    headers = {"HX-Request": "true", "HX-Target": f"row-{candidate}"}
    back = client.post("/care/undo/", {"token": token_of(response), "place": "4"}, headers=headers)
    assert "Zoals het was." in back.content.decode()
    assert cared(candidate) == Cared(candidate)


@pytest.mark.parametrize(("choice", "days"), [("day", 1), ("week", 7), ("month", 30)])
def test_snooze_for_a_time(client_of, candidate, choice, days) -> None:
    from journeyscore.web.workspace import today

    do(client_of("owner"), candidate, do="snooze", **{"for": choice})
    assert cared(candidate).snoozed_until == today() + timedelta(days=days)


def test_snooze_until_a_day(client_of, candidate) -> None:
    from journeyscore.web.workspace import today

    client, day = client_of("owner"), today() + timedelta(days=12)
    do(client, candidate, do="snooze", until=day.isoformat(), **{"for": "date"})
    assert cared(candidate).snoozed_until == day
    do(client, candidate, do="wake")
    assert cared(candidate).snoozed_until is None


@pytest.mark.parametrize("until", ["", "x", "2026-02-30", "0000-01-01", "9999-12-31", "2020-01-01", "today"])
def test_a_day_that_makes_no_sense_changes_nothing(client_of, candidate, until) -> None:
    from journeyscore.web.workspace import today

    until = today().isoformat() if until == "today" else until
    response = do(client_of("owner"), candidate, in_row=True, do="snooze", until=until)
    assert "Choose a day after today" in response.content.decode()
    assert cared(candidate) is None


def test_assign_and_nobody(client_of, account, candidate) -> None:
    colleague, client = account("recruiter"), client_of("owner")
    do(client, candidate, do="assign", owner=str(colleague.pk))
    assert cared(candidate).owner == colleague.pk
    assert "Recruiter" in client.get("/priority/").content.decode()
    do(client, candidate, do="assign", owner="")
    assert cared(candidate).owner is None


@pytest.mark.parametrize("owner", ["x", "\u00b2", "-1", "0", "9" * 15, "9" * 40, "1.5"])
def test_no_such_colleague_changes_nothing(client_of, candidate, owner) -> None:
    response = do(client_of("owner"), candidate, in_row=True, do="assign", owner=owner)
    assert "There is no such colleague" in response.content.decode()
    assert cared(candidate) is None


def test_who_left_is_assigned_nobody(client_of, account, candidate) -> None:
    gone = account("recruiter")
    gone.is_active = False
    gone.save()
    do(client_of("owner"), candidate, do="assign", owner=str(gone.pk))
    assert cared(candidate) is None


@pytest.mark.parametrize("what", ["reject", "hide", "archive", "delete", "", "HANDLED"])
def test_there_is_no_other_action(client_of, candidate, what) -> None:
    response = do(client_of("owner"), candidate, in_row=True, do=what)
    assert "nothing has changed" in response.content.decode()
    assert cared(candidate) is None


def test_a_note_is_kept_shown_and_taken_back(client_of, candidate) -> None:
    from journeyscore.web.models import AuditEntry
    from journeyscore.web.workspace import workspace

    client, room = client_of("recruiter"), workspace().records.care
    response = do(client, candidate, in_row=True, what="note", text=" Called; wants <b>part-time</b> ")
    assert [n.text for n in room.notes([candidate])] == ["Called; wants <b>part-time</b>"]
    assert "part-time" not in str(list(AuditEntry.objects.values()))
    do(client_of("owner"), candidate, what="note", remove=str(room.notes([candidate])[0].number))
    assert len(room.notes([candidate])) == 1
    client.post("/care/undo/", {"token": token_of(response)})
    assert room.notes([candidate]) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_a_note_too_short_or_too_long(client_of, candidate, text) -> None:
    response = do(client_of("owner"), candidate, in_row=True, what="note", text=text)
    assert "1 to 5,000 characters" in response.content.decode()


@pytest.mark.parametrize("remove", ["x", "\u00b2", "9" * 40, "0"])
def test_no_such_note(client_of, candidate, remove) -> None:
    assert do(client_of("owner"), candidate, what="note", remove=remove).status_code == 302


def test_undo_does_not_undo_what_others_did_since(client_of, candidate) -> None:
    client = client_of("owner")
    token = token_of(do(client, candidate, in_row=True, do="snooze", **{"for": "week"}))
    do(client_of("recruiter"), candidate, do="snooze", **{"for": "month"})
    later = cared(candidate)
    client.post("/care/undo/", {"token": token})
    assert cared(candidate) == later


def test_only_who_did_it_may_undo_it(client_of, candidate) -> None:
    token = token_of(do(client_of("owner"), candidate, in_row=True, do="handled"))
    client_of("recruiter").post("/care/undo/", {"token": token})
    assert cared(candidate).handled_at is not None


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\u00b2", "x" * 5000])
def test_a_forged_undo_does_nothing(client_of, token) -> None:
    client = client_of("owner")
    assert client.post("/care/undo/", {"token": token, "next": "//evil.example"}).headers["Location"] == "/"
    assert "There is nothing to take back." in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["viewer", "privacy"])
def test_not_for_every_role(client_of, candidate, role) -> None:
    client = client_of(role)
    assert do(client, candidate, do="handled").status_code == 403
    assert do(client, candidate, what="note", text="x").status_code == 403
    assert client.post("/care/undo/").status_code == 403
    assert cared(candidate) is None


def test_strangers_log_in_and_nobody_gets_it_by_an_address(client_of, candidate) -> None:
    assert do(client_of(None), candidate, do="handled").headers["Location"].startswith("/login/")
    assert client_of("owner").get(f"/candidates/{candidate}/care/").status_code == 405
    assert cared(candidate) is None


@pytest.mark.parametrize("pseudonym", ["cNobodyNobod", "x", "%00", "'", "a" * 500])
def test_nobody_of_that_name(client_of, pseudonym) -> None:
    assert client_of("owner").post(f"/candidates/{pseudonym}/care/", {"do": "handled"}).status_code == 404


def test_next_is_a_page_of_ours(client_of, candidate) -> None:
    client = client_of("owner")
    for place in ("//evil.example", "/\\evil.example", "https:evil.example"):
        response = client.post(f"/candidates/{candidate}/care/", {"do": "handled", "next": place})
        assert response.headers["Location"] == "/"
