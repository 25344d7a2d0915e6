"""Addresses: of our pages for elsewhere, and from elsewhere for our pages."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def absolute(request: HttpRequest, place: str) -> str:
    """A page's whole address. By the name that the deployment was given, never by what the request calls us."""
    return f"{settings.BASE_URL}{place}" if settings.BASE_URL else request.build_absolute_uri(place)


def next_page(request: HttpRequest, wanted: str | None) -> str:
    """A page of ours to go on to, whatever was asked for."""
    ours = wanted and wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return str(wanted) if ours else "/"
