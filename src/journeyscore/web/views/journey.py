"""The journey map: stages, channels, touchpoints, and how people flow between them."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path

from journeyscore.domain.model import Model
from journeyscore.reports.journey import STAGES, Journey
from journeyscore.reports.timeline import timeline
from journeyscore.sql.journey import had
from journeyscore.web import audit, model_form
from journeyscore.web.access import Can, needs
from journeyscore.web.journey_map import Map, journey_map
from journeyscore.web.kept import Found, model, snapshot_of
from journeyscore.web.names import called
from journeyscore.web.reports import JOURNEYS, STANDING, flow
from journeyscore.web.workspace import today

SHOWN = 15
"""People on the page of a contact; the list has them all."""
STYLE = Path(__file__).parent.parent / "static" / "web" / "journey_map.css"


@needs(Can.SEE)
def journey(request: HttpRequest) -> HttpResponse:
    """The map."""
    found, current, whole, drawn = _drawn(request)
    period = _period(request)
    stages = [s for s in whole.stages[:-1] if s.people]
    worst = min(stages, key=lambda s: s.further / s.people, default=None)
    pseudonym = request.GET.get("candidate", "")
    facts = {
        "found": found,
        "map": drawn,
        "flow": whole,
        "worst": worst,
        "worst_share": 1 - worst.further / worst.people if worst else None,
        "periods": [(name, name == period) for name in JOURNEYS],
        "whose": called(request, [pseudonym])[pseudonym] if drawn.path else None,
        "table": [(t, r) for t, r in zip(current.touchpoints, whole.touchpoints, strict=True)],
        "period": period,
        "query": request.GET.urlencode(),
    }
    return render(request, "journey/journey.html", facts)


@needs(Can.SEE)
def svg(request: HttpRequest) -> HttpResponse:
    """The drawing alone, with its colours inside, to keep and to pass on."""
    *_, drawn = _drawn(request)
    text = render_to_string("journey/map.svg", {"map": drawn, "style": STYLE.read_text(encoding="utf-8")}, request)
    audit.record(request, "export", kind="journey.svg")
    said = {"Content-Disposition": f'attachment; filename="journey-{today():%Y-%m-%d}.svg"'}
    return HttpResponse(text, content_type="image/svg+xml; charset=utf-8", headers=said)


@needs(Can.SEE)
def contact(request: HttpRequest, name: str) -> HttpResponse:
    """One card: its numbers, its people, and its points to change."""
    current, period = model(), _period(request)
    place = next((n for n, t in enumerate(current.touchpoints) if t.name == name), None)
    if place is None:
        raise Http404
    found, whole = flow(period, current)
    theirs = STANDING.get().frame.filter(had(place))
    top = theirs.head(SHOWN).select("candidate", "millipoints", "last_event_at").to_dicts()
    reach, touchpoint = whole.touchpoints[place], current.touchpoints[place]
    facts = {
        "found": found,
        "touchpoint": touchpoint,
        "reach": reach,
        "points": model_form.filled(touchpoint)["points"],
        "share": reach.further / reach.people if reach.people and touchpoint.stage != STAGES[-1] else None,
        "ever": theirs.height,
        "people": top,
        "names": called(request, [row["candidate"] for row in top]),
        "period": period,
    }
    return render(request, "journey/contact.html", facts)


def _period(request: HttpRequest) -> str:
    period = request.GET.get("period", "")
    return period if period in JOURNEYS else next(iter(JOURNEYS))


def _drawn(request: HttpRequest) -> tuple[Found, Model, Journey, Map]:
    current = model()
    found, whole = flow(_period(request), current)
    visited = _visited(request.GET.get("candidate", ""), current)
    return found, current, whole, journey_map(whole, current, visited)


def _visited(pseudonym: str, current: Model) -> list[str]:
    """A candidate's touchpoints, in the order of their first time."""
    if not pseudonym:
        return []
    moments = timeline(snapshot_of(pseudonym), current, pseudonym, today(), most=2_000)
    return list(dict.fromkeys(m.touchpoint for m in reversed(moments) if m.touchpoint and not m.machine))


urls = [
    path("journey/", journey, name="journey"),
    path("journey/map.svg", svg, name="journey_svg"),
    path("journey/<slug:name>/", contact, name="journey_contact"),
]
