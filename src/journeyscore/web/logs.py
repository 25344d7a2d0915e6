"""What servers and workers write to stderr: one line an event, as JSON or, at a terminal, as text.

Never what people sent: no addresses with their queries, no names, bodies or tokens. Of an error its kind and where it
came from, not its message, which may quote any of these; of what other libraries say the template without its values.
"""

import json
import logging
import logging.config
import os
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

SETTING = "JOURNEYSCORE_LOG"
JSON, TEXT = "json", "text"
OWN, SERVER, WARNINGS = "journeyscore", "_granian", "py.warnings"
FACTS = "facts"
"""The attribute of a record with more fields: `log.info("...", extra={FACTS: {...}})`."""
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that this thread answers."""


class JsonLine(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(facts_of(record), ensure_ascii=False, default=str)


class TextLine(logging.Formatter):
    """A record for people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it where an error came from."""
        facts = facts_of(record)
        head = " ".join(str(facts.pop(name)) for name in ("time", "level", "logger", "message"))
        where = "".join(f"\n    {frame}" for frame in facts.pop("where", ()))
        return " ".join([head, *(f"{name}={value}" for name, value in facts.items())]) + where


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says."""
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _message(record),
    }
    if request_id.get():
        facts["request"] = request_id.get()
    facts |= getattr(record, FACTS, {})
    if record.exc_info and record.exc_info[1]:
        facts |= _error(record.exc_info[1])
    return facts


def _message(record: logging.LogRecord) -> str:
    """Ours in full; of others a first line into which nothing was filled."""
    if record.name.split(".")[0] == OWN:
        return record.getMessage()
    text = record.msg.partition("\n")[0] if isinstance(record.msg, str) else type(record.msg).__name__
    return text if record.name != WARNINGS else ": ".join(text.split(": ")[:2])  # where, and of which kind


def _error(error: BaseException) -> dict[str, Any]:
    """The kinds of an error and of its causes, and the places it came through."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    frames = [
        f"{f.filename}:{f.lineno} {f.name}" for e in reversed(chain) for f in traceback.extract_tb(e.__traceback__)
    ]
    return {"error": " from ".join(type(e).__name__ for e in chain), "where": frames}


def config() -> dict[str, Any]:
    """The settings of `logging.config.dictConfig`, by the environment: JSON, unless it says text."""
    line = TextLine if os.environ.get(SETTING) == TEXT else JsonLine
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": line}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            SERVER: {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # what was asked wrongly, with its address or host: the line of the request says enough
            "django.security": {"level": "CRITICAL"},
            "django.request": {"level": "ERROR"},
        },
    }


def set_up() -> None:
    """From now on this process logs like that, whatever ends it."""
    logging.config.dictConfig(config())
    logging.captureWarnings(True)
    log = logging.getLogger(__name__)
    sys.excepthook = lambda kind, error, _: log.critical("the process ends", exc_info=error)
    threading.excepthook = lambda found: log.error("a thread ended", exc_info=found.exc_value)
