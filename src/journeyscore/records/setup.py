"""Django in this process: configured once, with one database alias per data directory."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from journeyscore.domain.database import Postgres, postgres_of
from journeyscore.domain.errors import UsageError

FILE = "records.sqlite3"
PRAGMAS = "; ".join(
    f"PRAGMA {name}={value}"
    for name, value in {
        "journal_mode": "WAL",
        "synchronous": "FULL",  # what was committed survives a power cut
        "wal_autocheckpoint": "16000",  # in pages of 4 KiB: an import touches most pages again and again
        "secure_delete": "ON",  # deleted content is overwritten
        "temp_store": "MEMORY",  # temporary content is never on disk
        "cache_size": "-32000",  # in KiB
    }.items()
)
BUSY_SECONDS = 30
_once = threading.Lock()


def register(data_dir: Path) -> str:
    """Make the database of `data_dir` known to Django; gives its alias. May be called again, by any thread."""
    alias = str(data_dir.resolve())
    with _once:
        wanted = database(data_dir.resolve() / FILE)
        if settings.configured and _same(connections.settings["default"], wanted):
            return "default"  # the web application of this directory
        if not settings.configured:
            settings.configure(INSTALLED_APPS=["journeyscore.records.apps.RecordsConfig"], USE_TZ=True, TIME_ZONE="UTC")
            # what django.setup() does for models; the rest of it loads the web half of Django
            apps.populate(settings.INSTALLED_APPS)
        if alias not in connections.settings:
            default = connections.settings["default"]
            connections.settings[alias] = connections.configure_settings({"default": default, alias: wanted})[alias]
    return alias


def _same(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether both are the same tables."""
    return all(known.get(part) == wanted[part] for part in ("ENGINE", "NAME", "OPTIONS"))


def database(path: Path) -> dict[str, Any]:
    """Django's settings for the file `path`, or for the schema that the data directory has instead of it."""
    if place := postgres_of(path.parent):
        return _postgres(place)
    options = {"timeout": BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


def _postgres(place: Postgres) -> dict[str, Any]:
    """Raises UsageError where the driver is missing, or the address cannot be read."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise UsageError("PostgreSQL needs its driver: pip install 'journeyscore[postgres]'") from None
    try:
        said = conninfo_to_dict(place.url)
    except ProgrammingError:
        raise UsageError("the address of PostgreSQL cannot be read; write it as postgresql://user@host/name") from None
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    facts = {name: str(said.pop(key, "")) for name, key in named.items()}
    return {"ENGINE": "django.db.backends.postgresql", **facts, "OPTIONS": {**said, "options": place.options}}
