"""Small CSV files to import."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

HEADER = ("message_id", "name", "occurred_at", "candidate", "visitor", "email", "source", "call", "previous")
Row = Mapping[str, str]


def sent(number: int, **fields: str) -> dict[str, str]:
    """The row with this message id: a form submitted by a candidate of their own, an hour after the one before."""
    day, hour = divmod(number, 24)
    made = {
        "message_id": f"m{number}",
        "name": "form_submitted",
        "occurred_at": f"2026-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}T{hour:02}:00:00Z",
        "candidate": f"K-{number}",
    }
    return {**made, **fields}


def write(path: Path, rows: Sequence[Row]) -> Path:
    """A CSV file with these rows: the first is row 2 of the file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
