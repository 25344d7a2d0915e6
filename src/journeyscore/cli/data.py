"""Data in and out: import, erase, merge, compact."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyscore.cli import show as look
from journeyscore.cli.session import Session, json_option, write_json
from journeyscore.domain.errors import UsageError

if TYPE_CHECKING:
    from journeyscore.actions.import_file import Imported

FILE = click.Path(path_type=Path)


@click.command("import")
@click.argument("paths", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option("--mapping", type=FILE, help="A mapping file for a foreign layout (docs/import.md).")
@click.option("--source", help="The system that the events come from; ids are unique per source.")
@click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing.")
@json_option
@click.pass_obj
def import_(
    session: Session, paths: tuple[Path, ...], mapping: Path | None, source: str | None, dry_run: bool, json_here: bool
) -> None:
    """Take in events from CSV, JSON lines, Parquet or XLSX files."""
    from journeyscore.actions.import_file import import_file
    from journeyscore.connectors.files.mapping import read_mapping

    layout = read_mapping(mapping) if mapping else None
    answers = []
    for path in paths:
        with _progress(path) as progress:
            found = import_file(
                session.workspace, path, mapping=layout, source=source, dry_run=dry_run, progress=progress
            )
        answers.append(_shape(path, found, dry_run))
        if not session.wants_json(json_here):
            _show(session, path, found, dry_run)
    if session.wants_json(json_here):
        write_json(answers[0] if len(answers) == 1 else _together(answers))


@click.command()
@click.argument("candidate", required=False)
@click.option("--email", help="The person with this e-mail address.")
@click.option("--dry-run", is_flag=True, help="Count what would go; erase nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def erase(
    session: Session, candidate: str | None, email: str | None, dry_run: bool, yes: bool, json_here: bool
) -> None:
    """Erase a person: every event, name and trace, for good. A later import does not bring them back."""
    from journeyscore.actions.erase import erase as erase_person

    if (candidate is None) == (email is None):
        raise UsageError("say whom to erase: a CANDIDATE, or --email ADDRESS")
    found = erase_person(session.workspace, candidate=candidate, email=email, dry_run=True)
    if not dry_run:
        _confirm(f"Erase {found.events:,} events of this person for good?", yes)
        found = erase_person(session.workspace, candidate=candidate, email=email)
    counts = {"events": found.events, "people": found.people, "links": found.links, "refused_rows": found.refused_rows}
    counts["copies"] = found.copies
    if session.wants_json(json_here):
        write_json({"dry_run": dry_run, **counts})
        return
    would = "Would erase" if dry_run else "Erased"
    look.say(f"{would}: " + ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items()) + ".")


@click.command()
@click.argument("candidate")
@click.argument("other")
@click.option("--undo", is_flag=True, help="Make them two people again.")
@click.pass_obj
def merge(session: Session, candidate: str, other: str, undo: bool) -> None:
    """OTHER is the same person as CANDIDATE: score the events of both together."""
    from journeyscore.actions.merge import merge as merge_people
    from journeyscore.actions.merge import undo_merge

    if undo:
        undo_merge(session.workspace, candidate, other)
    else:
        merge_people(session.workspace, candidate, other)
    look.say(f"{other} is {'no longer ' if undo else ''}the same person as {candidate}.")


@click.command()
@click.pass_obj
def compact(session: Session) -> None:
    """Rewrite many small files of the event log as few large ones."""
    from journeyscore.actions.compact import compact as compact_log

    look.say(f"{compact_log(session.workspace):,} files were rewritten.")


def _confirm(question: str, yes: bool) -> None:
    """Ask, unless told not to; without a terminal nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on; add --yes")
    click.confirm(question, abort=True, err=True)


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[int, int | None], None] | None]:
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(look.safe(path.name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _shape(path: Path, found: "Imported", dry_run: bool) -> dict[str, object]:
    return {
        "received": found.received,
        "accepted": found.accepted,
        "duplicate": found.duplicate,
        "refused": found.refused,
        "reasons": dict(sorted(found.reasons.items())),
        "refused_file": str(found.refused_file) if found.refused_file else None,
        "seen_before": found.seen_before,
        "unused_columns": list(found.unused),
        "notes": list(found.notes),
        "dry_run": dry_run,
        "file": str(path),
    }


def _together(answers: list[dict[str, object]]) -> dict[str, object]:
    totals = {k: sum(int(str(a[k])) for a in answers) for k in ("received", "accepted", "duplicate", "refused")}
    return {**totals, "files": answers}


def _show(session: Session, path: Path, found: "Imported", dry_run: bool) -> None:
    from journeyscore.domain.refusal import WHAT_TO_DO, Reason

    if found.seen_before:
        zone = session.workspace.settings.time_zone
        look.say(f"This file was seen before, {look.when(found.seen_before, zone, session.today)}.")
    would = "would be " if dry_run else ""
    look.say(
        f"{look.safe(path.name)}: {found.received:,} received = {found.accepted:,} {would}accepted "
        f"+ {found.duplicate:,} duplicate + {found.refused:,} refused."
    )
    for reason, count in sorted(found.reasons.items(), key=lambda r: -r[1]):
        look.say(f"  {count:,} {reason}: {WHAT_TO_DO[Reason(reason)]}.")
    for note in found.notes:
        look.say(f"  Note: {look.safe(note)}")
    if found.unused:
        look.say(f"  Columns not used: {look.safe(', '.join(found.unused))}.")
    if found.refused_file:
        look.say(f"  Repair the rows in {found.refused_file} and import that file in the same way.")


COMMANDS = (import_, erase, merge, compact)
