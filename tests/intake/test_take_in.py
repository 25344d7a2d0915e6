"""What goes in comes out, as an event or as a refusal; in any order and any batches."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.domain.event import EVENT_FIELDS
from journeyscore.intake.batch import Context
from journeyscore.intake.keys import candidate_pseudonym, visitor_pseudonym
from journeyscore.intake.take_in import take_in

KEY = bytes(32)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONTEXT = Context(KEY, "Europe/Amsterdam", "website", NOW)
GOOD = {"name": "Form Submitted", "occurred_at": "2026-11-22T23:30:00Z", "candidate": "K-1", "message_id": "m1"}


def sent(*rows: dict[str, str | None]) -> pl.DataFrame:
    columns = sorted({c for row in rows for c in row} | {"name"})
    data = {c: pl.Series(c, [row.get(c) for row in rows], pl.String) for c in columns}
    return pl.DataFrame({"row": pl.Series(range(2, len(rows) + 2), dtype=pl.Int64), **data})


def one(**fields: str | None) -> dict[str, object]:
    taken = take_in(sent(GOOD | fields), CONTEXT)
    assert taken.refused.is_empty(), taken.refused.rows()
    return taken.events.row(0, named=True)


def reason(**fields: str | None) -> tuple[str, str]:
    taken = take_in(sent(GOOD | fields), CONTEXT)
    assert taken.events.is_empty()
    row = taken.refused.row(0, named=True)
    return row["reason"], row["field"]


def test_an_event_has_the_columns_of_the_log() -> None:
    event = one()
    assert list(event) == ["row", *(f.name for f in EVENT_FIELDS)]
    assert (event["name"], event["source"], event["machine"]) == ("form_submitted", "website", False)
    assert event["occurred_at"] == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert event["day"] == date(2026, 11, 23)  # half past midnight in Amsterdam
    assert event["received_at"] == NOW
    assert event["person"] == candidate_pseudonym(KEY, "K-1")
    assert event["flags"] is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": None}, ("no_name", "name")),
        ({"name": " !? "}, ("no_name", "name")),
        ({"occurred_at": None}, ("no_time", "occurred_at")),
        ({"occurred_at": "2026-02-30"}, ("bad_time", "occurred_at")),
        ({"occurred_at": "soon"}, ("bad_time", "occurred_at")),
        ({"candidate": "  "}, ("no_person", "candidate")),
        ({"properties": "[1]"}, ("bad_properties", "properties")),
        ({"properties": '{"a": NaN}'}, ("bad_number", "properties")),
        ({"properties": '{"a": 1, "a": 2}'}, ("duplicate_key", "properties")),
        ({"campaign": "x" * 1001}, ("too_long", "campaign")),
        ({"url": "https://example.nl/" + "x" * 4000}, ("too_long", "url")),
        ({"name": "x" * 201}, ("too_long", "name")),
    ],
)
def test_refused(fields: dict[str, str | None], expected: tuple[str, str]) -> None:
    assert reason(**fields) == expected


def test_every_refused_row_has_a_message_and_its_row() -> None:
    taken = take_in(sent(GOOD, {"name": "x"}, GOOD | {"occurred_at": "32-13-2026"}), CONTEXT)
    assert taken.refused.select("row", "reason").rows() == [(3, "no_time"), (4, "bad_time")]
    assert all(taken.refused.get_column("message"))
    assert taken.events.get_column("row").to_list() == [2]


def test_a_message_never_echoes_an_address() -> None:
    taken = take_in(sent(GOOD | {"candidate": "ann@example.nl", "properties": '{"email": "ann@example.nl"'}), CONTEXT)
    assert "ann@example.nl" not in str(taken.refused.rows())


def test_an_address_names_a_candidate() -> None:
    taken = take_in(sent(GOOD | {"candidate": None, "email": "Ann@Example.nl"}), CONTEXT)
    assert taken.events.item(0, "person") == candidate_pseudonym(KEY, "ann@example.nl")
    person = taken.people.row(0, named=True)
    assert (person["key"], person["email"]) == ("Ann@Example.nl", "ann@example.nl")


def test_nothing_personal_reaches_the_log() -> None:
    event = one(
        candidate="ann@example.nl",
        email="ann@example.nl",
        phone="0612345678",
        person_name="Ann de Vries",
        url="https://example.nl/?email=ann@example.nl&utm_source=x",
        campaign="for ann@example.nl",
        properties='{"email": "ann@example.nl", "note": "call 0612345678", "form": "alert"}',
    )
    text = str(list(event.values()))
    assert "ann" not in text.lower()
    assert "0612345678" not in text
    assert json.loads(str(event["properties"]))["form"] == "alert"


def test_visitor_and_candidate_together_are_a_link() -> None:
    taken = take_in(sent(GOOD | {"visitor": "cookie-1"}), CONTEXT)
    assert taken.events.item(0, "visitor") == visitor_pseudonym(KEY, "cookie-1")
    assert taken.links.rows() == [
        (
            visitor_pseudonym(KEY, "cookie-1"),
            candidate_pseudonym(KEY, "K-1"),
            datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
        )
    ]


def test_identify_and_alias_are_events_of_their_own() -> None:
    identify = {"call": "identify", "name": None, "visitor": "cookie-1", "email": "ann@example.nl"}
    alias = {"call": "alias", "name": None, "previous": "K-0", "message_id": "m2"}
    taken = take_in(sent(GOOD | identify, GOOD | alias), CONTEXT)
    assert taken.events.get_column("name").to_list() == ["identified", "aliased"]
    assert {(p, c) for p, c, _ in taken.links.rows()} == {
        (visitor_pseudonym(KEY, "cookie-1"), candidate_pseudonym(KEY, "K-1")),
        (candidate_pseudonym(KEY, "K-0"), candidate_pseudonym(KEY, "K-1")),
    }
    assert set(taken.people.get_column("key")) == {"K-1", "K-0"}


def test_the_last_name_that_was_sent_is_kept() -> None:
    rows = [GOOD | {"message_id": f"m{n}", "person_name": name} for n, name in enumerate(("Ann", None, "Anna"))]
    taken = take_in(sent(*rows), CONTEXT)
    assert taken.people.select("key", "person_name").rows() == [("K-1", "Anna")]


def test_erased_people_are_refused_under_any_pseudonym() -> None:
    for pseudonym in (candidate_pseudonym(KEY, "K-1"), visitor_pseudonym(KEY, "cookie-1")):
        context = Context(KEY, "Europe/Amsterdam", "website", NOW, frozenset({pseudonym}))
        taken = take_in(sent(GOOD | {"visitor": "cookie-1"}), context)
        assert taken.refused.get_column("reason").to_list() == ["erased"]
        assert (taken.people.height, taken.links.height) == (0, 0)
        assert "K-1" not in str(taken.refused.rows())


def test_a_clock_that_runs_ahead_keeps_its_claim() -> None:
    event = one(occurred_at="2026-11-24T10:00:01Z", properties='{"z": 1}')
    assert event["occurred_at"] == NOW
    assert "clock_ahead" in str(event["flags"])
    assert json.loads(str(event["properties"])) == {"claimed_at": "2026-11-24T10:00:01Z", "z": "1"}
    assert "clock_ahead" not in str(one(occurred_at="2026-11-24T08:00:00Z")["flags"])


def test_a_time_without_a_zone_is_the_workspaces() -> None:
    event = one(occurred_at="2026-10-25 02:30")  # this hour comes twice: the first one
    assert event["occurred_at"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert event["flags"] == "zone_assumed"


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "python-requests/2.32"])
def test_machines_are_kept_and_marked(agent: str) -> None:
    assert one(user_agent=agent)["machine"] is True


def test_points_of_the_senders_own_making_are_ignored() -> None:
    event = one(properties='{"points": 999, "form": "alert"}')
    assert event["properties"] == '{"form":"alert"}'
    assert event["flags"] == "points_ignored"


@pytest.mark.parametrize("text", ["'); DROP TABLE events; --", "<img src=x onerror=alert(1)>", "__proto__", "=1+1"])
def test_code_is_text(text: str) -> None:
    assert one(campaign=text)["campaign"] == text


def test_the_id_is_of_source_and_message() -> None:
    first, other_content = one(), one(candidate="K-2")
    assert first["event_id"] == other_content["event_id"]
    assert first["fingerprint"] != other_content["fingerprint"]
    assert one(source="mail")["event_id"] != first["event_id"]
    assert one(source="mail")["fingerprint"] == first["fingerprint"]


def test_without_an_id_equal_content_is_the_same_event() -> None:
    first, again, other = one(message_id=None), one(message_id=None), one(message_id=None, campaign="x")
    assert first["event_id"] == again["event_id"] != other["event_id"]
    assert first["flags"] == "id_derived"


def test_the_same_moment_in_another_notation_is_the_same_content() -> None:
    assert one(occurred_at="2026-11-23T00:30:00+01:00")["fingerprint"] == one()["fingerprint"]
    typed = sent(GOOD).with_columns(occurred_at=pl.lit(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)))
    assert take_in(typed, CONTEXT).events.item(0, "fingerprint") == one()["fingerprint"]


def test_an_empty_column_is_the_same_as_none() -> None:
    assert one(campaign="", vacancy=None)["fingerprint"] == one()["fingerprint"]


def test_nothing_gives_nothing() -> None:
    taken = take_in(sent(), CONTEXT)
    assert (taken.events.height, taken.refused.height) == (0, 0)
    assert taken.events.columns == ["row", *(f.name for f in EVENT_FIELDS)]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["ad clicked", "page_viewed", None, ""]),
            "occurred_at": st.sampled_from(["2026-11-01", "23-11-2026 14:05", "x", None, "2026-11-22T10:00:00Z"]),
            "candidate": st.sampled_from(["K-1", "ann@example.nl", None]),
            "visitor": st.sampled_from(["v1", None]),
            "channel": st.sampled_from(["LinkedIn", None]),
            "url": st.sampled_from(["https://example.nl/?utm_source=fb&utm_medium=cpc", None]),
            "properties": st.sampled_from(['{"a": 1}', "{", None, '{"mail": "ann@example.nl"}']),
            "message_id": st.sampled_from(["1", "2", None]),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=40)
@given(ROWS, st.integers(0, 12))
def test_batches_do_not_matter(rows: list[dict[str, str | None]], cut: int) -> None:
    whole = take_in(sent(*rows), CONTEXT)
    frame = sent(*rows)
    parts = [take_in(part, CONTEXT) for part in (frame[:cut], frame[cut:])]
    assert pl.concat([p.events for p in parts]).equals(whole.events)
    assert pl.concat([p.refused for p in parts]).equals(whole.refused)


@settings(deadline=None, max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_every_row_ends_somewhere(rows: list[dict[str, str | None]], rng) -> None:
    frame = sent(*rows)
    whole = take_in(frame, CONTEXT)
    order = list(range(frame.height))
    rng.shuffle(order)
    again = take_in(frame[order], CONTEXT)
    assert again.events.sort("row").equals(whole.events.sort("row"))
    both = sorted([*whole.events.get_column("row"), *whole.refused.get_column("row")])
    assert both == frame.get_column("row").to_list()


DIGITS = st.from_regex(r"[0-9]{8,10}", fullmatch=True) | st.sampled_from(["123456782", "0612345678"])


@settings(max_examples=25)
@given(DIGITS)
def test_the_number_of_a_vacancy_stays_and_a_number_in_a_text_does_not(number: str) -> None:
    properties = json.dumps({"vacancy_id": number, "note": "0612345678 of 123456782"})
    event = one(vacancy=number, campaign="bel 0612345678", content="123456782", properties=properties)
    assert (event["vacancy"], event["campaign"], event["content"]) == (number, "bel [phone]", "[bsn]")
    assert json.loads(str(event["properties"])) == {"vacancy_id": number, "note": "[phone] of [bsn]"}
    assert one(vacancy=f"{number} mail jan@example.nl")["vacancy"] != f"{number} mail jan@example.nl"
