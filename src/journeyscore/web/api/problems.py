"""Errors as JSON (RFC 9457): a stable `code`, and what to do in `detail`. Nothing that was sent is repeated in them."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from journeyscore.domain.errors import (
    AmbiguousError,
    BusyError,
    JourneyscoreError,
    ModelError,
    NotFoundError,
    StorageError,
)

log = logging.getLogger(__name__)
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Ambiguous",
    422: "Not valid",
    500: "Defect",
    503: "Not available",
}
_TEXT = {"type": "string"}
_FIELDS = {"type": "array", "items": {"type": "object", "properties": {"field": _TEXT, "detail": _TEXT}}}
_SHAPE = {
    "type": "object",
    "required": ["title", "status", "code", "detail"],
    "properties": {"title": _TEXT, "status": {"type": "integer"}, "code": _TEXT, "detail": _TEXT, "errors": _FIELDS},
}
DOCUMENTED = {"default": {"description": "An error", "content": {"application/problem+json": {"schema": _SHAPE}}}}
"""What the OpenAPI document says of errors."""


def problem(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """An error as an answer."""
    body = {"title": TITLES[status], "status": status, "code": code, "detail": detail, **more}
    response = HttpResponse(json.dumps(body), content_type="application/problem+json", status=status)
    response.headers["Content-Language"] = "en"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        response.headers["Allow"] = "GET"
    if code == "busy":
        response.headers["Retry-After"] = "5"
    return response


def of_ours(request: HttpRequest, error: JourneyscoreError) -> HttpResponse:
    """An error that says what happened."""
    match error:
        case NotFoundError():
            return problem(404, "not_found", str(error))
        case AmbiguousError():
            return problem(409, "ambiguous", "more than one candidate answers to that; ask by pseudonym")
        case BusyError():
            return problem(503, "busy", str(error))
        case ModelError():  # the employer's file, not the question: its lines are not for every key
            return problem(503, "no_model", "model.yaml is no valid model at the moment; mend it on its page")
        case StorageError():
            return problem(503, "storage", "the disk of the server refused; its log has more")
    return problem(422, "not_possible", str(error))


def defect(request: HttpRequest, error: Exception) -> HttpResponse:
    """A mistake of ours: logged, without what was sent."""
    log.exception("api: %s", type(error).__name__)
    return problem(500, "defect", "this is a defect of journeyscore; its log has more")


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address under /api/ that is none."""
    return problem(404, "no_such_address", "there is no such address; /api/v1/openapi.json lists them all")


def only_get(request: HttpRequest) -> HttpResponse:
    """An address of the API, asked with another method."""
    return problem(405, "method", "everything here is read: use GET")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses before any page or operation: another host's name, for one."""
    if _is_ours(request):
        return problem(400, "bad_request", "the request is not well formed, or for another host")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect outside of pages and operations. Django has logged it."""
    if _is_ours(request):
        return problem(500, "defect", "this is a defect of journeyscore; its log has more")
    return defaults.server_error(request)


def _is_ours(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
