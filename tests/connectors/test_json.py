"""JSON lines, whole documents and the calls of the Segment spec."""

import json
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.mapping import parse_mapping
from journeyscore.connectors.files.strict_json import DEEPEST, Refused, parse_json, parse_line
from journeyscore.domain.errors import InputError, MappingError

GOOD = {"candidate": "K-1", "name": "form_submitted", "occurred_at": "2026-11-20T10:00:00Z"}


def lines(*objects: object) -> str:
    return "".join(json.dumps(o) + "\n" for o in objects)


def given_of(row: dict) -> dict:
    return {k: v for k, v in row.items() if v is not None}


def test_canonical_lines(tmp_path: Path) -> None:
    text = lines(
        GOOD | {"properties": {"a": {"b": 1}}}, {"user_id": 7, "event": "x", "timestamp": 1763632800, "shoe": 43}
    )
    path = written(tmp_path, text, "e.jsonl")
    sent, refused = rows(path)
    assert given_of(sent[0]) == {"row": 1, **GOOD, "properties": '{"a": {"b": 1}}'}
    assert given_of(sent[1]) == {"row": 2, "candidate": "7", "name": "x", "occurred_at": "1763632800"}
    assert refused == []
    assert open_file(path).unused == ("shoe",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "bad_json"),
        ("null", "not_an_object"),
        ('"x"', "not_an_object"),
        ("7", "not_an_object"),
        ('{"a": NaN}', "bad_number"),
        ('{"a": 1e999}', "bad_number"),
        ('{"a": ' + "9" * 5000 + "}", "bad_number"),
        ('{"email": "a", "email": "b"}', "duplicate_key"),
        (r'{"a": "\ud800"}', "bad_unicode"),
        (r'{"a": ["\u0000"]}', "bad_unicode"),
        (r'{"\udfff": 1}', "bad_unicode"),
        ('{"a": 1e400}', "bad_number"),
        ('{"a": ' + "9" * 401 + "}", "bad_number"),
        ('{"a": [' * 51 + "1" + "]}" * 51, "bad_json"),
        ('{"user_id": 1, "person_id": 2}', "duplicate_key"),
        ("[" + json.dumps(GOOD) + "]", "not_an_object"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "bad_json"),
        ('{"type": "trak", "userId": "1"}', "unknown_type"),
        ('{"a": "' + "x" * 1024**2 + '"}', "too_long"),
    ],
)
def test_a_bad_line_does_not_sink_the_others(tmp_path: Path, line: str, reason: str) -> None:
    sent, refused = rows(written(tmp_path, f"{lines(GOOD)}{line}\n\n{lines(GOOD)}", "e.jsonl"))
    assert refused == [(2, reason)]
    assert [r["row"] for r in sent] == [1, 4]


def test_marks_and_encodings(tmp_path: Path) -> None:
    assert len(rows(written(tmp_path, lines(GOOD).encode("utf-8-sig"), "e.jsonl"))[0]) == 1
    with pytest.raises(InputError, match="UTF-16"):
        open_file(written(tmp_path, lines(GOOD).encode("utf-16"), "e.jsonl"))
    assert rows(written(tmp_path, "", "e.jsonl")) == ([], [])


@pytest.mark.parametrize("indent", [None, 2])
def test_whole_documents(tmp_path: Path, indent: int | None) -> None:
    array = json.dumps([GOOD, 7, GOOD | {"candidate": "K-2"}], indent=indent)
    sent, refused = rows(written(tmp_path, array, "e.json"))
    assert [(r["row"], r["candidate"]) for r in sent] == [(1, "K-1"), (3, "K-2")]
    assert refused == [(2, "not_an_object")]
    assert [r["candidate"] for r in rows(written(tmp_path, json.dumps(GOOD, indent=indent), "o.json"))[0]] == ["K-1"]


def test_a_document_that_is_broken_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        open_file(written(tmp_path, "[" + lines(GOOD), "e.json"))


