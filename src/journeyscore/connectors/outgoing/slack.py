"""Messages to a Slack channel, by an incoming webhook."""

import json

from journeyscore.connectors.outgoing.text import Text

LONGEST = 3000
"""Characters of one message; Slack cuts longer ones in a way of its own."""


def body_of(text: Text) -> bytes:
    """What Slack takes: one text, in which `<`, `>` and `&` would be commands."""
    lines = [f"*{_safe(text.subject)}*", *map(_safe, text.lines)]
    if text.link:
        lines.append(_safe(text.link))
    return json.dumps({"text": "\n".join(lines)[:LONGEST]}, ensure_ascii=False).encode()


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
