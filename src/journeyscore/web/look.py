"""A look at an uploaded file: what was recognised, and what would become of its first rows."""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from journeyscore.actions.import_file import DEFAULT_SOURCE
from journeyscore.actions.taking import Taking
from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import FIELDS, HALVES, PROPERTY
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import UsageError
from journeyscore.intake.batch import Context
from journeyscore.web.mapping_text import mapping_text, read_text
from journeyscore.web.uploads import Upload
from journeyscore.web.workspace import workspace

ROWS = 20
LONGEST_CELL = 80
MOST_COLUMNS = 1_000
LEFT_OUT, AS_PROPERTY = "", "properties"
NAMES = {
    "name": _("What happened"),
    "occurred_at": _("When"),
    "date": _("Date (the time is in another column)"),
    "time": _("Time of day (the date is in another column)"),
    "candidate": _("Candidate (number or address)"),
    "visitor": _("Visitor (device or cookie)"),
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "person_name": _("Name of the candidate"),
    "message_id": _("Id of the event"),
    "source": _("Source (the system)"),
    "channel": _("Channel"),
    "campaign": _("Campaign"),
    "content": _("Content"),
    "vacancy": _("Vacancy"),
    "url": _("Page"),
    "referrer": _("Page before it"),
    "utm_source": _("Traffic source (utm_source)"),
    "utm_medium": _("Medium (utm_medium)"),
    "user_agent": _("Browser (only to recognise machines)"),
    "call": _("Kind of call (track, identify, alias)"),
    "previous": _("Earlier key of the candidate"),
    "properties": _("Properties (JSON)"),
}
"""The fields of an event in words."""
assert set(NAMES) == FIELDS | set(HALVES)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the preview: its cells as they stand, and which is wrong and why. `reason` "" is a good row."""

    number: int
    cells: tuple[str, ...]
    reason: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `targets` has for each column the field it is taken for, `properties.KEY`, or "" for none."""

    columns: tuple[str, ...]
    targets: tuple[str, ...]
    notes: tuple[str, ...]
    rows: int | None
    first: tuple[Row, ...]
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    constants: frozenset[str] = frozenset()

    @property
    def recognised(self) -> int:
        """The number of columns that are used."""
        return sum(bool(target) for target in self.targets)

    @property
    def good(self) -> int:
        """Rows of the preview without a problem."""
        return sum(not row.reason for row in self.first)

    @property
    def missing(self) -> list[str]:
        """What every event needs and no column gives: field names."""
        targets = set(self.targets) | self.constants
        needs = (("name", {"name", "call"}), ("occurred_at", {"occurred_at", "date"}), ("candidate", _PEOPLE))
        return [field for field, given in needs if not given & targets]


_PEOPLE = {"candidate", "email", "visitor"}
"""Each of them says whom a row is about."""


def look(upload: Upload) -> Look:
    """A look at the file with its mapping. Raises InputError, MappingError, UsageError as the import would."""
    if not upload.path.exists():
        raise UsageError("the file is not here any more: files go after an import, or after a day; send it again")
    found = upload.path.stat()
    text = mapping_text(upload.mapping) if upload.mapping else None
    return _look(upload.path, text, upload.source, (found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=8)
def _look(path: Path, mapping: str | None, source: str | None, state: tuple[int, int]) -> Look:
    """Remembered for a few files as they are: a file of 2 GB takes seconds to go through."""
    said = read_text(mapping) if mapping else None
    sent = open_file(path, said)
    if len(sent.columns) > MOST_COLUMNS:
        raise UsageError("the file has {count:,} columns; leave out what is not needed", count=len(sent.columns))
    layout = sent.layout
    targets = tuple(layout.recognised.get(column, "") for column in sent.columns)
    chunk = next(sent.chunks(ROWS), None)
    name = source or (said and said.source) or DEFAULT_SOURCE
    rows = _rows(chunk, sent.columns, name) if chunk else ()
    shape = getattr(sent, "shape", None)  # text files have one, workbooks a sheet
    return Look(
        sent.columns,
        targets,
        sent.notes,
        sent.rows,
        rows,
        getattr(shape, "delimiter", ""),
        getattr(shape, "encoding", ""),
        getattr(sent, "sheet", ""),
        frozenset(said.constants if said else ()),
    )


def _rows(chunk: Chunk, columns: tuple[str, ...], source: str) -> tuple[Row, ...]:
    opened = workspace()
    context = Context(opened.key, opened.settings.time_zone, source, datetime.now(UTC), opened.records.erased())
    taking = Taking(context)
    refused = taking.refusals(chunk, taking.take(chunk.sent)).unique("row", keep="first")
    why = {row: (reason, field) for row, reason, field, _message in refused.iter_rows()}
    shown = [c for c in columns if c in chunk.raw.columns] or [c for c in chunk.raw.columns if c != "row"]
    texts = chunk.raw.select("row", *(pl.col(c).cast(pl.String) for c in shown)).head(ROWS)
    return tuple(Row(row, tuple(map(_short, cells)), *why.get(row, ("", ""))) for row, *cells in texts.iter_rows())


def _short(cell: str | None) -> str:
    text = cell or ""
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


def chosen(upload: Upload, found: Look, form: Pairs[str, str]) -> Mapping | None:
    """The mapping that a form asks for; None where it is what was recognised anyway. Raises UsageError."""
    before = upload.mapping or Mapping()
    columns = {}
    for number, column in enumerate(found.columns):
        target = form.get(f"c{number}", found.targets[number])
        if target == AS_PROPERTY:
            target = target if found.targets[number] == target else PROPERTY + _clean(column)
        if target:
            columns[column] = target
    _check(columns, found)
    same = tuple(columns.get(c, "") for c in found.columns) == found.targets
    constants = {field: _clean(form.get(f"k_{field}", "")) for field in ("name", "channel", "campaign")}
    return _sound(
        replace(
            before,
            columns=before.columns if same else columns,
            constants={k: v for k, v in before.constants.items() if k not in constants}
            | {k: v for k, v in constants.items() if v},
            source=_clean(form.get("source", "")) or None,
            delimiter=_clean(form.get("delimiter", "")) or None,
            encoding=_clean(form.get("encoding", "")) or None,
        )
    )


def _clean(text: str) -> str:
    """On one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _sound(mapping: Mapping) -> Mapping | None:
    """The mapping, if its file would say the same; None for one that says nothing."""
    if mapping == Mapping():
        return None
    if read_text(mapping_text(mapping)) != mapping:
        raise UsageError("this mapping cannot be written down; shorten the names of the columns")
    return mapping


def _check(columns: Pairs[str, str], found: Look) -> None:
    targets = list(columns.values())
    if not targets:
        raise UsageError("no column is used; say for at least one what it is")
    wrong = next((t for t in targets if t not in NAMES and not t.startswith(PROPERTY)), None)
    if wrong is not None:
        raise UsageError("a column cannot be that; choose from the list")
    twice = next((t for t in targets if targets.count(t) > 1), None)
    if twice:
        both = "”, “".join(c for c, t in columns.items() if t == twice)
        raise UsageError("“{both}” cannot both be {twice}; choose one", both=both, twice=twice)
