"""The few statements that the ORM cannot say: many rows at once, each merged with the one that is there."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, transaction

T = TypeVar("T")
AT_ONCE = 10_000
"""Values in one `IN (...)`; SQLite takes 32,766 or more."""
ROWS_AT_ONCE = 2_000
"""Rows in one `VALUES`: as many values as SQLite takes have room for sixteen columns."""

NEWEST_WINS = """
INSERT INTO person (pseudonym, "key", email, phone, name, first_seen) VALUES {rows}
ON CONFLICT (pseudonym) DO UPDATE SET
  "key" = CASE WHEN excluded."key" = person."key" THEN person."key" END,
  email = COALESCE(excluded.email, person.email),
  phone = COALESCE(excluded.phone, person.phone),
  name = COALESCE(excluded.name, person.name),
  first_seen = CASE WHEN person.first_seen <= excluded.first_seen THEN person.first_seen
    ELSE COALESCE(excluded.first_seen, person.first_seen) END
WHERE excluded."key" <> person."key" OR COALESCE(excluded.first_seen < person.first_seen, person.first_seen IS NULL)
  OR COALESCE(excluded.email <> COALESCE(person.email, ''), FALSE)
  OR COALESCE(excluded.phone <> COALESCE(person.phone, ''), FALSE)
  OR COALESCE(excluded.name <> COALESCE(person.name, ''), FALSE)
"""
"""What is sent replaces what was there, field by field; nothing sent changes nothing.

Another key under the same pseudonym makes the key NULL, which the column refuses: the whole transaction fails.
"""

FIRST_WINS = """
INSERT INTO person (pseudonym, "key", email, phone, name, first_seen) VALUES {rows}
ON CONFLICT (pseudonym) DO UPDATE SET
  "key" = CASE WHEN excluded."key" = person."key" THEN person."key" END,
  email = COALESCE(person.email, excluded.email),
  phone = COALESCE(person.phone, excluded.phone),
  name = COALESCE(person.name, excluded.name),
  first_seen = CASE WHEN person.first_seen <= excluded.first_seen THEN person.first_seen
    ELSE COALESCE(excluded.first_seen, person.first_seen) END
WHERE excluded."key" <> person."key" OR COALESCE(excluded.first_seen < person.first_seen, person.first_seen IS NULL)
  OR COALESCE(excluded.email <> COALESCE(person.email, ''), FALSE)
  OR COALESCE(excluded.phone <> COALESCE(person.phone, ''), FALSE)
  OR COALESCE(excluded.name <> COALESCE(person.name, ''), FALSE)
"""
"""Only what is missing is filled in: for rows that came before."""

LINK = """
INSERT INTO link (person, candidate, since, made_by, made_at) VALUES {rows}
ON CONFLICT (person, candidate) DO UPDATE SET since = excluded.since WHERE excluded.since < link.since
"""
"""The earliest event that links two says since when. A link that was undone stays undone."""

COUNT = """
INSERT INTO intake_count (source, day, outcome, "rows") VALUES {rows}
ON CONFLICT (source, day, outcome) DO UPDATE SET "rows" = intake_count."rows" + excluded."rows"
"""

STANDING = """
INSERT INTO standing (candidate, band, millipoints, last_event_at, log, since) VALUES {rows}
ON CONFLICT (candidate) DO UPDATE SET band = excluded.band, millipoints = excluded.millipoints,
  last_event_at = excluded.last_event_at, log = excluded.log,
  since = CASE WHEN excluded.band = standing.band THEN standing.since ELSE excluded.since END
"""


def put_rows(alias: str, statement: str, rows: Iterable[Sequence[Any]], key: int = 1) -> None:
    """Run `statement`, which has a place for `{rows}`, over all rows, in one transaction.

    The first `key` columns say which row of the table is meant.
    """
    # many rows in a statement: between statements other threads take over, which cost half of the time (measured)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        for some in _apart(slices(rows, ROWS_AT_ONCE), key):
            values = ", ".join([f"({', '.join(['%s'] * len(some[0]))})"] * len(some))
            cursor.execute(statement.format(rows=values), [value for row in some for value in row])


def _apart(some: Iterable[list[Sequence[Any]]], key: int) -> Iterator[list[Sequence[Any]]]:
    """The rows, cut where one means the same row as another before it: PostgreSQL changes a row once in a statement."""
    for rows in some:
        start, seen = 0, set[tuple[Any, ...]]()
        for place, row in enumerate(rows):
            means = tuple(row[:key])
            if means in seen:
                yield rows[start:place]
                start, seen = place, set()
            seen.add(means)
        yield rows[start:]


def slices(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The values, at most `size` at a time."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
