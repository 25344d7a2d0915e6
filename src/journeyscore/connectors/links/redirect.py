"""`/r/CODE`: a WSGI application that keeps the click and sends on.

It sends on to the kept target of a link and nowhere else; nothing of the request becomes part of where to. Nobody is
kept from the page: where the click cannot be kept, it is lost, and the log says so.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from journeyscore.connectors.links.clicks import Bursts, is_prefetch, letter_of, visitor
from journeyscore.connectors.links.pages import nothing_here
from journeyscore.domain.errors import BusyError, StorageError
from journeyscore.domain.link import TrackedLink
from journeyscore.domain.targets import Host
from journeyscore.inbox import Letter
from journeyscore.intake.link_tokens import clicked_by

START = "/r/"
REMEMBERED = 5.0
"""Seconds for which a link is not looked up again: an ended one works so long."""
LONGEST_CODE = 40
HEADERS = (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex"))
log = logging.getLogger(__name__)

Environ = dict[str, Any]
Found = tuple[TrackedLink, str] | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the redirect needs of a workspace.

    `find` gives the link with a code, `hosts` the list of hosts, `is_erased` whether a pseudonym is of somebody who
    was erased; `put` keeps letters durably (BusyError, StorageError). `key` is the workspace's. `forwarded`: a proxy
    stands before us, and says from where a request came.
    """

    find: Callable[[str], TrackedLink | None]
    hosts: Callable[[], Sequence[Host]]
    is_erased: Callable[[str], bool]
    put: Callable[[Sequence[Letter]], None]
    key: bytes
    language: str = "nl"
    forwarded: bool = False


class Redirect:
    """The WSGI application over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, tuple[float, Found]] = {}
        self._bursts = Bursts()
        self.lost = 0

    def knows(self, environ: Environ) -> bool:
        """Whether this address is the redirect's."""
        return str(environ.get("PATH_INFO", "")).startswith(START)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; never raises."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [*HEADERS, ("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return [b""]
        found = self._found(str(environ.get("PATH_INFO", "")).removeprefix(START).rstrip("/").lower())
        if found is None:
            body = nothing_here(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self._desk.language)
            more = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
            start_response("404 Not Found", [*HEADERS, *more, ("Content-Security-Policy", "default-src 'none'")])
            return [b"" if method == "HEAD" else body]
        link, place = found
        self._keep(link, environ)
        start_response("302 Found", [*HEADERS, ("Location", place), ("Content-Length", "0")])
        return [b""]

    def _found(self, code: str) -> Found:
        """The link and where it goes now, if it goes anywhere."""
        if not code.isascii() or not code.isalnum() or len(code) > LONGEST_CODE:
            return None
        now, known = monotonic(), self._known.get(code)
        if known is None or now - known[0] > REMEMBERED:
            if len(self._known) > 1_000:
                self._known.clear()
            try:
                known = (now, self._looked_up(code))
            except Exception:
                log.exception("the links cannot be read")
                return known[1] if known else None
            self._known[code] = known
        return known[1]

    def _looked_up(self, code: str) -> Found:
        link = self._desk.find(code)
        place = link.place(self._desk.hosts()) if link else None
        return (link, place) if link and place else None

    def _keep(self, link: TrackedLink, environ: Environ) -> None:
        try:
            if letter := self._letter(link, environ, datetime.now(UTC)):
                self._desk.put([letter])
        except (BusyError, StorageError) as error:
            self.lost += 1
            log.warning("a click may be lost (%s since the start): %s", self.lost, type(error).__name__)
        except Exception as error:
            self.lost += 1
            log.error("a click is lost (%s since the start): a defect", self.lost, exc_info=error)

    def _letter(self, link: TrackedLink, environ: Environ, now: datetime) -> Letter | None:
        """The click; None of somebody who was erased."""
        desk, agent = self._desk, str(environ.get("HTTP_USER_AGENT", ""))
        token = parse_qs(str(environ.get("QUERY_STRING", ""))[:2_000]).get("t", [""])[0]
        candidate = clicked_by(desk.key, link.code, token, now) if token else None
        machine = is_prefetch(environ)
        if candidate is None:
            who = {"visitor": visitor(desk.key, link.code, str(now.date()), self._address(environ), agent)}
        elif desk.is_erased(candidate):
            return None
        else:
            who = {"candidate": candidate}
            machine = self._bursts.seen(candidate, link.code) or machine
        return letter_of(desk.key, link, who, agent, machine, now)

    def _address(self, environ: Environ) -> str:
        """From where it came; behind a proxy, what the proxy itself says, which comes last."""
        said = str(environ.get("HTTP_X_FORWARDED_FOR", "")) if self._desk.forwarded else ""
        return said.rpartition(",")[2].strip() or str(environ.get("REMOTE_ADDR", ""))
