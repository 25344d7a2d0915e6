"""Outgoing webhooks, signed as Standard Webhooks has it (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from journeyscore.connectors.outgoing.address import Gate
from journeyscore.connectors.outgoing.outcome import Outcome
from journeyscore.connectors.outgoing.post import post

PREFIX = "whsec_"


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the signature of id, time of this try (seconds) and body by one secret (`whsec_` and base64)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def headers(secrets: Sequence[str], message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers; each of the secrets signs."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }


def body_of(topic: str, moment: datetime, data: Mapping[str, Any]) -> bytes:
    """The body: the same bytes for the same message, however often it is sent."""
    when = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    shape = {"type": topic, "timestamp": when, "data": data}
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()


def send(
    gate: Gate, url: str, secrets: Sequence[str], message_id: str, now: datetime, body: bytes, total: float
) -> Outcome:
    """Send it, signed."""
    return post(gate, url, body, headers(secrets, message_id, now, body), total)
