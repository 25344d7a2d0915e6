"""Backing a data directory up: one tar file with everything that cannot be computed again, all of one moment.

The moment is one under the writer's lease, when log, records, inbox and refused files agree: the inbox, which is small,
is copied; the records are pinned; every other file is opened, so that it can be read whatever becomes of it. Then the
lease is let go, and what takes long is done beside everybody. Senders are never kept waiting: a letter that is
acknowledged later than the moment is not in the backup, every earlier one is, in the inbox or in the log.
"""

import hashlib
import io
import json
import os
import resource
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from journeyscore import __version__
from journeyscore.actions.erased_list import add_erased, moment
from journeyscore.actions.reconcile import reconcile
from journeyscore.actions.workspace import CACHE, EVENTS, LOCK, Workspace
from journeyscore.domain.errors import StorageError, UsageError
from journeyscore.domain.phrase import of_machine
from journeyscore.inbox.inbox import FILE as INBOX
from journeyscore.log.part_file import sync
from journeyscore.records.setup import FILE as RECORDS
from journeyscore.records.sqlite_copy import BACKUPS, BESIDE, copy, pinned, tombstones

LAYOUT = 1
"""To be raised when a backup can no longer be restored by older versions."""
ABOUT, SUMS = "backup.json", "SHA256SUMS"
"""The first member says what this is; the last has the sums of all others, for `sha256sum --check`."""
PARTIAL = ".journeyscore-backup-"
"""How the folder begins in which a backup is being made."""
ABANDONED = 24 * 3600
"""Seconds after which such a folder is of a process that was killed."""
DATABASES = {name + ending for name in (RECORDS, INBOX) for ending in BESIDE}
SKIPPED = {CACHE, BACKUPS, LOCK, EVENTS} | DATABASES


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup: where it is, its size in bytes, and what is in it."""

    path: Path
    size: int
    events: int
    letters: int


def backup(
    workspace: Workspace,
    place: Path,
    *,
    keep: int | None = None,
    now: datetime | None = None,
    wait: float | None = None,
) -> Saved:
    """Back up into the folder `place`, or as the file `place` if its name has `.tar` in it (`.tar.gz` is compressed).

    Whoever writes is waited for, `wait` seconds at most (None: the settings' own). `keep` is how many backups stay in
    the folder. Raises BusyError, UsageError, and StorageError: then nothing is left behind, and older ones stay.
    """
    if workspace.records.place:
        raise UsageError("the records are in PostgreSQL: stop the worker, and back up both the directory and pg_dump's")
    at = now or datetime.now(UTC)
    path = _target(workspace, place, at)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(path.parent)
        with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=path.parent) as folder:
            saved = _save(workspace, Path(folder), path, at, wait)
        add_erased(path.parent, {p: moment(t) for p, t in tombstones(workspace.path / RECORDS).items()})
        if keep and path != place:
            for old in backups_in(path.parent)[:-keep]:
                old.unlink()
    except OSError as problem:
        raise StorageError(
            "{path}: the backup was not made: {reason}; free some space or check the rights",
            path=path,
            reason=of_machine(problem),
        ) from problem
    return saved


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, oldest first."""
    return sorted(folder.glob("journeyscore-*.tar*"))


def _target(workspace: Workspace, place: Path, at: datetime) -> Path:
    if place.resolve().is_relative_to(workspace.path.resolve()):
        raise UsageError("{path} is in the data directory; backups belong elsewhere, best on another disk", path=place)
    if ".tar" in place.suffixes and not place.is_dir():
        return place
    return place / f"journeyscore-{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.tar.gz"


def _sweep(folder: Path) -> None:
    """Remove what a killed process left: it has people's data."""
    for left in folder.glob(f"{PARTIAL}*"):
        if left.stat().st_mtime < time.time() - ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _save(workspace: Workspace, folder: Path, path: Path, at: datetime, wait: float | None) -> Saved:
    draft = folder / "draft"
    with ExitStack() as held:
        with workspace.lease.hold("backup", wait):
            reconcile(workspace.log, workspace.records)
            letters = _copy_inbox(workspace.path / INBOX, folder / INBOX)
            records = held.enter_context(pinned(workspace.path / RECORDS))
            files = dict(_opened(workspace, held))
            events = workspace.log.count()
        copy(records, folder / RECORDS)
        for name in (RECORDS, INBOX):
            if (folder / name).exists():
                files[name] = held.enter_context((folder / name).open("rb"))
        about = {"layout": LAYOUT, "version": __version__, "made_at": at.isoformat(), "events": events}
        with _tar(draft, packed=path.suffix == ".gz") as tar:
            _fill(tar, {**about, "letters": letters}, files)
    sync([draft])
    size = draft.stat().st_size
    draft.replace(path)
    sync([path.parent])
    return Saved(path, size, events, letters)


def _copy_inbox(path: Path, target: Path) -> int:
    """The inbox is copied under the lease: afterwards its reader would be in the way of whoever empties it."""
    if not path.exists():
        return 0
    with pinned(path) as connection:
        copy(connection, target)
        return int(connection.execute("SELECT COUNT(*) FROM inbox").fetchone()[0])


def _opened(workspace: Workspace, held: ExitStack) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and handle of every file but the databases. Opened, it stays readable when it is replaced or removed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for path in [*_files(workspace.path), *workspace.log.current()]:
        with suppress(FileNotFoundError):  # pages remove drafts and uploads whenever they like
            yield str(path.relative_to(workspace.path)), held.enter_context(path.open("rb"))


def _files(folder: Path) -> Iterator[Path]:
    for top in sorted(folder.iterdir()):
        if top.name in SKIPPED or top.suffix == ".lock" or top.name.startswith("."):
            continue
        yield from sorted(p for p in top.rglob("*") if p.is_file()) if top.is_dir() else [top]


@contextmanager
def _tar(path: Path, packed: bool) -> Iterator[tarfile.TarFile]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        packing = {"mode": "w:gz", "compresslevel": 1} if packed else {"mode": "w"}
        with tarfile.open(fileobj=file, **packing) as tar:
            yield tar


def _fill(tar: tarfile.TarFile, about: dict[str, object], files: dict[str, IO[bytes]]) -> None:
    first = io.BytesIO(json.dumps(about, indent=1).encode())
    sums = [f"{_add(tar, ABOUT, first)}  {ABOUT}\n"]
    sums += [f"{_add(tar, name, file)}  {name}\n" for name, file in sorted(files.items())]
    _add(tar, SUMS, io.BytesIO("".join(sums).encode()))


class _Summed:
    """A file that is summed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._file.read(size)
        self.sum.update(found)
        return found


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> str:
    """Add one member; gives its SHA-256."""
    member, summed = tarfile.TarInfo(name), _Summed(file)
    if isinstance(file, io.BytesIO):
        member.size, member.mode, member.mtime = len(file.getbuffer()), 0o600, int(time.time())
    else:
        found = os.fstat(file.fileno())
        member.size, member.mode, member.mtime = found.st_size, found.st_mode & 0o777, int(found.st_mtime)
    tar.addfile(member, summed)
    return summed.sum.hexdigest()
