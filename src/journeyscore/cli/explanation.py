"""`explain`: one candidate's ledger, as JSON and as people read it."""

from datetime import date
from pathlib import Path

from journeyscore.cli import show as look
from journeyscore.cli.session import Session
from journeyscore.domain.errors import NotFoundError
from journeyscore.domain.model import Model
from journeyscore.reports.explain import Explanation, LedgerLine, explain


def find(session: Session, candidate: str, as_of: date, model_path: Path | None) -> Explanation:
    """The explanation of the candidate with this key; a merged one is explained as the candidate they became."""
    pseudonym = session.workspace.records.candidate(candidate)
    try:
        return explain(session.snapshot, session.model(model_path), pseudonym, as_of)
    except NotFoundError as error:
        raise NotFoundError(f"{candidate}: {error}") from error


def show(session: Session, candidate: str, found: Explanation, model: Model) -> None:
    """The ledger in words and figures, and what would change the band."""
    zone, labels = session.workspace.settings.time_zone, band_labels(model)
    last = look.when(found.last_event_at, zone, session.today)
    head = f"{candidate}: {look.points(found.millipoints, 3)} points, {labels[found.band]}, on {found.as_of}."
    look.say(f"{head} Last contact {last}, {found.evidence:,} hits.\n")
    look.table(
        ("day", "touchpoint", "hits", "counted", "points"),
        [*(_row(line, model) for line in found.lines), ("", "score", "", "", look.signed(found.millipoints))],
        right=("hits", "counted", "points"),
    )
    look.say()
    for sentence in outlook_in_words(found, model):
        look.say(sentence)


def band_labels(model: Model) -> dict[str, str]:
    """What each band is called, unknown included."""
    return {b.name: b.label.en for b in model.bands} | {model.unknown.name: model.unknown.label.en}


def outlook_in_words(found: Explanation, model: Model) -> list[str]:
    """What would change the band, in sentences."""
    ahead, labels, said = found.outlook, band_labels(model), []
    if found.band == model.unknown.name:
        said.append(f"Too little seen to say more: {model.unknown.below_hits} hits are needed.")
    elif ahead.next_band is not None and ahead.missing is not None:
        said.append(f"{look.points(ahead.missing, 3)} points more make it {labels[ahead.next_band]}.")
    for more in ahead.one_more[:3]:
        touchpoint = model.touchpoint(more.touchpoint)
        label = touchpoint.label.en if touchpoint else more.touchpoint
        to = f", which makes it {labels[more.band]}" if more.band != found.band else ""
        said.append(f"One more of “{label}” today: {look.signed(more.gain)}{to}.")
    if ahead.falls_on and ahead.falls_to:
        said.append(f"Without a new contact it falls to {labels[ahead.falls_to]} on {ahead.falls_on}.")
    return said


def _row(line: LedgerLine, model: Model) -> tuple[str, ...]:
    if line.kind != "touchpoint":
        group = model.group(line.name)
        what = f"maximum of {group.label.en}" if group else "limits of the model"
        return ("", what, "", "", look.signed(line.millipoints))
    touchpoint = model.touchpoint(line.name)
    label = touchpoint.label.en if touchpoint else line.name
    return (
        f"{line.day}",
        label,
        f"{line.hits:,}",
        look.counted(line.counted_thousandths),
        look.signed(line.millipoints),
    )
