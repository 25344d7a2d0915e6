"""One story: an anonymous visitor agrees, looks around, fills in a form, and turns out to be a candidate.

The earlier visits count, the open page of the recruiter shows it without a reload, and the webhook arrives, signed.
"""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from journeyscore.actions.workspace import open_workspace
from journeyscore.domain.reaction import Happening, Reaction
from journeyscore.intake.tokens import token_for
from tests.browser.conftest import Server, running
from tests.browser.test_consent import OWN, PAGE, REAL, serving


class Listener(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted."""

    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[type[Listener]]:
    """A system on this machine that takes webhooks."""
    kind = type("Own", (Listener,), {"got": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        kind.address = f"http://127.0.0.1:{server.server_port}/hook"  # type: ignore[attr-defined]
        yield kind
        server.shutdown()
        thread.join()


@pytest.fixture
def server(demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listener) -> Iterator[Server]:
    """As everywhere, with a rule and a destination on this machine."""
    import shutil
    import subprocess
    import sys

    monkeypatch.setenv("JOURNEYSCORE_DEVELOPMENT", "1")
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    command = [sys.executable, "-m", "journeyscore.web.demo_account", str(data)]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    with running(data) as url:
        yield Server(url, data, made[3], made[5])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_visitor_becomes_warm(page_of, browser, server: Server, listener, tmp_path: Path, language: str) -> None:
    workspace, now = open_workspace(server.data), datetime.now(UTC)
    records = workspace.records
    destination, secret = records.destinations.make("crm", "webhook", listener.address, by=None, at=now, quiet=False)
    rule = Reaction(0, "Warm", Happening.ENTERED, band="engaged", destinations=(destination.id,))
    records.reactions.make(rule, None, now)
    known = send(server, records.write_keys.make("crm", "server", [], None, now)[1], "K-warm", records)
    recruiter = page_of(language)
    recruiter.goto(f"/candidates/{known}/")
    before = recruiter.inner_text("#score-head .figure")

    pages = tmp_path / "site"
    pages.mkdir()
    with serving(pages) as site:
        key = records.write_keys.make("site", "browser", [site], None, now, consent=True)[1]
        text = PAGE.format(before=OWN, home=server.url, key=f"data-key={key}")
        (pages / "index.html").write_text(text, encoding="utf-8")
        context = browser.new_context(user_agent=REAL)
        tab = context.new_page()
        tab.goto(f"{site}/index.html?1")
        tab.evaluate("answer(true)")
        for number in (2, 3):
            tab.goto(f"{site}/index.html?{number}")
            tab.evaluate("answer(true)")
        tab.evaluate("journeyscore.track('vacancy viewed', {vacancy: 'V-1'})")
        tab.evaluate("journeyscore.track('form submitted', {form: 'job alert'})")
        token = token_for(workspace.key, known, datetime.now(UTC))
        tab.goto(f"{site}/index.html?journeyscore={token}")
        tab.evaluate("answer(true)")
        recruiter.wait_for_function(
            "(old) => document.querySelector('#score-head .figure').innerText !== old", arg=before
        )
        recruiter.wait_for_function("() => document.querySelector('#ledger').innerText.includes('30')")
        context.close()
    headers, body = arrived(listener)
    found = Webhook(secret).verify(body, headers)
    assert found["type"] == "candidate.entered_band"
    assert found["data"]["key"] == "K-warm" and found["data"]["band"] == "engaged"
    recruiter.goto("/signals/")
    assert "K-warm" in recruiter.inner_text("#signals")
    assert recruiter.evaluate("document.documentElement.scrollWidth <= innerWidth")


def send(server: Server, key: str, who: str, records) -> str:
    """The candidate is known by an application of long ago; the pseudonym."""
    from base64 import b64encode

    headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode(), "Content-Type": "application/json"}
    call = {"userId": who, "event": "ad clicked", "messageId": "first", "timestamp": datetime.now(UTC).isoformat()}
    with closing(HTTPConnection(server.url.removeprefix("http://"))) as connection:
        connection.request("POST", "/v1/track", json.dumps(call), headers)
        assert connection.getresponse().status == 200
    for _ in range(200):
        if people := records.people.find(key=who):
            return str(people[0].pseudonym)
        time.sleep(0.05)
    raise AssertionError("the candidate did not come in")


def arrived(listener: type[Listener]) -> tuple[dict[str, str], bytes]:
    """The one webhook, and no second."""
    for _ in range(200):
        if listener.got:
            time.sleep(1)
            assert len(listener.got) == 1
            return listener.got[0]
        time.sleep(0.1)
    raise AssertionError("no webhook came")
