"""The real server with clients that dawdle: they keep nobody else waiting, and are told so in the end."""

import os
import signal
import socket
import time
from contextlib import ExitStack, closing
from pathlib import Path

from tests.browser.conftest import free_port
from tests.live.kill_server import _start, answers

from journeyscore.actions.workspace import init

SLOW = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"


def first_line(connection: socket.socket) -> bytes:
    return connection.recv(4_096).split(b"\r\n")[0]


def test_slow_bodies_keep_nobody_waiting_and_end_with_408(tmp_path: Path) -> None:
    init(tmp_path / "data")
    port = free_port()
    server = _start(tmp_path / "data", port)
    try:
        answers(port)
        with ExitStack() as stack:
            slow = [stack.enter_context(closing(socket.create_connection(("127.0.0.1", port)))) for _ in range(60)]
            for number, connection in enumerate(slow):
                connection.sendall(SLOW % (b"/v1/track" if number % 2 else b"/login/") + b'{"a":')
            began = time.monotonic()
            quick = stack.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=5)))
            for place in (b"/v1/none", b"/login/"):
                quick.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % place)
                assert quick.recv(65_536)
            for connection in slow:
                connection.settimeout(30)
                assert first_line(connection).split()[1] == b"408"
            assert time.monotonic() - began > 5  # they were waited for
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
