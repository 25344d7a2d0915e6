"""Times as people and systems write them, and the instants they stand for."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.intake.times import local_day, read_times

AMSTERDAM = "Europe/Amsterdam"
RECEIVED = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LATE = datetime(2200, 12, 31, tzinfo=UTC)
NONE, ZONE, BOTH = "", "zone_assumed", "zone_assumed time_assumed"
Unit = Literal["ms", "us", "ns"]
SCHEMA = {
    "occurred_at": pl.Datetime("us", "UTC"),
    "assumed": pl.String,
    "ahead": pl.Boolean,
    "claimed_at": pl.Datetime("us", "UTC"),
}

READABLE = [
    # ISO 8601 with a zone
    ("2026-11-23T14:05:00Z", "2026-11-23T14:05:00", NONE),
    ("2026-11-23t14:05:00z", "2026-11-23T14:05:00", NONE),
    ("2026-11-23 14:05:00Z", "2026-11-23T14:05:00", NONE),
    ("2026-11-23 14:05:00 UTC", "2026-11-23T14:05:00", NONE),
    ("2026-11-23T14:05:00+01:00", "2026-11-23T13:05:00", NONE),
    ("2026-11-23T14:05:00+0100", "2026-11-23T13:05:00", NONE),
    ("2026-11-23T14:05:00+01", "2026-11-23T13:05:00", NONE),
    ("2026-11-23T14:05:00 -0330", "2026-11-23T17:35:00", NONE),
    ("2026-11-23T23:30:00-05:00", "2026-11-24T04:30:00", NONE),
    ("2026-11-23T00:30:00+05:30", "2026-11-22T19:00:00", NONE),
    ("2026-11-23T14:05Z", "2026-11-23T14:05:00", NONE),
    ("2026-11-23T14:05+01:00", "2026-11-23T13:05:00", NONE),
    ("20261123T140500Z", "2026-11-23T14:05:00", NONE),
    ("20261123T140500.25+0100", "2026-11-23T13:05:00.250000", NONE),
    # fractions: what is finer than a microsecond is cut off
    ("2026-11-23T14:05:00.1Z", "2026-11-23T14:05:00.100000", NONE),
    ("2026-11-23T14:05:00.123Z", "2026-11-23T14:05:00.123000", NONE),
    ("2026-11-23T14:05:00,123Z", "2026-11-23T14:05:00.123000", NONE),
    ("2026-11-23T14:05:00.000001Z", "2026-11-23T14:05:00.000001", NONE),
    ("2026-11-23T14:05:59.999999999Z", "2026-11-23T14:05:59.999999", NONE),
    ("2026-11-23T14:05:00.123456+01:00", "2026-11-23T13:05:00.123456", NONE),
    # ISO 8601 without a zone: +01:00 in November, +02:00 in July
    ("2026-11-23T14:05:00", "2026-11-23T13:05:00", ZONE),
    ("2026-07-23T14:05:00", "2026-07-23T12:05:00", ZONE),
    ("2026-11-23 14:05:00", "2026-11-23T13:05:00", ZONE),
    ("2026-11-23 14:05", "2026-11-23T13:05:00", ZONE),
    ("2026-11-23 14:05:06.5", "2026-11-23T13:05:06.500000", ZONE),
    ("20261123T1405", "2026-11-23T13:05:00", ZONE),
    ("2026/11/23 9:05", "2026-11-23T08:05:00", ZONE),
    ("2026-11-23", "2026-11-22T23:00:00", BOTH),
    ("2026-07-23", "2026-07-22T22:00:00", BOTH),
    ("20261123", "2026-11-22T23:00:00", BOTH),
    ("2026/11/23", "2026-11-22T23:00:00", BOTH),
    ("2026-1-5", "2026-01-04T23:00:00", BOTH),
    ("  2026-11-23T14:05:00Z\t", "2026-11-23T14:05:00", NONE),
    ("\u00a02026-11-23 14:05", "2026-11-23T13:05:00", ZONE),
    # Dutch, in figures: the day comes first
    ("23-11-2026 14:05", "2026-11-23T13:05:00", ZONE),
    ("23-11-2026 14:05:06", "2026-11-23T13:05:06", ZONE),
    ("23-11-2026, 14:05", "2026-11-23T13:05:00", ZONE),
    ("3-4-2026 9:05", "2026-04-03T07:05:00", ZONE),
    ("03-04-2026 09:05", "2026-04-03T07:05:00", ZONE),
    ("23/11/2026 14:05", "2026-11-23T13:05:00", ZONE),
    ("3/4/2026", "2026-04-02T22:00:00", BOTH),
    ("23/11/2026", "2026-11-22T23:00:00", BOTH),
    ("23.11.2026", "2026-11-22T23:00:00", BOTH),
    ("23.11.2026 14.05 uur", "2026-11-23T13:05:00", ZONE),
    ("23-11-2026 14:05 +01:00", "2026-11-23T13:05:00", NONE),
    # months as words
    ("3 okt. 2026 14:05", "2026-10-03T12:05:00", ZONE),
    ("3 oktober 2026", "2026-10-02T22:00:00", BOTH),
    ("3 mrt 2026", "2026-03-02T23:00:00", BOTH),
    ("3 MAART 2026 om 14:05", "2026-03-03T13:05:00", ZONE),
    ("3 mei 2026, 14:05", "2026-05-03T12:05:00", ZONE),
    ("ma 23 nov. 2026 14:05", "2026-11-23T13:05:00", ZONE),
    ("maandag 23 november 2026", "2026-11-22T23:00:00", BOTH),
    ("23-nov-2026 14:05", "2026-11-23T13:05:00", ZONE),
    ("Nov 3, 2026", "2026-11-02T23:00:00", BOTH),
    ("November 3, 2026 2:05 PM", "2026-11-03T13:05:00", ZONE),
    ("Mar 3 2026", "2026-03-02T23:00:00", BOTH),
    ("3 Nov 2026 14:05", "2026-11-03T13:05:00", ZONE),
    ("Mon, 23 Nov 2026 14:05:00 +0100", "2026-11-23T13:05:00", NONE),
    ("Mon, 23 Nov 2026 14:05:00 GMT", "2026-11-23T14:05:00", NONE),
    # twelve-hour clock
    ("23-11-2026 12:05 AM", "2026-11-22T23:05:00", ZONE),
    ("23-11-2026 12:05 PM", "2026-11-23T11:05:00", ZONE),
    ("23-11-2026 1:05 p.m.", "2026-11-23T12:05:00", ZONE),
    # seconds, milliseconds, microseconds since 1970; 20 780 days are 1 795 392 000 seconds
    ("1795392000", "2026-11-23T00:00:00", NONE),
    ("1795392000.5", "2026-11-23T00:00:00.500000", NONE),
    ("1795392000,25", "2026-11-23T00:00:00.250000", NONE),
    ("1795392000123", "2026-11-23T00:00:00.123000", NONE),
    ("1795392000123456", "2026-11-23T00:00:00.123456", NONE),
    # Excel serials: 46 349 = 20 780 + 25 569
    ("46349", "2026-11-22T23:00:00", BOTH),
    ("46349.5", "2026-11-23T11:00:00", ZONE),
    ("46349,75", "2026-11-23T17:00:00", ZONE),
    ("46349.586805555554", "2026-11-23T13:05:00", ZONE),
    # the autumn night: the first of the two; with an offset there is no doubt
    ("2026-10-25 01:59:59", "2026-10-24T23:59:59", ZONE),
    ("2026-10-25 02:30", "2026-10-25T00:30:00", ZONE),
    ("25-10-2026 02:30", "2026-10-25T00:30:00", ZONE),
    ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00", NONE),
    ("2026-10-25 03:00", "2026-10-25T02:00:00", ZONE),
    # the spring night: from 02:00 to 03:00 there is nothing, so the clock is put forward
    ("2026-03-29 01:59:59", "2026-03-29T00:59:59", ZONE),
    ("2026-03-29 02:00", "2026-03-29T01:00:00", ZONE),
    ("2026-03-29 02:30", "2026-03-29T01:30:00", ZONE),
    ("29 mrt 2026 02:59", "2026-03-29T01:59:00", ZONE),
    ("2026-03-29 03:00", "2026-03-29T01:00:00", ZONE),
    # leap days and bounds
    ("29-2-2024", "2024-02-28T23:00:00", BOTH),
    ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00", NONE),
    ("1990-01-01T00:00:00Z", "1990-01-01T00:00:00", NONE),
    ("1-1-1990", "1989-12-31T23:00:00", BOTH),
]

UNREADABLE = [
    "",
    "   ",
    "gisteren",
    "n/a",
    "-",
    "0",
    "12:00",
    "2026",
    "2026-11",
    "2026-02-30",
    "2026-02-29",
    "29-2-2026",
    "29-2-2100",
    "31-4-2026",
    "31 april 2026",
    "0-4-2026",
    "2026-00-10",
    "2026-13-01",
    "11/23/2026",
    "Foo 3, 2026",
    "2026-11-23 24:30",
    "2026-11-23T24:00:00Z",
    "2026-11-23 14:60",
    "2026-11-23T14:05:60Z",
    "2026-11-23T25:00:00Z",
    "23-11-2026 25:00",
    "23-11-2026 13:05 PM",
    "23-11-2026 0:05 AM",
    "3-4-26",
    "3 okt 26",
    "26-04-03T10:00:00Z",
    "+2026-11-23T14:05:00Z",
    "2026-11-23T14:05:00+15:00",
    "2026-11-23T14:05:00+01:60",
    "2026-11-23T14:05:00.1234567890Z",
    "2026-11-23T14:05:00.Z",
    "2026-11-23T14:05:00Z and more",
    "2026-11-23T",
    "2026-11/23",
    "٢٠٢٦-١١-٢٣",
    "1989-12-31T23:59:59Z",
    "31-12-1989",
    "2201-01-01",
    "0000046349",
    "19999",
    "80001",
    "32873",  # the serial of 1989-12-31
    "9999999999",  # the year 2286
    "179539200",
    "17953920000",
    "1.795392E+09",
    "-1795392000",
    "1e400",
]


def read(values: pl.Series, received_at: datetime = LATE, time_zone: str = AMSTERDAM) -> pl.DataFrame:
    return read_times(values, time_zone, received_at)


def read_one(value: str, time_zone: str = AMSTERDAM) -> tuple[datetime | None, str]:
    frame = read(pl.Series([value]), time_zone=time_zone)
    return frame["occurred_at"][0], frame["assumed"][0]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("text", "instant", "assumed"), READABLE)
def test_a_time_that_people_or_systems_write_is_read(text: str, instant: str, assumed: str) -> None:
    assert read_one(text) == (utc(instant), assumed)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_time_is_null(text: str) -> None:
    assert read_one(text) == (None, "")


@pytest.mark.parametrize(
    ("time_zone", "text", "instant"),
    [
        ("UTC", "2026-07-23 14:05", "2026-07-23T14:05:00"),
        ("America/New_York", "8-3-2026 02:30", "2026-03-08T07:30:00"),  # skipped; before it -05:00
        ("America/New_York", "1-11-2026 01:30", "2026-11-01T05:30:00"),  # twice; the first at -04:00
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45:00"),  # half an hour skipped; before it +10:30
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T22:00:00"),  # a whole day skipped; before it -10:00
        ("America/Sao_Paulo", "21-10-2018", "2018-10-21T03:00:00"),
        ("America/Sao_Paulo", "4-11-2018", "2018-11-04T03:00:00"),  # midnight skipped; before it -03:00
    ],
)
def test_the_workspace_zone_decides_where_none_is_given(time_zone: str, text: str, instant: str) -> None:
    assert read_one(text, time_zone)[0] == utc(instant)


def test_the_columns_are_the_same_for_every_kind_of_input() -> None:
    kinds: list[pl.DataType] = [pl.String(), pl.Date(), pl.Datetime("ns"), pl.Datetime("ms", "Asia/Tokyo")]
    kinds += [pl.Int64(), pl.UInt64(), pl.Float32(), pl.Decimal(18, 4), pl.Categorical()]
    kinds += [pl.Null(), pl.Boolean(), pl.Time(), pl.List(pl.String)]
    for kind in kinds:
        for rows in (0, 1, 3):
            frame = read(pl.Series([None] * rows, dtype=kind))
            assert dict(frame.schema) == SCHEMA
            assert frame.rows() == [(None, "", False, None)] * rows


def test_other_types_are_no_times() -> None:
    for values in ([True], [timedelta(days=20_780)], [b"2026-11-23"], [["2026-11-23"]], [{"at": "2026-11-23"}]):
        assert read(pl.Series(values)).rows() == [(None, "", False, None)]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_timestamps_of_any_unit(unit: Unit) -> None:
    moment = datetime(2026, 7, 23, 14, 5, 0, 123_000)
    naive = pl.Series([moment, None]).cast(pl.Datetime(unit))
    assert read(naive).rows() == [
        (utc("2026-07-23T12:05:00.123"), ZONE, False, None),
        (None, "", False, None),
    ]
    tokyo = naive.dt.replace_time_zone("Asia/Tokyo")
    assert read(tokyo).row(0) == (utc("2026-07-23T05:05:00.123"), NONE, False, None)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("ticks", [2**63 - 1, -(2**63), 0])
def test_timestamps_far_out_of_bounds_do_not_overflow(unit: Unit, ticks: int) -> None:
    for zone in (None, "UTC"):
        values = pl.Series([ticks], dtype=pl.Int64).cast(pl.Datetime(unit, zone))
        assert read(values)["occurred_at"].to_list() == [None]


def test_naive_timestamps_in_the_two_nights() -> None:
    values = pl.Series([datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)])
    assert read(values)["occurred_at"].to_list() == [utc("2026-03-29T01:30:00"), utc("2026-10-25T00:30:00")]


def test_dates_are_midnight_in_the_workspace() -> None:
    days = pl.Series([date(2026, 11, 23), date(1989, 12, 31), date(2200, 12, 31), date(2201, 1, 1), None])
    frame = read(days)
    midnight, last = utc("2026-11-22T23:00:00"), utc("2200-12-30T23:00:00")
    assert frame["occurred_at"].to_list() == [midnight, None, last, None, None]
    assert frame["assumed"].to_list() == [BOTH, "", BOTH, "", ""]
    assert read(pl.Series([2**31 - 1], dtype=pl.Int32).cast(pl.Date))["occurred_at"].to_list() == [None]


def test_numbers_are_told_apart_by_magnitude() -> None:
    whole = read(pl.Series([1_795_392_000, 1_795_392_000_123, 1_795_392_000_123_456, 46_349, 7, -46_349]))
    assert whole.select("occurred_at", "assumed").rows() == [
        (utc("2026-11-23T00:00:00"), NONE),
        (utc("2026-11-23T00:00:00.123"), NONE),
        (utc("2026-11-23T00:00:00.123456"), NONE),
        (utc("2026-11-22T23:00:00"), BOTH),
        (None, ""),
        (None, ""),
    ]
    broken = read(pl.Series([1_795_392_000.25, 1.795392e12, 46_349.75, float("nan"), float("inf"), 80_000.5]))
    assert broken.select("occurred_at", "assumed").rows() == [
        (utc("2026-11-23T00:00:00.250"), NONE),
        (utc("2026-11-23T00:00:00"), NONE),
        (utc("2026-11-23T17:00:00"), ZONE),
        *[(None, "")] * 3,
    ]


def test_an_excel_serial_is_rounded_to_the_second() -> None:
    just_before = 46_349 + (14 * 3600 + 5 * 60 - 0.004) / 86_400
    assert read(pl.Series([just_before]))["occurred_at"][0] == utc("2026-11-23T13:05:00")


def test_more_than_a_day_ahead_counts_as_now_and_keeps_the_claim() -> None:
    texts = ["2026-12-02T12:00:00Z", "2026-12-02T12:00:00.000001Z", "3-12-2026", "2026-12-01T12:00:00Z", "nooit"]
    frame = read(pl.Series(texts), RECEIVED)
    assert frame.rows() == [
        (utc("2026-12-02T12:00:00"), NONE, False, None),
        (RECEIVED, NONE, True, utc("2026-12-02T12:00:00.000001")),
        (RECEIVED, BOTH, True, utc("2026-12-02T23:00:00")),
        (RECEIVED, NONE, False, None),
        (None, "", False, None),
    ]


def test_the_time_of_receipt_may_be_in_any_zone() -> None:
    received = RECEIVED.astimezone(ZoneInfo("Asia/Tokyo"))
    values = pl.Series(["2026-12-02T12:00:00Z", "2026-12-02T12:00:01Z"])
    assert read(values, received).equals(read(values, RECEIVED))


def test_the_local_day_turns_at_local_midnight() -> None:
    texts = ["2026-11-22T22:59:59Z", "2026-11-22T23:00:00Z", "2026-07-22T21:59:59Z", "2026-07-22T22:00:00Z", None]
    days = read(pl.Series(texts)).select(day=local_day("occurred_at", AMSTERDAM))["day"]
    assert days.dtype == pl.Date
    expected = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 7, 22), date(2026, 7, 23), None]
    assert days.to_list() == expected


ZONES = st.sampled_from([AMSTERDAM, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2036, 12, 31))
NIGHTS = st.sampled_from([datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 3, 8), datetime(2026, 10, 4)])
NEAR_A_CHANGE = st.builds(lambda day, s: day + timedelta(seconds=s), NIGHTS, st.integers(0, 4 * 3600))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
DUTCH_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


@given(MOMENTS, OFFSETS, st.sampled_from("T t"), st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_iso_with_an_offset_goes_there_and_back(moment: datetime, zone: timezone, mark: str, spec: str) -> None:
    text = moment.replace(tzinfo=zone).isoformat(mark, spec)
    expected = datetime.fromisoformat(text).astimezone(UTC)
    assert read_one(text) == (expected, "")
    assert read_one(text.replace(".", ",")) == (expected, "")


@given(MOMENTS | NEAR_A_CHANGE, ZONES, st.sampled_from(["T", " "]))
def test_iso_without_a_zone_is_python_s_first_reading(moment: datetime, time_zone: str, mark: str) -> None:
    expected = moment.replace(tzinfo=ZoneInfo(time_zone), fold=0).astimezone(UTC)
    assert read_one(moment.isoformat(mark), time_zone) == (expected, ZONE)


@given(MOMENTS | NEAR_A_CHANGE, ZONES, st.sampled_from("-/."), st.booleans())
def test_dutch_figures_go_there_and_back(moment: datetime, time_zone: str, mark: str, padded: bool) -> None:
    moment = moment.replace(microsecond=0)
    figures = [f"{moment.day:02}", f"{moment.month:02}"] if padded else [str(moment.day), str(moment.month)]
    text = mark.join([*figures, str(moment.year)]) + f" {moment.hour}:{moment:%M:%S}"
    expected = moment.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    assert read_one(text, time_zone) == (expected, ZONE)


@given(MOMENTS, ZONES)
def test_dutch_words_go_there_and_back(moment: datetime, time_zone: str) -> None:
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    text = f"{moment.day} {DUTCH_MONTHS[moment.month - 1]} {moment.year}"
    assert read_one(text, time_zone) == (midnight, BOTH)


@given(MOMENTS)
def test_an_excel_serial_is_the_days_since_the_end_of_1899(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    assert read(pl.Series([serial]), time_zone="UTC")["occurred_at"][0] == moment.replace(tzinfo=UTC)


ANY_TEXT = st.none() | st.text(max_size=30) | st.text("0123456789-/:., TZ+apm", max_size=30)
KNOWN_TEXT = st.sampled_from([text for text, _, _ in READABLE] + UNREADABLE)


@settings(max_examples=40)
@given(st.lists(KNOWN_TEXT | ANY_TEXT, max_size=10))
def test_a_batch_of_many_is_as_many_batches_of_one(texts: list[str | None]) -> None:
    together = read(pl.Series(texts, dtype=pl.String), RECEIVED)
    alone = [read(pl.Series([text], dtype=pl.String), RECEIVED).row(0) for text in texts]
    assert together.rows() == alone


def test_a_large_mixed_batch_keeps_its_order() -> None:
    many = pl.Series([text for text, _, _ in READABLE] + UNREADABLE).extend_constant(None, 1)
    once = read(many)
    rows = once.height
    repeated = read(pl.concat([many] * 300))
    assert all(repeated.slice(at, rows).equals(once) for at in range(0, repeated.height, rows))
    assert once["occurred_at"].null_count() == len(UNREADABLE) + 1
