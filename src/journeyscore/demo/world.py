"""What one simulation is about: its dice, its time, and the change that is tried in it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, get_args

from journeyscore.demo.calendar import Calendar, months_before
from journeyscore.demo.dice import Dice, Weights
from journeyscore.demo.employer import (
    APPLICATION_FIELDS,
    CAMPAIGNS,
    CAREER_DAYS,
    CHANNELS,
    CONTENTS,
    DEPARTMENTS,
    VACANCIES,
    FormField,
)
from journeyscore.demo.rates import TAGGED_BY_CAMPAIGN
from journeyscore.domain.errors import UsageError

Change = Literal["faster_replies", "shorter_form"]
CHANGES: tuple[Change, ...] = get_args(Change)


@dataclass(frozen=True)
class World:
    """The employer in its time. Raises UsageError for a change that does not exist."""

    dice: Dice
    calendar: Calendar
    change: Change | None = None

    def __post_init__(self) -> None:
        if self.change not in (None, *CHANGES):
            raise UsageError(
                "change: {change!r} does not exist; choose one of {names}", change=self.change, names=", ".join(CHANGES)
            )

    @property
    def application_fields(self) -> tuple[FormField, ...]:
        """The fields of the application form."""
        short = self.change == "shorter_form"
        return tuple(field for field in APPLICATION_FIELDS if not (short and field.extra))

    @cached_property
    def career_days(self) -> list[int]:
        """The days on which career days are held."""
        return [int(part * self.calendar.days) for part in CAREER_DAYS]

    @cached_property
    def vacancies(self) -> Weights:
        """For each department and day (row: department * days + day): which of VACANCIES are open."""
        spans = [(vacancy.opens, vacancy.closes) for vacancy in VACANCIES]
        allowed = [[vacancy.department == department.name for vacancy in VACANCIES] for department in DEPARTMENTS]
        return Weights.of([row for places in allowed for row in self.calendar.open_on(spans, places)])

    @cached_property
    def campaigns(self) -> Weights:
        """For each channel and day (row: channel * days + day): the weights of CAMPAIGNS and, last, of none."""
        spans = [(campaign.opens, campaign.closes) for campaign in CAMPAIGNS]
        allowed = [[channel.name in campaign.channels for campaign in CAMPAIGNS] for channel in CHANNELS]
        return Weights.of([_or_none(row) for places in allowed for row in self.calendar.open_on(spans, places)])

    @cached_property
    def contents(self) -> Weights:
        """For each channel: which of CONTENTS run on it."""
        return Weights.of([[float(channel.name in content.pull) for content in CONTENTS] for channel in CHANNELS])


def world(seed: int, until: date, months: int, change: Change | None = None) -> World:
    """The world of a seed, for the `months` months before `until`. Raises UsageError for less than a month."""
    if months < 1:
        raise UsageError("months: {months} is too short; give at least 1", months=months)
    return World(Dice(seed), Calendar(months_before(until, months), until), change)


def _or_none(row: list[float]) -> list[float]:
    """A row of campaigns with the chance that a visit belongs to none of them, as the last weight."""
    running = sum(row)
    return [*row, running * (1 / TAGGED_BY_CAMPAIGN - 1) if running else 1.0]
