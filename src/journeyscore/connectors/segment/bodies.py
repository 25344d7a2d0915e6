"""Bodies as SDKs send them: JSON under several names, compressed or not, and never more than it says on the door."""

import zlib
from typing import Any

from journeyscore.connectors.files.strict_json import Refused, parse_json
from journeyscore.domain.refusal import Reason

MOST_BYTES = 512_000
"""Of a body, compressed and unpacked."""
MOST_BYTES_OF_ONE = 32_768
"""Of a call, as JSON."""
GZIP = b"\x1f\x8b"
JSON_KINDS = ("application/json", "")
BROWSER_KINDS = ("text/plain",)  # a beacon may say nothing else without being asked first
PACKED_KINDS = ("application/x-www-form-urlencoded", "application/octet-stream")  # said of gzip, by mistake, by SDKs
CODES = {Reason.BAD_JSON: "bad_json", Reason.NOT_AN_OBJECT: "not_an_object"}


class TurnedAway(Exception):
    """Why a request is not taken: an HTTP status, a stable code, and what to do."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body as it was before it was compressed; compressed ones are known by how they begin."""
    if len(body) > MOST_BYTES:
        raise too_large()
    if not body.startswith(GZIP):
        if encoding.strip().casefold() not in ("", "identity", "gzip"):
            raise TurnedAway(415, "unknown_encoding", "send the body as it is, or as gzip")
        return body
    reader = zlib.decompressobj(wbits=31)
    try:
        found = reader.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise TurnedAway(400, "bad_gzip", "the body begins like gzip, but is none") from None
    if len(found) > MOST_BYTES:
        raise too_large()
    if not reader.eof:
        raise TurnedAway(400, "bad_gzip", "the gzip of the body has no end")
    return found


def too_large() -> TurnedAway:
    """More than a body may have."""
    return TurnedAway(
        413, "too_large", f"send at most {MOST_BYTES:,} bytes at once, and {MOST_BYTES_OF_ONE:,} in a call"
    )


def parsed(body: bytes, kind: str, packed: bool) -> Any:
    """What the JSON of a body says. Raises TurnedAway with the code of what is wrong."""
    media, _, rest = kind.partition(";")
    media = media.strip().casefold()
    if media not in (*JSON_KINDS, *BROWSER_KINDS) and not (packed and media in PACKED_KINDS):
        raise TurnedAway(415, "unknown_media_type", "send JSON, as application/json")
    if "utf-16" in rest.casefold() or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TurnedAway(415, "unknown_charset", "send JSON in UTF-8")
    body = body.removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise TurnedAway(400, "empty_body", "send an event as JSON")
    try:
        found = parse_json(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise TurnedAway(400, "bad_unicode", "send JSON in UTF-8") from None
    if isinstance(found, Refused):
        raise TurnedAway(400, str(found.reason), str(found.message).replace("the line", "the body"))
    return found
