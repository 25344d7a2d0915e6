"""P1: a 2xx survives a killed process. `python -m tests.live.kill_server 500` kills the real server that many times.

Clients post numbered events without a pause; the server is killed with SIGKILL at random moments and started again. In
the end every number that was answered with 200 is in the event log, and no number is there twice.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import polars as pl
from tests.browser.conftest import free_port

from journeyscore.actions.workspace import Workspace, init
from journeyscore.inbox import open_inbox

CLIENTS = 4


@dataclass
class Outcome:
    """What the clients were told, and what is in the log."""

    kills: int
    acknowledged: set[int] = field(default_factory=set)
    sent: int = 0
    landed: list[int] = field(default_factory=list)

    @property
    def lost(self) -> set[int]:
        """Acknowledged, but not in the log."""
        return self.acknowledged - set(self.landed)

    @property
    def doubled(self) -> int:
        """In the log more than once."""
        return len(self.landed) - len(set(self.landed))


def run(kills: int, folder: Path, seed: int = 1) -> Outcome:
    """Kill the server of a new data directory so often, and compare."""
    rng, data = random.Random(seed), folder / "data"
    workspace = init(data)
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    outcome, port, stop, numbers = Outcome(kills), free_port(), threading.Event(), count(1)
    clients = [threading.Thread(target=post, args=(port, key, numbers, outcome, stop)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(kills):
        group = _start(data, port)
        answers(port)
        time.sleep(rng.uniform(0, 0.5))
        os.killpg(group.pid, signal.SIGKILL)
        group.wait()
    group = _start(data, port)
    answers(port)
    stop.set()
    for client in clients:
        client.join()
    _until_empty(data)
    group.terminate()
    group.wait()
    outcome.landed = landed(workspace)
    return outcome


def _start(data: Path, port: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(data), "up", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, start_new_session=True, **quiet)  # server and worker die together


def answers(port: int) -> None:
    for _ in range(600):
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/v1/none")
                connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def post(port: int, key: str, numbers: "count[int]", outcome: Outcome, stop: threading.Event) -> None:
    """Post numbers, each until it is answered (a number may be sent again: it has its own message id)."""
    headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode(), "Content-Type": "application/json"}
    connection: http.client.HTTPConnection | None = None
    while not stop.is_set():
        number = next(numbers)
        body = json.dumps(
            {"messageId": f"n{number}", "userId": f"K-{number % 50}", "event": "form submitted"}
            | {"properties": {"vacancy": f"n{number}"}, "timestamp": "2026-11-20T10:00:00Z"}
        )
        while not stop.is_set():
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                outcome.sent += 1
                connection.request("POST", "/v1/track", body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    outcome.acknowledged.add(number)
                    break
            except (OSError, http.client.HTTPException):
                if connection:
                    connection.close()
                connection = None
                time.sleep(0.01)
    if connection:
        connection.close()


def _until_empty(data: Path) -> None:
    inbox = open_inbox(data)
    for _ in range(1200):
        if not inbox.waiting():
            inbox.close()
            return
        time.sleep(0.1)
    raise RuntimeError("the lander did not come to its end")


def landed(workspace: Workspace) -> list[int]:
    frames = [pl.read_parquet(file, columns=["vacancy"], glob=False) for file in workspace.log.files()]
    return [int(text.removeprefix("n")) for frame in frames for text in frame.to_series()]


def main() -> None:
    """Run, and say what came of it; leaves with 1 when something was lost or doubled."""
    kills = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="journeyscore-kill-") as folder:
        found = run(kills, Path(folder))
    told = f"{found.kills} kills, {found.sent} requests, {len(found.acknowledged)} acknowledged"
    sys.stdout.write(f"{told}, {len(found.landed)} landed, {len(found.lost)} lost, {found.doubled} doubled\n")
    sys.exit(1 if found.lost or found.doubled or not found.acknowledged else 0)


if __name__ == "__main__":
    main()
