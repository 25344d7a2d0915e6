"""Errors as JSON (RFC 9457): a stable `code`, and what to do in `detail`. Nothing that was sent is repeated in them."""

import json
import logging

from django.http import HttpRequest, HttpResponse

from journeyscore.domain.errors import BusyError, JourneyscoreError, NotFoundError

log = logging.getLogger(__name__)
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    422: "Not valid",
    500: "Defect",
    503: "Busy",
}


def problem(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """An error as an answer."""
    body = {"title": TITLES[status], "status": status, "code": code, "detail": detail, **more}
    response = HttpResponse(json.dumps(body), content_type="application/problem+json", status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def of_ours(request: HttpRequest, error: JourneyscoreError) -> HttpResponse:
    """An error that says what happened."""
    if isinstance(error, NotFoundError):
        return problem(404, "not_found", str(error))
    if isinstance(error, BusyError):
        return problem(503, "busy", str(error))
    return problem(422, "not_possible", str(error))


def defect(request: HttpRequest, error: Exception) -> HttpResponse:
    """A mistake of ours: logged, without what was sent."""
    log.exception("api: %s", type(error).__name__)
    return problem(500, "defect", "this is a defect of journeyscore; its log has more")


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address under /api/ that is none."""
    return problem(404, "no_such_address", "there is no such address; /api/v1/openapi.json lists them all")
