"""Letters of the inbox as a chunk for intake: servers may say who somebody is, browsers only with a signed token."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.segment import Sent, to_sent
from journeyscore.connectors.files.strict_json import Refused, parse_line
from journeyscore.connectors.segment.senders import BROWSER, NOBODY
from journeyscore.domain.refusal import WHAT_TO_DO, Reason
from journeyscore.inbox import Letter
from journeyscore.intake.batch import REFUSED_SCHEMA

PROOF = "journeyscoreToken"
"""Where a browser sends its token: in `context`, `traits`, `context.traits` or `properties`."""
WHO = ("candidate", "previous", "email", "phone", "person_name")
"""What only a server or a token may say."""

Resolve = Callable[[str], str | None]
"""The key of the candidate that a token was made for; None for one that is not right."""


Keeps = Callable[[Letter, dict[str, Any], str | None], bool]
"""Whether a browser's call may be kept, which came with the key of this candidate."""


def chunk_of(letters: Sequence[Letter], resolve: Resolve, keeps: Keeps) -> Chunk:
    """The letters, each with its number as the row."""
    rows = pl.Series("row", [one.id for one in letters], dtype=pl.Int64)
    raw = pl.DataFrame([rows, pl.Series("raw", [one.body for one in letters], pl.String)])
    read = [(one, _sent(one, resolve, keeps)) for one in letters]
    bad = [(one.id, str(said.reason), "", str(said.message)) for one, said in read if isinstance(said, Refused)]
    good = [(one, said) for one, said in read if not isinstance(said, Refused)]
    names = dict.fromkeys(name for _, sent in good for name in sent)
    columns = [pl.Series(name, [sent.get(name) for _, sent in good], pl.String) for name in names if name != "source"]
    source = pl.Series("source", [one.source for one, _ in good], pl.String)
    sent = pl.DataFrame([pl.Series("row", [one.id for one, _ in good], pl.Int64), source, *columns])
    sources = pl.DataFrame([rows, pl.Series("source", [one.source for one in letters], pl.String)])
    return Chunk(sent, raw, pl.DataFrame(bad, REFUSED_SCHEMA, orient="row"), sources)


def _sent(letter: Letter, resolve: Resolve, keeps: Keeps) -> Sent | Refused:
    if letter.sender == NOBODY:
        return Refused(Reason.NO_CONSENT, WHAT_TO_DO[Reason.NO_CONSENT])
    call = parse_line(letter.body)
    if isinstance(call, Refused):
        return call
    call["receivedAt"] = letter.received_at  # ours, whatever the sender says
    token = _token(call)
    sent = to_sent(call)
    if isinstance(sent, Refused) or letter.sender != BROWSER:
        return sent
    key = resolve(token) if token else None
    if not keeps(letter, call, key):
        return Refused(Reason.NO_CONSENT, WHAT_TO_DO[Reason.NO_CONSENT])
    said_who = sent.get("call") is not None
    if said_who and key is None:
        return Refused(Reason.UNSIGNED, WHAT_TO_DO[Reason.UNSIGNED])
    own: Sent = {name: value for name, value in sent.items() if name not in WHO}
    return own | {"candidate": key} if key else own


def _token(call: dict[str, Any]) -> str:
    """The token that was sent, taken out: it is nobody's property."""
    found = ""
    context = call.get("context")
    inside = context.get("traits") if isinstance(context, dict) else None  # where RudderStack has them
    for inner in (context, call.get("traits"), call.get("properties"), inside):
        if isinstance(inner, dict) and PROOF in inner:
            said = inner.pop(PROOF)
            found = found or (said if isinstance(said, str) else "")
    return found
