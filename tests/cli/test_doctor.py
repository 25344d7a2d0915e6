"""The doctor: what is ill is named, with what to do."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from journeyscore.inbox import Letter, open_inbox
from journeyscore.log import Lease
from journeyscore.log.presence import attend


def ill(js: Command, *arguments: str) -> dict[str, str]:
    found = js("doctor", "--json", *arguments)
    findings = {one["check"]: one for one in found.json}  # type: ignore[attr-defined]
    assert found.code == (0 if all(one["ok"] for one in findings.values()) else 1)
    return {name: one["message"] for name, one in findings.items() if not one["ok"]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_keys_that_others_can_read(js: Command, data: Path) -> None:
    assert "key" not in ill(js)
    (data / "web.key").write_text("x")
    (data / "web.key").chmod(0o644)
    assert f"chmod 600 {data / 'web.key'}" in ill(js)["keys"]


def test_letters_that_wait_for_long(js: Command, data: Path) -> None:
    inbox = open_inbox(data)
    inbox.put([Letter("crm", "server", datetime.now(UTC).isoformat(), "{}")])
    assert "inbox" not in ill(js)
    with closing(sqlite3.connect(data / "inbox.sqlite3", isolation_level=None)) as connection:
        connection.execute("UPDATE inbox SET received_at = '2026-01-01T00:00:00+00:00'")
    assert "journeyscore work" in ill(js)["inbox"]
    inbox.close()


def test_a_server_without_a_worker(js: Command, data: Path) -> None:
    handle = attend(data)
    assert "journeyscore work" in ill(js)["worker"]
    with Lease(data / "worker.lock").hold("jobs"):
        assert "worker" in ill(js)
    with Lease(data / "worker.lock").hold("worker"):
        assert "worker" not in ill(js)
    os.close(handle)
    assert "worker" not in ill(js)


def test_backups_that_are_missing_or_old(js: Command, data: Path, tmp_path: Path) -> None:
    assert "backups" not in ill(js)
    with (data / "journeyscore.toml").open("a") as file:
        file.write(f'backups = "{tmp_path / "b"}"\n')
    # each command opens the data directory anew
    assert "there is none" in ill(js)["backups"]
    assert js("backup").code == 0
    assert "backups" not in ill(js)
    two_days_ago = time.time() - 2 * 86400
    for made in (tmp_path / "b").glob("*.tar.gz"):
        os.utime(made, (two_days_ago, two_days_ago))
    assert "48 hours old" in ill(js)["backups"]


def test_a_clock_that_is_behind(js: Command, data: Path) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(data / "records.sqlite3", isolation_level=None)) as connection:
        connection.execute("UPDATE import SET started = ?", (later,))
    assert "set the clock" in ill(js)["clock"]


class Elsewhere(BaseHTTPRequestHandler):
    body = b'{"alive": true}'
    skew = 0

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(time.time() + self.skew)

    def log_message(self, *_: object) -> None:
        pass


def test_the_public_address(js: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        assert "address" not in ill(js, "--url", url)
        monkeypatch.setattr(Elsewhere, "skew", -7200)
        assert "clock there differs" in ill(js, "--url", url)["address"]
        monkeypatch.setattr(Elsewhere, "body", b"<html>")
        assert "check the name" in ill(js, "--url", url)["address"]
        monkeypatch.setattr(Elsewhere, "body", b"{}")
        assert "somebody else" in ill(js, "--url", url)["address"]
        server.shutdown()
        thread.join()
    assert "check the name" in ill(js, "--url", url)["address"]
    assert "check the name" in ill(js, "--url", "no address")["address"]
