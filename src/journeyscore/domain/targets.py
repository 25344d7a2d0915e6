"""Where a tracked link may lead: an address whose host is on the list, which every browser reads alike."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from journeyscore.domain.errors import UsageError

LONGEST = 2_000
NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
PARAMETER = re.compile(r"(?:[A-Za-z0-9_-]{1,40})?")
ADDRESS = re.compile(
    r"(https?)://([a-z0-9.-]+)(?::([0-9]{1,5}))?((?:[/?#][a-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?)",
    re.IGNORECASE | re.ASCII,  # or the sign for kelvin would be a k
)
"""Nothing in it is read in two ways: no backslash, blank, control or user before the host; letters without accents."""
HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Host:
    """A host on the list, with or without the hosts below it; `parameter` takes the source there (`gh_src`), if any."""

    name: str
    below: bool = False
    parameter: str = ""

    def covers(self, host: str) -> bool:
        """Whether a host in small letters is this one, or below it."""
        return host == self.name or (self.below and host.endswith(f".{self.name}"))


def checked_host(text: str, below: bool, parameter: str) -> Host:
    """An entry of the list. Raises UsageError."""
    name, parameter = text.strip().lower(), parameter.strip()
    if not NAME.fullmatch(name):
        raise UsageError(
            "“{text}” is no host; write it like werkenbij.example, without https:// and without a path", text=name[:100]
        )
    if not PARAMETER.fullmatch(parameter):
        raise UsageError(
            "“{text}” is no parameter; write it like gh_src, in letters, digits, _ and -", text=parameter[:100]
        )
    return Host(name, below, parameter)


def host_of(target: str, hosts: Iterable[Host]) -> Host | None:
    """The entry of the list that a target falls under, the longest name first; None for a target that may not be."""
    found = _read(target)
    if found is None:
        return None
    name = found[2].lower()
    return max((host for host in hosts if host.covers(name)), key=lambda host: len(host.name), default=None)


def checked_target(text: str, hosts: Iterable[Host]) -> str:
    """The target as it is kept: scheme and host in small letters, a path at least. Raises UsageError."""
    found = _read(text)
    if found is None:
        raise _problem(text)
    if host_of(text, hosts) is None:
        raise UsageError(
            "links may not lead to {host}: it is not on the list of hosts; an owner can add it", host=found[2].lower()
        )
    scheme, host, port, rest = found.groups(default="")
    place = f"{host.lower()}:{port}" if port else host.lower()
    return f"{scheme.lower()}://{place}{rest if rest.startswith('/') else '/' + rest}"


def _read(text: str) -> re.Match[str] | None:
    found = ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    right = found and NAME.fullmatch(found[2].lower()) and int(found[3] or 1) <= HIGHEST_PORT
    return found if right else None


def _problem(text: str) -> UsageError:
    """What is wrong with an address, in a sentence that helps."""
    if text != text.strip() or re.search(r"[\s\x00-\x1f\x7f]", text):
        return UsageError("the address has a space, a tab or a line break in it; take it out")
    if "\\" in text:
        return UsageError("the address has a backslash in it; write / instead")
    if len(text) > LONGEST:
        return UsageError(
            "the address has more than {most} characters; leave out what the page does not need", most=LONGEST
        )
    if not re.match(r"https?://[^/]", text, re.I):
        return UsageError("write the whole address, beginning with https://")
    if "@" in re.split(r"[/?#]", text.partition("://")[2])[0]:
        return UsageError("the address has a name before an @; leave it out: it hides which site it is")
    if not text.isascii():
        return UsageError("copy the address from the bar of the browser: accents are written as codes there")
    return UsageError("this is no address of a page; copy it from the bar of the browser")


def with_parameters(target: str, parameters: Mapping[str, str]) -> str:
    """The target with these parameters, but for empty ones and those that it has already; the fragment stays last."""
    before, hash_, fragment = target.partition("#")
    place, _, query = before.partition("?")
    own = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}
    added = urlencode({name: said for name, said in parameters.items() if said and name.lower() not in own})
    whole = "&".join(part for part in (query.strip("&"), added) if part)
    return place + ("?" + whole if whole else "") + hash_ + fragment
