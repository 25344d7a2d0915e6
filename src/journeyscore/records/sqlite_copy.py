"""Copies of SQLite databases while others write in them. What backups know of SQLite stands here."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from journeyscore.domain.errors import StorageError
from journeyscore.domain.phrase import of_machine

BACKUPS = "backups"
"""The folder in the data directory with automatic copies of the records."""
KEPT = 3
"""So many of them stay."""
BESIDE = ("", "-wal", "-shm")
"""A database is a file, and these beside it while it is open."""


@contextmanager
def pinned(path: Path) -> Iterator[sqlite3.Connection]:
    """The database at `path` as it is at this moment, for as long as this is open; nobody has to wait.

    Raises StorageError where it cannot be read.
    """
    with closing(_pinned(path)) as connection:
        yield connection


def _pinned(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, isolation_level=None, timeout=10)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the transaction begins by reading
    except sqlite3.Error as problem:
        connection.close()
        raise StorageError("{path}: cannot be read: {reason}", path=path, reason=of_machine(problem)) from problem
    return connection


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Write what `source` sees to the new file `target`, mode 0600. Raises StorageError, and leaves nothing then."""
    target.touch(0o600)
    try:
        with closing(sqlite3.connect(target)) as made:
            source.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")  # one file, whoever opens it
    except sqlite3.Error as problem:
        remove(target)
        raise StorageError(
            "{path}: cannot be copied: {reason}; free some space", path=target, reason=of_machine(problem)
        ) from problem


def keep_copy(path: Path, name: str) -> Path:
    """Copy the database at `path` into BACKUPS beside it, under this name and the moment; the last KEPT stay."""
    folder = path.parent / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{name}{path.suffix}"
    with pinned(path) as connection:
        copy(connection, kept)
    for old in copies(path.parent)[:-KEPT]:
        old.unlink()
    return kept


def copies(data_dir: Path) -> list[Path]:
    """The automatic copies, oldest first."""
    return sorted((data_dir / BACKUPS).glob("*.sqlite3"))


def tombstones(path: Path) -> dict[str, str]:
    """Who was erased from the records at `path`, and when (as stored); nobody where there are no such records."""
    if not path.exists():
        return {}
    try:
        with pinned(path) as connection:
            return dict(connection.execute("SELECT pseudonym, erased_at FROM tombstone"))
    except (sqlite3.Error, StorageError) as problem:
        raise StorageError(
            "{path}: cannot be read, so nobody knows who was erased there; "
            "name a list of them with --erased, and move this file away",
            path=path,
        ) from problem


def remove(path: Path) -> None:
    """Remove a database."""
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
