"""Messages to a Teams channel, by a webhook of Workflows: an adaptive card."""

import json
import re
from typing import Any

from journeyscore.connectors.outgoing.text import Text

MOST_LINES = 100


def body_of(text: Text) -> bytes:
    """What Workflows takes."""
    blocks: list[dict[str, Any]] = [_block(text.subject, weight="Bolder", size="Medium")]
    blocks += [_block(line) for line in text.lines[:MOST_LINES] if line]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    if text.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": text.link_name, "url": text.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False).encode()


def _block(text: str, **more: str) -> dict[str, Any]:
    """A text block; it would take some marks for Markdown, and so show a link where a name has one."""
    plain = re.sub(r"([\\`*_\[\]()#~|<>])", r"\\\1", text)
    return {"type": "TextBlock", "text": plain, "wrap": True, **more}
