"""Doing what pages asked for: one at a time per data directory, by the worker, or by a thread where none is alive."""

import logging
import secrets
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from journeyscore.actions.import_file import Imported, import_file
from journeyscore.domain.errors import BusyError, JourneyscoreError, NotFoundError
from journeyscore.domain.phrase import changed
from journeyscore.log import Lease
from journeyscore.log.presence import WORKER, WORKER_LOCK
from journeyscore.records.jobs import CANCELLED, Job, Jobs
from journeyscore.web import uploads
from journeyscore.web.errors import in_words, packed, unpacked
from journeyscore.web.mapping_text import mapping_text
from journeyscore.web.workspace import workspace

REST = 0.3
IMPORT, DRY_RUN = "import", "dry_run"
SAID = "said"
"""Where an answer has the notes, or the error, for readers in any language; beside it they stand in English."""
DEFECT = "defect"
"""What stands as the error where we are to blame; the details are in the log."""
log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody stopped the job."""


class Stopped(Exception):
    """The process ends; the job is taken up again by the next."""


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def jobs() -> Jobs:
    """The jobs of the data directory."""
    return Jobs(workspace().records.alias)


def ask(kind: str, asked: Mapping[str, Any], by: int | None) -> Job:
    """Ask for a job, and see to it that somebody does it."""
    job = jobs().ask(secrets.token_hex(16), kind, asked, by, now())
    see_to_it()
    return job


def see_to_it() -> None:
    """Where no worker is alive, a thread of this process does what is due."""
    threading.Thread(target=_in_thread, name="jobs", daemon=True).start()


def work_on(stop: threading.Event) -> None:
    """Be the worker until `stop` is set: whoever holds the lease is. Others wait for it."""
    while not stop.is_set():
        with suppress(BusyError), _lease().hold(WORKER, wait=0):
            while not stop.is_set():
                _safely(stop)
                stop.wait(REST)
        stop.wait(REST)
    workspace().close()


def run_due(stop: threading.Event | None = None) -> int:
    """Do every job that has not ended; gives their number. The caller holds the lease, so a started one is nobody's."""
    uploads.sweep()
    number = 0
    for job in jobs().due():
        if stop and stop.is_set():
            break
        run(job, stop)
        number += 1
    return number


def run(job: Job, stop: threading.Event | None = None) -> None:
    """Do one job to its end; only the end of the process leaves it open."""
    room = jobs()
    if job.cancelled:
        return room.end(job.id, now(), {}, CANCELLED)
    room.start(job.id, now())
    answer: Mapping[str, Any] = {}
    error = ""
    try:
        answer = KINDS[job.kind](job, partial(_progress, room, job, stop))
    except Stopped:
        return None
    except Cancelled:
        error = CANCELLED
    except JourneyscoreError as problem:
        said = _said(problem, job)
        answer, error = {SAID: [packed(said)]}, str(said)
    except Exception as problem:
        # never its message: that may quote the file
        where = "".join(traceback.format_tb(problem.__traceback__))
        log.error("job %s: %s\n%s", job.id, type(problem).__name__, where)
        error = DEFECT
    room.end(job.id, now(), answer, error)
    return None


def _progress(room: Jobs, job: Job, stop: threading.Event | None, done: int, total: int | None) -> None:
    if not room.progress(job.id, done, total):
        raise Cancelled
    if stop and stop.is_set():
        raise Stopped


def _import(job: Job, progress: Callable[[int, int | None], None]) -> dict[str, Any]:
    upload = uploads.find(job.asked["upload"])
    dry_run = job.kind == DRY_RUN
    found = import_file(
        workspace(),
        upload.path,
        mapping=upload.mapping,
        source=upload.source,
        dry_run=dry_run,
        progress=progress,
    )
    if not dry_run:
        uploads.remove(upload)
    return _answer(found) | {"mapping": mapping_text(upload.mapping) if upload.mapping else None}


def _answer(found: Imported) -> dict[str, Any]:
    return {
        "received": found.received,
        "accepted": found.accepted,
        "duplicate": found.duplicate,
        "refused": found.refused,
        "reasons": found.reasons,
        "run": run_of(found),
        "seen_before": found.seen_before and found.seen_before.isoformat(),
        "notes": list(found.notes),
        SAID: [packed(note) for note in found.notes],
    }


def run_of(found: Imported) -> str | None:
    """The import whose refused rows lie in that file."""
    if not found.refused_file:
        return None
    runs = workspace().records.imports.all()
    return next((r.id for r in reversed(runs) if r.refused_file == str(found.refused_file)), None)


def _said(problem: JourneyscoreError, job: Job) -> str:
    """The error in words, with the name of the file instead of its place on this machine."""
    try:
        upload = uploads.find(job.asked.get("upload", ""))
    except NotFoundError:
        return problem.said
    return said_of(problem, upload)


def said_of(problem: JourneyscoreError, upload: uploads.Upload) -> str:
    """An error about an upload, with its name instead of its place on this machine; to be put `in_words`."""
    return changed(problem.said, lambda text: text.replace(str(upload.path), upload.name))


def said_by(job: Job) -> list[str]:
    """The notes of a job, or the error with which it ended, in the reader's language."""
    kept = job.answer.get(SAID, job.answer.get("notes", [job.error]))
    return [in_words(unpacked(text)) for text in kept]


def _in_thread() -> None:
    with suppress(BusyError), _lease().hold("jobs", wait=0):
        while _safely(None):
            pass
    workspace().close()


def _safely(stop: threading.Event | None) -> int:
    """A database that is busy or a full disk is no reason to end."""
    try:
        return run_due(stop)
    except Exception as problem:
        log.error("jobs: %s\n%s", type(problem).__name__, "".join(traceback.format_tb(problem.__traceback__)))
        return 0


def _lease() -> Lease:
    return Lease(workspace().path / WORKER_LOCK)


KINDS: dict[str, Callable[[Job, Callable[[int, int | None], None]], Mapping[str, Any]]] = {
    IMPORT: _import,
    DRY_RUN: _import,
}
"""What can be asked for."""
