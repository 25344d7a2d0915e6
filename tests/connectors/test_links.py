"""`/r/CODE` over a real inbox and a real log: the click is kept, and nobody is sent elsewhere or kept waiting."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.actions.erase import erase
from journeyscore.actions.import_file import import_file
from journeyscore.actions.judge_clicks import judge_clicks
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.workspace import Workspace, init
from journeyscore.connectors.links import Desk, Redirect
from journeyscore.connectors.links.clicks import BURST, Bursts
from journeyscore.domain.errors import BusyError, StorageError
from journeyscore.domain.link import TrackedLink
from journeyscore.domain.targets import Host
from journeyscore.engines.duck import DuckEngine
from journeyscore.inbox import Inbox, Writer, open_inbox
from journeyscore.intake.link_tokens import link_token
from journeyscore.modelfile.parse import parse_model
from journeyscore.reports.link_clicks import Clicks, by_code, clicks_frame
from journeyscore.reports.scores import ranking
from journeyscore.reports.snapshot import Snapshot

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"
TARGET = "https://jobs.ats.example/vacature/12?a=1&utm_campaign=own"


@dataclass
class Place:
    """A workspace, its inbox, the redirect before it, and one link."""

    workspace: Workspace
    inbox: Inbox
    redirect: Redirect
    link: TrackedLink

    def ask(self, place: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """A request as a WSGI server hands it on."""
        place, _, query = place.partition("?")
        environ = {"PATH_INFO": place, "QUERY_STRING": query, "REQUEST_METHOD": method, "REMOTE_ADDR": "10.1.2.3"}
        environ |= {"HTTP_USER_AGENT": BROWSER} | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        said: list[Any] = []
        body = b"".join(self.redirect(environ, lambda status, found: said.append((status, found))))
        return int(said[0][0][:3]), dict(said[0][1]), body

    def click(self, token: str = "", code: str = "", **headers: str) -> str:
        """Where a click leads."""
        status, found, _ = self.ask(f"/r/{code or self.link.code}" + (f"?t={token}" if token else ""), **headers)
        assert status == 302
        return found["Location"]

    def token(self, key: str, code: str = "") -> str:
        candidate = self.workspace.records.pseudonym(key)
        return link_token(self.workspace.key, code or self.link.code, candidate, datetime.now(UTC))

    def make(self, **more: str) -> TrackedLink:
        facts = {"target": TARGET, "source": "linkedin", "medium": "social"} | more
        return self.workspace.records.tracked_links.make(TrackedLink(code="", **facts), datetime.now(UTC))

    def events(self) -> list[dict[str, Any]]:
        """The clicks in the log, after landing."""
        land_inbox(self.workspace, self.inbox)
        files = self.workspace.log.files()
        if not files:
            return []
        import polars as pl

        return pl.read_parquet(files).filter(pl.col("source") == "links").sort("occurred_at").to_dicts()

    def snapshot(self) -> Snapshot:
        first_day = self.workspace.log.first_day()
        assert first_day
        return Snapshot(DuckEngine(), self.workspace.log.files(), self.workspace.records.identity(), first_day)

    def clicks(self) -> Clicks:
        return by_code(clicks_frame(self.snapshot())).get(self.link.code, Clicks())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    workspace = init(tmp_path / "data")
    file = tmp_path / "people.jsonl"
    rows = ({"candidate": f"K-{n}", "name": "form_submitted", "occurred_at": "2026-11-01T10:00:00Z"} for n in range(3))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    import_file(workspace, file)
    links = workspace.records.tracked_links
    links.allow("ats.example", below=True, parameter="gh_src")
    link = links.make(
        TrackedLink("", TARGET, "linkedin", "social", "zomer-2026", "post-1", "vac-12"), datetime.now(UTC)
    )
    inbox = open_inbox(workspace.path)
    desk = Desk(links.find, links.hosts, workspace.records.is_erased, Writer(inbox).put, workspace.key)
    return Place(workspace, inbox, Redirect(desk), link)


def test_a_click_is_on_disk_before_the_answer_and_goes_on_with_the_tags(place: Place) -> None:
    waiting: list[int] = []
    environ = {"PATH_INFO": f"/r/{place.link.code}", "REQUEST_METHOD": "GET", "HTTP_USER_AGENT": BROWSER}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        waiting.append(place.inbox.waiting())
        assert status == "302 Found"
        assert dict(headers) == {
            "Location": TARGET + "&utm_source=linkedin&utm_medium=social&utm_content=post-1&gh_src=linkedin",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
            "Content-Length": "0",
        }

    assert list(place.redirect(environ, start)) == [b""]
    assert waiting == [1]
    (event,) = place.events()
    said = ("name", "channel", "traffic_source", "campaign", "content", "vacancy", "machine", "visitor")
    assert [event[name] for name in said[:7]] == [
        *("link_clicked", "organic_social", "linkedin", "zomer-2026", "post-1", "vac-12", False)
    ]
    assert event["person"].startswith("v")
    assert json.loads(event["properties"])["link"] == place.link.code


def test_a_right_token_makes_the_click_the_candidates(place: Place) -> None:
    assert place.click(place.token("K-1")) == place.click()
    persons = {event["person"] for event in place.events()}
    assert place.workspace.records.pseudonym("K-1") in persons and len(persons) == 2
    assert place.clicks().candidates == 1
    assert place.clicks().people == 2


def test_a_wrong_token_sends_on_and_names_nobody(place: Place) -> None:
    other = place.make()
    for token in ("x", "c" * 12, place.token("K-1", other.code), place.token("K-1")[:-1] + "!"):
        assert "token" not in place.click(token)
    assert all(event["person"].startswith("v") for event in place.events())


def test_a_link_of_somebody_who_was_erased_works_and_keeps_nothing(place: Place) -> None:
    token = place.token("K-1")
    erase(place.workspace, candidate="K-1")
    assert place.click(token).startswith(TARGET)
    assert place.inbox.waiting() == 0


def test_erased_between_click_and_landing(place: Place) -> None:
    place.click(place.token("K-1"))
    erase(place.workspace, candidate="K-1")
    assert place.events() == []


def test_a_click_after_merging_is_of_the_whole_person(place: Place) -> None:
    token = place.token("K-1")
    records = place.workspace.records
    records.links.merge(records.pseudonym("K-2"), records.pseudonym("K-1"), datetime.now(UTC))
    place.click(token)
    assert [event["person"] for event in place.events()] == [records.pseudonym("K-2")]


@pytest.mark.parametrize("code", ["unknown", "", "..", "a" * 50, "%2e", "é", "a/b", "//evil.example", "x\r\ny"])
def test_unknown_codes_are_a_page_in_the_language_of_the_browser_and_no_redirect(place: Place, code: str) -> None:
    for language, says in (("en-GB,en", b"does not work"), ("nl", b"werkt niet"), ("fr", b"werkt niet"), ("", b"niet")):
        status, headers, body = place.ask(f"/r/{code}", accept_language=language)
        assert (status, "Location" in headers) == (404, False)
        assert says in body and headers["Cache-Control"] == "no-store"
    assert place.inbox.waiting() == 0


def test_ended_links_and_hosts_off_the_list_lead_nowhere(place: Place, monkeypatch) -> None:
    monkeypatch.setattr("journeyscore.connectors.links.redirect.REMEMBERED", -1)
    other, links = place.make(), place.workspace.records.tracked_links
    links.end(other.code, datetime.now(UTC))
    assert place.ask(f"/r/{other.code}")[0] == 404
    links.disallow("ats.example")
    assert place.ask(f"/r/{place.link.code}")[0] == 404


def test_a_code_in_capitals_as_qr_codes_have_it(place: Place) -> None:
    assert place.ask(f"/r/{place.link.code.upper()}/")[0] == 302


@given(st.text(max_size=30), st.dictionaries(st.sampled_from(["host", "referer", "x_forwarded_host"]), st.text()))
def test_nothing_of_a_request_becomes_part_of_where_to(query: str, headers: dict[str, str]) -> None:
    link = TrackedLink("abc", "https://a.nl/x", "s", "m")
    kept: list[object] = []
    desk = Desk({"abc": link}.get, lambda: [Host("a.nl")], lambda _: False, kept.extend, b"k" * 32)
    place = Place(None, None, Redirect(desk), link)  # type: ignore[arg-type]
    assert place.ask(f"/r/abc?{query}", **headers)[1]["Location"] == "https://a.nl/x?utm_source=s&utm_medium=m"
    assert len(kept) == 1


@pytest.mark.parametrize("error", [BusyError("busy"), StorageError("full"), RuntimeError("a defect")])
def test_a_full_inbox_keeps_nobody_from_the_page(place: Place, error: Exception, caplog) -> None:
    def refuse(_: object) -> None:
        raise error

    desk = place.redirect._desk
    place.redirect = Redirect(Desk(desk.find, desk.hosts, desk.is_erased, refuse, desk.key))
    assert place.click().startswith(TARGET)
    assert place.click().startswith(TARGET)
    assert "(2 since the start)" in caplog.text


@pytest.mark.parametrize(
    "sent",
    [
        {"method": "HEAD"},
        {"sec_purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x_moz": "prefetch"},
        {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user_agent": "Barracuda Sentinel (EE)"},
        {"user_agent": "curl/8.5.0"},
    ],
)
def test_machines_are_kept_and_count_for_nothing(place: Place, sent: dict[str, str]) -> None:
    assert place.ask(f"/r/{place.link.code}?t={place.token('K-1')}", **sent)[0] == 302
    (event,) = place.events()
    assert event["machine"]
    assert (place.clicks().clicks, place.clicks().people, place.clicks().machines) == (0, 0, 1)


def test_that_machines_were_people_can_be_said_and_taken_back(place: Place) -> None:
    other = place.make(content="button-2")
    for token in ("K-1", "K-2"):
        place.ask(f"/r/{place.link.code}?t={place.token(token)}", method="HEAD")
    place.click()
    place.ask(f"/r/{other.code}?t={place.token('K-2', other.code)}", method="HEAD")
    before = {event["event_id"]: event for event in place.events()}
    assert judge_clicks(place.workspace, place.link.code, people=True) == 2
    found = place.clicks()
    assert (found.clicks, found.people, found.machines, found.overruled) == (3, 3, 0, 2)
    assert sum(event["machine"] for event in place.events()) == 1  # of the other link nothing was said
    assert judge_clicks(place.workspace, place.link.code, people=True) == 0
    assert judge_clicks(place.workspace, place.link.code, people=False) == 2
    assert {event["event_id"]: event for event in place.events()} == before


def test_several_links_of_a_mail_at_once_are_a_scanner(place: Place) -> None:
    second = place.make(content="button-2")
    place.click(place.token("K-1"))
    place.click(place.token("K-1", second.code), second.code)
    place.click(place.token("K-2", second.code), second.code)
    found = {(json.loads(e["properties"])["link"], e["person"]): e["machine"] for e in place.events()}
    first, other = (place.workspace.records.pseudonym(key) for key in ("K-1", "K-2"))
    assert found == {(place.link.code, first): False, (second.code, first): True, (second.code, other): False}


def test_one_link_twice_or_another_later_is_a_person() -> None:
    bursts = Bursts()
    assert not bursts.seen("c", "one", 0.0)
    assert not bursts.seen("c", "one", 0.5)
    assert bursts.seen("c", "two", 1.0)
    assert not bursts.seen("c", "one", 1.1 + BURST)


def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock of the redirect."""

    def set_to(moment: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment

        monkeypatch.setattr("journeyscore.connectors.links.redirect.datetime", Clock)

    return set_to


def test_the_same_request_twice_in_a_second_is_one_event(place: Place, monkeypatch) -> None:
    clock = at(monkeypatch)
    for microsecond in (0, 999_999):
        clock(datetime.now(UTC).replace(second=0, microsecond=microsecond))
        place.click()
        place.ask(f"/r/{place.link.code}", "HEAD")
        place.click(user_agent=BROWSER + " Edg/1")
    clock(datetime.now(UTC).replace(second=1))
    place.click()
    assert len(place.events()) == 4  # a browser, its HEAD, another browser, and a second later
    frame = place.workspace.records.imports.counts().filter(source="links")
    assert {row["outcome"]: row["rows"] for row in frame.to_dicts()} == {"received": 7, "accepted": 4, "duplicate": 3}


def test_fifty_clicks_of_one_person_count_as_often_as_the_model_of_the_page_says(place: Place, monkeypatch) -> None:
    clock, token = at(monkeypatch), place.token("K-1")
    morning = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=2)
    for number in range(50):
        clock(morning + timedelta(minutes=number))
        place.click(token)
    assert len(place.events()) == 50
    page = (Path(__file__).parents[2] / "docs" / "links.md").read_text(encoding="utf-8")
    touchpoint = page.partition("```yaml\n")[2].partition("```")[0]
    model = parse_model("model: 1\nname: x\ntouchpoints:\n" + touchpoint)
    assert ranking(place.snapshot(), model, datetime.now(UTC).date())["millipoints"].to_list() == [2000, 0, 0]


def test_only_reading_is_answered(place: Place) -> None:
    assert place.ask(f"/r/{place.link.code}", "POST")[0] == 405
    assert place.inbox.waiting() == 0


def test_codes_are_different_short_and_begin_with_a_letter(place: Place) -> None:
    codes = {place.make().code for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 9 and code[0].isalpha() and not set(code) & set("01ilo") for code in codes)
