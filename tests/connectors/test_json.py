"""JSON lines, whole documents and the calls of the Segment spec."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.mapping import parse_mapping
from journeyscore.connectors.files.segment import to_sent
from journeyscore.connectors.files.strict_json import Refused, parse_line
from journeyscore.domain.errors import InputError

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


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            {"type": "track", "event": "Ad Clicked", "anonymousId": "a", "userId": None, "properties": {"x": 1}},
            {"name": "Ad Clicked", "visitor": "a", "properties": '{"x": 1}'},
        ),
        (
            {
                "type": "page",
                "anonymousId": "a",
                "name": "Home",
                "context": {
                    "page": {"url": "https://x.nl/", "referrer": "https://google.nl/"},
                    "campaign": {"name": "spring", "source": "fb", "medium": "cpc", "content": "post"},
                },
            },
            {
                "name": "page_viewed",
                "visitor": "a",
                "url": "https://x.nl/",
                "referrer": "https://google.nl/",
                "campaign": "spring",
                "utm_source": "fb",
                "utm_medium": "cpc",
                "content": "post",
                "properties": '{"page": "Home"}',
            },
        ),
        (
            {"type": "identify", "userId": 7, "anonymousId": "a", "context": {"traits": {"email": "x@example.nl"}}},
            {"call": "identify", "candidate": "7", "visitor": "a", "email": "x@example.nl"},
        ),
        (
            {"type": "identify", "userId": "7", "traits": {"firstName": "Ann", "lastName": "Bos", "phone": "06"}},
            {"call": "identify", "candidate": "7", "person_name": "Ann Bos", "phone": "06"},
        ),
        (
            {"type": "alias", "userId": "7", "previousId": "6"},
            {"call": "alias", "candidate": "7", "previous": "6"},
        ),
        (
            {"type": "group", "userId": "7", "groupId": "pool"},
            {"name": "group_joined", "candidate": "7", "properties": '{"group": "pool"}'},
        ),
        (
            {
                "type": "track",
                "event": "x",
                "userId": "7",
                "originalTimestamp": "2026-11-20T10:00:00Z",
                "sentAt": "2026-11-20T10:05:00Z",
                "receivedAt": "2026-11-20T11:05:00Z",  # the sender's clock is an hour behind
            },
            {"name": "x", "candidate": "7", "occurred_at": "2026-11-20T11:00:00+00:00"},
        ),
        (
            {"type": "track", "event": "x", "userId": "7", "properties": {"job_id": 9}},
            {"name": "x", "candidate": "7", "vacancy": "9", "properties": '{"job_id": 9}'},
        ),
    ],
)
def test_segment_calls(call: dict, expected: dict) -> None:
    sent = to_sent(call)
    assert not isinstance(sent, Refused)
    assert given_of(sent) == expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
)


@given(st.text() | ANYTHING.map(lambda x: json.dumps(x)))
def test_no_line_raises(line: str) -> None:
    assert isinstance(parse_line(line), dict | Refused)


@given(st.dictionaries(st.sampled_from(["type", "userId", "traits", "context", "properties", "event"]), ANYTHING))
def test_no_call_raises(call: dict) -> None:
    assert isinstance(to_sent(call), dict | Refused)
