"""P3: a full disk. Nothing is acknowledged that is not kept, the server says so, and goes on when there is space."""

import http.client
import json
import resource
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.browser.conftest import free_port
from tests.live.kill_server import answers, landed

from journeyscore.actions.workspace import Workspace, init
from journeyscore.connectors.segment import Door, Sender
from journeyscore.domain.errors import StorageError
from journeyscore.inbox import Writer, open_inbox
from journeyscore.inbox import inbox as module

NONE, ALL = 1024, resource.RLIM_INFINITY
"""The largest file that may be written: smaller than any page of a database, or without end."""


def call(number: int) -> bytes:
    body = {"messageId": f"n{number}", "userId": "K-1", "event": "form submitted", "context": {"pad": "x" * 3000}}
    return json.dumps(body | {"properties": {"vacancy": f"n{number}"}, "timestamp": "2026-11-20T10:00:00Z"}).encode()


def ask(port: int, method: str, place: str, body: bytes | None = None, key: str = "") -> tuple[int, bytes]:
    headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode(), "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, place, body, headers if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()


def family(pid: int) -> Iterator[int]:
    """The process and all that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))


def largest_file(pid: int, size: int) -> None:
    for one in family(pid):
        resource.prlimit(one, resource.RLIMIT_FSIZE, (size, ALL))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init(tmp_path / "data")


def test_the_real_server_on_a_full_disk(workspace: Workspace, tmp_path: Path) -> None:
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    port = free_port()
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(workspace.path), "up", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.extend(server.stderr))  # type: ignore[arg-type]
    reader.start()  # a pipe that nobody reads stops whoever writes; a file could be full
    try:
        answers(port)
        kept = []
        for turn in range(3):
            until(lambda: ask(port, "GET", "/readyz")[0] == 200)
            for number in range(turn * 100, turn * 100 + 20):
                assert ask(port, "POST", "/v1/track", call(number), key)[0] == 200
                kept.append(number)
            largest_file(server.pid, NONE)
            for number in range(turn * 100 + 20, turn * 100 + 40):
                status, body = ask(port, "POST", "/v1/track", call(number), key)
                assert (status, json.loads(body)["code"]) == (503, "not_stored")
            until(lambda: ask(port, "GET", "/readyz")[0] == 503)
            wrong = [c for c in json.loads(ask(port, "GET", "/readyz")[1])["checks"] if not c["ok"]]
            assert wrong[0]["check"] == "inbox" and "free some space" in wrong[0]["message"]
            assert ask(port, "GET", "/healthz")[0] == 200
            largest_file(server.pid, ALL)
        until(lambda: ask(port, "GET", "/readyz")[0] == 200)
        until(lambda: workspace.log.count() == len(kept))
        assert sorted(landed(workspace)) == kept
    finally:
        server.terminate()
        assert server.wait(10) == 0
        reader.join()
        server.stderr.close()  # type: ignore[union-attr]
    logged = b"".join(said).decode()
    assert "K-1" not in logged and key not in logged and "form submitted" not in logged


def until(done: Callable[[], bool]) -> None:
    for _ in range(300):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about")


@pytest.mark.parametrize("pages", range(1, 9))
def test_the_nth_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    tmp_path.mkdir(exist_ok=True)
    inbox = open_inbox(tmp_path)
    inbox.probe()
    size = inbox._connection().execute("PRAGMA page_count").fetchone()[0]
    inbox.close()
    pragmas = module.PRAGMAS
    monkeypatch.setattr(module, "PRAGMAS", (*pragmas, f"PRAGMA max_page_count = {size + pages}"))
    writer = Writer(inbox)
    door = Door(lambda key: Sender("crm", "server", ()), writer.put)
    told = {number: through(door, number) for number in range(60)}
    assert set(told.values()) == {200, 503}
    with pytest.raises(StorageError):
        inbox.probe()
    inbox.close()
    monkeypatch.setattr(module, "PRAGMAS", pragmas)
    told |= {number: through(door, number) for number in range(60, 70)}
    inbox.probe()
    kept = [json.loads(letter.body)["messageId"] for letter in inbox.take(0, 1000)]
    assert kept == [f"n{number}" for number, status in told.items() if status == 200]
    assert all(told[number] == 200 for number in range(60, 70))
    writer.close()
    inbox.close()


def through(door: Door, number: int) -> int:
    import io

    body, said = call(number), []
    environ = {"PATH_INFO": "/v1/track", "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json"}
    environ |= {"CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": "Bearer k"}
    list(door({**environ, "wsgi.input": io.BytesIO(body)}, lambda status, headers: said.append(int(status[:3]))))
    return said[0]
