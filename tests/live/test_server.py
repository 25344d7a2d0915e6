"""The real server: what it acknowledges is scored, and survives being killed."""

import http.client
import json
import time
from base64 import b64encode
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.browser.conftest import running
from tests.live.kill_server import run

from journeyscore.actions.workspace import init


def test_five_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(5, tmp_path)
    assert found.acknowledged and not found.lost and not found.doubled


def test_an_event_is_on_the_candidates_page_within_seconds(tmp_path: Path) -> None:
    data = tmp_path / "data"
    workspace = init(data)
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    with running(data) as url:
        headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        headers["Content-Type"] = "application/json"
        body = json.dumps({"userId": "K-1", "event": "form submitted", "messageId": "1"})
        with closing(http.client.HTTPConnection(url.removeprefix("http://"))) as connection:
            connection.request("POST", "/v1/track", body, headers)
            assert connection.getresponse().read() == b'{"success":true}'
        for _ in range(100):
            if workspace.log.count():
                break
            time.sleep(0.1)
        assert workspace.log.count() == 1
        assert workspace.records.candidate("K-1")
