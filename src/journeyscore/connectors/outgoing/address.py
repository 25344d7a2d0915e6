"""Whether an address may be sent to. It is asked when the address is kept, and again at every sending.

Whoever gives us an address makes us call it: so it never leads into our own network. A name is looked up here, and the
connection goes to what was found here: a name that answers otherwise the second time gains nothing.
"""

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from journeyscore.domain.errors import UsageError

LONGEST = 2000
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that browsers and C libraries take for (a part of) an IPv4 address."""
EVERYDAY = ipaddress.ip_network("2000::/3")
"""All IPv6 that is given out; IPv4-mapped, NAT64, private and link-local addresses are elsewhere."""
INWARD = "2001::/23 2001:db8::/32 2002::/16 3fff::/20 192.88.99.0/24 192.0.0.0/24"
NOT_PLAIN = tuple(ipaddress.ip_network(net) for net in INWARD.split())
"""Within what is given out: Teredo, documentation, 6to4 and its relays, protocols' own. They lead elsewhere."""

Resolve = Callable[[str, int], list[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: to one of `addresses`, which were checked, in the name of `host`. `path` has the query, too."""

    tls: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as this machine sees them. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Gate:
    """What may be sent to. `development` also allows this machine itself, other ports, and plain HTTP."""

    development: bool = False
    resolve: Resolve = resolve

    def check(self, url: str) -> Target:
        """Where that address leads. Raises UsageError, which says what is wrong with it."""
        tls, host, port, path = self._parts(url)
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as problem:
            raise UsageError("there is no {host} on the internet; check the address", host=host) from problem
        if not found or not all(map(self._may, found)):
            raise UsageError("{host} is not on the public internet; nothing is sent there", host=host)
        return Target(tls, host, port, path, tuple(dict.fromkeys(found)))

    def _parts(self, url: str) -> tuple[bool, str, int, str]:
        # urlsplit silently removes line breaks and tabs
        if len(url) > LONGEST or not url.isprintable() or re.search(r"[\s\\]", url):
            raise _unreadable()
        try:
            parts = urlsplit(url)
            port, host = parts.port, _host(parts.hostname or "")
        except ValueError as problem:
            raise _unreadable() from problem
        if parts.scheme != "https" and not (self.development and parts.scheme == "http"):
            raise UsageError("the address must begin with https://")
        if parts.username is not None or parts.password is not None:
            raise UsageError("the address must not have a user or password in it")
        usual = 443 if parts.scheme == "https" else 80
        if port not in (None, usual) and not self.development:
            raise UsageError("the address must not name a port: messages go to port 443")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{_query(parts.query)}" if parts.query else "")
        return parts.scheme == "https", host, port or usual, path

    def _may(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return is_public(address) or (self.development and address.is_loopback)


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and no other form of one that is not."""
    if isinstance(address, ipaddress.IPv6Address) and address not in EVERYDAY:
        return False
    if any(address.version == net.version and address in net for net in NOT_PLAIN):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _host(text: str) -> str:
    """The host as it is looked up: a name in ASCII, or an IP address. Raises ValueError."""
    if ":" in text:
        return str(ipaddress.IPv6Address(text)) if "%" not in text else _wrong()
    # digits may come in disguise (①), so names are judged as what they become
    host = text.removesuffix(".").encode("idna").decode("ascii").lower()
    if NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(ipaddress.IPv4Address(host))
    return host if NAME.fullmatch(host) and len(host) <= 253 else _wrong()


def _query(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._?")


def _wrong() -> str:
    raise ValueError


def _unreadable() -> UsageError:
    return UsageError("this is no web address; write it like https://hooks.example.org/in")
