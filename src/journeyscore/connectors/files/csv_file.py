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
from journeyscore.connectors.files.columns import REFUSED, beside_row
from journeyscore.connectors.files.layout import layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.pieces import pieces
from journeyscore.connectors.files.refused import DELIMITER, GUARDED, HEAD
from journeyscore.connectors.files.remarks import Remarks
from journeyscore.domain.errors import InputError
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import REFUSED_SCHEMA

DELIMITERS = ";,\t|"
LONGEST_FIELD = 131_072
LARGEST = 16 * 1024**2
"""What the parser may hold as one field before we say that a quote was not closed."""
SAMPLE = 64 * 1024
PIECE = 1024**2
BLOCK = 4 * PIECE
"""Bytes that Arrow's parser takes at a time: more than the longest line of a regular file."""
SEP = re.compile(r"\ufeff?\"?sep=(.)\"?[\r\n]", re.IGNORECASE)
"""The line that Excel reads, and writes, above the header."""
SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""A character beyond ASCII in UTF-8."""
TELLING = 10_000
"""Characters beyond ASCII after which the encoding is clear."""
STRAY = re.compile(rb"[\x80-\xff]")
REPLACED = "\ufffd"
"""Stands where a byte is no character."""
WORDS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
"""Delimiters by name."""

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    trailing: bool
    rows: int
    above: int
    """Lines of the file's own above the header: one that says `sep=;`, or none."""
    regular: bool
    """Every record is one line of the header's length: any parser reads it alike, and record n stands in line n + 1."""


