"""Small frames of events for the tests of the log."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from journeyscore.log.event_log import SCHEMA

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def events(ids: Sequence[int], fingerprints: Sequence[int] | None = None, **columns: object) -> pl.DataFrame:
    """One event per id, a day apart; `columns` give a list or one value for all."""
    size = len(ids)
    times = [START + timedelta(days=i) for i in range(size)]
    made: dict[str, object] = {
        "event_id": list(ids),
        "fingerprint": list(fingerprints) if fingerprints is not None else [i * 10 for i in ids],
        "source": "ats",
        "name": "form_submitted",
        "occurred_at": times,
        "day": [t.date() for t in times],
        "received_at": datetime(2026, 6, 1, tzinfo=UTC),
        "person": [f"c{i:011}" for i in range(size)],
        "channel": "direct",
        "machine": False,
        **columns,
    }
    full = {name: made.get(name) for name in SCHEMA}
    wide = {name: value if isinstance(value, list) else [value] * size for name, value in full.items()}
    return pl.DataFrame(wide, schema=SCHEMA)


def day(number: int) -> date:
    """The day of the event at this place of `events`."""
    return (START + timedelta(days=number)).date()
