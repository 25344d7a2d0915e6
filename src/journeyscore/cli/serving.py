"""The web application from the command line: `up`, `serve`, `work`, `login-link`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click

from journeyscore.cli import show as look
from journeyscore.cli.session import Session
from journeyscore.domain.errors import NotFoundError, UsageError

LOOPBACK = ("127.0.0.1", "localhost", "::1")

address_option = click.option("--address", default="127.0.0.1", show_default=True, help="Where to listen.")
port_option = click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
host_option = click.option("--host", "hosts", multiple=True, help="A name under which it is reached, behind TLS.")
log_option = click.option(
    "--log",
    type=click.Choice(["json", "text"]),
    envvar="JOURNEYSCORE_LOG",
    show_envvar=True,
    help="How to log (default: text at a terminal, else JSON).",
)
demo_option = click.option("--demo", is_flag=True, hidden=True)


@click.command()
@address_option
@port_option
@host_option
@demo_option
@log_option
@click.pass_obj
def up(session: Session, address: str, port: int, hosts: tuple[str, ...], demo: bool, log: str | None) -> None:
    """Start the web application: pages, and the worker that imports files and keeps scores ready."""
    _check(session.directory, address, hosts)
    _attend(session.directory)
    _log_as(log)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the server has its own: the worker ends with us
    worker = subprocess.Popen([sys.executable, "-m", "journeyscore.web.work", str(session.directory)])
    try:
        _serve(session.directory, address, port, hosts, demo)
    finally:
        worker.terminate()
        worker.wait()


@click.command()
@address_option
@port_option
@host_option
@log_option
@click.pass_obj
def serve(session: Session, address: str, port: int, hosts: tuple[str, ...], log: str | None) -> None:
    """Answer requests only; `work` runs elsewhere."""
    _check(session.directory, address, hosts)
    _attend(session.directory)
    _log_as(log)
    _serve(session.directory, address, port, hosts, demo=False)


@click.command()
@log_option
@click.pass_obj
def work(session: Session, log: str | None) -> None:
    """Do what pages ask for: import files, keep scores ready."""
    _check(session.directory, LOOPBACK[0], ())
    _attend(session.directory)
    _log_as(log)
    os.execv(sys.executable, [sys.executable, "-m", "journeyscore.web.work", str(session.directory)])


@click.command("login-link")
@click.argument("email")
@click.option("--drop-code", is_flag=True, help="Turn the second factor off too: the phone is lost.")
@click.option("--base", default="http://127.0.0.1:8000", show_default=True, help="The address of the pages.")
@click.pass_obj
def login_link(session: Session, email: str, drop_code: bool, base: str) -> None:
    """Print a link with which EMAIL chooses a new password; good once, for an hour."""
    _check(session.directory, LOOPBACK[0], ())
    found = _link(session.directory, base.rstrip("/"), email, *(["--drop-code"] if drop_code else []))
    if not found:
        raise NotFoundError(f"nobody who may log in has the address {email}")
    look.say(found)


def _attend(directory: Path) -> None:
    """Be among those who serve; where a backup is being restored that is said here, in words."""
    from journeyscore.log.presence import attend

    attend(directory)


def _log_as(log: str | None) -> None:
    """How this process and those that it starts log."""
    os.environ["JOURNEYSCORE_LOG"] = log or ("text" if sys.stderr.isatty() else "json")


def _link(directory: Path, base: str, *more: str) -> str:
    """What `web.login_link` prints. A process of its own: this one goes on to serve, or knows no Django yet."""
    command = [sys.executable, "-m", "journeyscore.web.login_link", str(directory), base, *more]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()


def _serve(directory: Path, address: str, port: int, hosts: tuple[str, ...], demo: bool) -> None:
    from journeyscore.web.serve import serve as answer
    from journeyscore.web.site import Site

    base = f"https://{hosts[0]}" if hosts else f"http://{address}:{port}"
    if first := _link(directory, base):
        look.say(f"make the first account on {first}")
    look.say(f"journeyscore is on {base} (stop it with Ctrl+C)")
    answer(Site(directory, hosts, https=bool(hosts), demo=demo), address, port)


def _check(directory: Path, address: str, hosts: tuple[str, ...]) -> None:
    if not (directory / "journeyscore.toml").exists():
        raise UsageError(f"{directory} is not a data directory; make one with: journeyscore --data {directory} init")
    if address not in LOOPBACK and not hosts:
        raise UsageError("to be reached from other machines, name the --host under which TLS ends before it")


COMMANDS = (up, serve, work, login_link)
