"""What the door takes, as an OpenAPI document."""

from typing import Any

from journeyscore import __version__

CALLS = {
    "track": "Something that a person did",
    "page": "A page that was seen",
    "screen": "A screen of an app that was seen",
    "identify": "Who a visitor is",
    "alias": "Two ids of the same person",
    "group": "What a person belongs to",
}
ID = {"type": ["string", "null"], "maxLength": 1000}
CALL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "userId": ID | {"description": "The candidate's key; from a server only."},
        "anonymousId": ID | {"description": "The visitor."},
        "messageId": ID | {"description": "The same id twice, from one source, is one event, for ever."},
        "event": ID | {"description": "The name of what happened."},
        "timestamp": ID | {"description": "When it happened, such as 2026-11-23T14:05:00+01:00."},
        "properties": {"type": "object"},
        "traits": {"type": "object"},
        "context": {"type": "object"},
    },
}
BATCH: dict[str, Any] = {
    "type": "object",
    "required": ["batch"],
    "properties": {"batch": {"type": "array", "items": CALL | {"required": ["type"]}}, "context": {"type": "object"}},
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["status", "code", "detail"],
    "properties": {"status": {"type": "integer"}, "code": {"type": "string"}, "detail": {"type": "string"}},
}
PROBLEMS = {
    400: "No JSON, or not what the address takes",
    401: "No write key that works",
    403: "A page whose origin is not on the key's list",
    408: "The body did not come in time",
    413: "Too large; what fits of a batch was kept",
    415: "Another kind of body",
    429: "Too many requests from one address",
    503: "Nothing was kept; send it again",
}
TAKEN: dict[str, Any] = {
    "type": "object",
    "required": ["success"],
    "properties": {
        "success": {"const": True},
        "no_consent": {"type": "integer", "description": "Calls of which only the number was kept."},
    },
}


def document() -> dict[str, Any]:
    """The document."""
    paths = {f"/v1/{kind}": _operation(kind, summary, CALL) for kind, summary in CALLS.items()}
    paths["/v1/batch"] = _operation("batch", "Several calls at once, 500 KB at most", BATCH)
    return {
        "openapi": "3.1.0",
        "info": {"title": "journeyscore: live intake", "version": __version__},
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}},
        "security": [{"key": []}],
    }


def _operation(name: str, summary: str, body: dict[str, Any]) -> dict[str, Any]:
    answers = {"200": {"description": "On disk", "content": {"application/json": {"schema": TAKEN}}}}
    problem = {"application/problem+json": {"schema": PROBLEM}}
    answers |= {str(status): {"description": said, "content": problem} for status, said in PROBLEMS.items()}
    taken = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"post": {"operationId": name, "summary": summary, "requestBody": taken, "responses": answers}}