def test_a_batch_of_calls(tmp_path: Path) -> None:
    call = {"type": "track", "event": "Form Submitted", "userId": "7", "messageId": "m", "timestamp": "2026-11-20"}
    batch = {"batch": [call, "x"], "context": {"userAgent": "UA"}, "sentAt": "2026-11-20"}
    sent, refused = rows(written(tmp_path, lines(batch), "e.jsonl"))
    assert given_of(sent[0]) == {
        "row": 1,
        "message_id": "m",
        "name": "Form Submitted",
        "occurred_at": "2026-11-20",
        "candidate": "7",
        "user_agent": "UA",
    }
    assert refused == [(1, "not_an_object")]


def test_mapping_by_paths(tmp_path: Path) -> None:
    mapping = parse_mapping("mapping: 1\ncolumns: {user.id: candidate, what: name, at: occurred_at}\n")
    sent, _ = rows(written(tmp_path, lines({"user": {"id": 7}, "what": "x", "at": "2026-11-20"}), "e.jsonl"), mapping)
    assert given_of(sent[0]) == {"row": 1, "candidate": "7", "name": "x", "occurred_at": "2026-11-20"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
)


@given(st.text() | ANYTHING.map(lambda x: json.dumps(x)))
def test_no_line_raises(line: str) -> None:
    assert isinstance(parse_line(line), dict | Refused)


@given(st.text(max_size=30))
def test_texts_come_through_as_they_are(text: str) -> None:
    found = parse_line(json.dumps({"a": text}))
    assert found == {"a": text} if "\0" not in text else isinstance(found, Refused)


