"""The scoring model: what a marketer decides about points. Parsed from YAML by `journeyscore.modelfile`."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """The ordered phases of the candidate journey."""

    AWARE = "aware"
    INTERESTED = "interested"
    APPLYING = "applying"
    SELECTION = "selection"
    OFFER = "offer"
    HIRED = "hired"


class Period(StrEnum):
    """The period of a limit. Weeks are ISO weeks; all are counted in the workspace's time zone."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Label:
    """What people read, in both languages."""

    en: str
    nl: str


@dataclass(frozen=True, slots=True)
class Match:
    """One test on one field of an event; every part that is given must hold.

    `field` is a text column of the event log (`name`, `channel`, `campaign`, `content`, `vacancy`, `source`,
    `traffic_source`, `url`, `referrer`) or `properties.KEY`. `any_of` and `none_of` hold texts in which `*`
    stands for any characters (the only wildcard). `at_least` and `at_most` compare the text as a number; text that
    is no number does not match. `is_set` asks whether the field has a value. A field without a value matches
    `none_of` and `is_set: false` only.
    """

    field: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    is_set: bool | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every one of `all_of` holds and, if `any_of` is not empty, at least one of `any_of`."""

    all_of: tuple[Match, ...] = ()
    any_of: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """Only the first `count` hits of each period count."""

    count: int
    per: Period


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Decay by half every `days` days: weight = 0.5 ** (age / days)."""

    days: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Linear decay as in HubSpot: weight = max(0, 1 - percent/100 * floor(age / every)). `every` in days."""

    percent: Decimal
    every: int


@dataclass(frozen=True, slots=True)
class Tier:
    """From `hits` counted hits within the window on, the touchpoint is worth `points` in all."""

    hits: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A named moment of contact. Either `points` (per counted hit) or `tiers` (in all), never both.

    `repeat` is the share that each further hit of a day is worth of the one before it (0.5: 100/50/25/12.5 %).
    `window` in days: a hit older than that is worth 0. `reason` is written down where points are negative.
    """

    name: str
    label: Label
    stage: Stage
    when: Condition
    points: Decimal = Decimal(0)
    channel: str | None = None
    limit: Limit | None = None
    repeat: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    window: int | None = None
    decay: HalfLife | Steps | None = None
    group: str | None = None
    reason: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Touchpoints whose points are summed and cut at `maximum`."""

    name: str
    label: Label
    maximum: Decimal | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Band:
    """A label for scores from `at_least` points on, up to the next band."""

    name: str
    label: Label
    at_least: Decimal
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """The band of a candidate with fewer than `below_hits` hits: little seen is not little engaged."""

    below_hits: int = 1
    label: Label = Label("unknown", "onbekend")
    name: str = "unknown"


@dataclass(frozen=True, slots=True)
class Model:
    """A scoring model. Bands stand from the lowest to the highest; touchpoints in the order in which they are tried."""

    name: str
    touchpoints: tuple[Touchpoint, ...]
    bands: tuple[Band, ...]
    groups: tuple[Group, ...] = ()
    unknown: Unknown = Unknown()
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
    description: str = ""

    def touchpoint(self, name: str) -> Touchpoint | None:
        """The touchpoint of that name, or None."""
        return next((t for t in self.touchpoints if t.name == name), None)

    def group(self, name: str) -> Group | None:
        """The group of that name, or None."""
        return next((g for g in self.groups if g.name == name), None)
