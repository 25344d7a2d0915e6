"""What a spreadsheet has done to a file: numbers that it shortened, and dates that it left as numbers."""

import polars as pl

from journeyscore.domain.phrase import Phrase

SHORTENED = r"^\d[.,]?\d*[eE]\+\d{2}$"
"""A number that Excel has shortened: 6.1E+08."""
SERIAL = r"^[2-7]\d{4}(?:\.\d+)?(?: .*)?$"
"""A day number of Excel, from 1954 to 2119, and what a column of times may have added."""
IDS = ("candidate", "visitor", "message_id", "phone")
LOOKS = dict.fromkeys(IDS, SHORTENED) | {"occurred_at": SERIAL}
"""By field: the pattern of its values."""
ENOUGH = 3
"""So many rows are named in a note."""


class Remarks:
    """Notes on the sent rows of a file, kept while it is read in chunks."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, list[int]]] = {}
        """By field: how many values, and the first rows."""

    def look(self, sent: pl.DataFrame) -> None:
        """Look at the rows of another chunk: `row` and sent fields as text."""
        for name in (n for n in LOOKS if n in sent.columns):
            text = pl.col(name).cast(pl.String).str.strip_chars()
            rows = sent.filter(text.str.contains(LOOKS[name])).get_column("row")
            if len(rows):
                count, first = self._found.get(name, (0, []))
                self._found[name] = count + len(rows), [*first, *rows.head(ENOUGH)][:ENOUGH]

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence per field."""
        return tuple(_note(name, *found) for name, found in self._found.items())


def _note(name: str, count: int, rows: list[int]) -> Phrase:
    facts = {"name": name, "count": count, "rows": ", ".join(map(str, rows))}
    if name == "occurred_at":
        return Phrase(
            "looks_like_excel_date: {name} has day numbers of Excel instead of dates in {count:,} rows, which are read "
            "as days; check them, or format the column as a date; see row {rows}",
            **facts,
        )
    return Phrase(
        "looks_like_excel_number: {name} was shortened by Excel in {count:,} rows; see row {rows}",
        **facts,
    )
