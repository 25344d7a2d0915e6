"""A click as a letter of the inbox: whose it is, whether a machine made it, and what the link says of it."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from time import monotonic
from typing import Any

from journeyscore.connectors.segment.letters import PROOF
from journeyscore.connectors.segment.senders import BROWSER
from journeyscore.domain.link import EVENT, SOURCE, TrackedLink
from journeyscore.inbox import Letter
from journeyscore.intake.tokens import token_for

BURST = 3.0
"""Seconds: nobody opens two links of one mail within them, but scanners open all."""
MOST_REMEMBERED = 10_000
LONGEST_AGENT = 1_000


class Bursts:
    """Who clicked which link last. Forgets beyond MOST_REMEMBERED people, and when the process ends."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def seen(self, candidate: str, code: str, now: float | None = None) -> bool:
        """Note a click; whether the same person clicked another link within BURST seconds before."""
        moment = monotonic() if now is None else now
        with self._lock:
            last = self._last.get(candidate)
            if len(self._last) >= MOST_REMEMBERED:
                self._last.clear()
            self._last[candidate] = (moment, code)
        return last is not None and last[1] != code and moment - last[0] <= BURST


def is_prefetch(environ: Mapping[str, Any]) -> bool:
    """Whether a program asks before anybody has clicked: only the head, or to have it ready."""
    purposes = (environ.get(name, "") for name in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"))
    said = " ".join(purposes).lower()
    return environ["REQUEST_METHOD"] == "HEAD" or "prefetch" in said or "prerender" in said or "preview" in said


def visitor(key: bytes, code: str, day: str, address: str, agent: str) -> str:
    """Who clicked without a token: the same for one browser, link and day, and nothing that can be followed further."""
    made = blake2b(json.dumps([day, code, address, agent]).encode(), key=key, digest_size=12, person=b"link visitor")
    return urlsafe_b64encode(made.digest()).decode()


def letter_of(
    key: bytes, link: TrackedLink, who: Mapping[str, str], agent: str, machine: bool, now: datetime
) -> Letter:
    """The letter. `who` is {"candidate": pseudonym} or {"visitor": text}. The same twice in a second is one event."""
    second = now.astimezone(UTC).replace(microsecond=0)
    campaign = {"name": link.campaign, "source": link.source, "medium": link.medium, "content": link.content}
    properties = {"link": link.code, "vacancy": link.vacancy, "machine": "true" if machine else ""}
    context: dict[str, Any] = {"campaign": _said(campaign), "page": {"url": link.target}}
    call: dict[str, Any] = {"type": "track", "event": EVENT, "timestamp": second.isoformat()}
    call |= {"context": context | _said({"userAgent": agent[:LONGEST_AGENT]}), "properties": _said(properties)}
    named = json.dumps([call, dict(who)], sort_keys=True).encode()
    call["messageId"] = blake2b(named, key=key, digest_size=16, person=b"link click").hexdigest()
    if "candidate" in who:
        call["context"] |= {PROOF: token_for(key, who["candidate"], second)}
    else:
        call["anonymousId"] = who["visitor"]
    return Letter(SOURCE, BROWSER, now.isoformat(), json.dumps(call, ensure_ascii=False, separators=(",", ":")))


def _said(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
