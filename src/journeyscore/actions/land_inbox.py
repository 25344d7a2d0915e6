"""The lander for what came over HTTP: letters of the inbox go through the same intake as files, into the same log.

All letters of a day are one import, whose rows are the letters' numbers: the counts, the refused rows, and the taking
up after a crash are those of any import. A letter is dropped only when it has been landed and counted.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from journeyscore.actions.agreed import Agreed
from journeyscore.actions.import_file import publish_refused
from journeyscore.actions.landing import RealLanding
from journeyscore.actions.parts import Part
from journeyscore.actions.reconcile import reconcile
from journeyscore.actions.spool import Spool
from journeyscore.actions.taking import Taking
from journeyscore.actions.workspace import REFUSED, Workspace
from journeyscore.connectors.segment.letters import chunk_of
from journeyscore.inbox import Inbox, Letter
from journeyscore.intake.batch import Context
from journeyscore.intake.tokens import candidate_in
from journeyscore.records import ImportRun, PartCounts

SOURCE = "http"
FILE_NAME = "http"
"""Under this name, and the day, letters stand among the imports."""
MOST_AT_ONCE = 20_000
COMPACT_EVERY = 16
"""Turns: each leaves a file in the log, and many small ones are slow to read."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What one turn landed: letters, and what became of them."""

    letters: int
    counts: PartCounts | None


def land_inbox(workspace: Workspace, inbox: Inbox, *, now: datetime | None = None, wait: float | None = None) -> Landed:
    """Land what waits, MOST_AT_ONCE letters at most. Raises BusyError after `wait` seconds, StorageError.

    After a crash at any moment it can be run again: nothing is lost, nothing counted twice.
    """
    moment = now or datetime.now(UTC)
    if not inbox.waiting():
        _end_of_day(workspace, moment, wait)
        return Landed(0, None)
    with workspace.lease.hold("land", wait):
        reconcile(workspace.log, workspace.records)
        run = _run_of_day(workspace, moment)
        inbox.drop(run.last_row)  # a crash came between landing and letting go
        letters = inbox.take(run.last_row, MOST_AT_ONCE)
        if not letters:
            return Landed(0, None)
        counts = _land(workspace, run, letters, moment)
        inbox.drop(letters[-1].id)
        if counts.number % COMPACT_EVERY == 0:
            workspace.log.compact()
        return Landed(len(letters), counts)


def _land(workspace: Workspace, run: ImportRun, letters: list[Letter], moment: datetime) -> PartCounts:
    zone, erased = workspace.settings.time_zone, workspace.records.erased()
    received = datetime.fromisoformat(letters[-1].received_at)
    taking = Taking(Context(workspace.key, zone, SOURCE, received, erased))

    def resolve(token: str) -> str | None:
        candidate = candidate_in(workspace.key, token, received)
        end = workspace.records.links.end_of([candidate])[candidate] if candidate else ""
        return workspace.records.keys([end]).get(end)

    chunk = chunk_of(letters, resolve, Agreed(workspace).keeps)
    taken = taking.take(chunk.sent)
    whole = replace(taken, refused=taking.refusals(chunk, taken))
    part = Part((chunk,), whole, len(letters), letters[-1].id)
    day = _day(workspace, moment)
    return RealLanding(workspace, run, taking, moment, day, Spool.of(workspace.path / REFUSED, run.id)).land(part)


def _run_of_day(workspace: Workspace, moment: datetime) -> ImportRun:
    """Today's import; what is left of another day is brought to its end first."""
    day = _day(workspace, moment)
    last = 0
    for run in _open(workspace):
        if run.file_name == _name(day):
            return run
        last = max(last, run.last_row)
        _end(workspace, run, moment)
    new = ImportRun(uuid.uuid4().hex, _name(day), f"{FILE_NAME}-{day}-{uuid.uuid4().hex}"[:64], SOURCE, "", moment)
    return workspace.records.imports.begin(replace(new, last_row=max(last, _newest(workspace))))


def _newest(workspace: Workspace) -> int:
    """The number of the last letter that was ever landed: numbers are never given twice."""
    runs = (run for run in workspace.records.imports.all() if run.file_name.startswith(f"{FILE_NAME} "))
    return max((run.last_row for run in runs), default=0)


def _end_of_day(workspace: Workspace, moment: datetime, wait: float | None) -> None:
    """Publish the refused rows of days that are over."""
    over = [run for run in _open(workspace) if run.file_name != _name(_day(workspace, moment))]
    if over:
        with workspace.lease.hold("land", wait):
            for run in _open(workspace):
                if run.file_name != _name(_day(workspace, moment)):
                    _end(workspace, run, moment)


def _end(workspace: Workspace, run: ImportRun, moment: datetime) -> None:
    spool = Spool.of(workspace.path / REFUSED, run.id)
    refused_file = publish_refused(workspace, run, spool)
    spool.clear()
    workspace.log.compact()
    workspace.records.imports.end(run.id, moment, str(refused_file or ""))


def _open(workspace: Workspace) -> list[ImportRun]:
    return [run for run in workspace.records.imports.unfinished() if run.file_name.startswith(f"{FILE_NAME} ")]


def _name(day: date) -> str:
    return f"{FILE_NAME} {day}"


def _day(workspace: Workspace, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(workspace.settings.time_zone)).date()
