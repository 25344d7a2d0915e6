"""The JSON Schema of a model file, for editors that check and complete while somebody types.

An editor sees YAML as values; what depends on two places at once (a group that does not exist, a threshold given twice)
only `parse_model` can say.
"""

from typing import Any

from journeyscore.domain.model import Period, Stage
from journeyscore.modelfile.bounds import (
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_BANDS,
    MOST_COMPARED,
    MOST_DAYS,
    MOST_GROUPS,
    MOST_HITS,
    MOST_POINTS,
    MOST_TEXTS,
    MOST_TIERS,
    MOST_TOTAL,
    MOST_TOUCHPOINTS,
    SHORTEST_REASON,
)
from journeyscore.modelfile.conditions import FIELDS
from journeyscore.modelfile.parse import FORMAT

Schema = dict[str, Any]

NAME_PATTERN = f"^[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}$"
FIELD_MEANINGS = {
    "event": "The name of the event, such as form_submitted.",
    "channel": "The channel, such as paid_social, organic_search or email.",
    "campaign": "The campaign (utm_campaign).",
    "content": "The post, page, mail or video (utm_content).",
    "vacancy": "The vacancy that it was about.",
    "source": "The system that sent the event, such as ats or website.",
    "traffic_source": "The traffic source, such as linkedin.",
    "url": "The page.",
    "referrer": "The page before it.",
}


