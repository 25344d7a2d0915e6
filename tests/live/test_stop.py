"""P13: told to stop while clients send, the real server ends by itself, and has kept what it acknowledged."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from tests.browser.conftest import free_port
from tests.live.kill_server import Outcome, answers, landed, post

from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.workspace import init
from journeyscore.inbox import open_inbox


def started(data: Path, port: int, said: Path) -> "subprocess.Popen[bytes]":
    """The real server and its worker, in a group of their own."""
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(data), "up", "--port", str(port)]
    with said.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    answers(port)
    return server


@pytest.mark.parametrize("told", ["the process", "the group"])
def test_a_clean_stop_under_load(tmp_path: Path, told: str) -> None:
    workspace = init(tmp_path / "data")
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    port, stop, outcome, numbers = free_port(), threading.Event(), Outcome(0), count(1)
    server = started(workspace.path, port, tmp_path / "out")
    clients = [threading.Thread(target=post, args=(port, key, numbers, outcome, stop)) for _ in range(4)]
    for thread in clients:
        thread.start()
    while len(outcome.acknowledged) < 200:
        time.sleep(0.02)
    (os.killpg if told == "the group" else os.kill)(server.pid, signal.SIGTERM)
    try:
        assert server.wait(10) == 0
    finally:
        stop.set()
        for thread in clients:
            thread.join()
    with pytest.raises(ProcessLookupError):  # nobody of the group is left
        os.killpg(server.pid, 0)
    inbox = open_inbox(workspace.path)
    while land_inbox(workspace, inbox).letters:
        pass
    inbox.close()
    outcome.landed = landed(workspace)
    assert not outcome.lost and not outcome.doubled
    assert "Traceback" not in (tmp_path / "out").read_text()


def test_a_stop_while_a_request_hangs(tmp_path: Path) -> None:
    workspace = init(tmp_path / "data")
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    port, stop, outcome = free_port(), threading.Event(), Outcome(0)
    inbox = open_inbox(workspace.path)
    inbox.probe()
    server = started(workspace.path, port, tmp_path / "out")
    with closing(sqlite3.connect(workspace.path / "inbox.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # whoever writes waits for this
        sender = threading.Thread(target=post, args=(port, key, count(1), outcome, stop))
        sender.start()
        while not outcome.sent:
            time.sleep(0.02)
        time.sleep(0.5)
        server.terminate()
        assert server.wait(10) == 0
        other.execute("ROLLBACK")
    stop.set()
    sender.join()
    assert not outcome.acknowledged and not inbox.waiting()
    inbox.close()
