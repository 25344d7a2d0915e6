"""A table of what was sent, in a file of its own: imports write into the records for seconds, senders do not wait.

Rows are numbered in the order in which they were committed (SQLite has one writer at a time), so whoever has seen
number n has seen everything before it.
"""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from journeyscore.domain.errors import StorageError
from journeyscore.domain.phrase import of_machine

FILE = "inbox.sqlite3"
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was committed survives a power cut
    "PRAGMA secure_delete = ON",  # what was landed is gone, not only hidden
    "PRAGMA temp_store = MEMORY",
    "PRAGMA busy_timeout = 10000",
)
TABLE = """
CREATE TABLE IF NOT EXISTS inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  sender TEXT NOT NULL,
  received_at TEXT NOT NULL,
  body TEXT NOT NULL
)
"""
PUT = "INSERT INTO inbox (source, sender, received_at, body) VALUES (?, ?, ?, ?)"
TAKE = "SELECT source, sender, received_at, body, id FROM inbox WHERE id > ? ORDER BY id LIMIT ?"


PROBE = "CREATE TABLE IF NOT EXISTS probe (body BLOB NOT NULL)"
PROBE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """How many letters wait, and the moment of receipt of the oldest (ISO, UTC; empty if there is none)."""

    waiting: int
    oldest: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One call as it was sent: the name of its `source`, the kind of key it came with, the moment of receipt (ISO,
    UTC), and its JSON. `id` is 0 until it is in the inbox."""

    source: str
    sender: str
    received_at: str
    body: str
    id: int = 0


class Inbox:
    """The inbox of one data directory. Each thread has a connection of its own. Raises StorageError."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE
        self._local = threading.local()

    def put(self, letters: Sequence[Letter]) -> None:
        """Keep these: all or none; on disk when this returns."""
        rows = [(one.source, one.sender, one.received_at, one.body) for one in letters]
        try:
            with self._connection() as connection:  # commits, or rolls back
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(PUT, rows)
        except sqlite3.Error as error:
            raise self._problem(error) from error

    def take(self, after: int, most: int) -> list[Letter]:
        """The letters after this number, in their order."""
        try:
            return [Letter(*row) for row in self._connection().execute(TAKE, (after, most))]
        except sqlite3.Error as error:
            raise self._problem(error) from error

    def drop(self, up_to: int) -> None:
        """Let go of the letters up to this number."""
        try:
            with self._connection() as connection:
                connection.execute("DELETE FROM inbox WHERE id <= ?", (up_to,))
            # or what was deleted would lie in the write-ahead log until that is written over
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise self._problem(error) from error

    def probe(self) -> None:
        """Write as many letters would be written, on disk when this returns, and delete it."""
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(PROBE)
                connection.execute("INSERT INTO probe VALUES (zeroblob(?))", (PROBE_BYTES,))
            with self._connection() as connection:
                connection.execute("DELETE FROM probe")
        except sqlite3.Error as error:
            raise self._problem(error) from error

    def state(self) -> State:
        """What waits, without counting it: numbers have no gaps, but for letters that were given back."""
        try:
            first = "SELECT id, received_at FROM inbox ORDER BY id LIMIT 1"
            found = self._connection().execute(first).fetchone()
            last = self._connection().execute("SELECT MAX(id) FROM inbox").fetchone()[0]
        except sqlite3.Error as error:
            raise self._problem(error) from error
        return State(last - found[0] + 1, found[1]) if found and last else State(0, "")

    def waiting(self) -> int:
        """How many letters there are."""
        return int(self._connection().execute("SELECT COUNT(*) FROM inbox").fetchone()[0])

    def close(self) -> None:
        """End this thread's connection."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            with suppress(sqlite3.Error), closing(connection):
                pass

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, isolation_level=None)
            for pragma in PRAGMAS:
                connection.execute(pragma)
            connection.execute(TABLE)
            self._local.connection = connection
        return connection

    def _problem(self, error: sqlite3.Error) -> StorageError:
        self.close()  # the next try begins anew
        said = of_machine(error)
        return StorageError("{path}: {problem}; free some space", path=self.path, problem=said)
