"""Opening the inbox of a data directory, in whichever database it has."""

from pathlib import Path

from journeyscore.domain.database import postgres_of
from journeyscore.inbox.inbox import Inbox


def open_inbox(data_dir: Path) -> Inbox:
    """The inbox. Raises UsageError for a setting that is none."""
    place = postgres_of(data_dir)
    if place is None:
        return Inbox(data_dir)
    from journeyscore.inbox.postgres import PostgresInbox

    return PostgresInbox(data_dir, place)
