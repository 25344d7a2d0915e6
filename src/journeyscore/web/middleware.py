"""What happens around every page."""

import logging
from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation

from journeyscore.domain.errors import BusyError, JourneyscoreError, NotFoundError, UsageError
from journeyscore.web.errors import in_words
from journeyscore.web.requests import ROUTE

log = logging.getLogger(__name__)

Respond = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script or style, and nothing from another host."""


NUL, REPLACED = "\0", "\ufffd"
FORM = "application/x-www-form-urlencoded"


def protect(respond: Respond) -> Respond:
    """Security headers that Django does not set itself; pages with people are kept in no cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        request.environ[ROUTE] = f"/{request.resolver_match.route}" if request.resolver_match else ""
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def leave_out_nul(respond: Respond) -> Respond:
    """PostgreSQL takes no NUL, and no text has it: what is sent is read without.

    Not what comes with files: their views say how these are read.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            request.path_info = request.path_info.replace(NUL, REPLACED)
        if NUL in unquote(request.META.get("QUERY_STRING", "")):
            request.GET = _without_nul(request.GET)
        if request.content_type == FORM:
            request.POST = _without_nul(request.POST)
        for name in [name for name, value in request.COOKIES.items() if NUL in value]:
            del request.COOKIES[name]
        return respond(request)

    return middleware


def _without_nul(said: QueryDict) -> QueryDict:
    read = QueryDict(mutable=True)
    for name, values in said.lists():
        read.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    return read


def speak(respond: Respond) -> Respond:
    """The reader's language: chosen on the page, else the account's, else the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        known = {code for code, _ in settings.LANGUAGES}
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        account = getattr(request.user, "language", "")
        language = next((c for c in (chosen, account) if c in known), None)
        language = language or translation.get_language_from_request(request)
        with translation.override(language if language in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = respond(request)
            if hasattr(response, "render"):
                response = response.render()
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


def explain_mistakes(respond: Respond) -> Respond:
    """Errors of ours in words; a defect is logged without anybody's data and shown as one."""
    return _Explaining(respond)


class _Explaining:
    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error that says what happened; None leaves it to Django."""
        if not isinstance(error, JourneyscoreError):
            return None
        status = {NotFoundError: 404, UsageError: 400, BusyError: 503}.get(type(error), 422)
        if status == 422:
            log.warning("a page could not be made: %s", type(error).__name__)
        return render(request, "mistake.html", {"message": in_words(error), "status": status}, status=status)
