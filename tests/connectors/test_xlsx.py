"""XLSX: what Excel makes of data, and what somebody might make of a workbook."""

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import InputError

HEADER = ("candidate", "name", "occurred_at", "properties.n")


def book(tmp_path: Path, *sheets: tuple, **options: object) -> Path:
    """A workbook: each sheet is its rows of cells, or (name, rows, hidden)."""
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd-mm-yyyy hh:mm", **options}) as made:
        for sheet in sheets:
            name, lines, hidden = sheet if isinstance(sheet[0], str) else (None, sheet, False)
            added = made.add_worksheet(name)
            if hidden:
                added.hide()
            else:
                added.activate()
            for number, line in enumerate(lines):
                added.write_row(number, 0, line)
    return path


def test_cells(tmp_path: Path) -> None:
    path = book(tmp_path, (HEADER, ("007", "x", datetime(2026, 11, 20, 14, 5), 1.5), (8, True, 46346.5, 3), (), ("9",)))
    sent, _ = rows(path)
    assert [tuple(r.values()) for r in sent] == [
        (2, "007", "x", "2026-11-20T14:05:00", '{"n":"1.5"}'),
        (3, "8", "true", "46346.5", '{"n":"3"}'),
        (5, "9", None, None, '{"n":null}'),
    ]


def test_the_other_system_of_dates(tmp_path: Path) -> None:
    path = book(tmp_path, (HEADER, ("7", "x", datetime(2026, 11, 20, 14, 5)), ("8", "x", 44884)), date_1904=True)
    sent, _ = rows(path)
    assert [r["occurred_at"] for r in sent] == ["2026-11-20T14:05:00", "46346"]  # 20 November 2026 in both


def test_the_first_visible_sheet_with_a_header(tmp_path: Path) -> None:
    path = book(
        tmp_path, ("secret", (HEADER,), True), ("empty", ((),), False), ("data", ((), ("t",), HEADER, (7, "x")), False)
    )
    file = open_file(path)
    assert "secret" in file.notes[0]
    assert [r["row"] for r in rows(path)[0]] == [4]
    with pytest.raises(InputError, match="no sheet “other”; there are: secret, empty, data"):
        open_file(path, sheet="other")
    assert open_file(path, Mapping(sheet="secret")).rows == 0


def test_other_sheets_that_are_not_read(tmp_path: Path) -> None:
    """Hidden ones, and visible ones with anything in them."""
    sheets = [("Blad1", (HEADER,), False), ("Blad2", ((), (), ("x",)), False), ("Blad3", ((),), False)]
    path = book(tmp_path, *sheets, ("oud", (HEADER,), True))
    assert [note.split(",")[0] for note in open_file(path).notes] == [
        "sheet “Blad2” was not read",
        "sheet “oud” is hidden and was not read",
    ]
    assert open_file(path, Mapping(sheet="Blad1")).notes == ()


def test_dates_that_are_left_as_numbers(tmp_path: Path) -> None:
    lines = [("K-1", "x", 46346), ("K-2", "x", datetime(2026, 11, 20)), ("K-3", "x", 46346.5), ("K-4", "x", 19999)]
    file = open_file(book(tmp_path, (HEADER, *lines)))
    for _ in range(2):
        list(file.chunks(1))
        assert len(file.notes) == 1
        assert file.notes[0].startswith("looks_like_excel_date: occurred_at has")
        assert "in 2 rows" in file.notes[0]
        assert file.notes[0].endswith("see row 2, 4")


def test_numbers_that_are_no_dates(tmp_path: Path) -> None:
    file = open_file(book(tmp_path, (HEADER, (46346, "x", "2026-11-20", 46346))))
    list(file.chunks())
    assert file.notes == ()


@pytest.mark.parametrize(("header", "message"), [(("a", "a"), "two columns"), (("a", None, "b"), "no name")])
def test_a_bad_header(tmp_path: Path, header: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_file(book(tmp_path, (header,)))


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert rows(book(tmp_path, ((),))) == ([], [])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('<c r="A2" t="str"><f>"K-"&amp;1</f><v>K-1</v></c>', "K-1"),
        ('<c r="A2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="A2" t="str"><f t="shared" si="0"/><v/></c>', None),
        ('<c r="A2"><f>1+1</f></c>', "refused"),
        ('<c r="A2" t="str"><f>""</f></c>', "refused"),
        ('<c r="A2"><f>1+1</f><v></v></c>', "refused"),
        ('<c><f t="shared" si="0"/><v/></c>', "refused"),
        ('<c r="A2" t="e"><f>NA()</f><v>#N/A</v></c>', None),
    ],
)
def test_formulas(tmp_path: Path, cell: str, found: str | None) -> None:
    """A text may be empty; a formula without any value was never computed."""
    other = '<c r="B2" t="str"><v>x</v></c><c r="C2" t="str"><f>""</f><v></v></c>'
    path = with_rows(tmp_path, f'<row r="2">{cell}{other}</row>')
    sent, refused = rows(path)
    assert refused == ([(2, "formula_without_value")] if found == "refused" else [])
    assert [(r["row"], r["candidate"], r["name"]) for r in sent] == ([] if refused else [(2, found, "x")])


