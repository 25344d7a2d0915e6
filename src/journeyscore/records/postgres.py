"""What the records do in another way where their database is PostgreSQL. All names are ours, or the schema's."""

from datetime import UTC, datetime

from django.db import connections

from journeyscore.domain.database import Postgres

KEPT = 3
"""Copies of the records that stay."""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
COPIES = "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s ORDER BY nspname"


def make_schema(alias: str, place: Postgres) -> None:
    """Make the schema of the data directory, if it is not there."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {place.schema}")


def scrub(alias: str, place: Postgres) -> None:
    """Write every table anew, the inbox's too: what was deleted is in none of their files. Copies go."""
    with connections[alias].cursor() as cursor:
        for (copy,) in _rows(alias, COPIES, f"{place.schema}\\_before\\_%"):
            cursor.execute(f"DROP SCHEMA {copy} CASCADE")
        for (table,) in _rows(alias, TABLES, place.schema):
            cursor.execute(f'VACUUM (FULL) {place.schema}."{table}"')


def keep_copy(alias: str, place: Postgres) -> str:
    """Copy every table into a schema beside this one; gives its name. The last KEPT stay."""
    copy = f"{place.schema}_before_{datetime.now(UTC):%Y%m%d%H%M%S}"
    with connections[alias].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {copy}")
        for (table,) in _rows(alias, TABLES, place.schema):
            cursor.execute(f'CREATE TABLE {copy}."{table}" AS TABLE {place.schema}."{table}"')
        for (old,) in _rows(alias, COPIES, f"{place.schema}\\_before\\_%")[:-KEPT]:
            cursor.execute(f"DROP SCHEMA {old} CASCADE")
    return copy


def _rows(alias: str, query: str, value: str) -> list[tuple[str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(query, [value])
        return list(cursor.fetchall())
