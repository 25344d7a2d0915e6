"""Keeping house: init, doctor, demo."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import click

from journeyscore.cli import show as look
from journeyscore.cli.session import Session, json_option, write_json
from journeyscore.domain.errors import JourneyscoreError

NEXT = (
    ("score --top 50", "the first fifty"),
    ("explain {candidate}", "another candidate"),
    ("touchpoints", "how often each touchpoint happens, and what is not scored yet"),
    ("model show --default", "the points; change them in {model}"),
    ("model check", "check your change"),
    ("model diff OLD.yaml NEW.yaml", "see who moves because of it"),
    ("import FILE.csv", "your own events"),
)
"""What to try after the demo."""


@click.command()
@click.option("--time-zone", default="Europe/Amsterdam", show_default=True, help="Days begin at midnight here.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Of the pages.")
@click.pass_obj
def init(session: Session, time_zone: str, language: str) -> None:
    """Make the data directory: settings, key, scoring model, event log and records."""
    from journeyscore.actions.workspace import init as make

    workspace = make(session.directory, time_zone=time_zone, language=language)
    look.say(f"{workspace.path} is ready. The points are in {workspace.path / 'model.yaml'}.")
    look.say(f"Next: journeyscore --data {workspace.path} import FILE")


@click.command()
@click.option("--url", help="The public address, to try whether it leads here: https://journeyscore.example.org")
@json_option
@click.pass_context
def doctor(context: click.Context, url: str | None, json_here: bool) -> None:
    """Check the data directory: settings, keys, model, log, records, inbox, worker, disk, backups, clock."""
    from journeyscore.cli.health import examine

    session: Session = context.obj
    findings = examine(session, url)
    if session.wants_json(json_here):
        write_json([{"check": f.check, "ok": f.ok, "message": f.message} for f in findings])
    else:
        for finding in findings:
            look.say(f"{'ok ' if finding.ok else 'BAD'}  {finding.check}: {finding.message}")
    if not all(f.ok for f in findings):
        context.exit(1)


@click.command()
@click.option("--candidates", type=click.IntRange(min=10), default=5_000, show_default=True)
@click.option("--directory", type=click.Path(path_type=Path), help="Where (default: the data directory).")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Open the pages, too.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
@click.pass_obj
def demo(session: Session, candidates: int, directory: Path | None, serve: bool, port: int) -> None:
    """A made-up employer with nine months of events: a ranking, bands, one candidate explained, and the pages."""
    from journeyscore.cli import explanation, ranking
    from journeyscore.cli.demo import prepare

    session = Session(directory or session.directory, debug=session.debug)
    prepare(session, candidates)
    look.say("\nWho is most engaged?\n")
    found = ranking.rank(session, session.today, 10, None)
    ranking.show(session, found)
    if found.frame.is_empty():
        raise JourneyscoreError("the demo has no candidates; remove its directory and start it again")
    first = found.keys[found.frame.item(0, "candidate")]
    look.say(f"\nWhy {first}?\n")
    explained = explanation.find(session, first, session.today, None)
    explanation.show(session, first, explained, found.model)
    look.say("\nWhat to try next:\n")
    for command, what in NEXT:
        words = {"candidate": found.keys[found.frame.item(1, "candidate")], "model": session.directory / "model.yaml"}
        typed = f"{_called()} --data {session.directory} {command.format(**words)}"
        look.say(f"  {typed:<64}  {what.format(**words)}")
    if serve:
        _open_pages(session.directory, port)


def _open_pages(directory: Path, port: int) -> None:
    """Go on as the server, with an account to log in with."""
    call = [sys.executable, "-m", "journeyscore.web.demo_account", str(directory)]
    login = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    look.say(f"\nIn the browser: http://127.0.0.1:{port}  {login}\n")
    up = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(directory), "up", "--demo", "--port", str(port)]
    os.execv(sys.executable, up)


def _called() -> str:
    """How to call the command from here: by its name where that is on the path, else by its place."""
    if which("journeyscore"):
        return "journeyscore"
    place = Path(sys.argv[0])
    return str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place)


COMMANDS = (init, doctor, demo)
