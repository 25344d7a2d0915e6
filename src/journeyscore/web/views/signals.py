"""The recruiter's list of what just happened: reactions that came about, until somebody has seen to them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.domain.reaction import Happening, Reaction, Signal
from journeyscore.web.access import Can, needs
from journeyscore.web.bands import bands
from journeyscore.web.kept import model
from journeyscore.web.names import Called, called
from journeyscore.web.reaction_words import title_of
from journeyscore.web.workspace import workspace

MOST = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal as it is shown: what happened, the band and the score then, and the strongest touchpoints."""

    signal: Signal
    called: Called
    title: str
    band: Any
    millipoints: int
    reasons: list[Any]
    started: datetime | None


@needs(Can.SEE)
def signals(request: HttpRequest) -> HttpResponse:
    """What nobody has seen to yet, newest first. It keeps itself up to date."""
    reactions = workspace().records.reactions
    rules = {rule.id: rule for rule in reactions.all()}
    found = _shown(request, reactions.open(MOST), rules)
    mark = "-".join(str(one.signal.id) for one in found)
    if request.htmx and request.GET.get("seen") == mark:
        return HttpResponse(status=204)
    undo = None if request.htmx else request.session.pop("seen_signal", None)
    facts = {"rows": found, "rules": len(rules), "mark": mark, "more": len(found) == MOST, "undo": undo}
    return render(request, "signals/signals.html", facts)


def _shown(request: HttpRequest, found: list[Signal], rules: dict[int, Reaction]) -> list[Shown]:
    names, current = called(request, {one.candidate for one in found}), model()
    labels, tinted = {t.name: t.label for t in current.touchpoints}, {b.name: b for b in bands(current)}
    gone = Reaction(0, _("A rule that was removed"), Happening.ENTERED)
    return [
        Shown(
            one,
            names[one.candidate],
            title_of(rules.get(one.reaction, gone), one.facts, current),
            tinted.get(one.facts.get("band", "")),
            one.facts.get("millipoints", 0),
            [labels[why["touchpoint"]] for why in one.facts.get("why", []) if why["touchpoint"] in labels],
            datetime.fromisoformat(one.facts["started"]) if "started" in one.facts else None,
        )
        for one in found
    ]


@needs(Can.HANDLE)
@require_POST
def see(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody saw to it; or takes that back."""
    back = bool(request.POST.get("back"))
    if not workspace().records.reactions.see(number, request.user.pk, None if back else datetime.now(UTC)):
        raise Http404
    if not back:
        request.session["seen_signal"] = number
    return redirect("signals")


urls = [
    path("signals/", signals, name="signals"),
    path("signals/<int:number>/", see, name="see_signal"),
]
