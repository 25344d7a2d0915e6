"""Opening by content: what each kind of file is taken for, and what is said of those that are none."""

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.test_csv import HEADER, written

from journeyscore.connectors.files import open_file, preview
from journeyscore.connectors.files.mapping import parse_mapping, read_mapping
from journeyscore.connectors.files.opening import START, is_json
from journeyscore.domain.errors import InputError, UsageError

ROW = "K-1,x,2026-11-20"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "recruiting" / "recruiting.csv"
MAPPING = Path(__file__).parents[2] / "docs" / "examples" / "recruiting" / "mapping.yaml"


def zipped() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("e.csv", f"{HEADER}\n{ROW}\n")
    return memory.getvalue()


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    parquet, workbook = tmp_path / "a.csv", tmp_path / "b.xlsx"
    pl.DataFrame({"candidate": ["K-1"], "name": ["x"]}).write_parquet(parquet)
    with xlsxwriter.Workbook(workbook) as book:
        book.add_worksheet().write_row(0, 0, ["candidate", "name"])
    kinds = [
        open_file(parquet),
        open_file(workbook),
        open_file(written(tmp_path, '\n {"candidate": "K-1"}\n', "c.csv")),
        open_file(written(tmp_path, f"{HEADER}\n{ROW}\n", "d.parquet")),
    ]
    assert [type(k).__name__ for k in kinds] == ["ParquetFile", "XlsxFile", "JsonFile", "CsvFile"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls file or has a password"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "old .xls file or has a password"),
        ("renamed.xlsx", b"candidate,name\n", "is called .xlsx but is no workbook"),
        ("e.zip", zipped(), "is a zip file"),
        ("nothing.zip", b"PK\x05\x06" + bytes(18), "is a zip file"),
        ("e.csv.gz", gzip.compress(b"candidate,name\n"), "unpack it first"),
        ("e.csv.bz2", bz2.compress(b"candidate,name\n"), "unpack it first"),
        ("e.csv.xz", lzma.compress(b"candidate,name\n"), "unpack it first"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_no_table(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        open_file(written(tmp_path, content, name))
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_whose_first_column_begins_like_a_zip(tmp_path: Path) -> None:
    assert open_file(written(tmp_path, "PK;candidate\n1;K\n")).columns == ("PK", "candidate")


@pytest.mark.parametrize(
    "header",
    [
        *("[id],candidate,name", '["id"],candidate', "{kandidaat};naam", "[1],[2]", "[id]", "{}x,y", "[naam"),
        *('{"a": 1};b', "[" + ",".join(f"column {n}" for n in range(200)), '["x" of ' + "y" * 2000),
    ],
)
def test_a_table_whose_header_begins_with_a_bracket(tmp_path: Path, header: str) -> None:
    assert type(open_file(written(tmp_path, f"{header}\n"))).__name__ == "CsvFile"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=60,
)
FIRST = st.dictionaries(st.text(), VALUES) | st.lists(VALUES)
AFTER = st.sampled_from(["", "\n", "\r\n", ",\n", " \n"])


@given(FIRST, st.sampled_from([None, 2]), st.booleans(), AFTER, st.integers(0, 1100))
def test_whatever_begins_with_a_value_of_jsonis_json(
    first: object, indent: int | None, as_ascii: bool, after: str, filling: int
) -> None:
    """However long the value is, and wherever the first bytes end."""
    text = json.dumps([" " * filling, first] if filling else first, indent=indent, ensure_ascii=as_ascii)
    content = f'{text}{after}{{"candidate": "K-1"}}\n'.encode(errors="replace")
    assert is_json(content[:START])


@pytest.mark.parametrize("name", ["missing.csv", "x" * 300, ".", "e.csv/inside"])
def test_paths_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    written(tmp_path, f"{HEADER}\n")
    with pytest.raises(UsageError, match=str(tmp_path)):
        open_file(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="pipe or a device"):
        open_file(tmp_path / "pipe")


def test_a_preview(tmp_path: Path) -> None:
    body = "".join(f"K-{n},x,2026-11-20,secret\n" for n in range(50))
    seen = preview(written(tmp_path, f"{HEADER},BSN\n{body}"), rows=2)
    assert (seen.rows, seen.unused, seen.columns) == (50, ("BSN",), ("candidate", "name", "occurred_at", "BSN"))
    assert seen.recognised == {"candidate": "candidate", "name": "name", "occurred_at": "occurred_at"}
    assert [r["candidate"] for r in seen.first] == ["K-0", "K-1"]
    assert "secret" not in str(seen.first)


def test_a_preview_of_nothing(tmp_path: Path) -> None:
    assert preview(written(tmp_path, ""), parse_mapping("mapping: 1\n")).first == ()


@pytest.mark.skipif(not SHARED.exists(), reason="the recruiting log is not beside the checkout")
def test_the_export_of_the_example() -> None:
    """The numbers are those that stand beside the file."""
    chunks = list(open_file(SHARED, read_mapping(MAPPING)).chunks())
    sent = pl.concat(chunk.sent for chunk in chunks)
    assert (sent.height, sum(chunk.refused.height for chunk in chunks)) == (6_607, 0)
    assert sent.get_column("candidate").n_unique() == 916
    counts = dict(sent.group_by("name").len().rows())
    assert (counts["hired"], counts["offer_declined"], counts["rejected"]) == (89, 46, 781)
    assert set(sent.get_column("channel")) == {"ats"}
