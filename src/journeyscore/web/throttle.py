"""Logging in slowly after failures, so that nobody guesses passwords and no stranger keeps the owner out.

Failures are counted under three keys, each with so many free tries and then delays that double up to a longest one:
the address typed from one network, the network, and the address from anywhere (that one waits seconds at most). A
browser that logged in before carries a signed cookie and is counted apart from everybody else.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from journeyscore.web.models import Account, LoginTries

COOKIE = "known_device"
SALT = "journeyscore known device"
KNOWN_FOR = 180 * 86_400
FORGET = timedelta(hours=24)
"""Failures count until nothing failed for so long."""


@dataclass(frozen=True, slots=True)
class Key:
    """One counter: what it counts, so many free failures, and the longest delay in seconds."""

    text: str
    free: int
    longest: int

    @property
    def hashed(self) -> str:
        """As it is kept."""
        return hashlib.sha256(f"{settings.SECRET_KEY}:{self.text}".encode()).hexdigest()


def keys_of(request: HttpRequest, address: str) -> list[Key]:
    """Under what a try with this address counts, whether or not the address is anybody's."""
    address = address.strip().casefold()
    device = _device(request)
    if device and device[1] == _fingerprint(address):
        return [Key(f"device {device[0]} {address}", 5, 300)]
    network = network_of(request)
    return [
        Key(f"address {address} {network}", 5, 300),
        Key(f"network {network}", 50, 60),
        Key(f"everywhere {address}", 100, 5),
    ]


def code_keys(request: HttpRequest, account: Account) -> list[Key]:
    """Under what a code of the second factor counts. Whoever tries has given the password already."""
    device = _device(request)
    mine = device and device[1] == _fingerprint(account.email)
    whose = f"device {device[0]}" if device and mine else network_of(request)
    return [Key(f"code {account.pk} {whose}", 5, 300), Key(f"code {account.pk}", 20, 10)]


@dataclass(frozen=True, slots=True)
class Try:
    """`wait`: seconds until it may be judged, 0 for now. `last`: if it fails, the next one has to wait."""

    wait: int
    last: bool


def begin(keys: list[Key]) -> Try:
    """Count a try as failed before it is judged (so that a hundred at once count as a hundred).

    It is not counted when it has to wait.
    """
    now = datetime.now(UTC)
    with transaction.atomic():
        LoginTries.objects.filter(last_at__lt=now - FORGET).delete()
        for key in keys:
            LoginTries.objects.get_or_create(key=key.hashed, defaults={"last_at": now})
        kept = {one.key: one for one in LoginTries.objects.select_for_update().filter(key__in=[k.hashed for k in keys])}
        wait = max(_wait(key, kept[key.hashed], now) for key in keys)
        if wait == 0:
            LoginTries.objects.filter(pk__in=[one.pk for one in kept.values()]).update(
                failures=F("failures") + 1, last_at=now
            )
    return Try(wait, last=wait == 0 and any(kept[key.hashed].failures + 1 == key.free for key in keys))


def succeeded(keys: list[Key]) -> None:
    """Take the try back; the first key (this address from here) starts anew."""
    LoginTries.objects.filter(key=keys[0].hashed).delete()
    rest = [key.hashed for key in keys[1:]]
    LoginTries.objects.filter(key__in=rest, failures__gt=0).update(failures=F("failures") - 1)


def _wait(key: Key, tries: LoginTries, now: datetime) -> int:
    over = tries.failures - key.free
    if over < 0:
        return 0
    delay = min(2 ** min(over, 20), key.longest)
    return max(0, int(delay - (now - tries.last_at).total_seconds() + 0.999))


def network_of(request: HttpRequest) -> str:
    """The neighbourhood that a request comes from: /24 or /64. Behind our own TLS proxy, what that proxy saw."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        seen = forwarded.rsplit(",", 1)[-1].strip()
    try:
        address = ip_address(seen.strip("[]"))
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


def know_device(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Remember that this browser is this account's."""
    device = _device(request)
    mine = device and device[1] == _fingerprint(account.email)
    name = device[0] if device and mine else secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        signing.dumps([name, _fingerprint(account.email)], salt=SALT),
        max_age=KNOWN_FOR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _device(request: HttpRequest) -> tuple[str, str] | None:
    try:
        name, whose = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KNOWN_FOR)
    except (signing.BadSignature, ValueError):
        return None
    return name, whose


def _fingerprint(address: str) -> str:
    return salted_hmac(SALT, address.strip().casefold()).hexdigest()[:32]