def test_bounds_of_numbers_and_nesting() -> None:
    digits = "9" * 400
    assert parse_line(f'{{"a": {digits}, "b": -{digits}}}') == {"a": int(digits), "b": -int(digits)}
    assert isinstance(parse_json("[" * DEEPEST + "]" * DEEPEST), list)
    assert isinstance(parse_json("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)), Refused)
    assert parse_line(r'{"a": "\ud83d\ude00 \\u0000"}') == {"a": "\U0001f600 \\u0000"}


def test_a_refusal_does_not_echo_the_line(tmp_path: Path) -> None:
    bad = '{"email": "jan@example.nl", "email": 2}\njan@example.nl\n{"type": "jan@example.nl", "userId": 1}\n'
    chunk = next(open_file(written(tmp_path, bad, "e.jsonl")).chunks())
    assert chunk.refused.height == 3
    assert not any("jan" in message for message in chunk.refused.get_column("message"))
    assert chunk.raw.rows() == list(enumerate(bad.splitlines(), 1))


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_scalars_become_text(tmp_path: Path, bom: bytes) -> None:
    line = '{"candidate": 12345.0, "vacancy": true, "campaign": 0, "content": 1.5, "visitor": "", "channel": ["x"]}'
    sent, _ = rows(written(tmp_path, bom + line.encode(), "e.jsonl"))
    assert given_of(sent[0]) == {
        "row": 1,
        "candidate": "12345",
        "vacancy": "true",
        "campaign": "0",
        "content": "1.5",
    }


def test_properties_beside_an_object_of_them(tmp_path: Path) -> None:
    text = lines(
        {"name": "x", "properties.form": "alert", "properties": {"a": None, "b": [1]}},
        {"name": "x", "properties.form": "alert", "properties": '{"form": "own"}'},
        {"name": "x", "properties.form": "", "datum": "2026-11-20", "tijd": "14:05"},
        {"name": "x", "occurred_at": "2026-11-21"},
    )
    sent, _ = rows(written(tmp_path, text, "e.jsonl"))
    assert json.loads(sent[0]["properties"]) == {"form": "alert", "a": None, "b": [1]}
    assert json.loads(sent[1]["properties"]) == {"form": "own"}
    assert (sent[2]["properties"], sent[2]["occurred_at"]) == (None, "2026-11-20 14:05")
    assert sent[3]["occurred_at"] == "2026-11-21"


def test_unused_keys_are_listed(tmp_path: Path) -> None:
    file = open_file(written(tmp_path, lines(GOOD | {"shoe": 43, "context": {"a": 1}}, {"hat": 1}), "e.jsonl"))
    assert file.unused == ("shoe", "context", "hat")
    assert file.columns == ("candidate", "name", "occurred_at", "shoe", "context", "hat")


def test_a_repaired_line_is_unwrapped(tmp_path: Path) -> None:
    wrapped = {"refused_row": 3, "refused_reason": "bad_json", "raw": json.dumps(GOOD)}
    path = written(tmp_path, lines(wrapped, wrapped | {"raw": "{"}), "e.jsonl")
    sent, refused = rows(path)
    assert [given_of(row) for row in sent] == [{"row": 1, **GOOD}]
    assert refused == [(2, "bad_json")]
    assert next(open_file(path).chunks()).raw.rows() == [(1, json.dumps(GOOD)), (2, "{")]


CALL = {"type": "track", "event": "x", "userId": "7"}


def test_a_document_of_one_batch(tmp_path: Path) -> None:
    batch = {"batch": [CALL, 7, CALL | {"userId": "8"}], "filler": "x" * 1024**2}
    for indent in (None, 1):  # on one line it is longer than a line may be
        sent, refused = rows(written(tmp_path, json.dumps(batch, indent=indent), "e.json"))
        assert [(row["row"], row["candidate"]) for row in sent] == [(1, "7"), (3, "8")]
        assert refused == [(2, "not_an_object")]


def test_a_batch_is_never_parted_and_keeps_its_line(tmp_path: Path) -> None:
    text = lines({"batch": [CALL] * 5}, CALL, {"batch": [CALL, {"type": "?", "userId": 1}, CALL]})
    chunks = list(open_file(written(tmp_path, text, "e.jsonl")).chunks(2))
    assert [chunk.sent.get_column("row").to_list() for chunk in chunks] == [[1] * 5, [2, 3, 3]]
    assert chunks[1].refused.get_column("row").to_list() == [3]
    assert [line for chunk in chunks for line in chunk.raw.get_column("raw")] == text.splitlines()


def test_lines_that_start_oddly(tmp_path: Path) -> None:
    for first in ("[1, 2]", "7", '{"a": NaN}', '{"a": ', '{"a": {'):
        for ending in ("jsonl", "json"):
            sent, refused = rows(written(tmp_path, f"{first}\n{lines(GOOD, GOOD)}", f"e.{ending}"))
            assert ([row["row"] for row in sent], [row for row, _ in refused]) == ([2, 3], [1]), (first, ending)


def test_what_is_no_utf_8(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"candidate": "\xff"}\n' + lines(GOOD).encode(), "e.jsonl")
    assert rows(path)[1] == [(1, "bad_unicode")]
    with pytest.raises(InputError, match="UTF-8"):
        open_file(written(tmp_path, b'[{"candidate": "\xff"}]', "e.json"))
    with pytest.raises(InputError, match="UTF-16"):
        open_file(written(tmp_path, lines(GOOD).encode("utf-16-le"), "e.jsonl"))


def test_a_document_that_is_too_large(tmp_path: Path) -> None:
    path = written(tmp_path, "[\n", "e.json")
    with path.open("r+b") as file:
        file.truncate(64 * 1024**2 + 1)
    with pytest.raises(InputError, match="one object per line"):
        open_file(path)


def test_a_mapping_goes_before_what_keys_look_like(tmp_path: Path) -> None:
    mapping = parse_mapping(
        "mapping: 1\ncolumns: {type: name, userId: candidate, a.b: properties.b, nope.x: vacancy}\n"
        "constants: {channel: email}\nvalues: {name: {gone: left}}\nunmapped: refuse\n"
    )
    text = lines({"type": "gone", "userId": 7, "a": {"b": 1}}, {"type": "other", "userId": 8}, {"person": 9})
    path = written(tmp_path, text, "e.jsonl")
    sent, refused = rows(path, mapping)
    expected = {"row": 1, "name": "left", "candidate": "7", "channel": "email", "properties": '{"b": 1}'}
    assert [given_of(row) for row in sent] == [expected, {"row": 3, "channel": "email"}]
    assert refused == [(2, "unmapped_value")]
    file = open_file(path, mapping)
    assert file.unused == ("person",)
    assert "nope.x" in file.notes[0]


def test_constants_of_a_mapping_hold_for_calls(tmp_path: Path) -> None:
    mapping = parse_mapping("mapping: 1\nconstants: {channel: email}\n")
    sent, _ = rows(written(tmp_path, lines(CALL, {"batch": [CALL]}), "e.jsonl"), mapping)
    assert [row["channel"] for row in sent] == ["email", "email"]


def test_two_paths_for_one_field(tmp_path: Path) -> None:
    mapping = parse_mapping("mapping: 1\ncolumns: {a: candidate, b: candidate}\n")
    with pytest.raises(MappingError, match="candidate"):
        open_file(written(tmp_path, lines({"a": 1}), "e.jsonl"), mapping)


LINE = st.sampled_from(
    [
        GOOD,
        CALL,
        {"batch": [CALL, 7, GOOD]},
        {"batch": []},
        7,
        {"user_id": 1, "properties.a": 2},
        {"datum": "2026-11-20"},
    ]
)


@given(st.lists(LINE, max_size=8), st.integers(1, 9))
def test_chunks_do_not_change_what_is_read(objects: list, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), lines(*objects), "e.jsonl")
        whole, parted = rows(path), rows(path, size=size)
        assert [given_of(row) for row in parted[0]] == [given_of(row) for row in whole[0]]
        assert parted[1] == whole[1]
        chunks = list(open_file(path).chunks(size))
    last = [chunk.raw.get_column("row") for chunk in chunks]
    assert all(str(a.max()) < str(b.min()) for a, b in pairwise(last))
    items = [len(o["batch"]) if isinstance(o, dict) and "batch" in o else 1 for o in objects]
    assert sum(items) == len(whole[0]) + len(whole[1])


@given(ANYTHING)
def test_no_document_raises_anything_else(document: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), json.dumps(document), "e.json")
        try:
            sent, refused = rows(path)
        except InputError:  # a NaN in an array, say
            return
        assert len(sent) + len(refused) >= (1 if document not in ([], {}) else 0)


