"""Tokens in the links of a mail: a click is this candidate's. One opens no other link, and gives no other right."""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

FORM = re.compile(r"(c[A-Za-z0-9_-]{11})\.([0-9]{1,12})\.([A-Za-z0-9_-]{22})")
LASTS = timedelta(days=365)


def link_token(key: bytes, code: str, candidate: str, now: datetime, lasts: timedelta = LASTS) -> str:
    """A token for a candidate (pseudonym) and the link with this code. `key` is the workspace's."""
    until = int((now + lasts).timestamp())
    return f"{candidate}.{until}.{_signature(key, code, candidate, until)}"


def clicked_by(key: bytes, code: str, token: str, now: datetime) -> str | None:
    """The pseudonym that a token was made for; None where it is not ours, is another link's, or has ended."""
    found = FORM.fullmatch(token)
    if not found:
        return None
    candidate, until, signature = found[1], int(found[2]), found[3]
    right = hmac.compare_digest(signature, _signature(key, code, candidate, until))
    return candidate if right and now.astimezone(UTC).timestamp() < until else None


def _signature(key: bytes, code: str, candidate: str, until: int) -> str:
    made = blake2b(f"{code}.{candidate}.{until}".encode(), key=key, digest_size=16, person=b"link token")
    return urlsafe_b64encode(made.digest()).decode().rstrip("=")
