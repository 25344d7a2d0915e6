"""Looking after candidates: assign, snooze, handled, notes; and taking each of them back."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.records.care import Cared
from journeyscore.web import audit
from journeyscore.web.access import Can, needs
from journeyscore.web.links import next_page
from journeyscore.web.models import Account
from journeyscore.web.views.priority import row_of
from journeyscore.web.workspace import today, workspace

LONGEST_NOTE = 5_000
SNOOZE = {"day": 1, "week": 7, "month": 30}
LONGEST_SNOOZE = 366
SALT = "undo care"
UNDO_FOR = 86_400
"""So many seconds something can be taken back by its button."""

Change = dict[str, Any]
"""What can be taken back: an account, a candidate, and either the care before and after, or a note's number."""


@needs(Can.HANDLE)
@require_POST
def care(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """One of the actions, for one candidate."""
    candidate, room = _known(pseudonym), workspace().records.care
    before = room.of([candidate]).get(candidate, Cared(candidate))
    after, said = _after(request, before)
    if after is None or after == before:
        return _answer(request, candidate, said, None, warn=after is None)
    room.put(after)
    audit.record(request, f"care_{request.POST['do']}", candidate)
    return _answer(request, candidate, said, {"before": _packed(before), "after": _packed(after)})


def _after(request: HttpRequest, before: Cared) -> tuple[Cared | None, str]:
    """How the candidate is looked after from now on, and what to say; None: nothing was understood."""
    match request.POST.get("do"):
        case "assign":
            return _assigned(request.POST.get("owner", ""), before)
        case "snooze":
            return _snoozed(request.POST.get("for", ""), request.POST.get("until", ""), before)
        case "wake":
            return replace(before, snoozed_until=None), _("Back on the list.")
        case "handled":
            said = _("Handled. A new contact brings this candidate back.")
            return replace(before, handled_at=datetime.now(UTC), handled_by=request.user.pk), said
        case "reopen":
            return replace(before, handled_at=None, handled_by=None), _("Back on the list.")
    return None, _("That was not understood; nothing has changed.")


def _assigned(owner: str, before: Cared) -> tuple[Cared | None, str]:
    if not owner:
        return replace(before, owner=None), _("Nobody looks after this candidate now.")
    account = Account.objects.filter(pk=number, is_active=True).first() if (number := _number(owner)) else None
    if account is None:
        return None, _("There is no such colleague; nothing has changed.")
    return replace(before, owner=account.pk), _("%(owner)s looks after this candidate now.") % {"owner": account}


def _snoozed(for_: str, until: str, before: Cared) -> tuple[Cared | None, str]:
    try:
        day = today() + timedelta(days=SNOOZE[for_]) if for_ in SNOOZE else date.fromisoformat(until)
    except ValueError:
        day = today()
    if not 0 < (day - today()).days <= LONGEST_SNOOZE:
        return None, _("Choose a day after today, within a year; nothing has changed.")
    said = _("Back on the list on %(day)s.") % {"day": formats.date_format(day, "DATE_FORMAT")}
    return replace(before, snoozed_until=day), said


@needs(Can.HANDLE)
@require_POST
def note(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Write a note, or take one's own back."""
    candidate, room = _known(pseudonym), workspace().records.care
    text, remove = request.POST.get("text", "").strip(), request.POST.get("remove", "")
    if remove:
        gone = room.unnote(_number(remove), request.user.pk)
        if gone:
            audit.record(request, "note_removed", candidate)
        said = _("The note is gone.") if gone else _("That was not understood; nothing has changed.")
        return _answer(request, candidate, said, None, warn=not gone)
    if not text or len(text) > LONGEST_NOTE:
        said = _("A note has 1 to %(most)s characters.") % {"most": formats.number_format(LONGEST_NOTE)}
        return _answer(request, candidate, said, None, warn=True)
    number = room.note(candidate, request.user.pk, text, datetime.now(UTC))
    audit.record(request, "note", candidate)
    return _answer(request, candidate, _("Noted. Notes are never scored."), {"note": number})


@needs(Can.HANDLE)
@require_POST
def undo_care(request: HttpRequest) -> HttpResponse:
    """Take back what a button stands for, or else the last thing that was done in this session."""
    token = request.POST.get("token") or request.session.pop("undo_care", "")
    try:
        change = signing.loads(token, salt=SALT, max_age=UNDO_FOR)
    except signing.BadSignature:
        messages.warning(request, _("There is nothing to take back."), extra_tags="warn")
        return redirect(next_page(request, request.POST.get("next")))
    if change["account"] == request.user.pk and _undone(change, request.user.pk):
        audit.record(request, "care_undo", change["candidate"])
        return _answer(request, change["candidate"], _("As it was before."), None)
    said = _("Something else was done since; nothing has changed.")
    return _answer(request, change["candidate"], said, None, warn=True)


def _undone(change: Change, account: int) -> bool:
    """Whether it could be put back: only where nothing else has happened since."""
    room, candidate = workspace().records.care, change["candidate"]
    if "note" in change:
        return room.unnote(change["note"], account)
    if _packed(room.of([candidate]).get(candidate, Cared(candidate))) != change["after"]:
        return False
    room.put(_unpacked(change["before"]))
    return True


def _answer(request: HttpRequest, candidate: str, said: str, change: Change | None, warn: bool = False) -> HttpResponse:
    """The line of the list as it is now, to who changed it there; to all others the page from which they came."""
    token = ""
    if change:
        packed = change | {"account": request.user.pk, "candidate": candidate}
        token = signing.dumps(packed, salt=SALT)
    if request.htmx and request.htmx.target == f"row-{candidate}":
        facts = {
            "row": row_of(request, candidate, max(1, _number(request.POST.get("place", "")))),
            "said": said,
            "warn": warn,
            "token": token,
            "here": next_page(request, request.POST.get("next")),
            "owners": Account.objects.filter(is_active=True),
            "soonest": today(),
        }
        return render(request, "priority/row.html", facts)
    if token:
        request.session["undo_care"] = token
    messages.info(request, said, extra_tags="undo" if token else "warn" if warn else "")
    return redirect(next_page(request, request.POST.get("next")))


def _known(pseudonym: str) -> str:
    """The candidate whom this pseudonym stands for. Raises Http404 for a stranger."""
    records = workspace().records
    if not records.people.get([pseudonym]):
        raise Http404
    return records.links.end_of([pseudonym])[pseudonym]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _packed(cared: Cared) -> Change:
    day, at = cared.snoozed_until, cared.handled_at
    return asdict(cared) | {"snoozed_until": day and day.isoformat(), "handled_at": at and at.isoformat()}


def _unpacked(packed: Change) -> Cared:
    day, at = packed["snoozed_until"], packed["handled_at"]
    dates = {"snoozed_until": day and date.fromisoformat(day), "handled_at": at and datetime.fromisoformat(at)}
    return Cared(**packed | dates)


urls = [
    path("care/undo/", undo_care, name="undo_care"),
    path("candidates/<str:pseudonym>/care/", care, name="care"),
    path("candidates/<str:pseudonym>/note/", note, name="note"),
]
