"""One event that somebody saw happen, taken in exactly like a file of one row."""

import csv
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from journeyscore.actions.import_file import Imported, import_file
from journeyscore.actions.workspace import Workspace
from journeyscore.domain.errors import NotFoundError, UsageError

SOURCE = "by_hand"
CHANNEL = "recruiter"
FILE_NAME = "by_hand.csv"
"""The name under which such events stand among the imports."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: a standard event `name`, at `occurred_at` (aware). `message_id` makes it count once."""

    message_id: str
    candidate: str
    name: str
    occurred_at: datetime
    vacancy: str = ""


def log_event(workspace: Workspace, seen: Seen, *, now: datetime | None = None) -> Imported:
    """Take in the event, of the candidate with this pseudonym. Sent again, it is a duplicate.

    Raises NotFoundError for somebody who is not known (any more), UsageError for a time without a zone, BusyError.
    """
    if seen.occurred_at.tzinfo is None:
        raise UsageError("the time has no zone; give one")
    people = workspace.records.people.get([seen.candidate])
    if not people:
        raise NotFoundError("there is no such candidate")
    row = {
        "message_id": seen.message_id,
        "name": seen.name,
        "occurred_at": seen.occurred_at.isoformat(),
        "candidate": people[0].key,
        "channel": CHANNEL,
        "vacancy": seen.vacancy,
    }
    with tempfile.TemporaryDirectory(prefix="journeyscore-") as folder:
        path = Path(folder) / FILE_NAME
        _write(path, row)
        return import_file(workspace, path, source=SOURCE, now=now)


def _write(path: Path, row: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
