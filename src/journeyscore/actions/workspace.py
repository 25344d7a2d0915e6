"""A workspace: the data directory of one employer, made and opened."""

import errno
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from journeyscore.actions import settings as settings_file
from journeyscore.actions.reconcile import reconcile
from journeyscore.actions.settings import Settings, check_settings, read_settings
from journeyscore.domain.errors import BusyError, StorageError, UsageError
from journeyscore.domain.phrase import Phrase, of_machine
from journeyscore.log import EventLog, Lease, Owner
from journeyscore.log.part_file import sync
from journeyscore.records import open_records

if TYPE_CHECKING:
    from journeyscore.records.store import Records

KEY_BYTES = 32
EVENTS, REFUSED, KEY, MODEL, LOCK = "events", "refused", "key", "model.yaml", "lock"
CACHE = "cache"
"""What can be computed again; it holds pseudonyms, and goes when somebody is erased."""


@dataclass(frozen=True)
class Workspace:
    """An open data directory. `lease` is the right to write in it; `log` and `records` share it."""

    path: Path
    key: bytes
    settings: Settings
    lease: Lease
    log: EventLog
    records: "Records"

    @property
    def backups(self) -> Path | None:
        """The folder for backups, if the settings name one; a relative path begins in the data directory."""
        return self.path / self.settings.backups if self.settings.backups else None

    def close(self) -> None:
        """Let go of this thread's connection to the records."""
        self.records.close()


def init(path: Path, time_zone: str = "Europe/Amsterdam", language: str = "nl") -> Workspace:
    """Make the data directory `path`: settings, key, scoring model, event log, records. What is there stays.

    Raises UsageError for a wrong setting or path, and where a key is missing although there are events.
    """
    _check_name(path)
    place = path / settings_file.FILE
    check_settings(Settings(time_zone, language), place)
    with _making(path):
        path.mkdir(parents=True, exist_ok=True)
        lease = Lease(path / LOCK)
        with lease.hold("init"):
            _put(place, settings_file.TEXT.format(time_zone=time_zone, language=language).encode())
            _put(path / MODEL, _default_model().encode())
            _make_key(path)
            (path / REFUSED).mkdir(mode=0o700, exist_ok=True)
            EventLog(path / EVENTS, lease).create()
    return open_workspace(path)


def open_workspace(path: Path, on_wait: Callable[[Owner], None] | None = None) -> Workspace:
    """Open the data directory `path`. `on_wait` is told when a command has to wait for another writer.

    What a crash left between the event log and the records is put right first. Raises UsageError where this is no
    workspace, or one without its key.
    """
    place = path / settings_file.FILE
    if not place.is_file():
        what = Phrase("is a file") if path.is_file() else Phrase("is no journeyscore workspace")
        raise UsageError("{path} {what}; make one: journeyscore --data {path} init", path=path, what=what)
    settings = read_settings(place)
    key = _read_key(path)
    lease = Lease(path / LOCK, settings.lock_wait_seconds, on_wait)
    log = EventLog(path / EVENTS, lease)
    if not log.exists():
        raise UsageError(
            "{path}: the event log is missing; restore a backup, or run init for an empty one", path=path / EVENTS
        )
    workspace = Workspace(path, key, settings, lease, log, open_records(path, lease))
    with suppress(BusyError):
        reconcile(log, workspace.records, wait=0)
    return workspace


def _check_name(path: Path) -> None:
    """The event log's library takes a line break for an error, and %41 for A."""
    place = str(path.absolute())
    if not place.isprintable() or re.search(r"%[0-9A-Fa-f]{2}", place):
        raise UsageError(
            "{place!r}: choose a directory without control characters and codes like %20 in its path", place=place
        )


def _default_model() -> str:
    from journeyscore.modelfile.default import default_model_text

    return default_model_text()


def _make_key(path: Path) -> None:
    log = EventLog(path / EVENTS)
    if not (path / KEY).exists() and log.exists() and log.count():
        raise _no_key(path)
    _put(path / KEY, secrets.token_bytes(KEY_BYTES), mode=0o600)


def _read_key(path: Path) -> bytes:
    try:
        key = (path / KEY).read_bytes()
    except FileNotFoundError:
        raise _no_key(path) from None
    except OSError as problem:
        raise UsageError("{path}: cannot be read: {reason}", path=path / KEY, reason=of_machine(problem)) from problem
    if len(key) != KEY_BYTES:
        raise UsageError(
            "{path}: {count} bytes instead of {whole}; restore it from a backup",
            path=path / KEY,
            count=len(key),
            whole=KEY_BYTES,
        )
    return key


def _no_key(path: Path) -> UsageError:
    return UsageError(
        "{path} is missing: without it the events say nothing about anybody; restore it from a backup", path=path / KEY
    )


def _put(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Make a file, whole and synced, unless it is there."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
        sync([draft])
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync([path.parent])


@contextmanager
def _making(path: Path) -> Iterator[None]:
    """Errors of the machine while `path` is being made, in one sentence."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS):
            raise StorageError(
                "{path}: cannot be written: {reason}; free some space", path=path, reason=of_machine(problem)
            ) from problem
        raise UsageError(
            "{path}: cannot be made: {reason}; choose another directory", path=path, reason=of_machine(problem)
        ) from problem
