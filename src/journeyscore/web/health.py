"""Is it well? `/healthz`, `/readyz` and `/metrics`, for machines that watch; answered beside the pages."""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

from journeyscore.log.presence import worker_alive
from journeyscore.web.api import keys
from journeyscore.web.intake import inbox
from journeyscore.web.metrics import CONTENT_TYPE, metrics
from journeyscore.web.workspace import workspace

PLACES = ("/healthz", "/readyz", "/metrics")
OVERFULL = 1_000_000
"""Letters that wait to be landed, beyond which others should be sent elsewhere."""
REMEMBERED = 2.0
"""Seconds for which an answer is given again: who asks often writes no more."""
HERE = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
NAMES_OF_HERE = ("127.0.0.1", "localhost", "[::1]")
PASSED_ON = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP"),
    *("HTTP_FORWARDED", "HTTP_VIA"),
)
"""What a proxy adds: who it asks for is not on this machine."""
REASONS = {200: "OK", 401: "Unauthorized", 405: "Method Not Allowed", 503: "Service Unavailable"}
log = logging.getLogger(__name__)

Environ = dict[str, Any]
Answer = tuple[int, str, bytes]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: whether it is well, and else what is wrong, in words that anybody may read."""

    check: str
    ok: bool
    message: str = ""


def _inbox_takes() -> bool:
    inbox().probe()
    return True


def _no_backlog() -> bool:
    return inbox().state().waiting < OVERFULL


def _records_read() -> bool:
    return workspace().records.in_shape()


def _log_opens() -> bool:
    return workspace().log.span().count >= 0


def _worker_alive() -> bool:
    return worker_alive(workspace().path)


CHECKS: dict[str, tuple[Callable[[], bool], str]] = {
    "inbox": (_inbox_takes, "what is sent cannot be kept: free some space on the disk, and check the rights on it"),
    "backlog": (_no_backlog, "very many letters wait to be landed: see whether the worker gets on"),
    "records": (_records_read, "the records cannot be read, or are of another version: run journeyscore doctor"),
    "event log": (_log_opens, "the event log cannot be read: run journeyscore doctor"),
    "worker": (_worker_alive, "no worker is running: start journeyscore work"),
}


def examine() -> list[Check]:
    """Every check."""
    return [_checked(name, look, wrong) for name, (look, wrong) in CHECKS.items()]


def _checked(name: str, look: Callable[[], bool], wrong: str) -> Check:
    try:
        ok = look()
    except Exception as error:
        log.warning("not ready: %s", name, exc_info=error)
        ok = False
    return Check(name, ok, "" if ok else wrong)


class Health:
    """A WSGI application for PLACES."""

    def __init__(self) -> None:
        self._last: tuple[float, list[Check]] | None = None
        self._lock = threading.Lock()

    def knows(self, environ: Environ) -> bool:
        """Whether this address is one of these."""
        return environ.get("PATH_INFO") in PLACES

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body = self._answer(environ)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        headers += [("WWW-Authenticate", "Bearer")] if status == 401 else []
        headers += [("Allow", "GET, HEAD")] if status == 405 else []
        start_response(f"{status} {REASONS[status]}", headers)
        return [body if environ["REQUEST_METHOD"] != "HEAD" else b""]

    def _answer(self, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _json(405, {"problem": "ask by GET"})
        if environ["PATH_INFO"] == "/healthz":
            return _json(200, {"alive": True})
        try:
            if environ["PATH_INFO"] == "/readyz":
                return self._ready()
            if not _may_measure(environ):
                return _json(401, {"problem": "ask from this machine, or with a key of the API as a Bearer token"})
            return 200, CONTENT_TYPE, metrics({check.check: check.ok for check in self._checks()})
        except Exception as error:
            log.error("%s could not be answered", environ["PATH_INFO"], exc_info=error)
            return _json(503, {"problem": "run journeyscore doctor"})

    def _ready(self) -> Answer:
        checks = self._checks()
        ready = all(check.ok for check in checks)
        return _json(200 if ready else 503, {"ready": ready, "checks": [asdict(check) for check in checks]})

    def _checks(self) -> list[Check]:
        with self._lock:
            if self._last is None or monotonic() - self._last[0] > REMEMBERED:
                self._last = monotonic(), examine()
            return self._last[1]


def _json(status: int, body: dict[str, Any]) -> Answer:
    return status, "application/json", json.dumps(body).encode()


def _may_measure(environ: Environ) -> bool:
    """This machine itself, and whoever has a key of the API. A proxy on this machine asks for others."""
    passed_on = any(name in environ for name in PASSED_ON)
    host = str(environ.get("HTTP_HOST", "")).rpartition(":")[0] or environ.get("HTTP_HOST", "")
    if not passed_on and host in NAMES_OF_HERE and environ.get("REMOTE_ADDR", "") in HERE:
        return True
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return scheme.lower() == "bearer" and keys.find(token.strip()) is not None
