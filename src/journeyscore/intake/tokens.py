"""Signed tokens: who has one may say in a browser that it is this candidate's. They end, and name nobody."""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

FORM = re.compile(r"(c[A-Za-z0-9_-]{11})\.([0-9]{1,12})\.([A-Za-z0-9_-]{22})")
LASTS = timedelta(days=90)


def token_for(key: bytes, candidate: str, now: datetime, lasts: timedelta = LASTS) -> str:
    """A token for a candidate (pseudonym). `key` is the workspace's."""
    until = int((now + lasts).timestamp())
    return f"{candidate}.{until}.{_signature(key, candidate, until)}"


def candidate_in(key: bytes, token: str, now: datetime) -> str | None:
    """The pseudonym that a token was made for; None where it is not ours, or has ended."""
    found = FORM.fullmatch(token)
    if not found:
        return None
    candidate, until, signature = found[1], int(found[2]), found[3]
    right = hmac.compare_digest(signature, _signature(key, candidate, until))
    return candidate if right and now.astimezone(UTC).timestamp() < until else None


def _signature(key: bytes, candidate: str, until: int) -> str:
    made = blake2b(f"{candidate}.{until}".encode(), key=key, digest_size=16, person=b"browser token")
    return urlsafe_b64encode(made.digest()).decode().rstrip("=")
