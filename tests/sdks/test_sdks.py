"""The SDKs as their registries have them, with only their host set, against the real server: `make test-sdks`."""

import functools
import http.server
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.browser.conftest import running

from journeyscore.actions.workspace import Workspace, init
from journeyscore.engines.duck import DuckEngine
from journeyscore.intake.tokens import token_for
from journeyscore.modelfile.parse import read_model
from journeyscore.reports.explain import explain
from journeyscore.reports.snapshot import Snapshot

pytestmark = pytest.mark.sdk
HERE = Path(__file__).parent
PYTHON = os.environ.get("SDK_PYTHON", ".venv-sdks/bin/python")
MODULES = Path(os.environ.get("SDK_MODULES", "build/sdks"))
SERVERS = {
    "segment-python": [PYTHON, str(HERE / "segment_python.py")],
    "rudder-python": [PYTHON, str(HERE / "rudder_python.py")],
    "segment-node": ["node", str(MODULES / "segment_node.js")],
    "rudder-node": ["node", str(MODULES / "rudder_node.js")],
}


@dataclass
class Running:
    """A running server, and what it writes into."""

    url: str
    workspace: Workspace

    def key(self, kind: str, *origins: str) -> str:
        """A new write key."""
        return self.workspace.records.write_keys.make(kind, kind, origins, None, datetime.now(UTC))[1]

    def events(self, number: int) -> pl.DataFrame:
        """The events in the log, once there are so many."""
        for _ in range(200):
            if self.workspace.log.count() >= number:
                break
            time.sleep(0.1)
        files = list(self.workspace.log.files())
        assert files, "nothing came in"
        return pl.concat(pl.read_parquet(file, glob=False) for file in files)

    def refused(self, number: int) -> set[str]:
        """Why letters were refused, once so many were."""
        for _ in range(100):
            counts = self.workspace.records.imports.counts()
            refused = counts.filter(~pl.col("outcome").is_in(["received", "accepted", "duplicate"]))
            if refused["rows"].sum() >= number:
                return set(refused["outcome"])
            time.sleep(0.1)
        raise AssertionError("nothing was refused")

    def points(self, candidate: str) -> dict[str, int]:
        """The candidate's hits by touchpoint, as explained."""
        log, records = self.workspace.log, self.workspace.records
        snapshot = Snapshot(DuckEngine(), list(log.files()), records.identity(), log.first_day() or date.today())
        found = explain(
            snapshot, read_model(self.workspace.path / "model.yaml"), records.candidate(candidate), date.today()
        )
        return {line.name: line.millipoints for line in found.lines if line.kind == "touchpoint"}


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Running]:
    workspace = init(tmp_path / "data")
    with running(workspace.path) as url:
        yield Running(url, workspace)


@pytest.mark.parametrize("name", list(SERVERS))
def test_a_servers_sdk(live: Running, name: str) -> None:
    command = [*SERVERS[name], live.url, live.key("server")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    events = live.events(3)
    assert sorted(events["name"]) == ["form_submitted", "identified", "page_viewed"] or set(events["name"]) >= {
        "form_submitted",
        "page_viewed",
    }
    candidate = f"K-{name}"
    assert set(events["person"]) == {live.workspace.records.candidate(candidate)}
    assert live.workspace.records.candidate_by_email(f"{name}@example.org") == events["person"][0]
    assert live.points(candidate) == {"form_submitted": 30_000, "page_viewed": 1_000}
    outcomes = live.workspace.records.imports.counts()
    assert set(outcomes["outcome"]) == {"received", "accepted"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A career site on another port: pages with an SDK in them. Gives its origin."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("segment", "rudder"):
        (folder / f"{name}.js").write_bytes((MODULES / f"{name}_page.js").read_bytes())
        page = f'<!doctype html><meta charset="utf-8"><title>Jobs</title><script src="{name}.js"></script>'
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("name", ["segment", "rudder"])
def test_a_browsers_sdk(live: Running, site: str, browser, name: str) -> None:
    key = live.key("browser", site)
    proof = _proof_of_a_known_candidate(live)
    page = browser.new_context(user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0").new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}/{name}.html?url={live.url}&key={key}")
    page.evaluate("window.done")
    events = live.events(1 + 3)
    theirs = events.filter(pl.col("source") == "browser")
    assert sorted(theirs["name"]) == ["form_submitted", "page_viewed", "page_viewed"], said
    assert all(person.startswith("v") for person in theirs["person"])  # whoever it says to be
    assert not live.workspace.records.people.find(key="K-made-up")
    assert live.refused(1) == {"unsigned"}
    page.goto(f"{site}/{name}.html?url={live.url}&key={key}&proof={proof}")
    page.evaluate("window.done")
    live.events(1 + 3 + 4)
    # the visits before it was known who this is count, too; a form counts once a day
    assert live.points("K-known") == {"form_submitted": 30_000, "page_viewed": 4_000, "survey_answered": 0}


def _proof_of_a_known_candidate(live: Running) -> str:
    """A token for a candidate who is known by a click in a mail (no points for this one: it is years old)."""
    import base64
    import json
    import urllib.request

    body = json.dumps({"userId": "K-known", "event": "survey answered", "messageId": "1"}).encode()
    headers = {"Authorization": "Basic " + base64.b64encode(f"{live.key('server')}:".encode()).decode()}
    request = urllib.request.Request(f"{live.url}/v1/track", body, headers | {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()
    live.events(1)
    return token_for(live.workspace.key, live.workspace.records.candidate("K-known"), datetime.now(UTC))
