"""The addresses of the API. Whatever comes of one is JSON and in English, whoever asks."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import translation

from journeyscore.web.access import View, for_everybody
from journeyscore.web.api import problems
from journeyscore.web.api.answers import api


def addresses() -> list[URLPattern | URLResolver]:
    """The operations, each of which asks for its key, and an answer for every other address under /api/."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        pattern.callback = _in_english(pattern.callback)
    nowhere = for_everybody(problems.nowhere)
    return [path("api/v1/", nowhere), path("api/v1/", (patterns, app, namespace)), re_path("^api(?:/|$)", nowhere)]


def _in_english(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET":
            return problems.only_get(request)
        with translation.override("en"):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        return response

    return answered
