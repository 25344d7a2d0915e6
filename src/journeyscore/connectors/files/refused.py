"""Refused rows as a file that can be repaired in a spreadsheet and imported again."""

import csv
import re
from pathlib import Path

import polars as pl

from journeyscore.connectors.files.columns import REFUSED
from journeyscore.domain.refusal import WHAT_TO_DO, Reason

DELIMITER = ";"
"""What a Dutch spreadsheet splits at."""
GUARDED = r"^'+[=+\-@\t\r\n]"
"""A cell that was made safe for spreadsheets: the reader takes one apostrophe off."""
HEAD = re.compile(rf"\ufeff?\"?{REFUSED[0]}\"?(?P<delimiter>\W)")
"""How a file of refused rows begins, whatever a spreadsheet has made its delimiter and encoding."""
RISKY = re.compile(r"'*[=+\-@\t\r\n]")
"""What a spreadsheet computes, and what would look like a cell that was made safe."""


def write_refused(path: Path, raw: pl.DataFrame, refused: pl.DataFrame) -> None:
    """Write the refused rows of `raw` (`row` and the file's columns), each with its reason and what to do.

    Rows of erased people are left out. The file appears whole or not at all.
    """
    kept = refused.filter(pl.col("reason") != Reason.ERASED.value).unique("row", keep="first", maintain_order=True)
    columns = [c for c in raw.columns if c != "row" and c not in REFUSED]
    named = dict(zip(("reason", "field", "message"), REFUSED[1:], strict=True))  # the file may have a column “reason”
    joined = kept.rename(named).join(raw, on="row", how="left", maintain_order="left")
    partial = path.with_name(f".{path.name}.draft")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            # quotes a lone CR as well as a LF, since both are in the line end
            writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\r\n")
            writer.writerow([*REFUSED, *map(_guarded, columns)])
            for row in joined.iter_rows(named=True):
                _, why, where, message = (row[name] for name in ("row", *REFUSED[1:]))
                what = f"{message}: {WHAT_TO_DO[Reason(why)]}"
                cells = [_guarded(row[c]) for c in columns]
                writer.writerow([row["row"], why, _guarded(where), what, *cells])
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _guarded(cell: str | None) -> str:
    """A cell that a spreadsheet does not compute; the reader takes the apostrophe off again."""
    text = cell or ""
    return f"'{text}" if RISKY.match(text) else text
