"""The settings of a workspace: one short TOML file, read strictly."""

import difflib
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from journeyscore.domain.errors import UsageError
from journeyscore.domain.phrase import Phrase, of_machine

FILE = "journeyscore.toml"
LANGUAGES = ("nl", "en")

TEXT = """\
# Settings of this journeyscore workspace. Every key is optional.

# Days begin at midnight here (an IANA name). Do not change it once events have been imported:
# the day of an event is stored with it.
time_zone = "{time_zone}"

# The language of pages and labels: "nl" or "en".
language = "{language}"

# How many seconds a command waits for another one that is writing here.
lock_wait_seconds = 30

# The folder for backups (journeyscore backup), best on another disk. Whoever is erased is noted beside them,
# so that a restore does not bring them back.
# backups = "/var/backups/journeyscore"
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`time_zone` is an IANA name; `language` is nl or en; `lock_wait_seconds` is for a second writer; `backups` is
    the folder for backups, or empty."""

    time_zone: str = "Europe/Amsterdam"
    language: str = "nl"
    lock_wait_seconds: int = 30
    backups: str = ""


def read_settings(path: Path) -> Settings:
    """The settings in the file `path`. Raises UsageError, naming the file, the key and what was expected."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise UsageError("{path}: cannot be read: {reason}", path=path, reason=of_machine(problem)) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError("{path}: this is no TOML: {reason}", path=path, reason=problem) from problem
    names = [f.name for f in fields(Settings)]
    for key in given:
        if key not in names:
            near = difflib.get_close_matches(key, names, 1, 0)
            raise UsageError(
                "{path}: unknown setting {key!r}; did you mean {near!r}?", path=path, key=key, near=near[0]
            )
    return check_settings(Settings(**given), path)


def check_settings(settings: Settings, path: Path) -> Settings:
    """The settings, if every value is one that can be used."""
    for name, default in asdict(Settings()).items():
        value = getattr(settings, name)
        if type(value) is not type(default):
            kind = Phrase("a text") if isinstance(default, str) else Phrase("a whole number")
            raise UsageError(
                "{path}: {name} must be {kind}, not {value}", path=path, name=name, kind=kind, value=repr(value)
            )
    if not _is_zone(settings.time_zone):
        raise UsageError(
            "{path}: unknown time zone {time_zone!r}; write one like Europe/Amsterdam",
            path=path,
            time_zone=settings.time_zone,
        )
    if settings.language not in LANGUAGES:
        raise UsageError("{path}: language must be nl or en, not {language!r}", path=path, language=settings.language)
    if settings.lock_wait_seconds < 0:
        raise UsageError(
            "{path}: lock_wait_seconds must be 0 or more, not {lock_wait_seconds}",
            path=path,
            lock_wait_seconds=settings.lock_wait_seconds,
        )
    return settings


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
