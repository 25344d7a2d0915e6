"""Which SQL database a data directory has: SQLite files in it, or a schema of its own in PostgreSQL."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from journeyscore.domain.errors import UsageError

SETTING = "JOURNEYSCORE_DATABASE"
"""In the environment only: it may hold a password."""
FILE = "schema"
"""In the data directory: the name of its schema, made at the first start."""
SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True, repr=False)
class Postgres:
    """A schema in a PostgreSQL database. `url` may hold a password: it is never printed."""

    url: str
    schema: str

    @property
    def options(self) -> str:
        """What each connection is told at its start: where the tables are, and that a commit is on disk."""
        return f"-c search_path={self.schema} -c timezone=UTC -c synchronous_commit=on -c lock_timeout=30s"


def postgres_of(data_dir: Path) -> Postgres | None:
    """The schema of this data directory; None where its database is SQLite. Raises UsageError for another setting."""
    url = os.environ.get(SETTING, "").strip()
    if not url:
        return None
    if not url.startswith(SCHEMES):
        raise UsageError("{name} must begin with postgresql://, or be empty for SQLite", name=SETTING)
    return Postgres(url, _schema_of(data_dir))


def _schema_of(data_dir: Path) -> str:
    path = data_dir / FILE
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(f"journeyscore_{secrets.token_hex(6)}\n")
    except FileExistsError:
        pass
    except FileNotFoundError:
        raise UsageError("{path} does not exist", path=data_dir) from None
    name = path.read_text(encoding="ascii").strip()
    if not name.replace("_", "").isalnum() or not name.islower():
        raise UsageError("{path}: {name!r} is no name of a schema; restore the file", path=path, name=name)
    return name
