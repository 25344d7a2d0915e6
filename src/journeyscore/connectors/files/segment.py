"""The calls of the Segment spec (track, page, screen, identify, alias, group) as sent fields."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from journeyscore.connectors.files.strict_json import Refused
from journeyscore.domain.refusal import Reason

CALLS = ("track", "page", "screen", "identify", "alias", "group")
MARKS = frozenset(("userId", "anonymousId", "messageId", "previousId", "originalTimestamp", "sentAt"))
"""An object with a `type` and one of these is a call."""
SILENT = {"page": "page_viewed", "screen": "screen_viewed", "group": "group_joined"}
VACANCY = ("vacancy", "vacancy_id", "vacancyId", "job_id", "jobId")
VACANCY_KEYS = frozenset(VACANCY)
CALL_FIELDS = (
    *("call", "name", "message_id", "candidate", "visitor", "previous", "occurred_at", "url", "referrer", "campaign"),
    *("utm_source", "utm_medium", "content", "vacancy", "user_agent", "email", "phone", "person_name", "properties"),
)
INHERITED = ("context", "integrations", "sentAt", "receivedAt")

Sent = dict[str, str | None]


def is_call(found: Mapping[str, Any]) -> bool:
    """Whether an object is a call of the spec, of a known type or not."""
    return isinstance(found.get("type"), str) and not MARKS.isdisjoint(found)


def batch_items(found: Mapping[str, Any]) -> list[Any] | None:
    """The calls of a batch, each with the batch's own context; None where it is no batch."""
    items = found.get("batch")
    if not isinstance(items, list):
        return None
    shared = {k: found[k] for k in INHERITED if k in found}
    return [_merged(shared, item) if isinstance(item, dict) else item for item in items]


def to_sent(call: Mapping[str, Any]) -> Sent | Refused:
    """One call as sent fields (text or None), or why it is refused. Never raises."""
    found = call_values(call)
    if isinstance(found, Refused):
        return found
    named = zip(CALL_FIELDS, found, strict=True)
    return {k: (text if k == "properties" else scalar)(value) for k, value in named if value is not None}


def call_values(call: Mapping[str, Any]) -> tuple[Any, ...] | Refused:
    """The values of CALL_FIELDS as they stand in one call, `properties` as an object, None where there is none; or why
    the call is refused. Never raises.
    """
    kind = call.get("type")
    if kind not in CALLS:
        return Refused(Reason.UNKNOWN_TYPE, "the type of the call is not one of the Segment spec")
    context = _object(call.get("context"))
    page, campaign = _object(context.get("page")), _object(context.get("campaign"))
    traits = {**_object(context.get("traits")), **_object(call.get("traits"))} if kind == "identify" else {}
    properties, told = _properties(kind, call, page)
    return (
        kind if kind in ("identify", "alias") else None,
        call.get("event") if kind == "track" else SILENT.get(kind),
        call.get("messageId"),
        call.get("userId"),
        call.get("anonymousId"),
        call.get("previousId"),
        _moment(call),
        scalar(page.get("url")) or told.get("url"),
        scalar(page.get("referrer")) or told.get("referrer"),
        campaign.get("name"),
        campaign.get("source"),
        campaign.get("medium"),
        campaign.get("content"),
        _vacancy(properties),
        context.get("userAgent"),
        traits.get("email"),
        traits.get("phone"),
        _full_name(traits) if traits else None,
        properties or None,
    )


def _vacancy(properties: Mapping[str, Any]) -> Any:
    if VACANCY_KEYS.isdisjoint(properties):
        return None
    return next((properties[k] for k in VACANCY if scalar(properties.get(k))), None)


def scalar(value: Any) -> str | None:
    """A scalar as text; None for an object or a list, which is no name, id or time of anything."""
    if value.__class__ is str:
        return value or None
    return None if isinstance(value, dict | list) else text(value)


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
    return value if value.__class__ is dict else {}


def _merged(shared: Mapping[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    own = {k: v for k, v in item.items() if v is not None}
    context = {**_object(shared.get("context")), **_object(item.get("context"))}
    return {**shared, **own, **({"context": context} if context else {})}


def _properties(
    kind: str, call: Mapping[str, Any], page: Mapping[str, Any]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The properties, with the name of a page, screen or group; and the address that a page's properties told."""
    if kind not in SILENT:
        return _object(call.get("properties")), {}
    properties = dict(_object(call.get("properties")))
    told: dict[str, Any] = {}
    if kind == "page":
        told = {k: properties.pop(k) for k in ("url", "referrer") if k in properties}
        if scalar(page.get("title")):
            properties.setdefault("title", page["title"])
    name = call.get("groupId" if kind == "group" else "name")
    if scalar(name):
        properties.setdefault("group" if kind == "group" else kind, name)
    return properties, told


def _full_name(traits: Mapping[str, Any]) -> str | None:
    parts = (scalar(traits.get(k)) for k in ("firstName", "lastName"))
    return scalar(traits.get("name")) or " ".join(p for p in parts if p) or None


def _moment(call: Mapping[str, Any]) -> str | None:
    """`timestamp`; else the sender's clock, set right by the time of receipt where both are known."""
    if said := scalar(call.get("timestamp")):
        return said
    original, sent, received = (scalar(call.get(k)) for k in ("originalTimestamp", "sentAt", "receivedAt"))
    corrected = _corrected(*map(_parsed, (original, sent, received))) if original and sent and received else None
    return corrected or original or received or sent


def _corrected(original: datetime | None, sent: datetime | None, received: datetime | None) -> str | None:
    if not (original and sent and received):
        return None
    try:
        return (received - max(sent - original, timedelta(0))).isoformat()
    except OverflowError:
        return None


def _parsed(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
