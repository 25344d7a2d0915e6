"""`overview` and `journey`: everybody at once, as people read it."""

from typing import Any

from journeyscore.cli import show as look
from journeyscore.domain.model import Model
from journeyscore.reports.journey import Journey


def show_overview(found: dict[str, Any], model: Model) -> None:
    """Bands, and stages."""
    labels = {b.name: b.label.en for b in model.bands} | {model.unknown.name: model.unknown.label.en}
    look.say(f"{found['candidates']:,} candidates on {found['as_of']}.\n")
    rows = ((labels[b["band"]], f"{b['candidates']:,}", f"{b['week_ago']:,}") for b in found["bands"])
    look.table(("band", "candidates", "a week before"), rows, right=("candidates", "a week before"))
    look.say()
    stages = ((s["stage"], f"{s['candidates']:,}") for s in found["stages"])
    look.table(("came to", "candidates"), stages, right=("candidates",))


def show_journey(found: Journey, model: Model) -> None:
    """Stages with who went on, and touchpoints."""
    look.say(f"{found.people:,} people with a touchpoint.\n")
    stages = ((str(s.stage), f"{s.people:,}", look.share(s.further, s.people)) for s in found.stages)
    look.table(("stage", "people", "came further"), stages, right=("people", "came further"))
    look.say()
    rows = (
        (t.label.en, str(t.stage), f"{r.people:,}", f"{r.hits:,}", look.share(r.further, r.people))
        for t, r in zip(model.touchpoints, found.touchpoints, strict=True)
    )
    look.table(
        ("touchpoint", "stage", "people", "hits", "came further"), rows, right=("people", "hits", "came further")
    )
