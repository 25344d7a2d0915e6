"""The ranking as a file: CSV and XLSX in the reader's language, made piece by piece, in which nothing is a formula."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

import polars as pl
import xlsxwriter
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from journeyscore.domain.cells import harmless
from journeyscore.domain.model import Model
from journeyscore.records.shapes import Person
from journeyscore.web.bands import bands
from journeyscore.web.templatetags.words import said, stage_name
from journeyscore.web.workspace import workspace, zone

PIECE = 5_000
"""So many candidates are looked up and written at once."""
MOST_ROWS = 1_048_575
"""A sheet has no more, beside its head."""
BLOCK = 256 * 1024

Cell = str | int | Decimal | None
Names = Callable[[list[str]], dict[str, Person]]


@dataclass(frozen=True, slots=True)
class Export:
    """What is written: rows of the ranking, the model that names their bands and reasons, owners by account number.

    `names` gives who they are, as far as the reader may know.
    """

    frame: pl.DataFrame
    model: Model
    owners: dict[int, str]
    names: Names
    language: str


def csv_pieces(export: Export) -> Iterator[str]:
    """The file as text, some thousand rows at a time. In Dutch with semicolons and decimal commas, as Excel there."""
    dutch = export.language.startswith("nl")
    yield "\ufeff"
    for rows in _pieces(export):
        out = io.StringIO()
        csv.writer(out, delimiter=";" if dutch else ",").writerows([_written(cell, dutch) for cell in r] for r in rows)
        yield out.getvalue()


def xlsx_pieces(export: Export) -> Iterator[bytes]:
    """The file as bytes. It is made on disk, so that a million rows need no memory; beyond a sheet's end they stop."""
    with tempfile.TemporaryFile() as file:
        _fill(file, export)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _written(cell: Cell, dutch: bool) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    text = "" if cell is None else str(cell)
    return text.replace(".", ",") if dutch else text


def _fill(file: IO[bytes], export: Export) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("journeyscore")
        sheet.freeze_panes(1, 0)
        rows = (row for piece in _pieces(export) for row in piece)
        for number, row in enumerate(rows):
            if number > MOST_ROWS:
                break
            for column, cell in enumerate(row):
                _put(sheet, number, column, cell)


def _put(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, harmless(cell))
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _pieces(export: Export) -> Iterator[list[list[Cell]]]:
    """The head, then the rows. The language is set anew for each piece: they are made after the page has ended."""
    with translation.override(export.language):
        head = _head()
    yield [head]
    for start in range(0, export.frame.height, PIECE):
        with translation.override(export.language):
            rows = _rows(export, export.frame.slice(start, PIECE), start)
        yield rows


def _head() -> list[Cell]:
    return [
        _("Rank"),
        _("Candidate"),
        _("Name"),
        _("Key"),
        _("E-mail address"),
        _("Score"),
        _("In a week"),
        _("Band"),
        _("Strongest reason"),
        _("Second reason"),
        _("Last contact"),
        _("Stage"),
        _("Looked after by"),
    ]


def _rows(export: Export, part: pl.DataFrame, before: int) -> list[list[Cell]]:
    candidates = part.get_column("candidate").to_list()
    names, cared = export.names(candidates), workspace().records.care.of(candidates)
    touchpoints = {t.name: said(t.label) for t in export.model.touchpoints}
    band_names = {b.name: said(b.label) for b in bands(export.model)}
    rows: list[list[Cell]] = []
    for place, row in enumerate(part.iter_rows(named=True), before + 1):
        person, care = names.get(row["candidate"]), cared.get(row["candidate"])
        last = timezone.localtime(row["last_event_at"], zone())
        rows.append(
            [
                place,
                row["candidate"],
                person.name if person else None,
                person.key if person else None,
                person.email if person else None,
                Decimal(row["millipoints"]) / 1000,
                None if row["week_ago"] is None else Decimal(row["millipoints"] - row["week_ago"]) / 1000,
                band_names.get(row["band"], row["band"]),
                touchpoints.get(row["first_reason"]),
                touchpoints.get(row["second_reason"]),
                formats.date_format(last, "Y-m-d H:i"),
                stage_name(row["stage"]),
                export.owners.get(care.owner or 0) if care else None,
            ]
        )
    return rows
