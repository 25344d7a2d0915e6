"""Values of JSON as columns: many at a time become what each becomes alone."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.files.json_columns import columns_of, columns_of_calls, dumped, scalars, texts
from journeyscore.connectors.files.segment import CALLS, call_values, scalar, text, to_sent
from journeyscore.connectors.files.strict_json import Refused

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
LAYOUT = {
    "who": "candidate",
    "day": "date",
    "hour": "time",
    "a": "properties.a",
    "b.c": "properties.b",
    "p": "properties",
}
OBJECTS = st.dictionaries(st.sampled_from(["who", "day", "hour", "a", "b", "p"]), VALUES)
CALL_KEYS = ["userId", "anonymousId", "event", "timestamp", "sentAt", "context", "traits", "properties", "name"]
CALLING = st.builds(
    lambda kind, rest: {"type": kind, **rest},
    st.sampled_from([*CALLS, "other"]),
    st.dictionaries(st.sampled_from(CALL_KEYS), VALUES | st.dictionaries(st.sampled_from(["page", "url"]), VALUES)),
)


@given(st.lists(VALUES))
def test_values(values: list[Any]) -> None:
    assert dumped(values) == [json.dumps(value, ensure_ascii=False) for value in values]
    assert scalars(values) == [scalar(value) for value in values]
    assert texts(values) == [text(value) for value in values]


@given(st.lists(st.text()))
def test_texts_alone(values: list[str]) -> None:
    assert scalars(values) == texts(values) == [value or None for value in values]


@given(st.lists(OBJECTS, min_size=1, max_size=5))
def test_objects(objects: list[dict[str, Any]]) -> None:
    together = columns_of(objects, LAYOUT)
    assert set(together) == {"candidate", "occurred_at", "properties"}
    for place, each in enumerate(objects):
        alone = columns_of([each], LAYOUT)
        assert {name: column[place] for name, column in together.items()} == {n: c[0] for n, c in alone.items()}


@given(st.lists(CALLING, min_size=1, max_size=5))
def test_calls(calls: list[dict[str, Any]]) -> None:
    read = [(call, values) for call in calls if not isinstance(values := call_values(call), Refused)]
    columns = columns_of_calls([values for _, values in read]) if read else {}
    for place, (call, _) in enumerate(read):
        sent = to_sent(call)
        assert isinstance(sent, dict)
        assert {n: c[place] for n, c in columns.items() if c[place]} == {n: v for n, v in sent.items() if v}
