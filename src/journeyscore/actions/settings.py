"""The settings of a workspace: one short TOML file, read strictly."""

import difflib
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from journeyscore.domain.errors import UsageError
from journeyscore.domain.phrase import Phrase, of_machine

FILE = "journeyscore.toml"
LANGUAGES = ("nl", "en")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"

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

# Where people open these pages: links in messages begin with it. For example "https://scores.example.org".
public_url = ""

# When no message goes out, to destinations that keep quiet hours; "" for never. And whole days, such as "sat sun".
quiet_hours = "20:00-07:30"
quiet_days = "sat sun"

# When the message of the day goes out, to destinations that get one a day.
digest_at = "07:30"
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`time_zone` is an IANA name; `language` is nl or en; `lock_wait_seconds` is for a second writer; `backups` is
    the folder for backups, or empty. `public_url` is where the pages are; `quiet_hours`, `quiet_days` and `digest_at`
    say when messages go out."""

    time_zone: str = "Europe/Amsterdam"
    language: str = "nl"
    lock_wait_seconds: int = 30
    backups: str = ""
    public_url: str = ""
    quiet_hours: str = "20:00-07:30"
    quiet_days: str = "sat sun"
    digest_at: str = "07:30"


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
    _check_messages(settings, path)
    return settings


def _check_messages(settings: Settings, path: Path) -> None:
    """The settings of messages, which are read again by `actions.quiet`."""
    if not re.fullmatch(rf"({TIME}-{TIME})?", settings.quiet_hours):
        raise UsageError("{path}: quiet_hours must be like 20:00-07:30, or empty", path=path)
    if not set(settings.quiet_days.split()) < set(DAYS):
        raise UsageError("{path}: quiet_days must be some of mon tue wed thu fri sat sun", path=path)
    if not re.fullmatch(TIME, settings.digest_at):
        raise UsageError("{path}: digest_at must be like 07:30", path=path)
    if not re.fullmatch(r"(https?://[A-Za-z0-9.:\[\]_-]+)?", settings.public_url):
        raise UsageError("{path}: public_url must be like https://scores.example.org, or empty", path=path)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
