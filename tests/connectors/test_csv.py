"""CSV as it comes: every delimiter and encoding, and every way in which it can be broken."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import InputError, MappingError, UsageError

HEADER = "candidate,name,occurred_at"


def written(tmp_path: Path, content: str | bytes, name: str = "e.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(path: Path, mapping: Mapping | None = None, size: int = 100_000) -> tuple[list[dict], list[tuple]]:
    chunks = list(open_file(path, mapping).chunks(size))
    sent = [row for chunk in chunks for row in chunk.sent.to_dicts()]
    return sent, [row for chunk in chunks for row in chunk.refused.select("row", "reason").rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADER}\nK-1,form_submitted,2026-11-20\n".replace(",", delimiter)
    sent, refused = rows(written(tmp_path, text))
    assert sent == [{"row": 2, "candidate": "K-1", "name": "form_submitted", "occurred_at": "2026-11-20"}]
    assert refused == []


def test_a_dutch_spreadsheet(tmp_path: Path) -> None:
    text = "Kandidaat;Gebeurtenis;Datum;Tijd;Bedrag\r\nZoë;formulier ingevuld;20-11-2026;14:05;1,5\r\n"
    path = written(tmp_path, text.encode("cp1252"))
    sent, _ = rows(path)
    assert sent == [{"row": 2, "candidate": "Zoë", "name": "formulier ingevuld", "occurred_at": "20-11-2026 14:05"}]
    assert open_file(path).unused == ("Bedrag",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    sent, _ = rows(written(tmp_path, f"{HEADER}\nZoë,x,2026-11-20\n".encode(encoding)))
    assert sent[0]["candidate"] == "Zoë"


def test_an_accent_on_the_edge_of_a_piece(tmp_path: Path) -> None:
    body = "".join(f"K-{n},ë,2026-11-20\n" for n in range(120_000))
    path = written(tmp_path, f"{HEADER}\n{body}")
    assert path.stat().st_size > 2 * 1024**2
    sent, _ = rows(path)
    assert {row["name"] for row in sent} == {"ë"}


@pytest.mark.parametrize("content", ["", "\n", HEADER, HEADER + "\n", "\ufeff"])
def test_nothing_in_it(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, content)
    assert rows(path) == ([], [])
    assert open_file(path).rows == 0


def test_an_unclosed_quote_imports_nothing_and_names_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, f'{HEADER}\nK-1,"x,2026-11-20\nK-2,y,2026-11-20\n')
    with pytest.raises(InputError, match=r"line 2: a quote is opened and never closed; nothing was imported"):
        open_file(path)


def test_an_unclosed_quote_far_down(tmp_path: Path) -> None:
    body = "".join(f"K-{n},x,2026-11-20\n" for n in range(5_000))
    with pytest.raises(InputError, match="line 5002"):
        open_file(written(tmp_path, f'{HEADER}\n{body}K-1,"x,2026-11-20\n'))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("candidate,name,name,occurred_at", "two columns are called “name”"),
        ("candidate,,occurred_at", "column 2 of the header has no name"),
    ],
)
def test_a_bad_header(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_file(written(tmp_path, f"{header}\n1,2,3,4\n"))


def test_a_trailing_delimiter_is_no_column(tmp_path: Path) -> None:
    sent, refused = rows(written(tmp_path, f"{HEADER},\nK-1,x,2026-11-20,\n"))
    assert (len(sent), refused) == (1, [])


def test_rows_of_another_length_are_refused_with_their_line(tmp_path: Path) -> None:
    text = f'{HEADER}\nK-1,x\nK-2,"a\nb",2026-11-20\nK-3,x,2026-11-20,more\n\nK-4,x,2026-11-20\n'
    sent, refused = rows(written(tmp_path, text))
    assert [(r["row"], r["candidate"]) for r in sent] == [(3, "K-2"), (7, "K-4")]
    assert refused == [(2, "wrong_columns"), (5, "wrong_columns")]


def test_a_field_that_is_too_long(tmp_path: Path) -> None:
    text = f"{HEADER}\nK-1,{'x' * 131_073},2026-11-20\nK-2,{'y' * 131_072},2026-11-20\n"
    sent, refused = rows(written(tmp_path, text))
    assert refused == [(2, "too_long")]
    assert [r["candidate"] for r in sent] == ["K-2"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, ending: str) -> None:
    sent, _ = rows(written(tmp_path, ending.join([HEADER, "K-1,x,2026-11-20", "K-2,x,2026-11-20", ""])))
    assert [r["row"] for r in sent] == [2, 3]


def test_nul_characters_and_bad_bytes_are_refused(tmp_path: Path) -> None:
    """Taken with a mark in their place, K\\x81 and K\\x8d would be one person."""
    body = b"K\x00-1,x,2026-11-20\nK\x81,x,2026-11-20\nZo\xeb,x,2026-11-20\nK-4,y\x8d,2026-11-20\n"
    sent, refused = rows(written(tmp_path, HEADER.encode() + b"\n" + body))
    assert [r["candidate"] for r in sent] == ["Zoë"]
    assert refused == [(2, "bad_unicode"), (3, "bad_unicode"), (5, "bad_unicode")]


def test_a_mark_that_the_sender_wrote_is_a_character(tmp_path: Path) -> None:
    sent, refused = rows(written(tmp_path, f"{HEADER}\nK\ufffd,x,2026-11-20\n"))
    assert (sent[0]["candidate"], refused) == ("K\ufffd", [])


def test_a_bad_byte_does_not_change_the_accents_of_others(tmp_path: Path) -> None:
    text = f"{HEADER}\nZoë,x,2026-11-20\nJosé,x,2026-11-20\n".encode()
    sent, refused = rows(written(tmp_path, text + b"Andr\xe9,x,2026-11-20\n"))
    assert [r["candidate"] for r in sent] == ["Zoë", "José"]
    assert refused == [(4, "bad_unicode")]


def test_windows_1252_with_quotes_and_euros(tmp_path: Path) -> None:
    sent, refused = rows(written(tmp_path, f"{HEADER}\n“Zoë”,€ ’s,2026-11-20\n".encode("cp1252")))
    assert ([(r["candidate"], r["name"]) for r in sent], refused) == ([("“Zoë”", "€ ’s")], [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_an_encoding_that_is_not_marked_is_no_table_of_nonsense(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(InputError, match=r"e\.csv: line 1: the header is not readable text"):
        open_file(written(tmp_path, f"{HEADER}\nK,x,2026-11-20\n".encode(encoding)))


def test_the_encoding_of_the_mapping_counts(tmp_path: Path) -> None:
    path = written(tmp_path, f"\ufeffWie;name\nZoë;{'é' * 3}\n".encode("utf-16-le"))
    assert rows(path, Mapping(encoding="utf-16"))[0][0]["name"] == "ééé"
    marked = written(tmp_path, "\ufeffWie;name\nZoë;x\n")
    mapping = Mapping(columns={"Wie": "candidate"}, encoding="UTF-8")
    assert rows(marked, mapping)[0] == [{"row": 2, "candidate": "Zoë"}]
    assert rows(written(tmp_path, f"{HEADER}\nZoë,x,2026-11-20\n"), Mapping(encoding="ascii"))[1] == [
        (2, "bad_unicode")
    ]


@pytest.mark.parametrize("encoding", ["utf-9", "hex", "idna", "undefined", "utf-32"])
def test_encodings_that_cannot_be(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(InputError, match=f"{encoding}.*; try utf-8 or cp1252"):
        open_file(written(tmp_path, f"{HEADER}\n"), Mapping(encoding=encoding))


def test_the_delimiter_of_the_mapping_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "candidate^name;x\nK^a;b\n")
    assert rows(path, Mapping(delimiter="^"))[0] == [{"row": 2, "candidate": "K"}]
    tabs = written(tmp_path, "candidate\tname;x;y\nK\ta;b;c\n")
    assert rows(tabs, Mapping(delimiter="tab"))[0] == [{"row": 2, "candidate": "K"}]


@pytest.mark.parametrize("delimiter", ['"', "\n", "\r", "a", "1", ";;", "\0"])
def test_delimiters_that_cannot_be(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(InputError, match="delimiter must be one character"):
        open_file(written(tmp_path, f"{HEADER}\n"), Mapping(delimiter=delimiter))


@pytest.mark.parametrize("above", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_line_for_excel_is_no_header(tmp_path: Path, above: str, ending: str) -> None:
    path = written(tmp_path, ending.join([above, "candidate;name", "a,b,c;x", "d;y", ""]))
    sent, refused = rows(path)
    assert sent == [{"row": 3, "candidate": "a,b,c", "name": "x"}, {"row": 4, "candidate": "d", "name": "y"}]
    assert (refused, open_file(path).rows) == ([], 2)


def test_rows_with_nothing_in_them_are_no_rows(tmp_path: Path) -> None:
    path = written(tmp_path, "candidate;name\nK;x\n;\n;;;\nL;x\n;\n")
    assert [r["row"] for r in rows(path)[0]] == [2, 5]
    assert (rows(path)[1], open_file(path).rows) == ([], 2)


def test_numbers_that_excel_has_shortened_are_said(tmp_path: Path) -> None:
    body = "".join(f"{who},x,2026-11-20\n" for who in ["6.1E+08", "K-1", '"6,1E+08"', "1E+12", "3E+11", "1.5E+3"])
    file = open_file(written(tmp_path, f"{HEADER}\n{body}"))
    said = "looks_like_excel_number: candidate was shortened by Excel in 4 rows; see row 2, 4, 5"
    for size in (1, 2, 100):
        list(file.chunks(size))
        assert file.notes == (said,)


def test_a_row_longer_than_the_parsers_block(tmp_path: Path) -> None:
    long = ",".join(["z" * 12_000_000] * 3)
    sent, refused = rows(written(tmp_path, f"{HEADER}\nK-1,x,2026-11-20\n{long}\nK-2,x,2026-11-20\n"))
    assert [r["candidate"] for r in sent] == ["K-1", "K-2"]
    assert refused == [(3, "too_long")]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_chunks_do_not_matter(tmp_path: Path, size: int) -> None:
    path = written(tmp_path, HEADER + "\n" + "".join(f"K-{n},x,2026-11-{n + 1:02}\n" for n in range(9)))
    assert rows(path, size=size) == rows(path)


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_path_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=str(tmp_path)):
        open_file(tmp_path / name)


def test_properties_by_column(tmp_path: Path) -> None:
    header = "candidate;name;occurred_at;properties.form;properties.minutes;properties"
    text = header + '\nK-1;x;2026-11-20;alert;;"{""a"":1}"\n'
    sent, _ = rows(written(tmp_path, text))
    assert sent[0]["properties"] == '{"form":"alert","minutes":null,"a":1}'


def test_two_columns_for_one_field(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="“kandidaat” and “user_id” both mean candidate"):
        open_file(written(tmp_path, "kandidaat,user_id,name,occurred_at\n"))


def test_a_fields_own_name_goes_first(tmp_path: Path) -> None:
    path = written(tmp_path, "user_id,candidate,name,occurred_at\n7,K-1,x,2026-11-20\n")
    assert rows(path)[0][0]["candidate"] == "K-1"
    assert open_file(path).unused == ("user_id",)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(
    ['a"b', '"', "é", " x ", "'=1", ";", ",", "NULL", "nan", "1.50", "#N/A", ""]
)


@settings(max_examples=150)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(";,"), st.booleans())
def test_both_parsers_read_alike(table: list[tuple[str, ...]], delimiter: str, quote: bool) -> None:
    """A regular file goes through Arrow's parser, any other through Python's: a blank line makes it another one."""
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting)
    writer.writerows([HEADER.split(","), *table])
    if not all(any(cell.strip() for cell in row) for row in table):
        return  # a blank line, which is skipped
    with tempfile.TemporaryDirectory() as folder:
        regular, other = (Path(folder) / name for name in ("regular.csv", "other.csv"))
        regular.write_text(text.getvalue(), encoding="utf-8", newline="")
        other.write_text(text.getvalue() + "\n\n", encoding="utf-8", newline="")
        assert rows(regular) == rows(other)
        assert [tuple(r[c] for c in HEADER.split(",")) for r in rows(regular)[0]] == table


def test_quotes_within_a_field_that_is_not_quoted(tmp_path: Path) -> None:
    sent, _ = rows(written(tmp_path, f'{HEADER}\nK-1,a 5" screen,2026-11-20\n'))
    assert sent[0]["name"] == 'a 5" screen'


@pytest.mark.parametrize("end", ["", "\n\n"])
def test_a_column_that_is_called_as_ours(tmp_path: Path, end: str) -> None:
    """A blank line takes the file to the other parser."""
    path = written(tmp_path, f"row,candidate,name\n9,K,x{end}")
    assert rows(path) == ([{"row": 2, "candidate": "K", "name": "x"}], [])
    mapping = Mapping(columns={"row": "message_id", "candidate": "candidate"})
    assert rows(path, mapping)[0] == [{"row": 2, "message_id": "9", "candidate": "K"}]


def test_a_field_without_end_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2: a field has more than 16,777,216 characters"):
        open_file(written(tmp_path, f"{HEADER}\n{'x' * 17_000_000},x,2026-11-20\n"))
