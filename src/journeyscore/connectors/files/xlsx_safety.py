"""What an XLSX file may be before it is opened: judged on its directory, then read within bounds."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from journeyscore.domain.errors import InputError
from journeyscore.domain.phrase import Phrase

MOST_UNPACKED = 2 * 1024**3
"""Bytes that all parts together may unpack to: a full sheet of 1,048,576 rows stays below it."""
MOST_RATIO = 150
SMALL = 20 * 1024**2
"""Below so many bytes unpacked, the ratio does not matter."""
PIECE = 1024**2
MOST_ROWS = 1_048_576
ROW_NUMBER = re.compile(rb'<(?:\w+:)?row [^>]{0,200}?\br="(\d{7,20})"')
OTHER_KINDS = {
    "xl/workbook.bin": Phrase("an .xlsb workbook"),
    "xl/vbaProject.bin": Phrase("a workbook with macros (.xlsm)"),
    "content.xml": Phrase("an OpenDocument sheet (.ods)"),
    "word/document.xml": Phrase("a Word document"),
}
ADVICE = Phrase("save it as .xlsx or CSV")


@dataclass(frozen=True, slots=True)
class Part:
    """What a first look at a sheet's XML tells: rows, at least, and whether there are formulas."""

    rows: int
    formulas: bool


def check_workbook(path: Path) -> None:
    """Raise InputError unless the file is a plain workbook of a bearable size, without entities."""
    with archive_of(path) as archive:
        members = archive.infolist()
        _check_kind(path, {m.filename for m in members})
        _check_sizes(path, members)
        for member in members:
            _check_entities(path, archive, member)


def check_sheet(path: Path, part: str) -> Part:
    """Read a sheet's XML to its end without keeping any of it: InputError where it is broken."""
    parser, rows, formulas, tail = expat.ParserCreate(), 0, False, b""
    try:
        with archive_of(path) as archive:
            for piece in pieces_of(archive, part):
                parser.Parse(piece)
                _check_row_numbers(path, piece)
                window = tail + piece
                rows += window.count(b"<row ") + window.count(b"<row>") - tail.count(b"<row ") - tail.count(b"<row>")
                formulas = formulas or b"<f>" in window or b"<f " in window or b"<f/" in window
                tail = window[-4:]
            parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, OSError, KeyError) as error:
        raise InputError(
            "{path}: the file is damaged ({reason}); open it in Excel and save it again", path=path, reason=error
        ) from error
    return Part(rows, formulas)


def _check_row_numbers(path: Path, piece: bytes) -> None:
    if any(int(number) > MOST_ROWS for number in ROW_NUMBER.findall(piece)):
        raise InputError(
            "{path}: a row has a number above {most:,}, which no sheet has; save it as CSV",
            path=path,
            most=MOST_ROWS,
        )


def archive_of(path: Path) -> zipfile.ZipFile:
    """The workbook as the archive that it is. Raises InputError."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise InputError("{path}: is no XLSX file, or a damaged one; {advice}", path=path, advice=ADVICE) from error


def _check_kind(path: Path, names: set[str]) -> None:
    for name, kind in OTHER_KINDS.items():
        if name in names:
            raise InputError("{path}: is {kind}; {advice}", path=path, kind=kind, advice=ADVICE)
    if "xl/workbook.xml" not in names:
        raise InputError("{path}: is a zip file, but no XLSX workbook; {advice}", path=path, advice=ADVICE)


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if any(m.flag_bits & 1 for m in members):
        raise InputError("{path}: is encrypted; save it without a password", path=path)
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1)):
        raise InputError(
            "{path}: unpacks to {unpacked:,.0f} MB from {packed:,.1f} MB, which no ordinary workbook does; "
            "save it as CSV",
            path=path,
            unpacked=unpacked / 1024**2,
            packed=packed / 1024**2,
        )


def _check_entities(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """No part may declare a document type, wherever in it and whatever it is called; pictures are left alone."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _unsafe
    try:
        for piece in pieces_of(archive, member.filename):
            parser.Parse(piece)
    except _Unsafe as error:
        raise InputError(
            "{path}: unsafe_xml: {filename} declares entities; {advice}",
            path=path,
            filename=member.filename,
            advice=ADVICE,
        ) from error
    except expat.ExpatError:
        return  # a picture; what is meant to be XML and is not, is found when it is read
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        raise InputError(
            "{path}: the file is damaged ({reason}); open it in Excel and save it again", path=path, reason=error
        ) from error


class _Unsafe(Exception):
    pass


def _unsafe(*_: object) -> None:
    raise _Unsafe


def pieces_of(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces; zipfile itself stops at the size that the directory names."""
    with archive.open(name) as part:
        while piece := part.read(PIECE):
            yield piece
