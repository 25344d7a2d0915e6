"""Keys of the JSON API: made once, shown once, kept as a hash."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import OperationalError

from journeyscore.web.access import Can, may
from journeyscore.web.models import Account, ApiKey

FORM = re.compile(r"js_(\d{1,18})_([A-Za-z0-9_-]{43})")
NOTED = timedelta(minutes=1)
"""So often at most the last use is written down."""


class Scope(StrEnum):
    """What a key may read."""

    SCORES = "read:scores"
    PEOPLE = "read:people"  # candidates by their own keys, which may be addresses
    MODEL = "read:model"


NEEDS = {Scope.SCORES: Can.SEE, Scope.PEOPLE: Can.SEE_PEOPLE, Scope.MODEL: Can.SEE}
"""What the maker of a key must be allowed for each scope, as long as it works."""


def make(name: str, scopes: Collection[Scope], account: Account, days: int | None) -> tuple[ApiKey, str]:
    """A new key, and what its holder sends: that is shown now and never again."""
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
    key = ApiKey.objects.create(
        name=name,
        scopes=sorted(map(str, scopes)),
        hashed=_hash(secret),
        made_by=account,
        made_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    return key, f"js_{key.pk}_{secret}"


def revoke(number: int) -> bool:
    """Let a key work no longer; False when there is none that does."""
    return bool(ApiKey.objects.filter(pk=number, revoked_at=None).update(revoked_at=datetime.now(UTC)))


def find(token: str) -> ApiKey | None:
    """The key that this text belongs to, if it works now."""
    found = FORM.fullmatch(token)
    number, secret = (int(found[1]), found[2]) if found else (0, "")
    key = ApiKey.objects.select_related("made_by").filter(pk=number).first()
    right = hmac.compare_digest(key.hashed if key else _hash("nobody"), _hash(secret))
    if key is None or not right or ended(key):
        return None
    _note_use(key, datetime.now(UTC))
    return key


def _note_use(key: ApiKey, now: datetime) -> None:
    """Write down that the key was used. An answer does not fail because somebody else is writing."""
    if key.last_used_at is None or now - key.last_used_at > NOTED:
        with suppress(OperationalError):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


class End(StrEnum):
    """Why a key does not work."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    MAKER = "maker"  # who made it may not make keys any more: the account is closed, or has another role


def ended(key: ApiKey) -> End | None:
    """Why a key does not work now; None for one that does."""
    if key.revoked_at:
        return End.REVOKED
    if key.expires_at and key.expires_at <= datetime.now(UTC):
        return End.EXPIRED
    return None if key.made_by and may(key.made_by, Can.MANAGE) else End.MAKER


def allows(key: ApiKey, scope: Scope) -> bool:
    """Whether the key has this scope, and its maker still the right that goes with it."""
    return scope in key.scopes and may(key.made_by, NEEDS[scope])


def _hash(secret: str) -> str:
    """The secret has 256 random bits: nobody finds it by trying, however fast the hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
