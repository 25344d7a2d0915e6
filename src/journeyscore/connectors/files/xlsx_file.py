"""XLSX: the first sheet with a header, streamed row by row; macros never run and formulas are never computed."""

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from math import inf
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import load_workbook
from openpyxl.utils.datetime import MAC_EPOCH

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import beside_row
from journeyscore.connectors.files.layout import layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.pieces import pieces
from journeyscore.connectors.files.remarks import Remarks
from journeyscore.connectors.files.xlsx_formulas import uncomputed
from journeyscore.connectors.files.xlsx_safety import check_sheet, check_workbook
from journeyscore.domain.errors import InputError
from journeyscore.domain.phrase import Phrase
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import REFUSED_SCHEMA

MAC_DAYS = 1_462
"""A day number of the 1904 system is so much smaller than that of the 1900 system."""
SERIALS = range(18_000, 80_000)
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
HEADER_WITHIN = 50
"""The header stands in one of so many first rows."""
NO_MORE: tuple[float, list[int]] = (inf, [])

Row = tuple[int, Sequence[Any]]


class XlsxFile:
    """A workbook's sheet as a `SentFile`."""

    def __init__(self, path: Path, mapping: Mapping | None = None, sheet: str | None = None) -> None:
        check_workbook(path)
        self.path = path
        self.sha256 = _sha256(path)
        wanted = sheet or (mapping.sheet if mapping else None)
        with _workbook(path) as book:
            self.mac = book.epoch == MAC_EPOCH
            found, self._beside = _sheet(book, path, wanted)
            self.sheet, self._part = found.title, found._worksheet_path.lstrip("/")
            self._header_row, self.columns = _header(found, path)
        part = check_sheet(path, self._part)
        self._formulas = part.formulas
        self.rows: int | None = max(part.rows - self._header_row, 0)
        self.layout = layout_for(self.columns, mapping, path)
        self.unused = self.layout.unused
        self._remarks = Remarks()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the other sheets, and of the rows that were read so far."""
        return (*self._beside, *self._remarks.notes)

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The rows under the header; empty ones are skipped."""
        self._remarks = Remarks()
        yield from pieces(self._rows(), size, self._chunk)

    def _chunk(self, piece: list[tuple[int, list[str | None], list[str]]]) -> Chunk:
        values = {name: [row[1][place] for row in piece] for place, name in enumerate(self.columns)}
        numbers = pl.Series("row", [row[0] for row in piece], pl.Int64)
        raw = pl.DataFrame({"row": numbers, **{n: pl.Series(n, v, pl.String) for n, v in values.items()}})
        missing = [
            (number, Reason.FORMULA_WITHOUT_VALUE.value, names[0], f"the formula in “{names[0]}” has no value")
            for number, _, names in piece
            if names
        ]
        refused = pl.DataFrame(missing, REFUSED_SCHEMA, orient="row")
        good = raw.filter(~pl.col("row").is_in(refused.get_column("row").implode()))
        sent, unmapped = self.layout.sent(good)
        self._remarks.look(sent)
        return Chunk(sent, raw, pl.concat([refused, unmapped]))

    def _rows(self) -> Iterator[tuple[int, list[str | None], list[str]]]:
        """Row number, the cells as text, and the columns whose formula has no value."""
        width = len(self.columns)
        times = [self.mac and self.layout.recognised.get(c) == "occurred_at" for c in self.columns]
        missing = uncomputed(self.path, self._part) if self._formulas else iter(())
        later, places = next(missing, NO_MORE)
        for number, values in self._values():
            while later < number:
                later, places = next(missing, NO_MORE)
            cells = [*values[:width], *[None] * (width - len(values))]
            empty = [self.columns[place] for place in places if place < width] if later == number else []
            texts = [_text(_from_mac(v) if mac else v) for v, mac in zip(cells, times, strict=True)]
            if empty or any(texts):
                yield number, texts, empty

    def _values(self) -> Iterator[Row]:
        with _workbook(self.path) as book:
            sheet = book[self.sheet]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(min_row=self._header_row + 1, values_only=True)
            yield from enumerate(rows, self._header_row + 1)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; none of them is data
            warnings.simplefilter("ignore")
            # given an open file, openpyxl does not mind what it is called
            with path.open("rb") as file:
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
                try:
                    yield book
                finally:
                    book.close()
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        reason = type(error).__name__
        raise InputError(
            "{path}: the file is damaged ({reason}); open it in Excel and save it again", path=path, reason=reason
        ) from error