def with_rows(tmp_path: Path, lines: str) -> Path:
    """A workbook with a header and these rows of XML under it."""
    ending = b"</sheetData>"
    return patched(
        book(tmp_path, (HEADER,)), tmp_path / "p.xlsx", SHEET, lambda x: x.replace(ending, lines.encode() + ending)
    )


def test_formulas_far_apart(tmp_path: Path) -> None:
    """Rows that are not there, formulas beside the table, and a formula as the only cell of a row."""
    lines = [
        '<row r="3"><c r="A3"><v>3</v></c><c r="H3"><f>1+1</f></c></row>',
        '<row r="7"><c r="C7"><f>1+1</f></c></row>',
        "<row><c><v>8</v></c></row>",
        '<row r="12"><c r="A12"><v>12</v></c><c><f>1+1</f></c></row>',
        '<row r="11"><c r="A11"><f>1+1</f></c></row>',
    ]
    sent, refused = rows(with_rows(tmp_path, "".join(lines)))
    assert [(r["row"], r["candidate"]) for r in sent] == [(3, "3"), (8, "8")]
    assert refused == [(7, "formula_without_value"), (12, "formula_without_value")]


@pytest.mark.parametrize("line", ['<row r="x"><c><f>1</f></c></row>', '<row r="2"><c r="?2"><f>1</f></c></row>'])
def test_numbers_of_rows_and_columns_that_are_none(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match="damaged"):
        rows(with_rows(tmp_path, line))


def test_formulas_of_a_library_that_computes_none(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(HEADER)
    made.active.append(("=1+1", "x", "2026-11-20"))
    made.save(tmp_path / "o.xlsx")
    assert rows(tmp_path / "o.xlsx") == ([], [(2, "formula_without_value")])


def patched(source: Path, target: Path, part: str, change, **more: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member.filename, change(content) if member.filename == part else content)
        for name, content in more.items():
            new.writestr(name, content)
    return target


SHEET = "xl/worksheets/sheet1.xml"
GOOD = (HEADER, ("7", "x", "2026-11-20"))


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (SHEET, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml, "unsafe_xml"),
        (
            "xl/sharedStrings.xml",
            lambda xml: b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">',
            "unsafe_xml",
        ),
        (SHEET, lambda xml: xml[: len(xml) // 2], "damaged"),
        (SHEET, lambda xml: b"<sheet>" + b"<row/>" * 20_000_000, "unpacks to"),
    ],
)
def test_unsafe_workbooks(tmp_path: Path, part: str, change, message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_file(patched(book(tmp_path, GOOD), tmp_path / "bad.xlsx", part, change))


def test_macros_are_refused(tmp_path: Path) -> None:
    bad = patched(book(tmp_path, GOOD), tmp_path / "m.xlsm", "", bytes, **{"xl/vbaProject.bin": b"x"})
    with pytest.raises(InputError, match="macros"):
        open_file(bad)


def test_a_directory_that_lies_about_sizes(tmp_path: Path) -> None:
    content = bytearray(book(tmp_path, GOOD).read_bytes())
    with zipfile.ZipFile(tmp_path / "e.xlsx") as archive:
        size = archive.getinfo(SHEET).file_size
    central = content.rfind(b"PK\x01\x02", 0, content.find(SHEET.encode(), content.find(b"PK\x01\x02")))
    content[central + 24 : central + 28] = (size // 2).to_bytes(4, "little")
    with pytest.raises(InputError, match="damaged"):
        open_file(written(tmp_path, bytes(content), "lie.xlsx"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "old .xls file or has a password"),
        ("text.xlsx", b"a,b\n1,2\n", "no workbook"),
        ("zip.xlsx", b"PK\x03\x04" + bytes(60), "damaged|no XLSX"),
    ],
)
def test_other_kinds_of_file(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_file(written(tmp_path, content, name))


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as made:
        made.writestr("a.txt", "x")
    with pytest.raises(InputError, match="no XLSX workbook"):
        open_file(tmp_path / "other.zip")


def test_a_column_called_row_and_a_workbook_called_csv(tmp_path: Path) -> None:
    path = book(tmp_path, (("row", *HEADER), (1, "7", "x", "2026-11-20")))
    sent, _ = rows(path.rename(tmp_path / "e.csv"))
    assert [(r["row"], r["candidate"]) for r in sent] == [(2, "7")]
