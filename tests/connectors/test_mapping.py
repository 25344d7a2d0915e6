"""Mapping files: what they say, and every mistake with its line."""

from pathlib import Path

import pytest
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files.mapping import Mapping, parse_mapping, read_mapping
from journeyscore.domain.errors import MappingError, UsageError

TEXT = """\
mapping: 1
source: ats
columns:
  Nummer: candidate
  Stap: name
  Wanneer: occurred_at
  Bod: properties.offer
constants:
  channel: ats
values:
  name: {gesprek: interview_held, aanbod: offer_made}
unmapped: refuse
"""


def test_a_mapping_file(tmp_path: Path) -> None:
    mapping = parse_mapping(TEXT)
    assert mapping.source == "ats"
    csv = "Stap;Nummer;Wanneer;Bod;Telefoon\ngesprek;7;2026-11-20;a;06\nsoep;8;2026-11-20;;\n;9;2026-11-20;;\n"
    sent, refused = rows(written(tmp_path, csv), mapping)
    assert sent[0] == {
        "row": 2,
        "candidate": "7",
        "name": "interview_held",
        "occurred_at": "2026-11-20",
        "channel": "ats",
        "properties": '{"offer":"a"}',
    }
    assert refused == [(3, "unmapped_value")]
    assert [r["row"] for r in sent] == [2, 4]  # an empty value is no unlisted one


def test_unmapped_values_are_kept_unless_told(tmp_path: Path) -> None:
    mapping = parse_mapping(TEXT.replace("refuse", "keep"))
    sent, refused = rows(written(tmp_path, "Nummer;Stap;Wanneer;Bod\n7;soep;2026-11-20;\n"), mapping)
    assert (sent[0]["name"], refused) == ("soep", [])


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r'“Stap” that is not there; did you mean "Stapp"\?'):
        rows(written(tmp_path, "Nummer;Stapp;Wanneer;Bod\n"), parse_mapping(TEXT))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("columns:", "colums:", r'mapping.yaml:3: unknown key "colums"; did you mean "columns"\?'),
        ("candidate", "candidat", r'names the unknown field "candidat"; did you mean "candidate"\?'),
        ("source: ats", "source: ats\nsource: b", "mapping.yaml:3: .*stands here twice"),
        ("unmapped: refuse", "unmapped: reject", "unmapped"),
        ("mapping: 1", "mapping: 2", "mapping"),
        ("Stap: name", "Stap: &x name", "anchor"),
    ],
)
def test_mistakes(old: str, new: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        parse_mapping(TEXT.replace(old, new))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.yaml"):
        read_mapping(tmp_path / "nothing.yaml")
    with pytest.raises(MappingError, match="UTF-8"):
        read_mapping(written(tmp_path, b"\xff\xfe\x00", "m.yaml"))


def test_the_smallest_mapping() -> None:
    assert parse_mapping("mapping: 1\n") == Mapping()


def test_values_of_properties(tmp_path: Path) -> None:
    text = "mapping: 1\ncolumns: {k: candidate, b: properties.offer}\nvalues: {properties.offer: {ja: made}}\n"
    path = written(tmp_path, "k,b\n1,ja\n2,nee\n3,\n")
    sent, refused = rows(path, parse_mapping(text))
    assert [r["properties"] for r in sent] == ['{"offer":"made"}', '{"offer":"nee"}', '{"offer":null}']
    assert refused == []
    sent, refused = rows(path, parse_mapping(text + "unmapped: refuse\n"))
    assert ([r["row"] for r in sent], refused) == ([2, 4], [(3, "unmapped_value")])


def test_a_date_and_a_time_in_two_columns(tmp_path: Path) -> None:
    mapping = parse_mapping("mapping: 1\ncolumns: {k: candidate, dag: date, uur: time}\n")
    sent, _ = rows(written(tmp_path, "k,dag,uur\n1,20-11-2026,14:05\n2,2026-11-20T00:00:00,9:30\n3,,9:30\n"), mapping)
    assert [r["occurred_at"] for r in sent][:2] == ["20-11-2026 14:05", "2026-11-20 9:30"]
    alone = parse_mapping("mapping: 1\ncolumns: {k: candidate, dag: date}\n")
    assert rows(written(tmp_path, "k,dag\n1,20-11-2026\n"), alone)[0][0]["occurred_at"] == "20-11-2026"


def test_halves_are_for_columns_only() -> None:
    with pytest.raises(MappingError, match='unknown field "date"'):
        parse_mapping("mapping: 1\nconstants: {date: 2026-11-20}\n")
