"""Write keys: with which systems send events."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from journeyscore.domain.errors import UsageError
from journeyscore.records import models

if TYPE_CHECKING:
    from django.db.models import QuerySet

BROWSER, SERVER = "browser", "server"
PREFIX = "jsw_"
SOURCE = re.compile(r"[\w][\w .-]{0,99}")


@dataclass(frozen=True, slots=True)
class WriteKey:
    """A key as it is kept."""

    id: int
    source: str
    kind: str
    shown: str
    origins: tuple[str, ...]
    consent: bool
    made_by: int | None
    made_at: datetime
    revoked_at: datetime | None


class WriteKeys:
    """The write keys of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def make(
        self, source: str, kind: str, origins: Sequence[str], by: int | None, at: datetime, consent: bool = False
    ) -> tuple[WriteKey, str]:
        """A new key, and its text, which is not kept. Raises UsageError for a wrong source, kind or origin."""
        source = source.strip()
        if not SOURCE.fullmatch(source):
            raise UsageError("a source has letters, digits, spaces, points and hyphens, 100 at most")
        if kind not in (BROWSER, SERVER):
            raise UsageError("a write key is for a browser or for a server")
        places = [origin_of(origin) for origin in origins]
        if kind == BROWSER and not places:
            raise UsageError("name the origins of the pages that use the key, such as https://werkenbij.example")
        text = PREFIX + secrets.token_urlsafe(24)
        facts = {"source": source, "kind": kind, "origins": places, "consent": consent, "made_by": by, "made_at": at}
        row = self._all().create(hashed=_hash(text), shown=text[:8], **facts)
        return _key(row), text

    def find(self, text: str) -> WriteKey | None:
        """The key with this text, if it works."""
        row = self._all().filter(hashed=_hash(text), revoked_at=None).first() if text.startswith(PREFIX) else None
        return _key(row) if row else None

    def revoke(self, number: int, at: datetime) -> bool:
        """Let a key work no longer; False when there is none that does."""
        return bool(self._all().filter(id=number, revoked_at=None).update(revoked_at=at))

    def newest_first(self) -> list[WriteKey]:
        """All of them."""
        return [_key(row) for row in self._all().order_by("-id")]

    def _all(self) -> "QuerySet[models.WriteKey]":
        return models.WriteKey.objects.using(self.alias)


def origin_of(text: str) -> str:
    """An origin as browsers write it: scheme, host, and a port that is not the usual one. Raises UsageError."""
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme) else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise UsageError("“{text}” is no origin; write it like https://werkenbij.example", text=text.strip()[:100])
    return f"{parts.scheme}://{parts.hostname}{port}"


def _hash(text: str) -> str:
    """The text has 192 random bits: nobody finds it by trying, however fast the hash."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _key(row: models.WriteKey) -> WriteKey:
    facts = (row.id, row.source, row.kind, row.shown, tuple(row.origins), row.consent)
    return WriteKey(*facts, row.made_by, row.made_at, row.revoked_at)
