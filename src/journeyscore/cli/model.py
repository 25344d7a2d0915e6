"""The scoring model: check, diff, show, schema."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyscore.cli import show as look
from journeyscore.cli.session import Session, as_of_option, json_option, write_json

if TYPE_CHECKING:
    from journeyscore.domain.model import Model
    from journeyscore.reports.model_check import Concern
    from journeyscore.reports.model_diff import ModelDiff

FILE = click.Path(path_type=Path)

CONCERNS = {
    "never_fires": ("no event matches it", "look at `journeyscore touchpoints` for the events that come in"),
    "mostly_limited": ("{share:.0%} of its {hits:,} hits are over its limit", "raise the limit, or lower the points"),
    "mostly_capped": (
        "its maximum cuts {share:.0%} of the {hits:,} candidates in it",
        "raise the maximum of the group",
    ),
    "rules_the_score": ("it makes {share:.0%} of all points", "give it a limit, or a group with a maximum"),
    "overlaps": ("{hits:,} events match {other} as well, which comes first and gets them", "this may be what you want"),
    "never_first": ("all its {hits:,} events go to {other}, which comes first", "put it above, or narrow the other"),
}
"""What each concern says, and what to do."""


@click.group()
def model() -> None:
    """Look at the scoring model, check it, and compare two."""


@model.command()
@click.argument("path", type=FILE, required=False)
@as_of_option
@json_option
@click.pass_obj
def check(session: Session, path: Path | None, as_of: datetime | None, json_here: bool) -> None:
    """Check a model: the file for itself, and against the events if there are any."""
    from journeyscore.modelfile.lint import lint_model
    from journeyscore.modelfile.write import fingerprint

    checked = session.model(path)
    warnings: list[dict[str, object]] = [
        {
            "code": w.code,
            "touchpoint": w.touchpoint,
            "line": w.line,
            "message": w.message.en,
            "advice": w.advice.en,
        }
        for w in lint_model(checked)
    ]
    warnings += [_warning(session, checked, c) for c in _concerns(session, checked, path, as_of)]
    if session.wants_json(json_here):
        mark = fingerprint(checked)
        size = len(checked.touchpoints)
        write_json({"model": checked.name, "fingerprint": mark, "touchpoints": size, "warnings": warnings})
        return
    bands = ", ".join(f"{b.label.en} from {b.at_least:f}" for b in sorted(checked.bands, key=lambda b: -b.at_least))
    look.say(f"“{checked.name}” is valid: {len(checked.touchpoints)} touchpoints; {bands}.")
    for warning in warnings:
        place = f"line {warning['line']}, " if warning["line"] else ""
        look.say(f"- {place}{warning['touchpoint'] or 'model'}: {warning['message']}; {warning['advice']}.")
    if not warnings:
        look.say("Nothing stands out.")


@model.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@as_of_option
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many movers to show.")
@json_option
@click.pass_obj
def diff(session: Session, old: Path, new: Path, as_of: datetime | None, top: int, json_here: bool) -> None:
    """Who moves between bands when the model changes from OLD to NEW, and why."""
    from journeyscore.reports.model_diff import model_diff

    before, after = session.model(old), session.model(new)
    day = as_of.date() if as_of else session.today
    found = model_diff(session.snapshot, before, after, day, top)
    keys = session.names([m.candidate for m in found.movers])
    if session.wants_json(json_here):
        write_json(_shape(found, keys))
    else:
        _show(found, keys)


@model.command("show")
@click.argument("path", type=FILE, required=False)
@click.option("--default", "shipped", is_flag=True, help="The model that ships, with its comments.")
@json_option
@click.pass_obj
def show_model(session: Session, path: Path | None, shipped: bool, json_here: bool) -> None:
    """Show a model in its canonical spelling; in JSON with the text of its file."""
    from journeyscore.modelfile.default import default_model_text
    from journeyscore.modelfile.write import format_model

    if session.wants_json(json_here):
        write_json(_model_shape(session, path, shipped))
        return
    click.echo(default_model_text() if shipped else format_model(session.model(path)), nl=False)


@model.command()
@json_option
@click.pass_obj
def versions(session: Session, json_here: bool) -> None:
    """The models that were published, newest first."""
    from journeyscore.actions.publish import versions as published
    from journeyscore.reports.answers import versions_shape

    found = published(session.workspace).newest_first()
    if session.wants_json(json_here):
        write_json(versions_shape(found))
    elif not found:
        look.say("Nothing was published yet: model.yaml is as it was made, or changed by hand.")
    else:
        zone = session.workspace.settings.time_zone
        rows = ((str(v.number), look.when(v.published_at, zone, session.today), v.note) for v in found)
        look.table(("version", "published", "note"), rows, right=("version",))


@model.command()
def schema() -> None:
    """The JSON Schema of model files, for editors."""
    from journeyscore.modelfile.schema import json_schema

    write_json(json_schema())


def _model_shape(session: Session, path: Path | None, shipped: bool) -> dict[str, object]:
    from journeyscore.actions.workspace import MODEL
    from journeyscore.intake.names import standard_name
    from journeyscore.modelfile import parse_model
    from journeyscore.modelfile.default import default_model_text
    from journeyscore.reports.answers import model_shape

    if shipped:
        text = default_model_text()
        return model_shape(parse_model(text, standard_name=standard_name), text)
    return model_shape(session.model(path), (path or session.workspace.path / MODEL).read_bytes().decode())


def _concerns(session: Session, checked: "Model", path: Path | None, as_of: datetime | None) -> "tuple[Concern, ...]":
    """What the events say; nothing without a workspace, when only a file is checked."""
    from journeyscore.reports.model_check import model_check

    if path is not None and not session.directory.exists():
        return ()
    if not session.workspace.log.count():
        return ()
    return model_check(session.snapshot, checked, as_of.date() if as_of else session.today)


def _warning(session: Session, checked: "Model", concern: "Concern") -> dict[str, object]:
    message, advice = CONCERNS[concern.code]
    touchpoint = checked.touchpoint(concern.touchpoint)
    text = message.format(share=concern.share or 0, hits=concern.hits, other=concern.other)
    if concern.example:
        text += f" (for example of {session.names([concern.example]).get(concern.example, 'a visitor')})"
    line = touchpoint.line if touchpoint else 0
    return {"code": concern.code, "touchpoint": concern.touchpoint, "line": line, "message": text, "advice": advice}


def _shape(found: "ModelDiff", keys: dict[str, str]) -> dict[str, object]:
    return {
        "as_of": found.as_of,
        "changed": found.changed,
        "moves": [{"from": a, "to": b, "candidates": n} for (a, b), n in found.moves.items()],
        "movers": [
            {
                "candidate": keys.get(m.candidate, m.candidate),
                "before": m.before,
                "after": m.after,
                "band_before": m.band_before,
                "band_after": m.band_after,
                "why": [{"touchpoint": name, "millipoints": change} for name, change in m.why],
            }
            for m in found.movers
        ],
    }


def _show(found: "ModelDiff", keys: dict[str, str]) -> None:
    moved = {pair: n for pair, n in found.moves.items() if pair[0] != pair[1]}
    look.say(f"{found.changed:,} scores change; {sum(moved.values()):,} candidates change band on {found.as_of}.")
    if not moved:
        return
    look.say()
    look.table(("from", "to", "candidates"), ((a, b, f"{n:,}") for (a, b), n in moved.items()), right=("candidates",))
    look.say("\nThe largest moves:\n")
    look.table(
        ("candidate", "before", "after", "band", "why"),
        (
            (
                keys.get(m.candidate, m.candidate),
                look.points(m.before),
                look.points(m.after),
                f"{m.band_before} → {m.band_after}",
                ", ".join(f"{name} {look.signed(change)}" for name, change in m.why) or "caps",
            )
            for m in found.movers
        ),
        right=("before", "after"),
    )
