"""Opening a file by what is in it, not by what it is called."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from journeyscore.connectors.files.chunk import SentFile
from journeyscore.connectors.files.columns import REFUSED
from journeyscore.connectors.files.csv_file import CsvFile
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import InputError, UsageError
from journeyscore.domain.phrase import of_machine

PARQUET, ZIP, OLE = b"PAR1", (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd", b"7z\xbc\xaf")
"""How files begin that gzip, bzip2, xz, zstd and 7-Zip have made."""
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
XLSX_ENDINGS = (".xlsx", ".xlsm", ".xls")
START = 1024
"""Bytes by which a file is recognised."""
AFTER_VALUE = re.compile(r"[ \t]*,?[ \t]*(?:[\r\n{]|$)")
"""What may follow the first object or list of a file of JSON, well written or not."""
LONGEST_TOKEN = 8
"""Characters of the longest literal or escape, that the end of the first bytes may have cut in two."""


def open_file(path: Path, mapping: Mapping | None = None, *, sheet: str | None = None) -> SentFile:
    """The file, inspected whole. UsageError for a path that cannot be read, InputError for content that cannot."""
    start = _start(path)
    if start.startswith(PARQUET):
        from journeyscore.connectors.files.parquet_file import ParquetFile

        return ParquetFile(path, mapping)
    if start.startswith(ZIP):
        from journeyscore.connectors.files.xlsx_file import XlsxFile

        return XlsxFile(path, mapping, sheet)
    if start.startswith(OLE):
        raise InputError(
            "{path}: is an old .xls file or has a password; save it as .xlsx without one, or as CSV", path=path
        )
    if start.startswith(PACKED):
        raise InputError("{path}: is a compressed file; unpack it first", path=path)
    if path.suffix.lower() in XLSX_ENDINGS and start:
        raise InputError(
            "{path}: is called {suffix} but is no workbook; name it .csv if it is text", path=path, suffix=path.suffix
        )
    if path.suffix.lower() in JSON_ENDINGS or is_json(start):
        from journeyscore.connectors.files.json_file import JsonFile

        return JsonFile(path, mapping)
    if start.removeprefix(b"\xef\xbb\xbf").startswith(REFUSED[0].encode()):
        from journeyscore.connectors.files.repaired_json import RepairedJsonFile, holds_json

        if holds_json(start):
            return RepairedJsonFile(path, mapping)
    return CsvFile(path, mapping)


def _start(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UsageError("{path}: is a directory; give the path of a file", path=path)
        if path.exists() and not path.is_file():
            raise UsageError(
                "{path}: is a pipe or a device, which cannot be read twice; save it to a file first", path=path
            )
        with path.open("rb") as file:
            return file.read(START)
    except OSError as error:
        raise UsageError(
            "{path}: cannot be read ({reason}); check the path", path=path, reason=of_machine(error)
        ) from error


def is_json(start: bytes) -> bool:
    """Whether a file that begins so begins with an object or a list of JSON, and not with a column named `[id]`."""
    text = start.decode("utf-8-sig", errors="ignore").lstrip()
    if text[:1] not in ("{", "["):
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        at_the_end = error.pos >= len(text) - LONGEST_TOKEN or error.msg.startswith("Unterminated string")
        return len(start) == START and at_the_end
    except RecursionError:
        return True  # the reader says so
    return AFTER_VALUE.match(text, end) is not None


@dataclass(frozen=True, slots=True)
class Preview:
    """What was recognised of a file, and its first rows as they would be taken (field to text)."""

    columns: tuple[str, ...]
    recognised: dict[str, str]
    unused: tuple[str, ...]
    notes: tuple[str, ...]
    rows: int | None
    first: tuple[dict[str, str | None], ...]


def preview(path: Path, mapping: Mapping | None = None, rows: int = 20) -> Preview:
    """A look at a file before it is imported."""
    sent = open_file(path, mapping)
    chunk = next(sent.chunks(rows), None)
    first = tuple(chunk.sent.drop("row").head(rows).to_dicts()) if chunk else ()
    return Preview(sent.columns, dict(sent.layout.recognised), sent.unused, sent.notes, sent.rows, first)
