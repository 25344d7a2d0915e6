"""The calls of the Segment spec as sent fields."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.files.segment import CALLS, batch_items, is_call, text, to_sent
from journeyscore.connectors.files.strict_json import Refused
from journeyscore.domain.event import SENT_FIELDS
from journeyscore.domain.refusal import Reason


def given_of(row: dict) -> dict:
    return {k: v for k, v in row.items() if v is not None}


def sent_of(call: dict) -> dict:
    sent = to_sent(call)
    assert not isinstance(sent, Refused)
    return given_of(sent)


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


def test_a_page_tells_its_address_once() -> None:
    properties = {"url": "https://x.nl/a", "referrer": "https://y.nl/", "title": "Jobs", "path": "/a"}
    expected = {
        "name": "page_viewed",
        "visitor": "a",
        "url": "https://x.nl/a",
        "referrer": "https://y.nl/",
        "properties": '{"title": "Jobs", "path": "/a"}',
    }
    assert sent_of({"type": "page", "anonymousId": "a", "properties": properties}) == expected
    page = {"url": "https://x.nl/b", "title": "Other"}
    both = sent_of({"type": "page", "anonymousId": "a", "properties": properties, "context": {"page": page}})
    assert both == expected | {"url": "https://x.nl/b"}
    titled = sent_of({"type": "page", "anonymousId": "a", "context": {"page": {"title": "Jobs"}}})
    assert titled == {"name": "page_viewed", "visitor": "a", "properties": '{"title": "Jobs"}'}


def test_a_screen_has_its_name_in_the_properties() -> None:
    assert sent_of({"type": "screen", "userId": 7, "name": "Home"}) == {
        "name": "screen_viewed",
        "candidate": "7",
        "properties": '{"screen": "Home"}',
    }


def test_traits_are_kept_of_an_identify_alone() -> None:
    traits = {"email": "x@example.nl", "phone": 612345678, "name": "Ann", "salary": 1}
    found = sent_of({"type": "identify", "userId": "7", "traits": traits})
    assert found == {
        "call": "identify",
        "candidate": "7",
        "email": "x@example.nl",
        "phone": "612345678",
        "person_name": "Ann",
    }
    call = {"type": "track", "event": "x", "userId": "7", "context": {"traits": traits}, "traits": traits}
    assert sent_of(call) == {"name": "x", "candidate": "7"}


def test_own_traits_go_before_those_of_the_context() -> None:
    call = {"type": "identify", "traits": {"email": "new"}, "context": {"traits": {"email": "old", "phone": "06"}}}
    assert sent_of(call) == {"call": "identify", "email": "new", "phone": "06"}


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"timestamp": "2026-11-20", "originalTimestamp": "2026-11-19"}, "2026-11-20"),
        ({"timestamp": 1763632800}, "1763632800"),
        ({"timestamp": None, "originalTimestamp": "2026-11-19", "sentAt": "2026-11-20"}, "2026-11-19"),
        ({"originalTimestamp": "t", "sentAt": "2026-11-20", "receivedAt": "2026-11-21"}, "t"),
        ({"sentAt": "2026-11-20", "receivedAt": "2026-11-21"}, "2026-11-21"),
        ({"sentAt": "2026-11-20"}, "2026-11-20"),
        (  # sent before it happened: the clock was set back in between
            {
                "originalTimestamp": "2026-11-20T10:00:00Z",
                "sentAt": "2026-11-20T09:00:00Z",
                "receivedAt": "2026-11-20T10:30:00Z",
            },
            "2026-11-20T10:30:00+00:00",
        ),
        (  # a moment before the year 1
            {
                "originalTimestamp": "0001-01-01T00:00:00Z",
                "sentAt": "2026-11-20T09:00:00Z",
                "receivedAt": "0001-01-02T00:00:00Z",
            },
            "0001-01-01T00:00:00Z",
        ),
    ],
)
def test_times(times: dict, expected: str) -> None:
    assert sent_of({"type": "track", "event": "x", "userId": "7", **times})["occurred_at"] == expected


def test_the_first_vacancy_that_says_something() -> None:
    call = {"type": "track", "event": "x", "properties": {"vacancy": "", "vacancy_id": {"a": 1}, "job_id": "V9"}}
    assert sent_of(call)["vacancy"] == "V9"
    assert json.loads(sent_of(call)["properties"]) == call["properties"]


def test_a_structure_is_nobody() -> None:
    assert sent_of({"type": "track", "event": ["x"], "userId": {"a": 1}, "anonymousId": [], "messageId": ""}) == {}


def test_a_batch_lends_its_context() -> None:
    items = [
        {"type": "track", "context": {"userAgent": "own"}, "sentAt": None},
        {"type": "track", "sentAt": "own"},
        7,
    ]
    batch = {"batch": items, "context": {"userAgent": "UA", "ip": "1"}, "sentAt": "shared", "writeKey": "secret"}
    assert batch_items(batch) == [
        {"type": "track", "context": {"userAgent": "own", "ip": "1"}, "sentAt": "shared"},
        {"type": "track", "context": {"userAgent": "UA", "ip": "1"}, "sentAt": "own"},
        7,
    ]
    assert batch_items({"batch": "x"}) is None


def test_which_objects_are_calls() -> None:
    assert is_call({"type": "track", "userId": None})
    assert is_call({"type": "trak", "messageId": "m"})
    assert not is_call({"type": "track", "candidate": "7"})
    assert not is_call({"type": 7, "userId": "7"})
    refused = to_sent({"type": "trak", "messageId": "m"})
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.UNKNOWN_TYPE
    assert "trak" not in refused.message


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", None), (True, "true"), (0, "0"), (7.0, "7"), (1.5, "1.5"), ("a", "a"), ({"a": 1}, '{"a": 1}')],
)
def test_values_as_text(value: object, expected: str | None) -> None:
    assert text(value) == expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
    max_leaves=8,
)
TIME = st.datetimes().map(lambda t: t.isoformat() + "Z") | ANYTHING
CALL = st.fixed_dictionaries(
    {"type": st.sampled_from([*CALLS, "trak"])},
    optional={
        **dict.fromkeys(("userId", "anonymousId", "previousId", "event", "name", "groupId", "traits"), ANYTHING),
        **dict.fromkeys(("timestamp", "originalTimestamp", "sentAt", "receivedAt"), TIME),
        "context": ANYTHING | st.dictionaries(st.sampled_from(["page", "campaign", "traits", "userAgent"]), ANYTHING),
        "properties": ANYTHING | st.dictionaries(st.sampled_from(["url", "title", "job_id"]), ANYTHING),
    },
)


@given(CALL)
def test_no_call_raises(call: dict) -> None:
    sent = to_sent(call)
    if isinstance(sent, Refused):
        assert call["type"] == "trak"
        return
    assert set(sent) <= {field.name for field in SENT_FIELDS}
    assert all(value is None or (isinstance(value, str) and value) for value in sent.values())
