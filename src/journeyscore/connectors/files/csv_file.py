"""CSV: inspected whole before anything is taken, then read in chunks. Python's own parser, in its strict mode."""

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import REFUSED
from journeyscore.connectors.files.layout import layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.pieces import pieces
from journeyscore.domain.errors import InputError
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import REFUSED_SCHEMA

DELIMITERS = ";,\t|"
LONGEST_FIELD = 131_072
LARGEST = 16 * 1024**2
"""What the parser may hold as one field before we say that a quote was not closed."""
SAMPLE = 64 * 1024
PIECE = 1024**2
BLOCK = 16 * 1024**2
"""Bytes that Arrow's parser takes at a time: more than the longest field that is taken."""
SCIENTIFIC = r"^\d[.,]?\d*[eE]\+\d{2}$"
"""A number that Excel has shortened: 6.1E+08."""
IDS = ("candidate", "visitor", "message_id", "phone")
GUARDED = re.compile(r"^'[=+\-@\t\r]")
"""A cell that was made safe for spreadsheets in a file of refused rows."""

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    trailing: bool
    rows: int
    regular: bool
    """Every record is one line of the header's length: any parser reads it alike, and record n stands in line n + 1."""


class CsvFile:
    """A delimited text file as a `SentFile`."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        self.path = path
        self.sha256, encoding, lines = _look_through(path)
        self.shape = _shape(path, mapping, encoding, lines)
        self.columns = self.shape.header
        self.rows: int | None = self.shape.rows
        self.repaired = REFUSED[0] in self.columns
        self.layout = layout_for(self.columns, mapping, path)
        self.unused = self.layout.unused
        self.notes: tuple[str, ...] = ()

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The rows under the header; blank lines are skipped."""
        if self.shape.regular:
            yield from self._regular(size)
            return
        with _opened(self.path, self.shape.encoding) as file:
            rows = _rows(file, self.shape.delimiter, self.path)
            next(rows, None)
            yield from pieces(rows, size, self._chunk)

    def _regular(self, size: int) -> Iterator[Chunk]:
        """The rows by Arrow's parser, which works outside of Python's lock."""
        first = 2
        for batch in _batches(self.path, self.columns, self.shape.delimiter):
            for frame in batch.iter_slices(size):
                yield self._taken(frame.with_row_index("row", first).cast({"row": pl.Int64}), [])
                first += frame.height

    def _chunk(self, piece: list[Row]) -> Chunk:
        width = len(self.columns)
        numbers, cells = [r[0] for r in piece], [r[1] for r in piece]
        wrong: list[tuple[int, str, str, str]] = []
        if any(len(c) != width for c in cells):
            for place, found in enumerate(cells):
                if len(found) != width:
                    cells[place], problem = self._fitted(found)
                    if problem:
                        wrong.append((numbers[place], Reason.WRONG_COLUMNS.value, "", problem))
        return self._taken(_frame(numbers, cells, self.columns), wrong)

    def _taken(self, raw: pl.DataFrame, wrong: list[tuple[int, str, str, str]]) -> Chunk:
        if self.repaired:
            raw = raw.with_columns(_unguarded(c) for c in self.columns)
        wrong += _too_long(raw, self.columns)
        refused = pl.DataFrame(wrong, REFUSED_SCHEMA, orient="row").unique("row", keep="first", maintain_order=True)
        good = raw.filter(~pl.col("row").is_in(refused.get_column("row").implode())) if wrong else raw
        sent, unmapped = self.layout.sent(good)
        self._note_short_numbers(sent)
        return Chunk(sent, raw, pl.concat([refused, unmapped]))

    def _fitted(self, cells: list[str]) -> tuple[list[str], str | None]:
        """A row of another length, made to fit; and what is wrong, if anything is."""
        width = len(self.columns)
        if self.shape.trailing and len(cells) == width + 1 and not cells[-1]:
            return cells[:-1], None
        problem = f"the row has {len(cells)} fields, the header {width}"
        rest = self.shape.delimiter.join(cells[width - 1 :])
        return ([*cells[: width - 1], rest] if len(cells) > width else [*cells, *[""] * (width - len(cells))]), problem

    def _note_short_numbers(self, sent: pl.DataFrame) -> None:
        for name in IDS:
            if name in sent.columns and not self.notes:
                short = sent.filter(pl.col(name).str.contains(SCIENTIFIC)).get_column("row")
                if len(short):
                    first = ", ".join(str(n) for n in short.head(3))
                    self.notes = (f"looks_like_excel_number: {name} was shortened by Excel, from row {first} on",)


def _look_through(path: Path) -> tuple[str, str, int]:
    """sha256, encoding and number of lines, in one pass over the bytes. No lines (-1) where any character is odd."""
    digest, start, is_utf8, tail, lines, last, odd = hashlib.sha256(), b"", True, b"", 0, b"\n", 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            start = start or piece[:4]
            lines += piece.count(b"\n")
            pairs = piece.count(b"\r\n") + (last == b"\r" and piece[:1] == b"\n")
            odd += piece.count(b"\x00") + piece.count(b"\r") - pairs
            last = piece[-1:]
            if is_utf8:
                is_utf8, tail = _decodes(tail + piece)
    lines += last != b"\n"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return digest.hexdigest(), "utf-16", -1
    is_utf8 = is_utf8 and not tail
    return digest.hexdigest(), "utf-8-sig" if is_utf8 else "cp1252", lines if is_utf8 and not odd else -1


