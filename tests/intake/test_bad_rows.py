"""Rows that are wrong, hostile or mixed up: through all steps, each ends where it should and says nothing personal."""

import json
import re
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.domain.event import SENT_FIELDS
from journeyscore.intake import take_in
from journeyscore.intake.batch import Context, Taken
from journeyscore.intake.keys import candidate_pseudonym

KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONTEXT = Context(KEY, "Europe/Amsterdam", "website", NOW)
GOOD = {"name": "form_submitted", "occurred_at": "2026-11-20T10:00:00Z", "candidate": "K-1"}
PERSONAL = ("ann.de.vries@example.nl", "06-12345678", "+31 6 12345678")


def taken(*rows: dict[str, object]) -> Taken:
    names = {name for row in rows for name in row}
    columns = {name: [row.get(name) for row in rows] for name in sorted(names)}
    return take_in(pl.DataFrame({"row": range(2, len(rows) + 2)} | columns), CONTEXT)


def event(**fields: object) -> dict[str, object]:
    result = taken(GOOD | fields)
    assert result.refused.is_empty(), result.refused.rows()
    return result.events.row(0, named=True)


def refusal(**fields: object) -> dict[str, object]:
    result = taken(GOOD | fields)
    assert result.events.is_empty()
    return result.refused.row(0, named=True)


def everything(result: Taken) -> str:
    return str(result.events.rows()) + str(result.refused.rows())


NUMBERS = {
    "NaN": '{"a": NaN}',
    "Infinity": '{"a": -Infinity}',
    "1e999": '{"a": 1e999}',
    "5,000 digits": '{"a": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_are_none(name: str) -> None:
    assert refusal(properties=NUMBERS[name])["reason"] == "bad_number"


@pytest.mark.parametrize("text", ["null", "[]", '"x"', "7", "{", "{'a': 1}", "", "[" * 30_000])
def test_properties_that_are_no_object(text: str) -> None:
    if text:
        assert refusal(properties=text)["reason"] in ("bad_properties", "too_many_properties")
    else:
        assert event(properties=text)["properties"] is None


def test_a_key_twice_and_half_a_character() -> None:
    assert refusal(properties='{"email":"a","email":"b"}')["reason"] == "duplicate_key"
    assert refusal(properties='{"a": "\\ud800"}')["reason"] == "bad_unicode"


def test_too_many_properties() -> None:
    assert refusal(properties=json.dumps({str(n): n for n in range(10_000)}))["reason"] == "too_many_properties"
    assert refusal(properties=json.dumps({"k" * 1_000_000: 1}))["reason"] == "too_many_properties"


def test_odd_property_names_and_code_are_data() -> None:
    sent = {"__proto__": "<img src=x onerror=alert(1)>", "constructor": "'); DROP TABLE events;--"}
    assert json.loads(str(event(properties=json.dumps(sent))["properties"])) == sent


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-11-24T12:00:00Z", datetime(2026, 11, 24, 12, tzinfo=UTC)),  # 24 hours: not more
        ("2026-11-24T12:00:01Z", NOW),
        ("2026-11-24T13:00:00+01:00", datetime(2026, 11, 24, 12, tzinfo=UTC)),
    ],
)
def test_a_clock_that_runs_ahead(sent: str, kept: datetime) -> None:
    got = event(occurred_at=sent, message_id="1")
    assert (got["occurred_at"], got["flags"]) == (kept, "clock_ahead" if kept == NOW else None)


def test_the_claim_stands_in_order_among_the_properties_and_only_once() -> None:
    got = event(occurred_at="2026-11-26T10:00:00.25Z", properties='{"b": "é", "a": 1, "claimed_at": "never"}')
    assert got["properties"] == '{"a":"1","b":"é","claimed_at":"2026-11-26T10:00:00.250Z"}'


def test_an_address_is_no_channel() -> None:
    assert event(channel="ann.jansen@example.nl")["channel"] == "unknown"
    assert event(channel="E-mail")["channel"] == "email"
    sent = event(url="https://example.nl/?utm_source=06-12345678&utm_medium=email")
    assert (sent["channel"], sent["traffic_source"]) == ("email", "[phone]")


