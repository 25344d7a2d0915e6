"""The calls of the Segment spec (track, page, screen, identify, alias, group) as sent fields."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from journeyscore.connectors.files.strict_json import Refused
from journeyscore.domain.refusal import Reason

CALLS = ("track", "page", "screen", "identify", "alias", "group")
MARKS = ("userId", "anonymousId", "messageId", "previousId", "originalTimestamp", "sentAt")
"""An object with a `type` and one of these is a call."""
SILENT = {"page": "page_viewed", "screen": "screen_viewed", "group": "group_joined"}
VACANCY = ("vacancy", "vacancy_id", "vacancyId", "job_id", "jobId")
INHERITED = ("context", "integrations", "sentAt", "receivedAt")

Sent = dict[str, str | None]


def is_call(found: Mapping[str, Any]) -> bool:
    """Whether an object is a call of the spec, of a known type or not."""
    return isinstance(found.get("type"), str) and any(mark in found for mark in MARKS)


def batch_items(found: Mapping[str, Any]) -> list[Any] | None:
    """The calls of a batch, each with the batch's own context; None where it is no batch."""
    items = found.get("batch")
    if not isinstance(items, list):
        return None
    shared = {k: found[k] for k in INHERITED if k in found}
    return [_merged(shared, item) if isinstance(item, dict) else item for item in items]


def to_sent(call: Mapping[str, Any]) -> Sent | Refused:
    """One call as sent fields (text or None), or why it is refused."""
    kind = str(call.get("type"))
    if kind not in CALLS:
        return Refused(Reason.UNKNOWN_TYPE, "the type of the call is not one of the Segment spec")
    context, traits = _object(call.get("context")), _object(call.get("traits"))
    properties = dict(_object(call.get("properties")))
    page, campaign = _object(context.get("page")), _object(context.get("campaign"))
    traits = {**_object(context.get("traits")), **traits} if kind == "identify" else {}
    _name_page(kind, call, properties)
    vacancy = next((properties[k] for k in VACANCY if k in properties), None)
    sent = {
        "call": kind if kind in ("identify", "alias") else None,
        "name": call.get("event") if kind == "track" else SILENT.get(kind),
        "message_id": call.get("messageId"),
        "candidate": call.get("userId"),
        "visitor": call.get("anonymousId"),
        "previous": call.get("previousId"),
        "occurred_at": _moment(call),
        "url": page.get("url") or properties.pop("url", None),
        "referrer": page.get("referrer") or properties.pop("referrer", None),
        "campaign": campaign.get("name"),
        "utm_source": campaign.get("source"),
        "utm_medium": campaign.get("medium"),
        "content": campaign.get("content"),
        "vacancy": vacancy,
        "user_agent": context.get("userAgent"),
        "email": traits.get("email"),
        "phone": traits.get("phone"),
        "person_name": _full_name(traits),
    }
    texts = {key: text(value) for key, value in sent.items()}
    return texts | {"properties": json.dumps(properties, ensure_ascii=False) if properties else None}


def text(value: Any) -> str | None:
    """A scalar as text; null and empty are None; whole floats lose their fraction; anything else is JSON."""
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case str() | int() | float():
            return str(value)
    return json.dumps(value, ensure_ascii=False)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _merged(shared: Mapping[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    context = {**_object(shared.get("context")), **_object(item.get("context"))}
    return {**shared, **item, **({"context": context} if context else {})}


def _name_page(kind: str, call: Mapping[str, Any], properties: dict[str, Any]) -> None:
    """The name of a page or screen, and the id of a group, stand beside the properties."""
    if kind in ("page", "screen") and call.get("name"):
        properties.setdefault(kind, call["name"])
    if kind == "group" and call.get("groupId"):
        properties.setdefault("group", call["groupId"])


def _full_name(traits: Mapping[str, Any]) -> str | None:
    parts = (text(traits.get(k)) for k in ("firstName", "lastName"))
    return text(traits.get("name")) or " ".join(p for p in parts if p) or None


def _moment(call: Mapping[str, Any]) -> Any:
    """`timestamp`; else the sender's clock, set right by the time of receipt where both are known."""
    if call.get("timestamp"):
        return call["timestamp"]
    original, sent, received = (call.get(k) for k in ("originalTimestamp", "sentAt", "receivedAt"))
    if original and sent and received:
        skewed = [_parsed(value) for value in (original, sent, received)]
        if all(skewed):
            at, left, came = (s for s in skewed if s)
            return (came - max(left - at, timedelta(0))).isoformat()
    return original or received or sent


def _parsed(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
