"""Quiet hours by the clock on the wall, over both nights on which it is changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.actions.quiet import Clock
from journeyscore.actions.settings import Settings

USUAL = Clock.of(Settings())
NIGHTS = Clock.of(Settings(quiet_hours="22:00-02:30", quiet_days=""))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "moment", "loud"),
    [
        (USUAL, "2026-11-23T12:00:00+01:00", "2026-11-23T12:00:00+01:00"),
        (USUAL, "2026-11-23T19:59:59+01:00", "2026-11-23T19:59:59+01:00"),
        (USUAL, "2026-11-23T20:00:00+01:00", "2026-11-24T07:30:00+01:00"),
        (USUAL, "2026-11-24T07:29:59+01:00", "2026-11-24T07:30:00+01:00"),
        (USUAL, "2026-11-20T20:00:00+01:00", "2026-11-23T07:30:00+01:00"),
        # on 29 March 2026 the clock goes from two to three; on 25 October from three to two: both in a weekend
        (USUAL, "2026-03-27T21:00:00+01:00", "2026-03-30T07:30:00+02:00"),
        (USUAL, "2026-10-23T21:00:00+02:00", "2026-10-26T07:30:00+01:00"),
        # half past two is not there in spring: it is over at three; in autumn it is there twice, and so is the quiet
        (NIGHTS, "2026-03-28T23:00:00+01:00", "2026-03-29T03:00:00+02:00"),
        (NIGHTS, "2026-10-24T23:00:00+02:00", "2026-10-25T02:30:00+02:00"),
        (NIGHTS, "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_the_end_of_the_quiet(clock: Clock, moment: str, loud: str) -> None:
    assert clock.next_loud(at(moment)) == at(loud)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_what_is_put_off_is_put_off_to_the_first_loud_minute(moment: datetime) -> None:
    loud = USUAL.next_loud(moment)
    assert loud >= moment
    assert not USUAL.is_quiet(loud)
    assert loud == moment or USUAL.is_quiet(loud - timedelta(minutes=1))
    assert loud - moment <= timedelta(hours=60)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.booleans())
def test_the_last_morning_has_passed_and_the_next_has_not(moment: datetime, quiet: bool) -> None:
    last = USUAL.last_morning(moment, quiet)
    local = last.astimezone(USUAL.zone)
    assert last <= moment
    assert (local.hour, local.minute) == (7, 30)
    assert not (quiet and local.weekday() > 4)
    assert moment - last < timedelta(hours=73 if quiet else 25, minutes=1)
