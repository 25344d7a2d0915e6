"""Django in this process: configured once, with one database alias per data directory."""

import threading
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

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
        if settings.configured and connections.settings["default"]["NAME"] == str(data_dir.resolve() / FILE):
            return "default"  # the web application of this directory
        if not settings.configured:
            settings.configure(INSTALLED_APPS=["journeyscore.records.apps.RecordsConfig"], USE_TZ=True, TIME_ZONE="UTC")
            # what django.setup() does for models; the rest of it loads the web half of Django
            apps.populate(settings.INSTALLED_APPS)
        if alias not in connections.settings:
            default = connections.settings["default"]
            wanted = connections.configure_settings({"default": default, alias: database(data_dir.resolve() / FILE)})
            connections.settings[alias] = wanted[alias]
    return alias


def database(path: Path) -> dict[str, Any]:
    """Django's settings for the file `path`."""
    options = {"timeout": BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}
