"""`doctor`: is this data directory in order?"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlglot import parse_one

from journeyscore.cli.session import Session
from journeyscore.domain.errors import JourneyscoreError

LITTLE = 1024**3
"""Bytes of free disk below which the doctor speaks up."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well, and what was seen."""

    check: str
    ok: bool
    message: str


def examine(session: Session) -> list[Finding]:
    """Every check in order; those after a workspace that cannot be opened are left out."""
    findings = [_checked("workspace", lambda: _workspace(session))]
    if findings[0].ok:
        findings += [_checked(name, partial(look, session)) for name, look in CHECKS.items()]
    return findings


def _checked(name: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        ok, message = look()
    except (JourneyscoreError, OSError) as error:
        ok, message = False, str(error)
    return Finding(name, ok, message)


def _workspace(session: Session) -> tuple[bool, str]:
    workspace = session.workspace
    return True, f"{workspace.path}, {workspace.settings.time_zone}"


def _key(session: Session) -> tuple[bool, str]:
    mode = (session.workspace.path / "key").stat().st_mode & 0o777
    if mode & 0o077:
        return False, f"the key can be read by others (mode {mode:o}); chmod 600 {session.workspace.path / 'key'}"
    return True, "32 bytes, readable by its owner only"


def _model(session: Session) -> tuple[bool, str]:
    model = session.model()
    return True, f"“{model.name}”, {len(model.touchpoints)} touchpoints"


def _log(session: Session) -> tuple[bool, str]:
    log = session.workspace.log
    files, count = log.files(), log.count()
    query = parse_one("SELECT COUNT(*) AS n FROM events")
    found = session.snapshot.engine.run(query, {"events": session.snapshot.events}).item()
    return found == count, f"{count:,} events in {len(files):,} files" + ("" if found == count else f"; {found:,} read")


def _counts(session: Session) -> tuple[bool, str]:
    """The conservation law over all imports."""
    runs = session.workspace.records.imports.all()
    received = sum(r.received for r in runs)
    parts = [sum(getattr(r, name) for r in runs) for name in ("accepted", "duplicate", "refused")]
    open_ones = sum(1 for r in runs if r.ended is None)
    what = f"{received:,} received = {parts[0]:,} accepted + {parts[1]:,} duplicate + {parts[2]:,} refused"
    if open_ones:
        what += f"; {open_ones} import was interrupted: import the same file again to finish it"
    return received == sum(parts) and not open_ones, what


def _disk(session: Session) -> tuple[bool, str]:
    free = shutil.disk_usage(session.workspace.path).free
    return free > LITTLE, f"{free / 1024**3:,.1f} GB free"


CHECKS: dict[str, Callable[[Session], tuple[bool, str]]] = {
    "key": _key,
    "model": _model,
    "event log": _log,
    "counts": _counts,
    "disk": _disk,
}
