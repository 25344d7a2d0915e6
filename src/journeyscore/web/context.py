"""What every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from journeyscore import __version__
from journeyscore.web.access import Can, may

PAGES = (
    ("overview", _("Overview"), Can.SEE),
    ("priority", _("Priority list"), Can.SEE),
    ("signals", _("Signals"), Can.SEE),
    ("journey", _("Journey map"), Can.SEE),
    ("model", _("Points model"), Can.SEE),
    ("links", _("Links"), Can.SEE),
    ("imports", _("Data in"), Can.IMPORT),
)
"""The main navigation: name of the URL, label, and what it needs."""


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The navigation, what the reader may do (`can.handle` ...), and the languages."""
    account = getattr(request, "user", None)
    can = {c.value: bool(account and may(account, c)) for c in Can}
    pages = [(reverse(name), label, _here(request, name)) for name, label, need in PAGES if can[need.value]]
    return {
        "can": can,
        "pages": pages,
        "languages": settings.LANGUAGES,
        "is_demo": settings.DEMO,
        "version": __version__,
    }


def _here(request: HttpRequest, name: str) -> bool:
    place = reverse(name)
    return request.path == place or (place != "/" and request.path.startswith(place))
