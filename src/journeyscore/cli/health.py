"""`doctor`: is this data directory in order?"""

import json
import shutil
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

from sqlglot import parse_one

from journeyscore.actions.backup import backups_in
from journeyscore.actions.land_inbox import FILE_NAME as LIVE
from journeyscore.cli.session import Session
from journeyscore.domain.errors import JourneyscoreError
from journeyscore.inbox import open_inbox
from journeyscore.log.presence import served, worker_alive

LITTLE = 1024**3
"""Bytes of free disk below which the doctor speaks up."""
LATE, OLD, SKEW = timedelta(minutes=5), timedelta(hours=36), timedelta(minutes=5)
"""From when on a letter has waited long, a backup is old, and a clock is wrong."""
SECRET = ("key", "web.key", "setup.token")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well, and what was seen."""

    check: str
    ok: bool
    message: str


def examine(session: Session, url: str | None = None) -> list[Finding]:
    """Every check in order; those after a workspace that cannot be opened are left out. `url` is the public address."""
    findings = [_checked("workspace", lambda: _workspace(session))]
    if findings[0].ok:
        findings += [_checked(name, partial(look, session)) for name, look in CHECKS.items()]
    if url:
        findings.append(_checked("address", lambda: _address(url)))
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


def _keys(session: Session) -> tuple[bool, str]:
    places = [session.workspace.path / name for name in SECRET]
    open_ones = [place for place in places if place.exists() and place.stat().st_mode & 0o077]
    if open_ones:
        return False, "can be read by others: chmod 600 " + " ".join(map(str, open_ones))
    return True, "readable by their owner only"


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
    open_ones = sum(1 for r in runs if r.ended is None and not r.file_name.startswith(f"{LIVE} "))
    what = f"{received:,} received = {parts[0]:,} accepted + {parts[1]:,} duplicate + {parts[2]:,} refused"
    if open_ones:
        what += f"; {open_ones} import was interrupted: import the same file again to finish it"
    return received == sum(parts) and not open_ones, what


def _disk(session: Session) -> tuple[bool, str]:
    free = shutil.disk_usage(session.workspace.path).free
    return free > LITTLE, f"{free / 1024**3:,.1f} GB free" + ("" if free > LITTLE else "; free some space")


def _inbox(session: Session) -> tuple[bool, str]:
    inbox = open_inbox(session.workspace.path)
    try:
        inbox.probe()
        found = inbox.state()
    finally:
        inbox.close()
    if not found.waiting:
        return True, "takes letters; none wait"
    waited = datetime.now(UTC) - datetime.fromisoformat(found.oldest)
    late = waited > LATE
    what = f"{found.waiting:,} letters wait, the oldest for {waited.total_seconds():,.0f} s"
    return not late, what + ("; start journeyscore work, or see in its log why it does not get on" if late else "")


def _worker(session: Session) -> tuple[bool, str]:
    path = session.workspace.path
    if worker_alive(path):
        return True, "is running"
    if served(path):
        return False, "pages are served, but no worker is running: start journeyscore work"
    return True, "nobody serves this directory"


def _backups(session: Session) -> tuple[bool, str]:
    folder = session.workspace.backups
    if not folder:
        return True, "no folder is set; write backups = FOLDER into journeyscore.toml, and back up every day"
    made = [path.stat().st_mtime for path in backups_in(folder)]
    if not made:
        return False, f"there is none in {folder}; run journeyscore backup every day"
    age = datetime.now(UTC) - datetime.fromtimestamp(max(made), UTC)
    hint = "" if age < OLD else "; see why the daily journeyscore backup does not run"
    return age < OLD, f"the last of {len(made)} in {folder} is {age.total_seconds() / 3600:,.0f} hours old{hint}"


def _clock(session: Session) -> tuple[bool, str]:
    """A clock that is behind shows by what was done later than now."""
    now = datetime.now(UTC)
    last = max((run.started for run in session.workspace.records.imports.all()), default=now)
    if last > now + SKEW:
        return False, f"it is {now:%Y-%m-%d %H:%M} UTC, but an import began at {last:%Y-%m-%d %H:%M}; set the clock"
    return True, f"{now:%Y-%m-%d %H:%M} UTC"


def _address(url: str) -> tuple[bool, str]:
    """Whether we answer there, and whether the clocks of here and there agree."""
    place = f"{url.rstrip('/')}/healthz"
    try:
        with urllib.request.urlopen(place, timeout=10) as answer:
            ours = json.load(answer) == {"alive": True}
            skew = abs(parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC))
    except (OSError, ValueError, TypeError) as error:
        return False, f"{place} does not answer as it should ({error}); check the name, and what stands before it"
    if not ours:
        return False, f"somebody else answers at {place}; check the name, and what stands before it"
    if skew > SKEW:
        return False, f"the clock there differs by {skew.total_seconds():,.0f} s; set it"
    return True, f"{url} is this software"


def _database(session: Session) -> tuple[bool, str]:
    return True, session.workspace.records.database()


CHECKS: dict[str, Callable[[Session], tuple[bool, str]]] = {
    "database": _database,
    "keys": _keys,
    "model": _model,
    "event log": _log,
    "counts": _counts,
    "inbox": _inbox,
    "worker": _worker,
    "disk": _disk,
    "backups": _backups,
    "clock": _clock,
}
