"""P12: more than the server can take is refused politely, in bounded memory, and nothing acknowledged is lost.

`python -m tests.live.test_overload 60` does it for a minute.
"""

import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.browser.conftest import free_port
from tests.live.kill_server import _start, _until_empty, answers

from journeyscore.actions.workspace import init

CLIENTS, IN_BATCH = 40, 250


def hammer(port: int, key: str, until: float, name: int, said: Counter[int], lock: threading.Lock) -> None:
    """Batches without a pause, whatever is answered; a connection that breaks is opened again."""
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nContent-Type: application/json\r\n"
    turn = 0
    while time.monotonic() < until:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
            while time.monotonic() < until:
                turn += 1
                calls = [
                    {"type": "track", "event": "ad clicked", "userId": f"K-{n}", "messageId": f"{name}-{turn}-{n}"}
                    for n in range(IN_BATCH)
                ]
                body = json.dumps({"batch": calls}).encode()
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                answer = connection.recv(65_536)
                if not answer:
                    break
                with lock:
                    said[int(answer.split()[1])] += 1


def overload(seconds: float, folder: Path) -> tuple[Counter[int], int, int, int]:
    """What was answered, how many events are in the log, and the server's memory before and after, in MB."""
    workspace = init(folder / "data")
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    basic, port, said, lock = b64encode(f"{key}:".encode()).decode(), free_port(), Counter[int](), threading.Lock()
    server = _start(workspace.path, port)
    try:
        answers(port)
        before, until = memory(server.pid), time.monotonic() + seconds
        clients = [threading.Thread(target=hammer, args=(port, basic, until, n, said, lock)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        after = memory(server.pid)
        _until_empty(workspace.path)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    return said, workspace.log.count(), before, after


def memory(group: int) -> int:
    """Of all processes of the group, in MB."""
    used = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(place.name)) == group:
                used += int((place / "status").read_text().split("VmRSS:")[1].split()[0]) // 1024
        except (OSError, IndexError):
            continue
    return used


def test_more_than_it_can_take(tmp_path: Path) -> None:
    said, landed, before, after = overload(5, tmp_path)
    assert said[200] and set(said) <= {200, 429, 503}
    assert landed == said[200] * IN_BATCH
    assert after - before < 1_000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as own:
        print(overload(float(sys.argv[1]), Path(own)))