def _decodes(piece: bytes) -> tuple[bool, bytes]:
    """Whether a piece is UTF-8 so far, and the bytes of a character that goes on in the next one."""
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_off = error.reason == "unexpected end of data" and error.start >= len(piece) - 3
        return cut_off, piece[error.start :] if cut_off else b""
    return True, b""


def _shape(path: Path, mapping: Mapping | None, detected: str, lines: int) -> Shape:
    encoding = (mapping and mapping.encoding) or detected
    with _opened(path, encoding) as file:
        sample = file.read(SAMPLE)
    delimiter = (mapping and mapping.delimiter) or _delimiter(sample)
    if len(delimiter) != 1:
        raise InputError(f"{path}: the delimiter must be one character, such as ; or ,")
    with _opened(path, encoding) as file:
        rows = _rows(file, delimiter, path)
        first = next(rows, None)
        header, trailing = _header(path, *first) if first else ((), False)
        count = others = 0
        for _, fields in rows:
            count += 1
            others += len(fields) != len(header)
    regular = not others and not trailing and encoding == detected and count > 0 and lines == count + 1
    return Shape(encoding, delimiter, header, trailing, count, regular)


def _opened(path: Path, encoding: str) -> TextIO:
    try:
        return path.open(encoding=encoding, newline="", errors="replace")
    except LookupError as error:
        raise InputError(f"{path}: there is no encoding “{encoding}”; try utf-8 or cp1252") from error


def _delimiter(sample: str) -> str:
    """The delimiter that splits the first lines most evenly; outside quotes."""
    plain = re.sub(r'"[^"]*"', "", sample)
    lines = [line for line in plain.splitlines()[:50] if line.strip()]
    if not lines:
        return ","

    def evenness(delimiter: str) -> tuple[int, int]:
        in_header = lines[0].count(delimiter)
        return (in_header > 0) * sum(line.count(delimiter) == in_header for line in lines), in_header

    return max(DELIMITERS, key=evenness)


def _rows(file: TextIO, delimiter: str, path: Path) -> Iterator[Row]:
    """Line number and fields of each record that is not blank. An unclosed quote raises InputError."""
    csv.field_size_limit(LARGEST)
    reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
    start = 1
    try:
        for fields in reader:
            if fields and (len(fields) > 1 or fields[0].strip()):
                yield start, fields
            start = reader.line_num + 1
    except csv.Error as error:
        problem = str(error)
        if "unexpected end of data" in problem or "field larger" in problem:
            raise InputError(
                f"{path}: line {start}: a quote is opened and never closed; nothing was imported"
            ) from error
        raise InputError(f"{path}: line {reader.line_num}: {problem}; nothing was imported") from error
    except UnicodeError as error:
        raise InputError(f"{path}: line {start}: cannot be decoded; save the file as UTF-8") from error


def _lines(file: TextIO) -> Iterator[str]:
    """Lines that end in LF, CR LF or CR, without the NUL characters that no CSV may hold."""
    for line in file:
        yield line.replace("\x00", "\ufffd") if "\x00" in line else line


def _batches(path: Path, columns: Sequence[str], delimiter: str) -> Iterator[pl.DataFrame]:
    """The records of a regular file, every field as text."""
    read = arrow_csv.ReadOptions(column_names=list(columns), skip_rows=1, block_size=BLOCK)
    parse = arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=False)
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False)
    with arrow_csv.open_csv(path, read, parse, convert) as batches:
        for batch in batches:
            frame = pl.from_arrow(pa.Table.from_batches([batch]))
            assert isinstance(frame, pl.DataFrame)
            yield frame


def _header(path: Path, line: int, fields: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    names = [f.strip() for f in fields]
    trailing = len(names) > 1 and not names[-1]
    if trailing:
        names.pop()
    if "" in names:
        raise InputError(f"{path}: line {line}: column {names.index('') + 1} of the header has no name; give it one")
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise InputError(f"{path}: line {line}: two columns are called “{twice}”; rename one")
    return tuple(names), trailing


def _frame(numbers: list[int], cells: list[list[str]], columns: Sequence[str]) -> pl.DataFrame:
    values = zip(*cells, strict=True)
    series = [pl.Series(name, column, pl.String) for name, column in zip(columns, values, strict=True)]
    return pl.DataFrame([pl.Series("row", numbers, pl.Int64), *(s.rename(s.name) for s in series)])


def _unguarded(column: str) -> pl.Expr:
    guarded = pl.col(column).str.contains(GUARDED.pattern)
    return pl.when(guarded).then(pl.col(column).str.slice(1)).otherwise(pl.col(column)).alias(column)


def _too_long(raw: pl.DataFrame, columns: Sequence[str]) -> list[tuple[int, str, str, str]]:
    found = []
    for name in columns:
        lengths = raw.get_column(name).str.len_chars()
        if (lengths.max() or 0) > LONGEST_FIELD:  # type: ignore[operator]
            rows = raw.filter(lengths > LONGEST_FIELD).get_column("row")
            message = f"the field “{name}” has more than {LONGEST_FIELD:,} characters"
            found += [(row, Reason.TOO_LONG.value, name, message) for row in rows]
    return found
