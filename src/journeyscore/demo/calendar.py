"""The simulated time: Dutch seasons, weekends, holidays and working days.

Inside the simulation a moment is a number of milliseconds since local midnight of the first day, in days of 24 hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from journeyscore.demo.dice import Dice, table

ZONE = ZoneInfo("Europe/Amsterdam")
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEYOND = 600
"""Days after the end for which moments can still be named: longer than any journey lasts."""

MONTHS = (1.35, 1.10, 1.05, 1.0, 0.95, 0.85, 0.65, 0.75, 1.35, 1.15, 1.0, 0.6)
WEEKDAYS = (1.2, 1.2, 1.1, 1.05, 0.9, 0.55, 0.7)
HOLIDAY = 0.4
HOURS = (2, 1, 0.5, 0.3, 0.3, 0.5, 2, 5, 7, 8, 8, 8, 10, 9, 7, 7, 7, 7, 7, 10, 13, 12, 8, 4)
"""When people look for work: by month, by weekday, on holidays, by hour."""


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian computus."""
    century, golden = year // 100, year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - epact - year % 100 % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> set[date]:
    """The Dutch public holidays of a year."""
    kings_day = date(year, 4, 27)
    fixed = {date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    moving = {easter(year) + timedelta(days=after) for after in (0, 1, 39, 49, 50)}
    return fixed | moving | {kings_day - timedelta(days=kings_day.weekday() == 6)}


def months_before(day: date, months: int) -> date:
    """The same day of the month, so many months before; the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


@dataclass(frozen=True)
class Calendar:
    """The days from `start` up to, not including, `until`."""

    start: date
    until: date

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.until - self.start).days

    @property
    def end(self) -> int:
        """The moment at which nothing is seen any more."""
        return self.days * DAY

    @cached_property
    def weights(self) -> list[float]:
        """How many people come on each day, relative to each other."""
        return [self._weight(day) for day in self._dates(self.days)]

    @cached_property
    def _off(self) -> pl.Series:
        """For each day up to BEYOND the end: is it a weekend or holiday?"""
        every = self._dates(self.days + BEYOND)
        free = set().union(*(holidays(year) for year in range(self.start.year, every[-1].year + 1)))
        return pl.Series([day.weekday() > 4 or day in free for day in every])

    @cached_property
    def _working(self) -> pl.Series:
        """For each day: that day if it is a working day, else the next one."""
        off = self._off.to_list()
        found, following = [0] * len(off), len(off) - 1
        for day in range(len(off) - 1, -1, -1):
            following = following if off[day] else day
            found[day] = following
        return pl.Series(found)

    @cached_property
    def _midnights(self) -> pl.Series:
        """Local midnight of each day, UTC."""
        every = self._dates(self.days + BEYOND)
        local = [datetime.combine(day, time(), ZONE) for day in every]
        return pl.Series([midnight.astimezone(UTC).replace(tzinfo=None) for midnight in local], dtype=pl.Datetime("us"))

    def at(self, moment: pl.Expr) -> pl.Expr:
        """The UTC time of a moment (microseconds); on a day of 23 hours, the 24th is its last millisecond."""
        day = self._day(moment)
        midnights = pl.lit(self._midnights)
        within = midnights.gather(day) + pl.duration(milliseconds=moment % DAY)
        last = midnights.gather(day + 1) - pl.duration(milliseconds=1)
        return pl.min_horizontal(within, last).dt.replace_time_zone("UTC")

    def working_day(self, day: pl.Expr) -> pl.Expr:
        """That day if it is a working day, else the next one."""
        return table(self._working, day.clip(0, len(self._working) - 1))

    def office(self, dice: Dice, name: str, after: pl.Expr, days: pl.Expr | int = 0) -> pl.Expr:
        """A moment in office hours, on a later day than `after + days`, as soon as there is one."""
        day = self.working_day((after + days * DAY).cast(pl.Int64) // DAY + 1)
        return day * DAY + 9 * HOUR + (dice.roll(name) * 8 * HOUR).cast(pl.Int64)

    def hour(self, dice: Dice, name: str, turn: pl.Expr | None = None) -> pl.Expr:
        """A time of the day at which people look for work, as milliseconds since midnight."""
        within = (dice.roll(f"{name} minute", turn) * HOUR).cast(pl.Int64)
        return dice.pick(f"{name} hour", HOURS, turn) * HOUR + within

    def leisure(self, dice: Dice, name: str, day: pl.Expr, turn: pl.Expr | None = None) -> pl.Expr:
        """A moment at which people look for work, on the given day; half of what falls on a day off is put off."""
        day = day.cast(pl.Int64)
        off = table(self._off, day.clip(0, len(self._off) - 1))
        put_off = off & dice.whether(f"{name} put off", 0.5, turn)
        return (day + 2 * put_off.cast(pl.Int64)) * DAY + self.hour(dice, name, turn)

    def open_on(self, spans: list[tuple[float, float]], allowed: list[bool]) -> list[list[float]]:
        """For each day, 1 for each span (parts of the time) that is open on it and allowed, else 0."""
        parts = [day / self.days for day in range(self.days)]
        named = list(zip(spans, allowed, strict=True))
        return [[float(may and opens <= part < closes) for (opens, closes), may in named] for part in parts]

    def _day(self, moment: pl.Expr) -> pl.Expr:
        return (moment // DAY).clip(0, self.days + BEYOND - 2)

    def _weight(self, day: date) -> float:
        rest = HOLIDAY if day in holidays(day.year) else 1.0
        return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * rest

    def _dates(self, count: int) -> list[date]:
        return [self.start + timedelta(days=number) for number in range(count)]
