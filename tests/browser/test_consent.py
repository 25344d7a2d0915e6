"""The script on a career site, with what consent managers say: nothing is stored or told before the visitor agrees."""

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from journeyscore.actions.workspace import Workspace, init
from journeyscore.intake.keys import visitor_pseudonym
from journeyscore.intake.tokens import token_for
from tests.browser.conftest import running

REAL = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "<!doctype html><title>Vacature</title>{before}<script src={home}/static/web/journeyscore.js {key}></script>"
TCF = """<script>
let tell; window.__tcfapi = (command, version, callback) => { tell = callback; };
const answer = (yes) => tell({eventStatus: "useractioncomplete", purpose: {consents: {1: yes, 8: yes}}}, true);
</script>"""
COOKIEBOT = """<script>
const answer = (yes) => {
  window.Cookiebot = {hasResponse: true, consent: {statistics: yes}};
  window.dispatchEvent(new Event(yes ? "CookiebotOnAccept" : "CookiebotOnDecline"));
};
</script>"""
ONETRUST = """<script>
const answer = (yes) => {
  window.OneTrust = {IsAlertBoxClosed: () => true};
  window.OnetrustActiveGroups = yes ? ",C0001,C0002," : ",C0001,";
  window.dispatchEvent(new Event("OneTrustGroupsUpdated"));
};
</script>"""
GOOGLE = """<script>
window.dataLayer = window.dataLayer || [];
function gtag() { dataLayer.push(arguments); }
gtag("consent", "default", {analytics_storage: "denied"});
const answer = (yes) => gtag("consent", "update", {analytics_storage: yes ? "granted" : "denied"});
</script>"""
OWN = "<script>const answer = (yes) => journeyscore.consent(yes);</script>"
MANAGERS = {"tcf": TCF, "cookiebot": COOKIEBOT, "onetrust": ONETRUST, "google": GOOGLE, "own": OWN}


@dataclass
class Site:
    """A career site with the script of a running journeyscore on it."""

    url: str
    home: str
    workspace: Workspace

    def counts(self) -> dict[str, int]:
        """What became of everything that came in."""
        frame = self.workspace.records.imports.counts()
        return dict(frame.group_by("outcome").agg(pl.col("rows").sum()).iter_rows())

    def until(self, **wanted: int) -> dict[str, int]:
        """The counts, once they are as wanted."""
        for _ in range(150):
            if wanted.items() <= (found := self.counts()).items():
                return found
            time.sleep(0.1)
        raise AssertionError(f"{wanted} did not come: {self.counts()}")

    def events(self) -> pl.DataFrame:
        """The log."""
        return pl.concat(pl.read_parquet(file, glob=False) for file in self.workspace.log.files())


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    workspace = init(tmp_path / "data")
    pages = tmp_path / "pages"
    pages.mkdir()
    with serving(pages) as url, running(workspace.path) as home:
        key = workspace.records.write_keys.make("site", "browser", [url], None, datetime.now(UTC), consent=True)[1]
        for name, before in MANAGERS.items():
            (pages / f"{name}.html").write_text(
                PAGE.format(before=before, home=home, key=f"data-key={key}"), encoding="utf-8"
            )
        yield Site(url, home, workspace)


@pytest.fixture
def tab(browser) -> Iterator[object]:
    context = browser.new_context(user_agent=REAL)
    yield context.new_page()
    context.close()


def storage(tab) -> int:
    return tab.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")


@pytest.mark.parametrize("manager", list(MANAGERS))
def test_nothing_before_the_visitor_agrees_and_everything_after(site: Site, tab, manager: str) -> None:
    bodies: list[str] = []
    tab.on("request", lambda request: bodies.append(request.post_data or "") if "/v1/" in request.url else None)
    tab.goto(f"{site.url}/{manager}.html?utm_source=linkedin&utm_medium=social")
    tab.evaluate("journeyscore.track('vacancy viewed', {vacancy: 'V-1'})")
    site.until(no_consent=1)
    assert storage(tab) == 0 and "accepted" not in site.counts()
    assert len(bodies) == 1 and "anonymousId" not in bodies[0] and "linkedin" not in bodies[0]
    tab.evaluate("answer(true)")
    site.until(accepted=2)  # what happened on this page before is told now
    events = site.events()
    assert sorted(events["name"]) == ["page_viewed", "vacancy_viewed"]
    assert set(events["traffic_source"]) == {"linkedin"} and events["visitor"].n_unique() == 1
    assert storage(tab) == 1
    tab.evaluate("answer(false)")
    tab.evaluate("journeyscore.track('vacancy viewed')")
    site.until(accepted=3)  # the withdrawal itself
    assert storage(tab) == 0
    assert site.until(received=4) == {"received": 4, "accepted": 3, "no_consent": 1}


def test_a_browser_that_asks_not_to_be_tracked_is_not(site: Site, browser) -> None:
    context = browser.new_context(user_agent=REAL, extra_http_headers={"Sec-GPC": "1"})
    context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    tab = context.new_page()
    tab.goto(f"{site.url}/own.html")
    tab.evaluate("answer(true)")
    tab.evaluate("journeyscore.track('vacancy viewed')")
    site.until(no_consent=1)
    assert storage(tab) == 0 and "accepted" not in site.counts()
    context.close()


def test_what_was_withdrawn_holds_for_everything_of_that_person(site: Site, tab) -> None:
    """A token links the browser to a candidate; withdrawn on this device, an old page cannot go on with the old id."""
    records = site.workspace.records
    key = records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    tab.goto(f"{site.url}/own.html")
    call = "({userId: 'K-1', event: 'form submitted', messageId: 'm1'})"
    post = (
        "fetch('%s/v1/track', {method: 'POST', body: JSON.stringify(%s), headers: {'Content-Type': 'application/json', "
    )
    tab.goto(site.home)
    tab.evaluate(post % (site.home, call) + f"Authorization: 'Basic ' + btoa('{key}:')" + "}}).then(r => r.text())")
    site.until(accepted=1)
    token = token_for(site.workspace.key, records.candidate("K-1"), datetime.now(UTC))
    tab.goto(f"{site.url}/own.html?journeyscore={token}&vacature=1")
    assert tab.evaluate("location.search") == "?vacature=1"
    tab.evaluate("answer(true)")
    site.until(accepted=3)
    known = tab.evaluate("localStorage.getItem('journeyscore_id')")
    assert site.workspace.records.links.group_of(records.candidate("K-1"))[1:] == [
        visitor_pseudonym(site.workspace.key, known)
    ]
    tab.evaluate("answer(false)")
    site.until(accepted=4)
    before = site.counts()["no_consent"]
    tab.evaluate(f"localStorage.setItem('journeyscore_id', '{known}')")
    tab.goto(f"{site.url}/own.html")
    tab.evaluate("journeyscore.consent(true)")  # a page that was wrong about it: the id is that of the withdrawal
    site.until(no_consent=before + 2)
    assert site.counts()["accepted"] == 4
