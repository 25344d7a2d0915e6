"""Refused rows: written, repaired, read again."""

import csv
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.refused import write_refused

TEXT = "candidate;name;occurred_at\n=1+1;x;soon\n'quoted;y;2026-11-20\n-5;z;2026-11-20\n"


def refused(*found: tuple[int, str]) -> pl.DataFrame:
    return pl.DataFrame([(r, why, "f", "m") for r, why in found], ["row", "reason", "field", "message"], orient="row")


def test_a_refused_row_comes_back_as_it_was(tmp_path: Path) -> None:
    raw = next(open_file(written(tmp_path, TEXT)).chunks()).raw
    path = tmp_path / "refused.csv"
    write_refused(path, raw, refused((2, "bad_time"), (3, "no_name"), (4, "erased")))
    text = path.read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert "write the time as" in text
    assert "-5" not in text  # of an erased person nothing is kept
    path.write_text(text.replace("soon", "2026-11-21"), encoding="utf-8-sig")
    sent, bad = rows(path)
    assert [(r["candidate"], r["occurred_at"]) for r in sent] == [("=1+1", "2026-11-21"), ("'quoted", "2026-11-20")]
    assert bad == []


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    raw = next(open_file(written(tmp_path, TEXT)).chunks()).raw
    write_refused(tmp_path / "refused.csv", raw, refused((2, "bad_time")))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["e.csv", "refused.csv"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+31 6 12", "'+31 6 12"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("K-1", "K-1"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_compute_stands_behind_an_apostrophe(tmp_path: Path, cell: str, safe: str) -> None:
    raw = pl.DataFrame({"row": [2], "candidate": [cell], "name": ["x"]})
    write_refused(tmp_path / "r.csv", raw, refused((2, "bad_time")))
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";"))[1][4:] == [safe, "x"]


def test_names_of_columns_are_made_safe_too(tmp_path: Path) -> None:
    raw = pl.DataFrame({"row": [2], "candidate": ["K"], "=cmd()": ["x"]})
    why = pl.DataFrame([(2, "too_long", "=cmd()", "m")], ["row", "reason", "field", "message"], orient="row")
    write_refused(tmp_path / "r.csv", raw, why)
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert not [c for c in cells if c.startswith("=")]
    assert open_file(tmp_path / "r.csv").unused == ("=cmd()",)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.text(
    "'=+-@\t\r\n;\"x", max_size=5
)


@settings(max_examples=200)
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_whatever_was_refused_is_read_back_as_it_was(cells: list[str]) -> None:
    numbers = list(range(2, len(cells) + 2))
    raw = pl.DataFrame({"row": numbers, "candidate": cells, "name": ["x"] * len(cells)})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        write_refused(path, raw, refused(*((n, "bad_time") for n in numbers)))
        again = [chunk.raw for chunk in open_file(path).chunks()]
    assert [c for frame in again for c in frame.get_column("candidate")] == cells


def test_columns_of_the_file_that_are_called_as_ours(tmp_path: Path) -> None:
    header, cells = "candidate;row;reason;field;message", ["K", "7", "too far away", "care", "call me"]
    text = f"{header}\n{';'.join(cells)}\n"
    raw = next(open_file(written(tmp_path, text)).chunks()).raw
    write_refused(tmp_path / "r.csv", raw, refused((2, "bad_time")))
    again = next(open_file(tmp_path / "r.csv").chunks()).raw
    assert again.rows()[0][5:] == tuple(cells)
    assert again.rows()[0][1:4] == ("2", "bad_time", "f")
