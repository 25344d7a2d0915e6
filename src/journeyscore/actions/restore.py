"""Putting a backup back: unpacked and checked beside what is there, then swapped. Who was erased since stays erased."""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from journeyscore.actions.backup import ABOUT, LAYOUT, SUMS
from journeyscore.actions.erase import erase_again
from journeyscore.actions.erased_list import FILE as ERASED
from journeyscore.actions.erased_list import moment, read_erased
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.workspace import LOCK, REFUSED, open_workspace
from journeyscore.domain.errors import InputError, StorageError, UsageError
from journeyscore.domain.phrase import of_machine
from journeyscore.inbox import open_inbox
from journeyscore.log import Lease
from journeyscore.log.part_file import sync
from journeyscore.log.presence import alone
from journeyscore.records.setup import FILE as RECORDS
from journeyscore.records.sqlite_copy import BESIDE, tombstones

STAGING, REPLACED = ".restore", ".replaced"
CHUNK = 1024**2


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: when the backup was made, events, letters that still wait, and events erased again."""

    made_at: datetime
    events: int
    letters: int
    erased_again: int


def restore(file: Path, target: Path, *, force: bool = False, erased: Path | None = None) -> Restored:
    """Put the backup `file` back as the data directory `target`, in place of what is there with `force`.

    Whoever is erased in `target`, in the list beside the backup, or in the list `erased` is erased again. Nothing of
    `target` is changed before all of the backup has been checked. Raises UsageError for a directory that is not empty,
    or a backup of a newer version, BusyError where somebody serves or writes, InputError for a damaged backup,
    StorageError.
    """
    if not file.is_file():
        raise UsageError("{path}: there is no such file", path=file)
    if not force and _occupied(target):
        raise UsageError(
            "{path} is not empty; restore elsewhere, or add --force: what is there is lost then", path=target
        )
    with _storing(target):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(target), Lease(target / LOCK).hold("restore", wait=0):
            return _restore(file, target, _stones(file, target, erased))


def _occupied(target: Path) -> bool:
    """Whether there is anything but locks, and what an interrupted restore left."""
    return target.exists() and any(not _is_ours(path) for path in target.iterdir())


def _is_ours(path: Path) -> bool:
    return path.name in (LOCK, STAGING) or path.suffix == ".lock"


@contextmanager
def _storing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StorageError(
            "{path}: cannot restore: {reason}; free some space or check the rights",
            path=target,
            reason=of_machine(problem),
        ) from problem


def _stones(file: Path, target: Path, erased: Path | None) -> dict[str, datetime]:
    """Everybody who was erased, as far as this machine knows."""
    return (read_erased(erased) if erased else {}) | _list_in(file.parent) | _buried_in(target)


def _list_in(folder: Path | None) -> dict[str, datetime]:
    return read_erased(folder / ERASED) if folder and (folder / ERASED).exists() else {}


def _buried_in(data_dir: Path) -> dict[str, datetime]:
    return {p: moment(at) for p, at in tombstones(data_dir / RECORDS).items()}


def _restore(file: Path, target: Path, stones: dict[str, datetime]) -> Restored:
    staged = target / STAGING
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    try:
        made_at = _unpack(file, staged)
        restored = _put_right(staged, target, made_at, stones)
        _swap(staged, target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return restored


def _put_right(staged: Path, target: Path, made_at: datetime, stones: dict[str, datetime]) -> Restored:
    """Open what was unpacked, so that it is known to be whole, and bring it up to date with `stones`.

    Letters are landed first, if somebody is to be erased again: what they say of them is refused.
    """
    (staged / REFUSED).mkdir(mode=0o700, exist_ok=True)
    workspace, inbox = open_workspace(staged), open_inbox(staged)
    try:
        workspace.records.imports.refused_in(target.absolute() / REFUSED)
        # all of them, and not only who is missing there: an erasure may have been interrupted before the backup
        stones = stones | _list_in(workspace.backups) | _buried_in(staged)
        gone = 0
        if stones:
            workspace.records.bury_all(stones)
            while land_inbox(workspace, inbox).letters:
                pass
            gone = erase_again(workspace, stones).events
        return Restored(made_at, workspace.log.count(), inbox.waiting(), gone)
    finally:
        inbox.close()
        workspace.close()


def _unpack(file: Path, folder: Path) -> datetime:
    """Write every member under `folder`; gives the moment of the backup. Raises InputError where one has changed."""
    try:
        with tarfile.open(file, "r:*") as tar:
            members = iter(tar)
            made_at, first = _about(tar, next(members, None), file)
            found = {ABOUT: first} | {member.name: _written(tar, member, folder) for member in members}
        del found[SUMS]
        said = {line[66:]: line[:64] for line in (folder / SUMS).read_text("utf-8").splitlines()}
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError, FileNotFoundError) as problem:
        raise _damaged(file) from problem
    except OSError as problem:
        if problem.errno is None:  # gzip's own: no machine says so
            raise _damaged(file) from problem
        raise
    if found != said:
        raise _damaged(file)
    (folder / SUMS).unlink()
    return made_at


def _damaged(file: Path) -> InputError:
    return InputError("{path}: this is no backup, or it is damaged; nothing was changed; take another one", path=file)


def _about(tar: tarfile.TarFile, first: tarfile.TarInfo | None, file: Path) -> tuple[datetime, str]:
    """When the backup was made, and the SHA-256 of what says so."""
    member = tar.extractfile(first) if first and first.name == ABOUT else None
    if member is None:
        raise _damaged(file)
    content = member.read()
    about = json.loads(content)
    if about["layout"] > LAYOUT:
        raise UsageError(
            "{path} was made by a newer version ({version}); install that one", path=file, version=about["version"]
        )
    return datetime.fromisoformat(about["made_at"]), hashlib.sha256(content).hexdigest()


def _written(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write a member; gives its SHA-256."""
    name, content = PurePosixPath(member.name), tar.extractfile(member)
    if content is None or name.is_absolute() or ".." in name.parts:
        raise ValueError(member.name)
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o777)
    with os.fdopen(handle, "wb") as out:
        found = _copied(content, out)
    os.utime(path, (member.mtime, member.mtime))  # uploads are kept for a day
    sync([path])
    return found


def _copied(content: IO[bytes], out: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := content.read(CHUNK):
        found.update(chunk)
        out.write(chunk)
    return found.hexdigest()


def _swap(staged: Path, target: Path) -> None:
    """Put what was staged in the place of what is there. After a crash in between, restore again with --force.

    The records go first: they know who was erased.
    """
    trash = staged / REPLACED
    trash.mkdir()
    (staged / LOCK).unlink(missing_ok=True)
    _settle(target / RECORDS)
    new = sorted((p for p in staged.iterdir() if p != trash), key=lambda p: (p.name != RECORDS, p.name))
    for path in new:
        _replace(path, target / path.name, trash)
    for path in target.iterdir():
        if not _is_ours(path) and path.name not in {p.name for p in new}:
            path.rename(trash / path.name)
    sync([target])


def _replace(path: Path, place: Path, trash: Path) -> None:
    if place.is_dir():
        place.rename(trash / place.name)
    path.replace(place)


def _settle(path: Path) -> None:
    """Bring a database into its one file, so that it can be replaced by another at any moment."""
    with suppress(sqlite3.Error):  # a damaged one
        if path.exists():
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in BESIDE[1:]:
        path.with_name(path.name + ending).unlink(missing_ok=True)
