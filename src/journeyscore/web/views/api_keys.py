"""Keys for the JSON API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.MANAGE)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys, and a form for a new one."""
    return render(request, "api_keys/api_keys.html")


urls = [path("settings/keys/", api_keys, name="api_keys")]