class CsvFile:
    """A delimited text file as a `SentFile`."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        self.path = path
        look = _look_through(path)
        self.sha256 = look.sha256
        self.shape = _shape(path, mapping, look)
        self.damaged = look.damaged or self.shape.encoding != look.encoding
        self.repaired = REFUSED[0] in self.shape.header
        self.columns = tuple(map(_unguarded_name, self.shape.header)) if self.repaired else self.shape.header
        self.rows: int | None = self.shape.rows
        self.layout = layout_for(self.columns, mapping, path)
        self.unused = self.layout.unused
        self._remarks = Remarks()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the rows that were read so far."""
        return self._remarks.notes

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The rows under the header; lines with nothing in them are skipped."""
        self._remarks = Remarks()
        if self.shape.regular:
            yield from self._regular(size)
            return
        with _opened(self.path, self.shape.encoding) as file:
            rows = _rows(file, self.shape.delimiter, self.path)
            for _ in range(self.shape.above + 1):
                next(rows, None)
            yield from pieces(rows, size, self._chunk)

    def _regular(self, size: int) -> Iterator[Chunk]:
        """The rows by Arrow's parser, which works outside of Python's lock."""
        first = 2
        for frame in _batches(self.path, self.columns, self.shape.delimiter, size):
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
        if self.damaged:
            wrong += _odd(raw, self.columns)
        refused = pl.DataFrame(wrong, REFUSED_SCHEMA, orient="row").unique("row", keep="first", maintain_order=True)
        good = raw.filter(~pl.col("row").is_in(refused.get_column("row").implode())) if wrong else raw
        sent, unmapped = self.layout.sent(good)
        self._remarks.look(sent)
        return Chunk(sent, raw, pl.concat([refused, unmapped]))

    def _fitted(self, cells: list[str]) -> tuple[list[str], str | None]:
        """A row of another length, made to fit; and what is wrong, if anything is."""
        width = len(self.columns)
        if self.shape.trailing and len(cells) == width + 1 and not cells[-1]:
            return cells[:-1], None
        problem = f"the row has {len(cells)} fields, the header {width}"
        rest = self.shape.delimiter.join(cells[width - 1 :])
        return ([*cells[: width - 1], rest] if len(cells) > width else [*cells, *[""] * (width - len(cells))]), problem


@dataclass(frozen=True, slots=True)
class Look:
    """What one pass over the bytes tells. `lines` is -1 where any character is odd; `damaged`: bytes without sense."""

    sha256: str
    encoding: str
    lines: int
    damaged: bool


def _look_through(path: Path) -> Look:
    digest, start, is_utf8, tail, lines, last, odd = hashlib.sha256(), b"", True, b"", 0, b"\n", 0
    nuls, endless = 0, False
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            start = start or piece[:4]
            ends = piece.count(b"\n")
            endless |= not ends  # a line that may be too long for Arrow's parser
            lines += ends
            pairs = piece.count(b"\r\n") + (last == b"\r" and piece[:1] == b"\n")
            odd += piece.count(b"\r") - pairs
            nuls += piece.count(b"\x00")
            last = piece[-1:]
            if is_utf8:
                is_utf8, tail = _decodes(tail + piece)
    lines += last != b"\n"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Look(digest.hexdigest(), "utf-16", -1, True)
    is_utf8 = is_utf8 and not tail
    encoding = "utf-8-sig" if is_utf8 or _mostly_utf8(path) else "cp1252"
    plain = is_utf8 and not odd and not nuls and not endless
    return Look(digest.hexdigest(), encoding, lines if plain else -1, nuls > 0 or not is_utf8)


def _mostly_utf8(path: Path) -> bool:
    """Whether it is UTF-8 but for some bytes: as Windows-1252, every accent would turn into two other characters."""
    good = stray = 0
    with path.open("rb") as file:
        while good + stray < TELLING and (piece := file.read(PIECE)):
            if not piece.isascii():
                others, count = SEQUENCE.subn(b"", piece)
                good, stray = good + count, stray + len(STRAY.findall(others))
    return good > stray


def _decodes(piece: bytes) -> tuple[bool, bytes]:
    """Whether a piece is UTF-8 so far, and the bytes of a character that goes on in the next one."""
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_off = error.reason == "unexpected end of data" and error.start >= len(piece) - 3
        return cut_off, piece[error.start :] if cut_off else b""
    return True, b""


def _shape(path: Path, mapping: Mapping | None, look: Look) -> Shape:
    refused = _refused_head(path, look)  # written by us: a mapping speaks of the file before it
    encoding = (mapping and not refused and mapping.encoding) or look.encoding
    encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    sample = _sample(path, encoding)
    said = SEP.match(sample)
    delimiter = refused["delimiter"] if refused else _chosen(path, mapping) or (said[1] if said else _delimiter(sample))
    with _opened(path, encoding) as file:
        rows = _rows(file, delimiter, path)
        if said:
            next(rows, None)
        first = next(rows, None)
        header, trailing = _header(path, *first) if first else ((), False)
        count = others = 0
        for _, fields in rows:
            count += 1
            others += len(fields) != len(header)
    plain = not said and not trailing and encoding == look.encoding
    regular = plain and not others and count > 0 and look.lines == count + 1
    return Shape(encoding, delimiter, header, trailing, count, int(said is not None), regular)


def refused_as_saved(path: Path) -> tuple[str, str]:
    """Encoding and delimiter of a file of refused rows as it is now: a spreadsheet may have changed both."""
    look = _look_through(path)
    head = _refused_head(path, look)
    return look.encoding, head["delimiter"] if head else DELIMITER


def _refused_head(path: Path, look: Look) -> re.Match[str] | None:
    return HEAD.match(_sample(path, look.encoding))


def _opened(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="", errors="replace")


def _sample(path: Path, encoding: str) -> str:
    """The first characters. InputError where that encoding does not exist or cannot be this file's."""
    try:
        with _opened(path, encoding) as file:
            return file.read(SAMPLE)
    except LookupError as error:
        raise InputError(
            "{path}: there is no encoding “{encoding}”; try utf-8 or cp1252", path=path, encoding=encoding
        ) from error
    except (UnicodeError, ValueError) as error:
        raise InputError(
            "{path}: cannot be read as {encoding}; try utf-8 or cp1252", path=path, encoding=encoding
        ) from error


def _chosen(path: Path, mapping: Mapping | None) -> str | None:
    """The delimiter that the mapping gives, as a character or as a word."""
    if not mapping or not mapping.delimiter:
        return None
    delimiter = WORDS.get(mapping.delimiter.lower(), mapping.delimiter)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\0':
        raise InputError("{path}: the delimiter must be one character, such as ; or , or the word tab", path=path)
    return delimiter


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
    """Line number and fields of each record with anything in it. An unclosed quote raises InputError."""
    csv.field_size_limit(LARGEST)
    reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
    start = 1
    try:
        for fields in reader:
            if any(fields) and (len(fields) > 1 or fields[0].strip()):
                yield start, fields
            start = reader.line_num + 1
    except csv.Error as error:
        problem = str(error)
        if "field larger" in problem:
            raise InputError(
                "{path}: line {start}: a field has more than {most:,} characters; "
                "perhaps a quote is opened there and never closed; nothing was imported",
                path=path,
                start=start,
                most=LARGEST,
            ) from error
        if "unexpected end of data" in problem:
            raise InputError(
                "{path}: line {start}: a quote is opened and never closed; nothing was imported", path=path, start=start
            ) from error
        raise InputError(
            "{path}: line {start}: a quote is opened there and closed in the middle of a field; nothing was imported",
            path=path,
            start=start,
        ) from error
    except UnicodeError as error:
        raise InputError(
            "{path}: line {start}: cannot be decoded; save the file as UTF-8", path=path, start=start
        ) from error


