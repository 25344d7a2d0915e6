"""The way of a request: to whom it goes, how many wait, and the line about it in the log."""

import logging
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from threading import BoundedSemaphore
from time import perf_counter
from typing import Any, Protocol

from journeyscore.web.logs import FACTS, request_id

AT_ONCE = 4
"""Pages that are made at once: each may ask for a large report."""
IN_LINE = 40
"""Pages that are made or wait; beyond, browsers are asked to come back."""
GIVEN_ID = re.compile(r"[0-9a-f][0-9a-f-]{15,63}")
"""An id that a proxy may give to a request: hexadecimal, so that it can say nothing about anybody."""
ROUTE = "journeyscore.route"
"""Where in its environment a page's request has the pattern of its address: that names nobody."""
log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Room(Protocol):
    """An application that knows its own addresses."""

    def knows(self, environ: Environ) -> bool:
        """Whether the address is one of its own."""
        ...

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        ...


class Pages:
    """Django, for AT_ONCE requests at once."""

    def __init__(self, answer: Application) -> None:
        self._answer = answer
        self._line, self._seats = BoundedSemaphore(IN_LINE), BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, or say that there are too many."""
        if not self._line.acquire(blocking=False):
            start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "5")])
            return [b"Too many ask at this moment. Try again in a few seconds.\n"]
        try:
            with self._seats:
                return self._answer(environ, start_response)
        finally:
            self._line.release()


class Front:
    """All of it: health, the rooms for what is sent and clicked, and the pages.

    `rooms` has how the log calls each: more of their addresses may be a key, or a token.
    """

    def __init__(self, health: Room, rooms: Mapping[str, Room], pages: Application) -> None:
        self._health, self._rooms, self._pages = health, rooms, pages

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, and log it: for machines only what went wrong, or there would be nothing else."""
        began, answered = perf_counter(), 0
        given = environ.get("HTTP_X_REQUEST_ID", "")
        mark = request_id.set(given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8))

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal answered
            answered = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", request_id.get())], *more)

        try:
            room, route = self._room(environ)
            return room(environ, start)
        finally:
            facts = {"method": _method(environ), "route": environ.get(ROUTE, route), "status": answered or 500}
            facts["milliseconds"] = round((perf_counter() - began) * 1000, 1)
            quiet = room is not self._pages and 0 < answered < 400
            log.log(logging.DEBUG if quiet else logging.INFO, "answered", extra={FACTS: facts})
            request_id.reset(mark)

    def is_page(self, environ: Environ) -> bool:
        """Whether this is a page, and nothing that machines send or ask."""
        return self._room(environ)[0] is self._pages

    def _room(self, environ: Environ) -> tuple[Application, str]:
        if self._health.knows(environ):
            return self._health, environ["PATH_INFO"]
        found = ((room, route) for route, room in self._rooms.items() if room.knows(environ))
        return next(found, (self._pages, ""))


def _method(environ: Environ) -> str:
    said = str(environ.get("REQUEST_METHOD", ""))
    return said if said in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
