"""Rules that say something when something happens to a candidate."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.domain.errors import UsageError
from journeyscore.domain.model import Model
from journeyscore.domain.reaction import Happening, Reaction
from journeyscore.web import audit
from journeyscore.web.access import Can, needs
from journeyscore.web.bands import bands
from journeyscore.web.errors import in_words
from journeyscore.web.kept import model
from journeyscore.web.reaction_words import rule_of
from journeyscore.web.workspace import workspace

MOST_DAYS, MOST_HOURS = 3_650, 720


@needs(Can.CHANGE_MODEL)
def reactions(request: HttpRequest) -> HttpResponse:
    """The rules; a POST makes one."""
    room, current, error = workspace().records.reactions, model(), ""
    destinations = {one.id: one for one in workspace().records.destinations.all()}
    if request.method == "POST":
        try:
            made = room.make(_rule(request.POST, current, destinations), request.user.pk, datetime.now(UTC))
        except UsageError as problem:
            error = in_words(problem)
        else:
            audit.record(request, "reaction_made", made.id, kind=str(made.kind))
            messages.success(request, _("From now on it is told. What happened before is not."))
            return redirect("reactions")
    facts = {
        "rows": [
            (rule, rule_of(rule, current), [destinations[n] for n in rule.destinations if n in destinations])
            for rule in room.all()
        ],
        "destinations": destinations.values(),
        "chosen": request.POST.getlist("destination"),
        "bands": [band for band in bands(current) if band.at_least],
        "touchpoints": current.touchpoints,
        "error": error,
    }
    return render(request, "reactions/reactions.html", facts, status=422 if error else 200)


def _rule(said: QueryDict, current: Model, destinations: Collection[int]) -> Reaction:
    """The rule that a form says. Raises UsageError."""
    if (kind := said.get("kind")) not in list(Happening):
        raise UsageError("choose what is to be told")
    rule = Reaction(0, " ".join(said.get("name", "").split())[:100], Happening(kind))
    match rule.kind:
        case Happening.ENTERED | Happening.FELL:
            rule = replace(rule, band=_one_of([b.name for b in current.bands], said.get(f"{kind}_band")))
        case Happening.BACK:
            rule = replace(rule, days=_whole(said.get("days"), MOST_DAYS))
        case Happening.UNFINISHED:
            names = [t.name for t in current.touchpoints]
            start, finish = (_one_of(names, said.get(which)) for which in ("start", "finish"))
            if start == finish:
                raise UsageError("choose two touchpoints: what is begun, and what ends it")
            rule = replace(rule, start=start, finish=finish, hours=_whole(said.get("hours"), MOST_HOURS))
    chosen = tuple(number for number in destinations if str(number) in said.getlist("destination"))
    return replace(rule, destinations=chosen, name=rule.name or rule_of(rule, current)[:100])


def _one_of(names: list[str], said: str | None) -> str:
    if said not in names:
        raise UsageError("choose something that is in the points model now; it may have been changed meanwhile")
    return said


def _whole(said: str | None, most: int) -> int:
    if not said or not said.isascii() or not said.isdigit() or not 1 <= int(said[:9]) <= most:
        raise UsageError("write how long as a whole number from 1 to {most}", most=most)
    return int(said)


@needs(Can.CHANGE_MODEL)
@require_POST
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Switch a rule on or off, or remove it."""
    room = workspace().records.reactions
    rule = next((rule for rule in room.all() if rule.id == number), None)
    if rule is None:
        raise Http404
    if request.POST.get("remove"):
        room.remove(number)
        audit.record(request, "reaction_removed", number)
        messages.info(request, _("The rule is gone; what it told stays on the list."))
    else:
        room.change(replace(rule, on=not rule.on))
        audit.record(request, "reaction_switched", number, on=not rule.on)
    return redirect("reactions")


urls = [
    path("settings/reactions/", reactions, name="reactions"),
    path("settings/reactions/<int:number>/", change, name="change_reaction"),
]
