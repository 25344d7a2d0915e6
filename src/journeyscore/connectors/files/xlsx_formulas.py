"""Formulas of a sheet that were never computed: openpyxl has one and the same for them and for an empty text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

from journeyscore.connectors.files.xlsx_safety import archive_of, pieces_of
from journeyscore.domain.errors import InputError

DIGITS = re.compile("[0-9]+")


def uncomputed(path: Path, part: str) -> Iterator[tuple[int, list[int]]]:
    """Row number and places of columns (from 0) of the cells of a sheet's XML that have a formula and no value.

    Raises InputError for numbers of rows and columns that are none.
    """
    found, parser = _Cells(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler = found.text
    with archive_of(path) as archive:
        for piece in pieces_of(archive, part):
            try:
                parser.Parse(piece)
            except ValueError as error:
                raise InputError(
                    "{path}: the file is damaged ({reason}); open it in Excel and save it again",
                    path=path,
                    reason=error,
                ) from error
            yield from found.rows
            found.rows.clear()


@dataclass(slots=True)
class _Cells:
    """Where the parser is, and the rows that it has ended."""

    row: int = 0
    column: int = 0
    is_text: bool = False
    in_value: bool = False
    formula: bool = False
    value: bool = False
    columns: list[int] = field(default_factory=list)
    rows: list[tuple[int, list[int]]] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A text may be empty; an empty value of any other cell is none: some programs write it with every formula."""
        match tag.rpartition(":")[2]:
            case "row":
                self.row, self.column, self.columns = int(attributes.get("r", self.row + 1)), 0, []
            case "c":
                letters = DIGITS.sub("", attributes.get("r", ""))
                self.column = column_index_from_string(letters) if letters else self.column + 1
                self.is_text, self.formula, self.value = attributes.get("t") == "str", False, False
            case "f":
                self.formula = True
            case "is":
                self.value = True
            case "v":
                self.in_value, self.value = True, self.is_text

    def text(self, _: str) -> None:
        self.value |= self.in_value

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v":
                self.in_value = False
            case "c" if self.formula and not self.value:
                self.columns.append(self.column - 1)
            case "row" if self.columns:
                self.rows.append((self.row, self.columns))
