"""When messages may go out: quiet hours, and the moment of the day for those that get one a day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from journeyscore.actions.settings import DAYS, Settings

MINUTE = timedelta(minutes=1)
WEEK = 8 * 24 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours of a workspace. It is quiet from `begin` up to `end` (over midnight if need be), and on `days`."""

    zone: ZoneInfo
    begin: time | None
    end: time | None
    days: frozenset[int]
    morning: time

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say."""
        begin, _, end = settings.quiet_hours.partition("-")
        times = [time.fromisoformat(text) if text else None for text in (begin, end)]
        days = frozenset(DAYS.index(day) for day in settings.quiet_days.split())
        return cls(ZoneInfo(settings.time_zone), times[0], times[1], days, time.fromisoformat(settings.digest_at))

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing goes out at that moment, by the clock on the wall."""
        local = moment.astimezone(self.zone)
        if local.weekday() in self.days:
            return True
        if self.begin is None or self.end is None:
            return False
        now = local.time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def next_loud(self, moment: datetime) -> datetime:
        """The first whole minute from `moment` on that is not quiet; `moment` itself if it is not.

        It goes minute by minute in UTC: so nights that are an hour shorter or longer need no rule.
        """
        if not self.is_quiet(moment):
            return moment
        minute = moment.astimezone(UTC).replace(second=0, microsecond=0)
        steps = (minute + n * MINUTE for n in range(1, WEEK))
        return next((step for step in steps if not self.is_quiet(step)), moment)

    def last_morning(self, moment: datetime, quiet: bool) -> datetime:
        """When the last message of the day was due: today's or an earlier one. With `quiet` not on a quiet day."""
        day = moment.astimezone(self.zone).date()
        mornings = (self._morning(day - timedelta(days=n)) for n in range(9))
        passed = (m for m in mornings if m <= moment and not (quiet and self._is_quiet_day(m)))
        return next(passed, datetime.min.replace(tzinfo=UTC))

    def day_of(self, moment: datetime) -> date:
        """The local day."""
        return moment.astimezone(self.zone).date()

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, self.morning, self.zone).astimezone(UTC)

    def _is_quiet_day(self, moment: datetime) -> bool:
        return moment.astimezone(self.zone).weekday() in self.days
