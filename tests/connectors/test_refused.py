"""Refused rows: written, repaired, read again."""

import csv
import json
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.mapping import Mapping
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


DELIMITERS = st.sampled_from([None, ",", ";", "tab", "|", "^", " "])
ENCODINGS = st.sampled_from([None, "utf-8", "cp1252", "latin-1", "utf-16", "cp037"])
COLUMNS = {"Wie,wat": "candidate", "=Wat": "name", "Wanneer": "occurred_at", "Bedrag": "properties.amount"}
VALUES = st.sampled_from([{}, {"name": {"sollicitatie, verzonden": "application_submitted"}}])
LINES = st.tuples(
    st.sampled_from(["K-1", "Zoë", "=1+1", "a;b,c"]),
    st.sampled_from(["sollicitatie, verzonden", "x y"]),
    st.sampled_from(["20-11-2026 14:05", "soon"]),
    st.sampled_from(["1,5", "", "1.000,25"]),
)
MAPPINGS = st.builds(
    Mapping,
    columns=st.sampled_from([COLUMNS, {}]),
    constants=st.sampled_from([{}, {"channel": "ats; intern"}]),
    values=VALUES,
    refuse_unmapped=st.booleans(),
    delimiter=DELIMITERS,
    encoding=ENCODINGS,
)


def what_is_read(path: Path, mapping: Mapping) -> tuple[list[tuple], list[str]]:
    """The sent fields and the reasons, without the rows' numbers."""
    chunks = list(open_file(path, mapping).chunks())
    sent = [row for chunk in chunks for row in chunk.sent.drop("row").rows()]
    return sent, [reason for chunk in chunks for reason in chunk.refused.get_column("reason")]


@settings(deadline=None)
@given(MAPPINGS, st.lists(LINES, min_size=1, max_size=4))
def test_a_file_of_refused_rows_is_read_with_any_mapping(mapping: Mapping, lines: list[tuple[str, ...]]) -> None:
    """A mapping's delimiter and encoding are those of the file that was sent, not of the refusals' file."""
    delimiter = {"tab": "\t", None: ";"}.get(mapping.delimiter, mapping.delimiter)
    with tempfile.TemporaryDirectory() as folder:
        sent, again = Path(folder) / "e.csv", Path(folder) / "r.csv"
        with sent.open("w", encoding=mapping.encoding or "utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter or ";").writerows([list(COLUMNS), *lines])
        raw = pl.concat(chunk.raw for chunk in open_file(sent, mapping).chunks())
        write_refused(again, raw, refused(*((row, "bad_time") for row in raw.get_column("row"))))
        assert what_is_read(again, mapping) == what_is_read(sent, mapping)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_spreadsheet_may_save_it_in_its_own_way(tmp_path: Path, delimiter: str, encoding: str) -> None:
    mapping = Mapping(columns={"wie": "candidate", "wat": "name"}, delimiter="^", encoding="cp037")
    raw = pl.DataFrame({"row": [2], "wie": ["Zoë, ^"], "wat": ["x;y"]})
    write_refused(tmp_path / "r.csv", raw, refused((2, "no_time")))
    saved(tmp_path / "r.csv", delimiter, encoding)
    assert what_is_read(tmp_path / "r.csv", mapping) == ([("Zoë, ^", "x;y")], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_refused_lines_of_json_may_be_saved_so_as_well(tmp_path: Path, delimiter: str, encoding: str) -> None:
    line = json.dumps({"candidate": "Zoë", "name": "x"}, ensure_ascii=False)
    write_refused(tmp_path / "r.csv", pl.DataFrame({"row": [1], "raw": [line]}), refused((1, "no_time")))
    saved(tmp_path / "r.csv", delimiter, encoding)
    assert what_is_read(tmp_path / "r.csv", Mapping(delimiter="^", encoding="cp037")) == ([("Zoë", "x")], [])


def saved(path: Path, delimiter: str, encoding: str) -> None:
    """Write a file of refused rows anew, as a spreadsheet might."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file, delimiter=";"))
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(table)