def test_inspection_counts_and_hashes(tmp_path: Path) -> None:
    file = open_file(written(tmp_path, lines(GOOD, GOOD) + "{}", "e.jsonl"))
    assert (file.rows, file.columns) == (3, ("candidate", "name", "occurred_at"))
    empty = open_file(written(tmp_path, "", "e.json"))
    assert (empty.rows, list(empty.chunks())) == (0, [])
    assert empty.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


VALUES = "mapping: 1\nvalues: {properties.offer: {ja: made}}\nconstants: {properties.desk: web}\n"
COLUMNS = "columns: {userId: candidate, bod: properties.offer, rest: properties}\n"


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("", {"candidate": "K", "properties": {"offer": "%s", "desk": "phone", "n": 1}}),
        ("", {"candidate": "K", "properties.offer": "%s", "properties": {"n": 1}}),
        ("", {"userId": "K", "type": "track", "event": "x", "properties": {"offer": "%s", "n": 1}}),
        (COLUMNS, {"userId": "K", "bod": "%s", "rest": {"n": 1, "desk": "phone"}}),
        (COLUMNS, {"userId": "K", "rest": {"n": 1, "offer": "%s"}}),
    ],
)
def test_values_and_constants_of_properties(tmp_path: Path, more: str, line: dict) -> None:
    """A mapping means the same for a file of JSON as for a table."""
    lines = "".join(json.dumps(line).replace("%s", offer) + "\n" for offer in ("ja", "nee", ""))
    path = written(tmp_path, lines, "e.jsonl")
    sent, refused = rows(path, parse_mapping(VALUES + more))
    assert [json.loads(r["properties"]) for r in sent] == [
        {"offer": offer, "desk": "web", "n": 1} for offer in ("made", "nee", None)
    ]
    assert refused == []
    sent, refused = rows(path, parse_mapping(f"{VALUES}{more}unmapped: refuse\n"))
    assert ([r["row"] for r in sent], refused) == ([1, 3], [(2, "unmapped_value")])


def test_values_of_nested_properties(tmp_path: Path) -> None:
    nested = [{"a": {"b": "ja", "c": 1}}, {"a.b": "ja"}, {"a": "ja"}, {"a": {"b": None}}, {}]
    path = written(tmp_path, lines(*({"candidate": "K", "properties": each} for each in nested)), "e.jsonl")
    sent, _ = rows(path, parse_mapping("mapping: 1\nvalues: {properties.a.b: {ja: made}}\n"))
    assert [json.loads(r["properties"] or "{}") for r in sent] == [
        {"a.b": "made", "a": {"c": 1}},
        {"a.b": "made"},
        {"a.b": None, "a": "ja"},
        {"a.b": None, "a": {}},
        {"a.b": None},
    ]