def _sheet(book: Any, path: Path, wanted: str | None) -> tuple[Any, list[str]]:
    """The wanted sheet, or the first visible one with a header; and notes on those that are not read then."""
    sheets = [s for s in book.worksheets if hasattr(s, "reset_dimensions")]
    if wanted is not None:
        named = [s for s in sheets if s.title == wanted]
        if not named:
            raise InputError(
                "{path}: there is no sheet “{wanted}”; there are: {names}",
                path=path,
                wanted=wanted,
                names=", ".join(s.title for s in sheets),
            )
        return named[0], []
    visible = [s for s in sheets if s.sheet_state == "visible"]
    if not visible:
        raise InputError("{path}: has no visible sheet; unhide the one to import", path=path)
    with_header = (s for s in visible if _has_header(s, path))
    found = next(with_header, visible[0])
    beside = (_unread(sheet) for sheet in sheets if sheet is not found)
    return found, [note for note in beside if note]


def _unread(sheet: Any) -> str | None:
    """What is said of a sheet that is not read; nothing of a visible one that is empty."""
    if sheet.sheet_state != "visible":
        return Phrase("sheet “{name}” is hidden and was not read", name=sheet.title)
    if not any(value is not None for values in _first_rows(sheet) for value in values):
        return None
    return Phrase(
        "sheet “{name}” was not read, only the first; to import it as well, name it as “sheet” in a mapping",
        name=sheet.title,
    )


def _first_rows(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()
    return islice(sheet.iter_rows(values_only=True), HEADER_WITHIN)


def _has_header(sheet: Any, path: Path) -> bool:
    try:
        return bool(_header(sheet, path)[1])
    except InputError:
        return True  # it was meant as a header; reading the sheet says what is wrong with it


def _header(sheet: Any, path: Path) -> tuple[int, tuple[str, ...]]:
    """The row of the header and its names: the first row with two texts or more. (0, ()) for an empty sheet."""
    for number, values in enumerate(_first_rows(sheet), 1):
        names = [beside_row(str(v).strip()) if v is not None else "" for v in values]
        while names and not names[-1]:
            names.pop()
        if sum(1 for n in names if n) >= 2:
            _check_names(names, path, number)
            return number, tuple(names)
    return 0, ()


def _check_names(names: list[str], path: Path, row: int) -> None:
    if "" in names:
        raise InputError(
            "{path}: row {row}: column {number} of the header has no name; give it one",
            path=path,
            row=row,
            number=names.index("") + 1,
        )
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise InputError(
            "{path}: row {row}: two columns are called “{twice}”; rename one", path=path, row=row, twice=twice
        )


def _from_mac(value: Any) -> Any:
    """A plain number in a time column of a workbook that counts from 1904, as the usual day number."""
    is_serial = isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIALS
    return value + MAC_DAYS if is_serial else value


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return format(Decimal(repr(value)).normalize(), "f")
        case datetime():
            return _nearest_second(value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return None if value in ERRORS else str(value)


def _nearest_second(moment: datetime) -> datetime:
    """Excel keeps times as fractions of a day, which miss the second by some microseconds."""
    try:
        rounded = moment + timedelta(microseconds=500_000)
    except OverflowError:  # the last second of the calendar
        rounded = moment
    return rounded.replace(microsecond=0)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