def test_the_night_on_which_the_clock_goes_back_and_forth() -> None:
    back = event(occurred_at="2026-10-25T02:30", message_id="1")
    assert (back["occurred_at"], back["flags"]) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zone_assumed")
    forth = event(occurred_at="29-03-2026 02:30", message_id="1")
    assert forth["occurred_at"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_day_comes_before_month_and_belongs_to_the_workspace() -> None:
    assert event(occurred_at="3-4-2026")["day"] == date(2026, 4, 3)
    assert event(occurred_at="2026-04-02T22:30:00Z")["day"] == date(2026, 4, 3)


@pytest.mark.parametrize("text", ["2026-02-30", "31-04-2026", "13/13/2026", "1989-12-31", "2201-01-01", "3-4-26", "x"])
def test_bad_times(text: str) -> None:
    refused = refusal(occurred_at=text)
    assert (refused["reason"], refused["field"]) == ("bad_time", "occurred_at")
    assert text in str(refused["message"])


@pytest.mark.parametrize("personal", PERSONAL)
@pytest.mark.parametrize("field", [f.name for f in SENT_FIELDS if f.name != "call"])
def test_columns_that_are_mixed_up_betray_nobody(field: str, personal: str) -> None:
    for text in (personal, f"{'x' * 20} {personal}"):
        assert personal not in everything(taken(GOOD | {field: text}))


def test_an_event_name_with_a_person_in_it() -> None:
    name = str(event(name="mail to ann.jansen@example.nl, called 0612345678")["name"])
    assert "jansen" not in name
    assert "0612345678" not in name


@pytest.mark.parametrize("call", ["identify", "Identify", " IDENTIFY "])
def test_a_call_may_be_written_in_any_case(call: str) -> None:
    sent = {"call": call, "name": None, "visitor": "d1"}
    assert event(**sent)["name"] == "identified"
    assert event(**sent)["fingerprint"] == event(**sent | {"call": "identify"})["fingerprint"]


def test_numbers_and_typed_columns_may_be_sent() -> None:
    got = event(candidate=17, visitor=3, vacancy=2024)
    assert got["person"] == candidate_pseudonym(KEY, "17")
    assert got["vacancy"] == "2024"


def test_a_frame_without_rows_or_without_columns() -> None:
    nothing = take_in(pl.DataFrame(schema={"row": pl.Int64}), CONTEXT)
    assert (nothing.events.height, nothing.people.height, nothing.links.height, nothing.refused.height) == (0,) * 4
    bare = take_in(pl.DataFrame({"row": [5, 6]}), CONTEXT)
    assert bare.refused.select("row", "reason").rows() == [(5, "no_time"), (6, "no_time")]


TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "Ann@Example.nl", "mailto:ann@example.nl", "0612345678", "1e999", "2026-11-20T10:00Z"]),
    st.sampled_from(
        ['{"email":"ann@example.nl"}', '{"a":["ann@example.nl"]}', "https://u:p@example.nl/ann@example.nl?x"]
    ),
    st.text(max_size=12),
)
ROW = st.fixed_dictionaries({}, optional={f.name: TEXTS for f in SENT_FIELDS})
MAYBE_GOOD = st.builds(lambda good, row: (GOOD | row) if good else row, st.booleans(), ROW)


def frame(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    names = sorted({name for row in rows for name in row})
    columns = {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
    return pl.DataFrame({"row": pl.Series(range(1, len(rows) + 1), dtype=pl.Int64), **columns})


@settings(deadline=None, max_examples=25)
@given(st.lists(MAYBE_GOOD, min_size=1, max_size=6))
def test_any_row_ends_in_one_place_alone_as_in_a_batch(rows: list[dict[str, str | None]]) -> None:
    whole = take_in(frame(rows), CONTEXT)
    ended = sorted([*whole.events.get_column("row"), *whole.refused.get_column("row")])
    assert ended == list(range(1, len(rows) + 1))
    alone = [take_in(frame(rows)[n : n + 1], CONTEXT) for n in range(len(rows))]
    assert pl.concat([a.events for a in alone]).equals(whole.events)
    assert pl.concat([a.refused for a in alone]).equals(whole.refused)


@settings(deadline=None, max_examples=25)
@given(MAYBE_GOOD)
def test_no_address_is_in_any_event_or_message(row: dict[str, str | None]) -> None:
    assert not re.search(r"\bann@example", everything(take_in(frame([row]), CONTEXT)), re.IGNORECASE)


@settings(deadline=None, max_examples=25)
@given(ROW)
def test_a_field_that_is_absent_is_one_that_is_null(row: dict[str, str | None]) -> None:
    full = {f.name: None for f in SENT_FIELDS} | GOOD | row
    with_all, with_few = take_in(frame([full]), CONTEXT), take_in(frame([GOOD | row]), CONTEXT)
    assert with_all.events.equals(with_few.events)
    assert with_all.refused.equals(with_few.refused)
