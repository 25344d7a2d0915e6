"""Other sides that misbehave, on loopback: an HTTP server and a mail server, that remember what reached them."""

import gzip
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

Answer = Callable[["Handler"], None]


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Reads the request whole, then does what the next answer says; the last one stays."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        side: Any = self.server
        with side.guard:
            side.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = side.answers.pop(0) if len(side.answers) > 1 else side.answers[0]
        answer(self)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Side(ThreadingHTTPServer):
    """A server with a list of answers."""

    daemon_threads = True

    def __init__(self, *answers: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.got, self.guard = list(answers), list[Got](), threading.Lock()
        self.stop = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/in?x=1"

    def handle_error(self, *_: object) -> None:
        """A client that leaves is what is tested."""


@contextmanager
def side(*answers: Answer) -> Iterator[Side]:
    """A server that runs."""
    made = Side(*answers)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        made.shutdown()
        thread.join()
        made.server_close()


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer with this status."""

    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def reset(handler: Handler) -> None:
    """The connection breaks before an answer."""
    handler.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def ok_then_reset(handler: Handler) -> None:
    """It was taken, but the answer breaks off within its first line."""
    handler.wfile.write(b"HTTP/1.1 20")
    handler.wfile.flush()
    reset(handler)


def ok_then_reset_in_body(handler: Handler) -> None:
    """It says 200, and breaks off in the body."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    handler.wfile.flush()
    reset(handler)


def endless(code: int) -> Answer:
    """A body without an end."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(f"HTTP/1.1 {code} X\r\n\r\n".encode())
        while not handler.server.stop.is_set():  # type: ignore[attr-defined]
            handler.wfile.write(b"x" * 65536)

    return answer


def drip(what: bytes) -> Answer:
    """One byte now and then, for ever."""

    def answer(handler: Handler) -> None:
        stop: threading.Event = handler.server.stop  # type: ignore[attr-defined]
        handler.wfile.write(what)
        while not stop.wait(0.02):
            handler.wfile.write(b"a")

    return answer


def silent(handler: Handler) -> None:
    """No answer at all."""
    handler.server.stop.wait()  # type: ignore[attr-defined]


def bomb(code: int) -> Answer:
    """A small body that would be 100 MB."""
    return status(code, gzip.compress(b"x" * 100_000_000, 9), Content_Encoding="gzip", Content_Type="text/plain")


@dataclass
class Post:
    """A mail server; `break_at` is a command (or `text`, `answer`) at which it ends the connection.

    `codes` are answers that differ from the usual.
    """

    break_at: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, str, bytes]] = field(default_factory=list)
    port: int = 0


@contextmanager
def post_office(post: Post) -> Iterator[Post]:  # noqa: C901
    """A mail server that runs."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            sender = to = ""
            self._say("220 here")
            while line := self.rfile.readline():
                word = line.split(b" ")[0].strip().decode().upper()
                if word == post.break_at:
                    return
                sender, to = (
                    line.decode().strip() if word == w else old for w, old in (("MAIL", sender), ("RCPT", to))
                )
                usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 fine")
                self._say(post.codes.get(word, usual))
                if word == "DATA" and "DATA" not in post.codes and not self._text(sender, to):
                    return
                if word == "QUIT":
                    return

        def _text(self, sender: str, to: str) -> bool:
            if post.break_at == "text":
                return False
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            post.got.append((sender, to, b"".join(lines)))
            if post.break_at == "answer":
                return False
            self._say(post.codes.get("text", "250 taken"))
            return True

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Talk) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
