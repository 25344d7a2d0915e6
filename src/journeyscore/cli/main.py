"""The command `journeyscore`: its options, its commands, and how errors end.

Nothing heavy is imported here: commands import what they need when they run, so that `--help` is immediate.
"""

import errno
import os
import signal
import sys
from pathlib import Path

import click

from journeyscore import __version__
from journeyscore.cli import ask, backups, data, house, links, model, serving
from journeyscore.cli.session import Session
from journeyscore.domain.errors import JourneyscoreError

DEFECT = 70
"""The exit code of a defect (EX_SOFTWARE)."""
DISK = 74
"""The exit code when the disk refuses (EX_IOERR)."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data",
    "directory",
    type=click.Path(path_type=Path),
    envvar="JOURNEYSCORE_DATA",
    default=Path("journeyscore-data"),
    show_default=True,
    show_envvar=True,
    help="The data directory of this employer.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON (docs/json.md has the shapes).")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="journeyscore")
@click.pass_context
def cli(context: click.Context, directory: Path, as_json: bool, debug: bool) -> None:
    """Engagement scores for candidates, with the reason for every point."""
    context.obj = Session(directory, as_json=as_json, debug=debug)


COMMANDS = (*house.COMMANDS, *data.COMMANDS, *backups.COMMANDS, *ask.COMMANDS, *links.COMMANDS, *serving.COMMANDS)
for command in (*COMMANDS, model.model):
    cli.add_command(command)


def main() -> None:
    """Run the command line and end the process."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and give its exit code. Mistakes are one line on stderr; `--debug` shows where they came from."""
    try:
        code = cli.main(arguments, prog_name="journeyscore", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # whoever read us (head) has seen enough; do not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (click.Abort, KeyboardInterrupt):
        return _say("stopped", 128 + signal.SIGINT)
    except Exception as error:
        if "--debug" in arguments:
            raise
        return _say(*_in_words(error))


def _in_words(error: Exception) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    match error:
        case JourneyscoreError():
            return str(error), error.exit_code
        case OSError():
            refused = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
            return _disk(error), DISK if refused else 2
    return f"this is a defect ({type(error).__name__}); run it again with --debug and report it", DEFECT


def _disk(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}"


def _say(message: str, code: int) -> int:
    click.echo(f"journeyscore: {message}", err=True)
    return code


if __name__ == "__main__":
    main()
