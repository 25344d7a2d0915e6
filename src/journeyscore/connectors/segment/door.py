"""The door: a WSGI application for the calls of the Segment spec.

It refuses only a bad key, a body that is too large or no JSON, and overload; everything else is on disk before the
answer, and judged later.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl

from journeyscore.connectors.files.segment import batch_items
from journeyscore.connectors.segment import consent
from journeyscore.connectors.segment.bodies import (
    GZIP,
    MOST_BYTES,
    MOST_BYTES_OF_ONE,
    TurnedAway,
    parsed,
    too_large,
    unpacked,
)
from journeyscore.connectors.segment.consent import is_withdrawal
from journeyscore.connectors.segment.pace import Pace
from journeyscore.connectors.segment.schema import document
from journeyscore.connectors.segment.senders import BROWSER, NOBODY, Sender, key_in
from journeyscore.domain.errors import BusyError, StorageError
from journeyscore.inbox import Letter

SINGLE = {"t": "track", "p": "page", "s": "screen", "i": "identify", "a": "alias", "g": "group"}
SINGLE |= {kind: kind for kind in SINGLE.values()}
BATCHES = ("batch", "import", "b")
START = "/v1/"
REMEMBERED = 5.0
"""Seconds for which a key is not looked up again: a revoked one works so long."""
ALLOWED_HEADERS = "authorization, content-type, anonymousid, sentat, content-encoding"
TITLES = {400: "Bad request", 401: "Not authenticated", 403: "Not allowed", 404: "Not found", 405: "Method not allowed"}
TITLES |= {413: "Too large", 415: "Unsupported media type", 429: "Too many requests", 500: "Defect", 503: "Busy"}
REASONS = {200: "OK", 204: "No Content"} | TITLES
WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
log = logging.getLogger(__name__)

Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]
Put = Callable[[Sequence[Letter]], None]


class Door:
    """`find` gives the sender with a write key, or None; `put` keeps letters durably (BusyError, StorageError).

    `proxied`: a proxy of ours stands before it, and says in `X-Forwarded-For` who asks.
    """

    def __init__(
        self,
        find: Callable[[str], Sender | None],
        put: Put,
        proxied: bool = False,
        pace: Pace | None = None,
    ) -> None:
        self._find, self._put = find, put
        self._proxied, self._pace = proxied, pace or Pace()
        self._known: dict[str, tuple[float, Sender | None]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; never raises."""
        try:
            status, headers, body = self._answer(environ)
        except TurnedAway as problem:
            status, headers, body = _said(problem.status, problem.code, problem.detail)
        except BusyError as error:
            status, headers, body = _said(503, "busy", str(error), [("Retry-After", "1")])
        except StorageError:
            log.exception("the inbox cannot be written")
            status, headers, body = _said(
                503, "not_stored", "nothing was kept; send it again later", [("Retry-After", "5")]
            )
        except Exception as error:
            log.error("the door: %s", type(error).__name__, exc_info=error)
            status, headers, body = _said(500, "defect", "nothing was kept; this is a defect of journeyscore")
        start_response(f"{status} {REASONS[status]}", _whole(environ, status, headers, body))
        return [body]

    def ahead(self, environ: Environ) -> tuple[list[Letter], Answer] | None:
        """What is to be kept, and the answer once it is, without waiting for anything. None where there is more to it
        than calls of a known key: then this is to be called as an application, as if nothing had been asked."""
        what = str(environ["PATH_INFO"]).rstrip("/").removeprefix(START)
        if environ["REQUEST_METHOD"] != "POST" or (what not in SINGLE and what not in BATCHES):
            return None
        kept: list[Letter] = []
        try:
            if self._pace.wait(_asker(environ, self._proxied)):
                return None
            status, headers, body = self._take(environ, what, kept.extend, self._remembered)
        except (TurnedAway, LookupError):
            environ["wsgi.input"].seek(0)
            return None
        return kept, (status, _whole(environ, status, headers, body), body)

    def knows(self, environ: Environ) -> bool:
        """Whether this address is the door's."""
        return str(environ.get("PATH_INFO", "")).startswith((START, "/sourceConfig"))

    def _answer(self, environ: Environ) -> Answer:
        wait = self._pace.wait(_asker(environ, self._proxied))
        if wait:
            too_many = "more requests than one address may make; send batches, or come back later"
            return _said(429, "too_many_requests", too_many, [("Retry-After", str(wait))])
        place, method = str(environ["PATH_INFO"]).rstrip("/"), environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return 204, [], b""
        if place == "/sourceConfig" or (place.startswith(f"{START}projects/") and place.endswith("/settings")):
            return self._settings(environ, place, method)
        if place == f"{START}openapi.json" and method == "GET":
            return 200, [("Content-Type", "application/json")], WRITE(document()).encode()
        what = place.removeprefix(START)
        if what not in SINGLE and what not in BATCHES:
            raise TurnedAway(404, "no_such_address", "send calls to /v1/batch or /v1/track, /v1/page, /v1/identify ...")
        if method != "POST":
            return _said(405, "method", "send calls by POST", [("Allow", "POST, OPTIONS")])
        return self._take(environ, what, self._put, self._sender)

    def _take(self, environ: Environ, what: str, put: Put, sender_of: Callable[[str], Sender | None]) -> Answer:
        sent = _read(environ)
        body = unpacked(sent, environ.get("HTTP_CONTENT_ENCODING", ""))
        found = parsed(body, environ.get("CONTENT_TYPE", ""), packed=sent.startswith(GZIP))
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        sender = sender_of(key_in(environ.get("HTTP_AUTHORIZATION", ""), query, found))
        if sender is None:
            raise TurnedAway(401, "no_key", "send a write key that works, as the user of Basic authentication")
        if not sender.accepts(environ.get("HTTP_ORIGIN", "")):
            raise TurnedAway(403, "origin", "this page's origin is not on the list of the key")
        calls = _calls(found, what)
        without = sum(not _agreed(call, sender, environ) for call in calls)
        calls = [call for call in calls if _agreed(call, sender, environ)] if without else calls
        letters, left = _letters(calls, sender, environ.get("HTTP_USER_AGENT", ""))
        letters += [Letter(sender.source, NOBODY, _now(), "{}")] * without
        if letters:
            put(letters)
        if left:
            raise too_large()
        said = {"success": True} | ({"no_consent": without} if without else {})
        return 200, [("Content-Type", "application/json")], WRITE(said).encode()

    def _settings(self, environ: Environ, place: str, method: str) -> Answer:
        """What browser SDKs ask before they send: where to, and with which key."""
        if method != "GET":
            return _said(405, "method", "ask by GET", [("Allow", "GET, OPTIONS")])
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        key = query.get("writeKey", "") if place == "/sourceConfig" else place.split("/")[3]
        key = key or key_in(environ.get("HTTP_AUTHORIZATION", ""), query, None)
        sender = self._sender(key)
        if sender is None or sender.kind != BROWSER:
            raise TurnedAway(404, "no_such_key", "there is no such write key for browsers")
        body = _rudder(key, sender) if place == "/sourceConfig" else _segment(key, environ)
        return 200, [("Content-Type", "application/json")], json.dumps(body).encode()

    def _remembered(self, key: str) -> Sender:
        """The sender with this key, if it was looked up just now. Raises LookupError."""
        at, sender = self._known[key]
        if sender is None or monotonic() - at > REMEMBERED:
            raise LookupError
        return sender

    def _sender(self, key: str) -> Sender | None:
        now = monotonic()
        known = self._known.get(key)
        if known is None or now - known[0] > REMEMBERED:
            if len(self._known) > 1_000:
                self._known.clear()
            known = self._known[key] = (now, self._find(key))
        return known[1]


