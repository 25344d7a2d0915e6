"""Messages: where they go, what was sent, and what became of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.actions.deliver import checked, send_test
from journeyscore.connectors.outgoing.outcome import Ended
from journeyscore.domain.errors import NotFoundError, UsageError
from journeyscore.records import Message
from journeyscore.records.destinations import KINDS, MAIL, WEBHOOK, Destination
from journeyscore.web import audit
from journeyscore.web.access import Can, needs
from journeyscore.web.errors import in_words, unpacked
from journeyscore.web.workspace import workspace

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A destination on the page; of a chat's address only the host is shown, for the rest of it is a secret."""

    destination: Destination
    place: str
    off_reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A message on the page."""

    message: Message
    destination: str
    error: str


@needs(Can.MANAGE)
def message_page(request: HttpRequest) -> HttpResponse:
    """The destinations and the last messages; a POST makes a destination."""
    error = ""
    if request.method == "POST":
        try:
            return _made(request)
        except UsageError as problem:
            error = in_words(problem)
    destinations = workspace().records.destinations.all()
    names = {destination.id: destination.name for destination in destinations}
    lines = [
        Line(message, names.get(message.destination, ""), _kept(message.error))
        for message in workspace().records.outbox.newest_first(SHOWN)
    ]
    rows = [Row(d, _place(d), _kept(d.off_reason)) for d in destinations]
    facts = {"rows": rows, "lines": lines, "error": error, "kinds": KINDS}
    return render(request, "messages/messages.html", facts, status=422 if error else 200)


@needs(Can.MANAGE)
@require_POST
def test_destination(request: HttpRequest, number: int) -> HttpResponse:
    """Send a test message and say at once what came of it."""
    try:
        outcome = send_test(workspace(), workspace().records.destinations.get(number), datetime.now(UTC))
    except NotFoundError:
        return redirect("messages")
    if outcome.ended == Ended.SENT:
        messages.success(request, _("The test message was sent."))
    else:
        messages.warning(request, _("The test message did not arrive: %(why)s") % {"why": in_words(outcome.why)})
    return redirect("messages")


@needs(Can.MANAGE)
@require_POST
def switch_destination(request: HttpRequest, number: int) -> HttpResponse:
    """Send there again, or no more."""
    on = request.POST.get("on") == "1"
    if workspace().records.destinations.switch(number, on):
        audit.record(request, "destination_on" if on else "destination_off", number)
    return redirect("messages")


@needs(Can.MANAGE)
@require_POST
def remove_destination(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a destination."""
    workspace().records.destinations.remove(number)
    audit.record(request, "destination_removed", number)
    return redirect("messages")


@needs(Can.MANAGE)
@require_POST
def new_destination_secret(request: HttpRequest, number: int) -> HttpResponse:
    """Another secret for a webhook, shown once."""
    room = workspace().records.destinations
    try:
        destination = room.get(number)
    except NotFoundError:
        return redirect("messages")
    if destination.kind != WEBHOOK:
        return redirect("messages")
    secret = room.new_secret(number, datetime.now(UTC))
    audit.record(request, "destination_secret", number)
    return render(request, "messages/made.html", {"destination": destination, "secret": secret, "again": True})


@needs(Can.MANAGE)
@require_POST
def send_again(request: HttpRequest, number: int) -> HttpResponse:
    """Send what failed, or may not have arrived, once more."""
    if workspace().records.outbox.resend(number, datetime.now(UTC)):
        audit.record(request, "message_again", number)
        messages.success(request, _("The message is sent again within seconds."))
    return redirect("messages")


def _made(request: HttpRequest) -> HttpResponse:
    """A new destination. Raises UsageError."""
    given = request.POST
    kind = given.get("kind", "")
    address = checked(kind, given.get("address", "")[:2100])
    destination, secret = workspace().records.destinations.make(
        given.get("name", "")[:200],
        kind,
        address,
        by=request.user.pk,
        at=datetime.now(UTC),
        digest=bool(given.get("digest")),
        quiet=bool(given.get("quiet")),
        names=bool(given.get("names")),
    )
    audit.record(request, "destination_made", destination.id, name=destination.name, kind=kind)
    if secret:
        return render(request, "messages/made.html", {"destination": destination, "secret": secret})
    return redirect("messages")


def _place(destination: Destination) -> str:
    return destination.address if destination.kind == MAIL else urlsplit(destination.address).hostname or ""


def _kept(error: object) -> str:
    return in_words(unpacked(error)) if isinstance(error, dict) and error else ""


urls = [
    path("settings/messages/", message_page, name="messages"),
    path("settings/messages/<int:number>/test/", test_destination, name="test_destination"),
    path("settings/messages/<int:number>/switch/", switch_destination, name="switch_destination"),
    path("settings/messages/<int:number>/remove/", remove_destination, name="remove_destination"),
    path("settings/messages/<int:number>/secret/", new_destination_secret, name="new_destination_secret"),
    path("settings/messages/sent/<int:number>/again/", send_again, name="send_again"),
]
