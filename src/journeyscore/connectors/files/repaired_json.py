"""Refused lines of JSON, repaired in the column `raw` of the refusals' file: read as the lines that they are."""

import csv
import tempfile
import weakref
from pathlib import Path
from shutil import rmtree

from journeyscore.connectors.files.columns import REFUSED
from journeyscore.connectors.files.csv_file import LARGEST
from journeyscore.connectors.files.json_file import JsonFile
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.refused import DELIMITER

RAW = "raw"
HEADER = [*REFUSED, RAW]


def holds_json(start: bytes) -> bool:
    """Whether a file that begins so is a file of refused lines of JSON."""
    first = start.decode("utf-8-sig", errors="replace").partition("\n")[0].rstrip("\r")
    return next(csv.reader([first], delimiter=DELIMITER), []) == HEADER


class RepairedJsonFile(JsonFile):
    """The lines in the column `raw`, unpacked into a file of their own. Rows are numbered from 1."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        folder = Path(tempfile.mkdtemp(prefix="journeyscore-"))
        weakref.finalize(self, rmtree, folder, ignore_errors=True)
        lines = folder / f"{path.stem}.jsonl"
        csv.field_size_limit(LARGEST)
        with (
            path.open(encoding="utf-8-sig", newline="", errors="replace") as file,
            lines.open("w", encoding="utf-8") as unpacked,
        ):
            for row in csv.DictReader(file, delimiter=DELIMITER):
                unpacked.write((row[RAW] or "").replace("\r", " ").replace("\n", " ") + "\n")
        super().__init__(lines, mapping)
