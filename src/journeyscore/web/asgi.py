"""The front of the web server: it waits for slow bodies itself, so that they keep no thread from working.

Bodies come in whole, within a time that fits their size, before anything looks at them; then the WSGI application
answers in one of a few threads. What systems send has threads of its own: pages take their time, events do not wait.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from asgiref.wsgi import WsgiToAsgiInstance

from journeyscore.web.intake import make_door, writer
from journeyscore.web.requests import IN_LINE
from journeyscore.web.wsgi import application as answer
from journeyscore.web.wsgi import is_page

SECONDS = 10.0
"""For a body to come in, whatever its size."""
BYTES_PER_SECOND = 50_000
"""A large one has so much longer; and never may nothing come for SECONDS."""
MOST_BYTES = 2 * 1024**3
IN_MEMORY = 1_000_000
PAGES = ThreadPoolExecutor(IN_LINE + 4, "pages")
EVENTS = ThreadPoolExecutor(16, "events")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _TurnedAway(Exception):
    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class _Gone(Exception):
    """The client hung up."""


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    with SpooledTemporaryFile(IN_MEMORY) as body:
        try:
            await _take_in(scope, receive, body)
            environ = _environ(scope, body)
        except _TurnedAway as problem:
            await _refuse(send, problem)
        except _Gone:
            return
        else:
            if not await _kept(environ, send):
                await _answer(environ, send)


async def _kept(environ: dict[str, Any], send: Send) -> bool:
    """Calls of a known key take no thread: they wait for the disk together. False where it is to be answered as usual.

    What could not be kept is asked again there, and told.
    """
    if not str(environ["PATH_INFO"]).startswith("/v1/") or (found := make_door().ahead(environ)) is None:
        return False
    letters, (status, headers, body) = found
    try:
        if letters:
            await asyncio.wrap_future(writer().put_soon(letters))
    except Exception:  # whatever it is: as an application the door says it
        environ["wsgi.input"].seek(0)
        return False
    headers = [*headers, ("X-Request-ID", secrets.token_hex(8))]
    await send({"type": "http.response.start", "status": status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": body})
    return True


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]


async def _take_in(scope: dict[str, Any], receive: Receive, body: IO[bytes]) -> None:
    """The whole body, from its beginning. Raises _TurnedAway when it takes too long, _Gone."""
    loop = asyncio.get_running_loop()
    start, size = loop.time(), 0
    while True:
        left = start + SECONDS + size / BYTES_PER_SECOND - loop.time()
        try:
            async with asyncio.timeout(max(0.0, min(SECONDS, left))):
                message = await receive()
        except TimeoutError:
            raise _TurnedAway(408, "too_slow", "the body did not come in time; send it again") from None
        if message["type"] != "http.request":
            raise _Gone
        size += body.write(message.get("body", b""))
        if size > MOST_BYTES:
            raise _TurnedAway(413, "too_large", "the body is larger than 2 GB")
        if not message.get("more_body"):
            break
    body.seek(0)


async def _answer(environ: dict[str, Any], send: Send) -> None:
    loop = asyncio.get_running_loop()

    def tell(message: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()

    pool = PAGES if is_page(environ) else EVENTS
    for message in await loop.run_in_executor(pool, _messages, environ, tell):
        await send(message)


async def _sent(send: Send, message: dict[str, Any]) -> None:
    await send(message)


def _messages(environ: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> Iterable[dict[str, Any]]:
    """What is left to be sent: all, or, of an answer that comes in pieces, only its end. One thread does a whole
    request: what it has of the database ends with it."""
    start: dict[str, Any] = {"type": "http.response.start"}

    def begin(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        start["status"] = int(status[:3])
        start["headers"] = _encoded(headers)

    pieces = answer(environ, begin)
    try:
        if not getattr(pieces, "streaming", False):
            return [start, {"type": "http.response.body", "body": b"".join(pieces)}]
        tell(start)
        for piece in pieces:
            tell({"type": "http.response.body", "body": piece, "more_body": True})
        return [{"type": "http.response.body", "body": b""}]
    finally:
        if close := getattr(pieces, "close", None):
            close()


def _environ(scope: dict[str, Any], body: IO[bytes]) -> dict[str, Any]:
    """The request for a WSGI application. Raises _TurnedAway for one that cannot be said in its terms."""
    instance = WsgiToAsgiInstance(answer)  # type: ignore[no-untyped-call]
    instance.scope = scope
    try:
        environ: dict[str, Any] = instance.build_environ(scope, body)  # type: ignore[no-untyped-call]
    except ValueError:
        raise _TurnedAway(400, "bad_request", "the address or a header is no ASCII") from None
    return environ


async def _refuse(send: Send, problem: _TurnedAway) -> None:
    said = {"status": problem.status, "code": problem.code, "detail": problem.detail}
    body = json.dumps(said).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    start = {"type": "http.response.start", "status": problem.status, "headers": [*headers, (b"connection", b"close")]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