def _lines(file: TextIO) -> Iterator[str]:
    """Lines that end in LF, CR LF or CR, without the NUL characters that no CSV may hold."""
    for line in file:
        yield line.replace("\x00", REPLACED) if "\x00" in line else line


def _batches(path: Path, columns: Sequence[str], delimiter: str, size: int) -> Iterator[pl.DataFrame]:
    """The records of a regular file, every field as text; `size` at a time."""
    # without threads: its read-ahead holds many blocks, and intake keeps the cores busy anyway
    read = arrow_csv.ReadOptions(column_names=list(columns), skip_rows=1, block_size=BLOCK, use_threads=False)
    parse = arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=False)
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False)
    held = list[pa.RecordBatch]()
    with arrow_csv.open_csv(path, read, parse, convert) as batches:
        for batch in batches:
            held.append(batch)
            if sum(map(len, held)) >= size:
                rows = pa.Table.from_batches(held)
                whole = len(rows) - len(rows) % size
                for start in range(0, whole, size):
                    yield _as_frame(rows.slice(start, size))
                held = rows.slice(whole).to_batches()
    if held:
        yield _as_frame(pa.Table.from_batches(held))


def _as_frame(rows: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _header(path: Path, line: int, fields: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    names = [beside_row(f.strip()) for f in fields]
    if any(REPLACED in n for n in names):
        raise InputError(
            "{path}: line {line}: the header is not readable text; save the file as CSV in UTF-8", path=path, line=line
        )
    trailing = len(names) > 1 and not names[-1]
    if trailing:
        names.pop()
    if "" in names:
        raise InputError(
            "{path}: line {line}: column {number} of the header has no name; give it one",
            path=path,
            line=line,
            number=names.index("") + 1,
        )
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise InputError(
            "{path}: line {line}: two columns are called “{twice}”; rename one", path=path, line=line, twice=twice
        )
    return tuple(names), trailing


def _frame(numbers: list[int], cells: list[list[str]], columns: Sequence[str]) -> pl.DataFrame:
    values = zip(*cells, strict=True)
    series = [pl.Series(name, column, pl.String) for name, column in zip(columns, values, strict=True)]
    return pl.DataFrame([pl.Series("row", numbers, pl.Int64), *(s.rename(s.name) for s in series)])


def _unguarded(column: str) -> pl.Expr:
    guarded = pl.col(column).str.contains(GUARDED)
    return pl.when(guarded).then(pl.col(column).str.slice(1)).otherwise(pl.col(column)).alias(column)


def _unguarded_name(name: str) -> str:
    return name[1:] if re.match(GUARDED, name) else name


def _odd(raw: pl.DataFrame, columns: Sequence[str]) -> list[tuple[int, str, str, str]]:
    """Rows with bytes that are no characters: taken as they are, two people might become one."""
    found = []
    for name in columns:
        rows = raw.filter(pl.col(name).str.contains(REPLACED, literal=True)).get_column("row")
        message = f"the field “{name}” has bytes that are no text"
        found += [(row, Reason.BAD_UNICODE.value, name, message) for row in rows]
    return found


def _too_long(raw: pl.DataFrame, columns: Sequence[str]) -> list[tuple[int, str, str, str]]:
    found = []
    for name in columns:
        lengths = raw.get_column(name).str.len_chars()
        if (lengths.max() or 0) > LONGEST_FIELD:  # type: ignore[operator]
            rows = raw.filter(lengths > LONGEST_FIELD).get_column("row")
            message = f"the field “{name}” has more than {LONGEST_FIELD:,} characters"
            found += [(row, Reason.TOO_LONG.value, name, message) for row in rows]
    return found
