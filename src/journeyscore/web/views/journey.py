"""The journey map: stages, channels, touchpoints, and how people flow between them."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path

from journeyscore.domain.model import Model
from journeyscore.reports.journey import journey as journey_of
from journeyscore.reports.timeline import timeline
from journeyscore.web import audit
from journeyscore.web.access import Can, needs
from journeyscore.web.journey_map import Map, journey_map
from journeyscore.web.kept import Found, model, snapshot_of
from journeyscore.web.names import called
from journeyscore.web.reports import JOURNEYS
from journeyscore.web.workspace import today

STYLE = Path(__file__).parent.parent / "static" / "web" / "journey_map.css"


@needs(Can.SEE)
def journey(request: HttpRequest) -> HttpResponse:
    """The map."""
    found, current, drawn, period = _drawn(request)
    flow = journey_of(found.frame, current)
    stages = [s for s in flow.stages[:-1] if s.people]
    worst = min(stages, key=lambda s: s.further / s.people, default=None)
    pseudonym = request.GET.get("candidate", "")
    facts = {
        "found": found,
        "map": drawn,
        "flow": flow,
        "worst": worst,
        "worst_share": 1 - worst.further / worst.people if worst else None,
        "periods": [(name, name == period) for name in JOURNEYS],
        "whose": called(request, [pseudonym])[pseudonym] if drawn.path else None,
        "table": [(t, r) for t, r in zip(current.touchpoints, flow.touchpoints, strict=True)],
        "query": request.GET.urlencode(),
    }
    return render(request, "journey/journey.html", facts)


@needs(Can.SEE)
def svg(request: HttpRequest) -> HttpResponse:
    """The drawing alone, with its colours inside, to keep and to pass on."""
    _, _, drawn, _ = _drawn(request)
    text = render_to_string("journey/map.svg", {"map": drawn, "style": STYLE.read_text(encoding="utf-8")}, request)
    audit.record(request, "export", kind="journey.svg")
    said = {"Content-Disposition": f'attachment; filename="journey-{today():%Y-%m-%d}.svg"'}
    return HttpResponse(text, content_type="image/svg+xml; charset=utf-8", headers=said)


def _drawn(request: HttpRequest) -> tuple[Found, Model, Map, str]:
    period = request.GET.get("period", "")
    period = period if period in JOURNEYS else next(iter(JOURNEYS))
    found, current = JOURNEYS[period].get(), model()
    visited = _visited(request.GET.get("candidate", ""), current)
    return found, current, journey_map(journey_of(found.frame, current), current, visited), period


def _visited(pseudonym: str, current: Model) -> list[str]:
    """A candidate's touchpoints, in the order of their first time."""
    if not pseudonym:
        return []
    moments = timeline(snapshot_of(pseudonym), current, pseudonym, today(), most=2_000)
    return list(dict.fromkeys(m.touchpoint for m in reversed(moments) if m.touchpoint and not m.machine))


urls = [path("journey/", journey, name="journey"), path("journey/map.svg", svg, name="journey_svg")]
