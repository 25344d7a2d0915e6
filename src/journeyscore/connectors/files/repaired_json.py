"""Refused lines of JSON, repaired in the column `raw` of the refusals' file: read as the lines that they are."""

import csv
import tempfile
import weakref
from pathlib import Path
from shutil import rmtree

from journeyscore.connectors.files.columns import REFUSED
from journeyscore.connectors.files.csv_file import CsvFile
from journeyscore.connectors.files.json_file import JsonFile
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.refused import HEAD

RAW = "raw"
HEADER = [*REFUSED, RAW]


def holds_json(start: bytes) -> bool:
    """Whether a file that begins so is a file of refused lines of JSON."""
    first = start.decode("utf-8-sig", errors="replace").partition("\n")[0].rstrip("\r")
    head = HEAD.match(first)
    return head is not None and next(csv.reader([first], delimiter=head["delimiter"])) == HEADER


class RepairedJsonFile(JsonFile):
    """The lines in the column `raw`, unpacked into a file of their own. Rows are numbered from 1."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        folder = Path(tempfile.mkdtemp(prefix="journeyscore-"))
        weakref.finalize(self, rmtree, folder, ignore_errors=True)
        lines = folder / f"{path.stem}.jsonl"
        with lines.open("w", encoding="utf-8") as unpacked:
            for chunk in CsvFile(path).chunks():
                unpacked.writelines(" ".join(text.splitlines()) + "\n" for text in chunk.raw.get_column(RAW))
        super().__init__(lines, mapping)
