"""`backup` and `restore`."""

from pathlib import Path

import click

from journeyscore.cli import show as look
from journeyscore.cli.session import Session, json_option, write_json
from journeyscore.domain.errors import UsageError

PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("place", metavar="[FOLDER|FILE.tar.gz]", type=PLACE, required=False)
@click.option("--keep", type=click.IntRange(min=1), help="How many backups stay in the folder; older ones go.")
@click.option("--wait", type=click.IntRange(min=0), default=3600, show_default=True, help="Seconds, for an import.")
@json_option
@click.pass_obj
def backup(session: Session, place: Path | None, keep: int | None, wait: int, json_here: bool) -> None:
    """Back everything up into one file, while work goes on. It has people's data and the key: keep it safe."""
    from journeyscore.actions.backup import backup as back_up

    workspace = session.workspace
    place = place or workspace.backups
    if place is None:
        raise UsageError("say where the backup goes, or write backups = FOLDER into journeyscore.toml")
    saved = back_up(workspace, place, keep=keep, wait=wait)
    if session.wants_json(json_here):
        write_json({"file": str(saved.path), "bytes": saved.size, "events": saved.events, "letters": saved.letters})
        return
    look.say(f"{saved.path}: {saved.events:,} events, {saved.letters:,} letters to land, {saved.size:,} bytes.")
    look.say("It has people's data and the key: keep it safe. docs/operations.md says how to try a restore.")


@click.command()
@click.argument("file", type=PLACE)
@click.option("--force", is_flag=True, help="In place of what is there, which is lost.")
@click.option("--erased", type=PLACE, help="A list of who was erased, beside the one that lies by the backup.")
@json_option
@click.pass_obj
def restore(session: Session, file: Path, force: bool, erased: Path | None, json_here: bool) -> None:
    """Put a backup back as the data directory. Whoever was erased since is erased again."""
    from journeyscore.actions.restore import restore as put_back

    found = put_back(file, session.directory, force=force, erased=erased)
    if session.wants_json(json_here):
        counts = {"events": found.events, "letters": found.letters, "erased_again": found.erased_again}
        write_json({"made_at": found.made_at, **counts})
        return
    look.say(f"{session.directory}: {found.events:,} events, {found.letters:,} letters to land, as of {found.made_at}.")
    look.say(f"Events of people who were erased since, erased again: {found.erased_again:,}.")
    look.say("Look at accounts and keys: what was closed since the backup is open again.")


COMMANDS = (backup, restore)
