"""Who sends: a write key is a browser's or a server's, and every event that comes with it is of its source."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

BROWSER, SERVER = "browser", "server"
NOBODY = "nobody"
"""The sender of a call without consent: only that it came is kept."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A write key. `kind` is BROWSER (may only add events of a visitor, from one of `origins`) or SERVER. `consent`:
    each call has to say that the visitor agreed."""

    source: str
    kind: str
    origins: tuple[str, ...] = ()
    consent: bool = False

    def accepts(self, origin: str) -> bool:
        """Whether a page at this origin may send with the key; servers have no origin."""
        return not origin or self.kind == SERVER or origin in self.origins


def key_in(authorization: str, query: Mapping[str, str], body: object) -> str:
    """The write key of a request: Basic (as the user, which is what the SDKs send), Bearer, address, or body."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.casefold() == "basic":
        try:
            user, _, _ = base64.b64decode(rest.strip(), validate=True).decode("ascii").partition(":")
        except ValueError:
            return ""
        return user
    if scheme.casefold() == "bearer":
        return rest.strip()
    said = query.get("writeKey") or (body.get("writeKey") if isinstance(body, dict) else "")
    return said if isinstance(said, str) else ""
