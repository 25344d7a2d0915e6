from datetime import UTC, date, datetime

import polars as pl
import pytest

from journeyscore.demo.calendar import DAY, HOUR, Calendar, easter, holidays, months_before
from journeyscore.demo.dice import Dice
from journeyscore.demo.world import world
from journeyscore.domain.errors import UsageError


@pytest.mark.parametrize("day", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2008-03-23"])
def test_easter(day: str) -> None:
    assert easter(int(day[:4])) == date.fromisoformat(day)


def test_dutch_holidays_of_2025() -> None:
    # King's Day moved to Saturday, because 27 April 2025 was a Sunday
    days = ["01-01", "04-20", "04-21", "04-26", "05-05", "05-29", "06-08", "06-09", "12-25", "12-26"]
    assert sorted(holidays(2025)) == [date.fromisoformat(f"2025-{day}") for day in days]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-03-01", 9, "2025-06-01"),
        ("2026-11-30", 9, "2026-02-28"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2024-03-31", 1, "2024-02-29"),
    ],
)
def test_months_before(day: str, months: int, before: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


def at(calendar: Calendar, *moments: int) -> list[datetime]:
    return pl.DataFrame({"t": moments}).select(calendar.at(pl.col("t"))).to_series().to_list()


def test_moments_are_dutch_time_on_both_clock_changes() -> None:
    spring = Calendar(date(2026, 3, 28), date(2026, 4, 2))
    assert at(spring, 0, DAY + HOUR, 2 * DAY) == [
        datetime(2026, 3, 27, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    ]
    assert at(spring, 2 * DAY - HOUR // 2) == [datetime(2026, 3, 29, 21, 59, 59, 999_000, tzinfo=UTC)]
    autumn = Calendar(date(2026, 10, 24), date(2026, 10, 27))
    assert at(autumn, 2 * DAY) == [datetime(2026, 10, 25, 23, tzinfo=UTC)]


def test_office_is_a_later_working_day_in_office_hours() -> None:
    calendar = Calendar(date(2026, 4, 2), date(2026, 6, 1))  # a Thursday; Good Friday is worked, Easter Monday is not
    frame = pl.DataFrame({"i": pl.Series([0, 1, 2, 3], dtype=pl.UInt64), "after": [0, DAY, DAY + 5 * HOUR, None]})
    moments = frame.select(calendar.office(Dice(1), "x", pl.col("after"))).to_series().to_list()
    assert [moment and moment // DAY for moment in moments] == [1, 5, 5, None]  # Friday 3 April, Tuesday 7 April
    assert all(9 * HOUR <= moment % DAY < 17 * HOUR for moment in moments if moment)


def test_every_department_always_has_an_open_vacancy() -> None:
    for months in (1, 9, 24):
        vacancies = world(1, date(2026, 3, 1), months).vacancies
        rows = vacancies.bounds.len() // vacancies.width
        ends = vacancies.bounds.gather_every(vacancies.width, vacancies.width - 1).to_list()
        assert ends == [float(row + 1) for row in range(rows)]


def test_impossible_worlds_are_refused() -> None:
    with pytest.raises(UsageError, match="months: 0"):
        world(1, date(2026, 3, 1), 0)
    with pytest.raises(UsageError, match=r"'free_lunch'.*faster_replies, shorter_form"):
        world(1, date(2026, 3, 1), 9, "free_lunch")  # type: ignore[arg-type]
