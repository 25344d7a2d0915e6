"""`touchpoints`: what the model makes of the events."""

from datetime import date
from pathlib import Path

from journeyscore.cli import show as look
from journeyscore.cli.session import Session
from journeyscore.domain.model import Model
from journeyscore.reports.coverage import Coverage, coverage


def find(session: Session, as_of: date, model_path: Path | None) -> Coverage:
    """The coverage up to `as_of`."""
    return coverage(session.snapshot, session.model(model_path), as_of)


def show(session: Session, found: Coverage, model: Model) -> None:
    """Touchpoints, events without one, and where people come from."""
    zone, today = session.workspace.settings.time_zone, session.today
    total = sum(found.channels.values())
    if not total:
        look.say("No events yet. Import them: journeyscore import FILE")
        return
    unmapped = sum(s.hits for s in found.unmapped)
    look.say(f"{total:,} events up to {found.as_of}; {look.share(unmapped, total)} match no touchpoint.\n")
    look.table(
        ("touchpoint", "stage", "hits", "people", "last"),
        (
            (t.label.en, t.stage, f"{s.hits:,}", f"{s.people:,}", look.when(s.last_event_at, zone, today))
            for t, s in zip(model.touchpoints, found.touchpoints, strict=True)
        ),
        right=("hits", "people"),
    )
    if found.unmapped:
        look.say("\nEvents that match no touchpoint (add one to the model to score them):\n")
        rows = (
            (s.name, f"{s.hits:,}", f"{s.people:,}", look.when(s.last_event_at, zone, today)) for s in found.unmapped
        )
        look.table(("event", "hits", "people", "last"), rows, right=("hits", "people"))
    channels = ", ".join(f"{c} {look.share(n, total)}" for c, n in found.channels.items())
    look.say(f"\nChannels: {channels}.")
    look.say(f"Machines (0 points): {found.machine_hits:,} events.")