def _whole(environ: Environ, status: int, headers: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    """All headers of an answer."""
    own = [*headers, ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    return own + (_cors(environ) if status != 403 else [])


def _asker(environ: Environ, proxied: bool) -> str:
    """The address that asks; behind our own proxy, what that one saw: anybody can write what stands before it."""
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    return forwarded.rsplit(",", 1)[-1].strip() if proxied and forwarded else str(environ.get("REMOTE_ADDR", ""))


def _read(environ: Environ) -> bytes:
    """The body, if it is not too large; without a length, up to its end."""
    said = environ.get("CONTENT_LENGTH") or ""
    if said.isascii() and said.isdigit() and int(said[:15]) > MOST_BYTES:
        raise too_large()
    length = int(said) if said.isascii() and said.isdigit() else MOST_BYTES + 1
    return bytes(environ["wsgi.input"].read(length))


def _calls(found: Any, what: str) -> list[Any]:
    """The calls in a body. A single one is of the kind that its address says."""
    if not isinstance(found, dict):
        raise TurnedAway(400, "not_an_object", "send a JSON object")
    if what not in BATCHES:
        return [found | {"type": SINGLE[what]}]
    items = batch_items(found)
    if items is None:
        raise TurnedAway(400, "no_batch", "send the calls as a list under “batch”")
    return items


def _letters(calls: Sequence[Any], sender: Sender, agent: str) -> tuple[list[Letter], int]:
    """The calls as letters, and how many were too large to be taken."""
    now = _now()
    texts = [WRITE(_with_agent(call, sender, agent)) for call in calls]
    fitting = [text for text in texts if len(text.encode()) <= MOST_BYTES_OF_ONE]
    letters = [Letter(sender.source, sender.kind, now, text) for text in fitting]
    return letters, len(texts) - len(fitting)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _agreed(call: Any, sender: Sender, environ: Environ) -> bool:
    """Whether the call may be kept. What withdraws a consent may always be said: it only takes away."""
    if not sender.consent or not isinstance(call, dict) or is_withdrawal(call):
        return True
    return consent.given(call) and not consent.objects(environ)


def _with_agent(call: Any, sender: Sender, agent: str) -> Any:
    """A browser says in the request which one it is, if not in the call."""
    if sender.kind != BROWSER or not agent or not isinstance(call, dict):
        return call
    context = call.get("context")
    context = context if isinstance(context, dict) else {}
    return call if context.get("userAgent") else call | {"context": context | {"userAgent": agent[:1000]}}


def _segment(key: str, environ: Environ) -> dict[str, Any]:
    scheme, host = environ.get("wsgi.url_scheme", "http"), environ.get("HTTP_HOST", "")
    sends = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme, "addBundledMetadata": True, "type": "browser"}
    return {"integrations": {"Segment.io": sends}, "plan": {}, "edgeFunction": {}}


def _rudder(key: str, sender: Sender) -> dict[str, Any]:
    quiet = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    source: dict[str, Any] = {"id": sender.source, "name": sender.source, "writeKey": key, "enabled": True}
    source |= {"workspaceId": "journeyscore", "config": {"statsCollection": quiet}}
    return {"source": source | {"connections": [], "destinations": [], "dataplanes": {}}, "updatedAt": ""}


def _cors(environ: Environ) -> list[tuple[str, str]]:
    """A browser is told that it may send, and read the answer; whether it is taken depends on the key."""
    origin = environ.get("HTTP_ORIGIN", "")
    if not origin:
        return []
    headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    if environ.get("REQUEST_METHOD") == "OPTIONS":
        headers += [
            ("Access-Control-Allow-Methods", "GET, POST"),
            ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
            ("Access-Control-Max-Age", "86400"),
        ]
    return headers


def _said(status: int, code: str, detail: str, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    body = {"title": TITLES[status], "status": status, "code": code, "detail": detail}
    return status, [("Content-Type", "application/problem+json"), *headers], json.dumps(body).encode()