def json_schema() -> Schema:
    """The schema, in the 2020-12 dialect, as plain dicts and lists."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "journeyscore scoring model",
        "description": "What each moment of contact with a candidate is worth.",
        **_object(
            {
                "model": {"const": FORMAT, "description": "The version of this format."},
                "name": _text(LONGEST_LABEL, "The name of the model, for people to read."),
                "description": _text(LONGEST_DESCRIPTION, "What the model is for."),
                "minimum": _total("The lowest possible score (0 when left out); null for none."),
                "maximum": _total("The highest possible score; null for none."),
                "groups": _named("group", MOST_GROUPS, "Touchpoints whose points are summed and cut at a maximum."),
                "bands": _named("band", MOST_BANDS, "Labels for ranges of scores."),
                "unknown": _unknown(),
                "touchpoints": {
                    **_named("touchpoint", MOST_TOUCHPOINTS, "An event belongs to the first that matches it."),
                    "minProperties": 1,
                },
            },
            required=["model", "name", "touchpoints"],
        ),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    return {
        "name": {"type": "string", "pattern": NAME_PATTERN},
        "label": _label(),
        "points": _number(MOST_POINTS, "At most 3 decimals."),
        "days": _days(),
        "group": _object({"label": _ref("label"), "maximum": _group_maximum()}),
        "band": _object(
            {"label": _ref("label"), "at_least": _number(MOST_TOTAL, "From this score on, up to the next band.")},
            required=["at_least"],
        ),
        "touchpoint": _touchpoint(),
        "condition": _condition(),
        "test": _test(),
        "texts": _texts(),
        "decay": _decay(),
    }


def _object(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def _ref(name: str, description: str = "") -> Schema:
    schema: Schema = {"$ref": f"#/$defs/{name}"}
    return schema | ({"description": description} if description else {})


def _text(longest: int, description: str = "") -> Schema:
    schema: Schema = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}
    return schema | ({"description": description} if description else {})


def _number(most: int, description: str) -> Schema:
    return {"type": "number", "minimum": -most, "maximum": most, "description": description}


def _whole(low: int, high: int, description: str) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high, "description": description}


def _total(description: str) -> Schema:
    return {**_number(MOST_TOTAL, description), "type": ["number", "null"]}


def _group_maximum() -> Schema:
    return {**_total("Together the touchpoints of the group are worth no more than this."), "minimum": 0}


def _named(what: str, most: int, description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "propertyNames": _ref("name"),
        "additionalProperties": _ref(what),
        "maxProperties": most,
    }


def _label() -> Schema:
    languages = {"en": _text(LONGEST_LABEL, "In English."), "nl": _text(LONGEST_LABEL, "In Dutch.")}
    return {
        "description": "What people read: in both languages, or one text for both.",
        "oneOf": [_text(LONGEST_LABEL), _object(languages, required=["en", "nl"])],
    }


def _days() -> Schema:
    return {
        "description": "Days or weeks: 90 days, 2 weeks, or a bare number of days.",
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
            {"type": "string", "pattern": "^[1-9][0-9]{0,4}( +(days?|weeks?))?$"},
        ],
    }


def _unknown() -> Schema:
    below = _whole(0, MOST_HITS, "Candidates with fewer hits than this have no band but are unknown.")
    unknown = _object({"below_hits": below, "label": _ref("label")})
    return {**unknown, "description": "The band of candidates of whom too little was seen to say anything."}


def _touchpoint() -> Schema:
    negative = {"type": "number", "exclusiveMaximum": 0}
    with_reason: Schema = {
        "required": ["reason"],
        "properties": {"reason": {"type": "string", "minLength": SHORTEST_REASON}},
    }
    never_with_tiers = [{"not": {"required": [key]}} for key in ("points", "repeat", "decay")]
    return {
        **_object(_touchpoint_keys(), required=["stage", "when"]),
        "oneOf": [{"required": ["points"]}, {"required": ["tiers"]}],
        "allOf": [
            {"if": {"required": ["tiers"]}, "then": {"allOf": never_with_tiers}},
            {"if": {"properties": {"points": negative}, "required": ["points"]}, "then": with_reason},
        ],
    }


def _touchpoint_keys() -> dict[str, Schema]:
    periods = "|".join(Period)
    return {
        "label": _ref("label"),
        "stage": {"enum": [str(stage) for stage in Stage], "description": "The phase of the candidate journey."},
        "channel": _text(LONGEST_NAME, "The channel under which the touchpoint is shown."),
        "when": _ref("condition", "Which events belong to the touchpoint. Every test must hold."),
        "points": _ref("points", "What a hit is worth. Below zero only with a reason."),
        "limit": {
            "type": "string",
            "pattern": f"^[1-9][0-9]{{0,6}} +per +({periods})$",
            "description": "Only the first hits of each period count: 1 per day, 3 per week, 5 per month, 1 per ever.",
        },
        "repeat": {
            "type": "number",
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 1,
            "description": "The share that each further hit of a day is worth of the one before it.",
        },
        "window": _ref("days", "A hit that is older is worth nothing."),
        "decay": _ref("decay"),
        "group": _ref("name", "The group in which the points are summed and cut."),
        "tiers": _tiers(),
        "reason": _text(LONGEST_DESCRIPTION, "Why the points are as they are; needed below zero."),
    }


def _tiers() -> Schema:
    return {
        "type": "object",
        "description": "Instead of points: from so many hits on, worth so many points in all.",
        "minProperties": 1,
        "maxProperties": MOST_TIERS,
        "patternProperties": {"^[1-9][0-9]{0,6}$": _ref("points")},
        "additionalProperties": False,
    }


def _decay() -> Schema:
    percent = {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 100,
        "description": "What is taken off per interval, in percent of the whole.",
    }
    half_life = _object({"half_life": _ref("days", "After this time a hit is worth half.")}, required=["half_life"])
    steps = _object({"percent": percent, "every": _ref("days", "The interval.")}, required=["percent", "every"])
    return {"description": "How a hit loses its worth with age.", "oneOf": [half_life, steps]}


def _condition() -> Schema:
    tests = {key: _ref("test", FIELD_MEANINGS[key]) for key in FIELDS}
    any_of = {
        "type": "array",
        "items": _ref("condition"),
        "minItems": 1,
        "maxItems": MOST_TEXTS,
        "description": "At least one of these conditions must hold as well.",
    }
    return {
        **_object({**tests, "any": any_of}),
        "patternProperties": {r"^properties\..+$": _ref("test", "A property of the event.")},
        "minProperties": 1,
    }


def _texts() -> Schema:
    text = {**_text(LONGEST_TEXT), "type": ["string", "number", "boolean"]}
    several = {"type": "array", "items": text, "minItems": 1, "maxItems": MOST_TEXTS}
    return {"description": "A text or a list of texts; * stands for any characters.", "anyOf": [text, several]}


def _test() -> Schema:
    number = {"type": "number", "minimum": -MOST_COMPARED, "maximum": MOST_COMPARED}
    tests = {
        "is": _ref("texts", "One of these."),
        "not": _ref("texts", "None of these; no value at all is all right too."),
        "at_least": {**number, "description": "The value is a number, this or higher."},
        "at_most": {**number, "description": "The value is a number, this or lower."},
        "is_set": {"type": "boolean", "description": "Whether there is a value."},
    }
    return {"anyOf": [_ref("texts"), {**_object(tests), "minProperties": 1}]}
