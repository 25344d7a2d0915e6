"""`demo`: the made-up employer, simulated once and imported like anybody's file."""

from journeyscore.actions.import_file import import_file
from journeyscore.actions.workspace import init
from journeyscore.cli import show as look
from journeyscore.cli.session import Session
from journeyscore.demo.files import write_parquet
from journeyscore.demo.simulate import simulate
from journeyscore.domain.errors import UsageError

FILE = "demo-events.parquet"


def prepare(session: Session, candidates: int) -> None:
    """Make the workspace, the file of events and the import; what stands already is kept."""
    file = session.directory / FILE
    if session.directory.exists() and any(session.directory.iterdir()) and not file.exists():
        raise UsageError(f"{session.directory}: is not a demo; name a new directory with --data DIRECTORY")
    init(session.directory, time_zone="Europe/Amsterdam", language="en")
    if not file.exists():
        partial = file.with_suffix(".part")
        frames = simulate(candidates=candidates, until=session.today)
        count = write_parquet(partial, frames)
        partial.replace(file)
        look.say(f"Simulated {count:,} events of {candidates:,} candidates over nine months ({file}).")
    found = import_file(session.workspace, file)
    look.say(f"Imported them: {found.accepted:,} accepted, {found.duplicate:,} duplicate, {found.refused:,} refused.")
