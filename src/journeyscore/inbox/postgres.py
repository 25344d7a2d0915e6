"""The inbox in PostgreSQL: the same promises as in SQLite."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from journeyscore.domain.database import Postgres
from journeyscore.domain.errors import StorageError, UsageError
from journeyscore.inbox.inbox import Inbox, Letter

TABLE = """
CREATE TABLE IF NOT EXISTS inbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source TEXT NOT NULL,
  sender TEXT NOT NULL,
  received_at TEXT NOT NULL,
  body TEXT NOT NULL
)
"""
PUT = "INSERT INTO inbox (source, sender, received_at, body) VALUES (%s, %s, %s, %s)"
IN_TURN = "LOCK TABLE inbox IN EXCLUSIVE MODE"
"""Numbers are given at once, but seen at the commit: with one writer at a time, in the order of the numbers."""


class PostgresInbox(Inbox):
    """The inbox of one data directory, in its schema."""

    def __init__(self, data_dir: Path, place: Postgres) -> None:
        super().__init__(data_dir)
        import psycopg

        self._place, self._errors = place, psycopg.Error

    def put(self, letters: Any) -> None:
        """Keep these: all or none; on disk when this returns."""
        rows = [(one.source, one.sender, one.received_at, one.body) for one in letters]
        try:
            with self._connection().transaction(), self._connection().cursor() as cursor:
                cursor.execute(IN_TURN)
                cursor.executemany(PUT, rows)
        except self._errors as error:
            raise self._problem(error) from None

    def take(self, after: int, most: int) -> list[Letter]:
        """The letters after this number, in their order."""
        asked = "SELECT source, sender, received_at, body, id FROM inbox WHERE id > %s ORDER BY id LIMIT %s"
        try:
            return [Letter(*row) for row in self._connection().execute(asked, (after, most))]
        except self._errors as error:
            raise self._problem(error) from None

    def drop(self, up_to: int) -> None:
        """Let go of the letters up to this number."""
        try:
            self._connection().execute("DELETE FROM inbox WHERE id <= %s", (up_to,))
        except self._errors as error:
            raise self._problem(error) from None

    def probe(self) -> None:
        """Write something, on disk when this returns, and delete it."""
        try:
            with self._connection().transaction() as within:
                self._connection().execute(PUT, ("", "", "", ""))
                import psycopg

                raise psycopg.Rollback(within)
        except self._errors as error:
            raise self._problem(error) from None

    def close(self) -> None:
        """End this thread's connection."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            with suppress(self._errors):
                connection.close()

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _connected(self._place)
            with connection.transaction():
                connection.execute(
                    "SELECT pg_advisory_xact_lock(8273645)"
                )  # two that make a table at once get in a row
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {self._place.schema}")
                connection.execute(TABLE)
        return connection

    def _problem(self, error: Exception) -> StorageError:
        self.close()  # the next try begins anew
        return StorageError("PostgreSQL: {problem}", problem=harmless(error))


def _connected(place: Postgres) -> Any:
    import psycopg

    try:
        return psycopg.connect(place.url, autocommit=True, options=place.options, connect_timeout=10)
    except psycopg.ProgrammingError:
        raise UsageError("the address of PostgreSQL cannot be read; write it as postgresql://user@host/name") from None


def harmless(error: Exception) -> str:
    """The first line of what PostgreSQL says, without anything that was sent to it."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return re.sub(r"(password=|://[^:@/ ]*:)[^@\s]*", r"\1…", said)[:300]
