"""Log a conversation, or another event that somebody saw, for a candidate."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from journeyscore.actions.log_event import Seen
from journeyscore.actions.log_event import log_event as take_in
from journeyscore.domain.errors import BusyError
from journeyscore.intake.event_names import EVENT_NAMES
from journeyscore.web import audit, reasons
from journeyscore.web.access import Can, needs
from journeyscore.web.names import called
from journeyscore.web.views.care import LONGEST_NOTE
from journeyscore.web.workspace import workspace, zone

NOT_BY_HAND = ("identified", "aliased")
"""Who somebody is, is not logged as an event."""
OFFERED = {event.name: event for event in EVENT_NAMES if event.name not in NOT_BY_HAND}
FIRST = "recruiter_talked"
EARLIEST = 10 * 366
"""Days back."""
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in; `problems` says what cannot be, by field."""

    name: str
    at: datetime | None
    vacancy: str
    note: str
    message_id: str
    problems: dict[str, str]


@needs(Can.HANDLE)
def log_event(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """The form, then what it will be, then it is taken in: it cannot be taken back, so it is asked twice."""
    if not workspace().records.people.get([pseudonym]):
        raise Http404
    if request.method != "POST":
        now = datetime.now(zone()).replace(second=0, microsecond=0)
        return _page(request, pseudonym, Form(FIRST, now, "", "", uuid.uuid4().hex, {}))
    form = _form(request)
    if form.problems:
        return _page(request, pseudonym, form, status=422)
    if request.POST.get("do") != "save":
        again = request.POST.get("do") == "back"
        return _page(request, pseudonym, form, confirm=not again)
    return _save(request, pseudonym, form)


def _form(request: HttpRequest) -> Form:
    sent = request.POST
    name, note = sent.get("name", ""), sent.get("note", "").strip()
    vacancy, message_id = sent.get("vacancy", "").strip(), sent.get("message_id", "")
    at, problem = _moment(sent.get("at", ""))
    problems = {"at": problem} if problem else {}
    if name not in OFFERED:
        problems["name"] = _("Choose from the list.")
    if len(vacancy) > 200 or not vacancy.isprintable():
        problems["vacancy"] = _("At most 200 characters, on one line.")
    if len(note) > LONGEST_NOTE:
        problems["note"] = _("A note has 1 to %(most)s characters.") % {"most": LONGEST_NOTE}
    known = message_id if ID.fullmatch(message_id) else uuid.uuid4().hex
    return Form(name, at, vacancy, note, known, problems)


def _moment(text: str) -> tuple[datetime | None, str]:
    """A local time, as the browser sends it or as people write it."""
    for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M"):
        try:
            at = datetime.strptime(text.strip(), pattern).replace(tzinfo=zone())
        except (ValueError, OverflowError):
            continue
        now = datetime.now(UTC)
        if at > now + timedelta(minutes=1):
            return at, _("That is in the future. Log it when it has happened.")
        if at < now - timedelta(days=EARLIEST):
            return at, _("That is more than ten years ago.")
        return at, ""
    return None, _("Give the day and the time.")


def _page(request: HttpRequest, pseudonym: str, form: Form, confirm: bool = False, status: int = 200) -> HttpResponse:
    facts: dict[str, Any] = {"form": form, "pseudonym": pseudonym, "called": called(request, [pseudonym])[pseudonym]}
    facts |= {"groups": _groups(), "label": OFFERED[form.name].label if form.name in OFFERED else None}
    facts |= {"latest": _local(datetime.now(zone())), "local": _local(form.at)}
    return render(request, f"log_event/{'confirm' if confirm else 'form'}.html", facts, status=status)


def _local(at: datetime | None) -> str:
    """As a browser's field for a date and a time wants it."""
    return at.strftime("%Y-%m-%dT%H:%M") if at else ""


def _groups() -> list[tuple[str, list[Any]]]:
    """The events to choose from, by stage."""
    stages = dict.fromkeys(str(event.stage or "") for event in OFFERED.values())
    return [(stage, [e for e in OFFERED.values() if str(e.stage or "") == stage]) for stage in stages]


def _save(request: HttpRequest, pseudonym: str, form: Form) -> HttpResponse:
    assert form.at is not None
    try:
        found = take_in(workspace(), Seen(form.message_id, pseudonym, form.name, form.at, form.vacancy))
    except BusyError:
        said = _("An import is being written just now. Nothing was saved; try again in a moment.")
        messages.warning(request, said, extra_tags="warn")
        return _page(request, pseudonym, form, confirm=True, status=503)
    if found.refused:
        said = reasons.wrong(next(iter(found.reasons)))
        messages.warning(request, _("It was refused: %(why)s") % {"why": said}, extra_tags="warn")
        return _page(request, pseudonym, form, status=422)
    if found.duplicate:
        messages.info(request, _("That was logged already; it counts once."))
        return redirect("candidate", pseudonym)
    if form.note:
        workspace().records.care.note(pseudonym, request.user.pk, form.note, datetime.now(UTC))
    audit.record(request, "event_logged", pseudonym, name=form.name)
    messages.info(request, _("Logged. The score follows in a moment."))
    return redirect("candidate", pseudonym)


urls = [path("candidates/<str:pseudonym>/log/", log_event, name="log_event")]
