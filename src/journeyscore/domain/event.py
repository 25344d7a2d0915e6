"""The canonical event: what is sent, and what the event log keeps of it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "time", "date", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, its kind, and what it means (the documentation is generated from it)."""

    name: str
    kind: Kind
    meaning: str


SENT_FIELDS: tuple[Field, ...] = (
    Field("message_id", "text", "the sender's own id of the event; counted once for ever per source"),
    Field("source", "text", "the system that sent it (`ats`, `website`); not the traffic source"),
    Field("call", "text", "`track` (when empty), `identify` (visitor is candidate) or `alias` (previous is candidate)"),
    Field("previous", "text", "the key by which an alias call knew the candidate before"),
    Field("name", "text", "what happened, e.g. `form_submitted`"),
    Field("occurred_at", "time", "when; text in ISO 8601 or Dutch notation, or a timestamp"),
    Field("candidate", "text", "the person, by the sender's own key (a number, an e-mail address)"),
    Field("visitor", "text", "the device or cookie, when the person is not known yet"),
    Field(
        "channel", "text", "the channel, or a source that tells it, when the sender knows; otherwise it is classified"
    ),
    Field("campaign", "text", "the campaign (`utm_campaign`)"),
    Field("content", "text", "the post, page, mail or video (`utm_content`)"),
    Field("vacancy", "text", "the vacancy it was about"),
    Field("url", "text", "the page; its UTM tags are read, the rest of the query is scrubbed"),
    Field("referrer", "text", "the page before it"),
    Field("utm_source", "text", "the traffic source"),
    Field("utm_medium", "text", "the medium of the traffic"),
    Field("user_agent", "text", "the browser; only used to recognise machines, never stored"),
    Field("properties", "text", "a JSON object with anything else"),
    Field("email", "text", "personal: goes to the records, never to the log"),
    Field("phone", "text", "personal: goes to the records, never to the log"),
    Field("person_name", "text", "personal: goes to the records, never to the log"),
)
"""What may be sent, by any reader. Each is optional here; intake refuses a row without name, time or person."""

EVENT_FIELDS: tuple[Field, ...] = (
    Field("event_id", "integer", "keyed 64-bit hash of source and message id"),
    Field("fingerprint", "integer", "keyed 64-bit hash of what was sent; tells a duplicate from a conflict"),
    Field("source", "text", "the system that sent it"),
    Field("name", "text", "the event's name, in the standard spelling"),
    Field("occurred_at", "time", "UTC, microseconds"),
    Field("day", "date", "the day in the workspace's time zone"),
    Field("received_at", "time", "UTC, microseconds"),
    Field("person", "text", "pseudonym: of the candidate (`c...`) if named, else of the visitor (`v...`)"),
    Field("visitor", "text", "pseudonym of the device, if any"),
    Field("channel", "text", "one of the channels of `intake.channels`, or the sender's own in snake case"),
    Field("traffic_source", "text", "the canonical traffic source, e.g. `linkedin`"),
    Field("campaign", "text", "the campaign"),
    Field("content", "text", "the post, page, mail or video"),
    Field("vacancy", "text", "the vacancy"),
    Field("url", "text", "the page, scrubbed"),
    Field("referrer", "text", "the page before it, scrubbed"),
    Field("properties", "text", "a flat JSON object; every value is text; nested keys are joined by dots"),
    Field("machine", "flag", "sent by a machine (crawler, scanner): kept, 0 points"),
    Field("flags", "text", "what intake assumed, space-separated: zone_assumed, clock_ahead, id_derived ..."),
)
"""The columns of the event log, in order. `text` may be null except event name, source, person and channel."""

CANDIDATE_PREFIX = "c"
VISITOR_PREFIX = "v"
