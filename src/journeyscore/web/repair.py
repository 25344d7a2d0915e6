"""Refused rows to look at, to repair in a table, and to send in again."""

import csv
import io
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from journeyscore.connectors.files.columns import REFUSED
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.refused import DELIMITER
from journeyscore.domain.errors import NotFoundError
from journeyscore.records.shapes import ImportRun
from journeyscore.web import uploads
from journeyscore.web.jobs import IMPORT, jobs
from journeyscore.web.mapping_text import read_text
from journeyscore.web.workspace import workspace

MOST_ROWS = 50
MOST_CELLS = 4_000
"""A form has so many fields at most."""
LONGEST = 1_000
"""Cells that are longer are repaired in the file."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused row: its number in the file, why, which field, and its cells as the refusals' file has them."""

    row: str
    reason: str
    field: str
    cells: tuple[str, ...]

    @property
    def too_long(self) -> bool:
        """Whether a cell is too long to be repaired in a page."""
        return any(len(cell) > LONGEST for cell in self.cells)


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """The first refused rows of an import, under the columns of its file."""

    columns: tuple[str, ...]
    rows: tuple[Refused, ...]


def run_with_refused(run_id: str) -> tuple[ImportRun, Path]:
    """An import and the file of its refused rows. Raises NotFoundError where there is none."""
    runs = {run.id: run for run in workspace().records.imports.all()}
    run = runs.get(run_id)
    if run is None:
        raise NotFoundError("there is no such import")
    path = Path(run.refused_file)
    if not run.refused_file or not path.is_file():
        raise NotFoundError("nothing is kept of refused rows of this import")
    return run, path


def refused_rows(path: Path) -> RefusedRows:
    """The first rows of a refusals' file: so many that a form can hold them."""
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = csv.reader(file, delimiter=DELIMITER)
        columns = tuple(next(rows, []))[len(REFUSED) :]
        most = max(1, min(MOST_ROWS, MOST_CELLS // max(1, len(columns))))
        return RefusedRows(columns, tuple(_row(cells, len(columns)) for cells in islice(rows, most)))


def _row(cells: list[str], width: int) -> Refused:
    row, reason, field, _said, *rest = [*cells, *[""] * (len(REFUSED) + width)]
    return Refused(row, reason, field, tuple(rest[:width]))


def repaired(found: RefusedRows, form: Pairs[str, str]) -> list[tuple[str, ...]]:
    """The rows that somebody changed in the form."""
    changed = []
    for place, row in enumerate(found.rows):
        cells = tuple(_cell(form.get(f"r{place}c{n}", cell), cell) for n, cell in enumerate(row.cells))
        if cells != row.cells:
            changed.append((row.row, row.reason, row.field, "", *cells))
    return changed


def _cell(sent: str, before: str) -> str:
    """What was sent; a browser writes line ends in its own way, which is no change."""
    return before if sent.replace("\r\n", "\n") == before.replace("\r\n", "\n") else sent


def replayed(run: ImportRun, found: RefusedRows, rows: list[tuple[str, ...]], by: int | None) -> uploads.Upload:
    """The repaired rows as an upload, to be read with the mapping of the import and under its source."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerows([[*REFUSED, *found.columns], *rows])
    name = f"{Path(run.file_name).stem[:50]}-repaired.csv"
    upload = uploads.keep_text(name, "\ufeff" + out.getvalue(), by)
    again = replace(upload, mapping=_mapping_of(run.id), source=run.source)
    uploads.write(again)
    return again


def _mapping_of(run_id: str) -> Mapping | None:
    """The mapping of an import that was made on a page; how its file was written does not matter any more."""
    job = next((j for j in jobs().answered(IMPORT) if j.answer.get("run") == run_id), None)
    text = job.answer.get("mapping") if job else None
    return replace(read_text(text), delimiter=None, encoding=None, sheet=None) if text else None
