"""Looking after candidates: assign, snooze, handled, notes; and taking each of them back."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.records.care import Cared
from journeyscore.web.access import Can, needs
from journeyscore.web.models import Account, AuditEntry
from journeyscore.web.views.accounts import next_page
from journeyscore.web.workspace import today, workspace

LONGEST_NOTE = 5_000
SNOOZE = {"day": 1, "week": 7, "month": 30}


@needs(Can.HANDLE)
@require_POST
def care(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """One of the actions, for one candidate."""
    room = workspace().records.care
    if not workspace().records.people.get([pseudonym]):
        raise Http404
    before = room.of([pseudonym]).get(pseudonym, Cared(pseudonym))
    after, said = _after(request, before)
    if after is not None and after != before:
        request.session["undo_care"] = _packed(before)
        room.put(after)
        AuditEntry.objects.create(account=request.user, action=f"care_{request.POST['do']}", about=pseudonym)
    messages.info(request, said, extra_tags="undo" if after is not None and after != before else "")
    return redirect(next_page(request, request.POST.get("next")))


def _after(request: HttpRequest, before: Cared) -> tuple[Cared | None, str]:
    """How the candidate is looked after from now on, and what to say; None: nothing was understood."""
    match request.POST.get("do"):
        case "assign":
            number = request.POST.get("owner", "")
            owner = Account.objects.filter(pk=int(number), is_active=True).first() if number.isdigit() else None
            said = _("%(owner)s looks after this candidate now.") % {"owner": owner} if owner else _("Nobody's now.")
            return replace(before, owner=owner.pk if owner else None), said
        case "snooze":
            until = today() + timedelta(days=SNOOZE.get(request.POST.get("for", ""), 7))
            return replace(before, snoozed_until=until), _("Back on the list on %(day)s.") % {
                "day": f"{until:%d-%m-%Y}"
            }
        case "wake":
            return replace(before, snoozed_until=None), _("Back on the list.")
        case "handled":
            now = datetime.now(UTC)
            return replace(before, handled_at=now, handled_by=request.user.pk), _(
                "Handled. A new contact brings this candidate back."
            )
        case "reopen":
            return replace(before, handled_at=None, handled_by=None), _("Back on the list.")
    return None, _("That was not understood; nothing has changed.")


@needs(Can.HANDLE)
@require_POST
def undo_care(request: HttpRequest) -> HttpResponse:
    """Put back what the last action of this session changed."""
    packed = request.session.pop("undo_care", None)
    if packed:
        workspace().records.care.put(_unpacked(packed))
        messages.info(request, _("As it was before."))
    return redirect(next_page(request, request.POST.get("next")))


@needs(Can.HANDLE)
@require_POST
def note(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Write a note, or take one's own back."""
    text, remove = request.POST.get("text", "").strip(), request.POST.get("remove", "")
    room = workspace().records.care
    if not workspace().records.people.get([pseudonym]):
        raise Http404
    if remove.isdigit():
        room.unnote(int(remove), request.user.pk)
        messages.info(request, _("The note is gone."))
    elif not text or len(text) > LONGEST_NOTE:
        messages.warning(request, _("A note has 1 to %(most)s characters.") % {"most": LONGEST_NOTE}, extra_tags="warn")
    else:
        room.note(pseudonym, request.user.pk, text, datetime.now(UTC))
        messages.info(request, _("Noted. Notes are never scored."))
    return redirect(next_page(request, request.POST.get("next")))


def _packed(cared: Cared) -> dict[str, Any]:
    day, at = cared.snoozed_until, cared.handled_at
    return asdict(cared) | {"snoozed_until": day and day.isoformat(), "handled_at": at and at.isoformat()}


def _unpacked(packed: dict[str, Any]) -> Cared:
    day, at = packed["snoozed_until"], packed["handled_at"]
    dates = {"snoozed_until": day and date.fromisoformat(day), "handled_at": at and datetime.fromisoformat(at)}
    return Cared(**packed | dates)


urls = [
    path("care/undo/", undo_care, name="undo_care"),
    path("candidates/<str:pseudonym>/care/", care, name="care"),
    path("candidates/<str:pseudonym>/note/", note, name="note"),
]
