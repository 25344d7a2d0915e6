"""Reactions: what is worth telling somebody at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Happening(StrEnum):
    """What can happen to a candidate."""

    ENTERED = "entered_band"
    """Rose into a band, or past it, by what the candidate did."""
    FELL = "fell_band"
    """Fell out of a band, or through it; by time alone, too."""
    BACK = "came_back"
    """Did something again after `days` without any contact that gives points."""
    UNFINISHED = "unfinished"
    """Had touchpoint `start`, and not `finish` within `hours` after it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A rule. `band` is for ENTERED and FELL, `days` for BACK, `start`, `finish` (touchpoints) and `hours` for
    UNFINISHED. `destinations` are numbers; the recruiter's list gets everything."""

    id: int
    name: str
    kind: Happening
    band: str = ""
    days: int = 0
    hours: int = 0
    start: str = ""
    finish: str = ""
    destinations: tuple[int, ...] = ()
    on: bool = True


@dataclass(frozen=True, slots=True)
class Crossing:
    """A candidate (pseudonym) came into another band; scores are in millipoints. `cause` is events, time or model."""

    candidate: str
    at: datetime
    from_band: str | None
    to_band: str
    from_millipoints: int
    millipoints: int
    cause: str


EVENTS, TIME, MODEL = "events", "time", "model"
"""Causes of a crossing."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A reaction that came about: `once` tells it from others of the same reaction; `facts` are what was known then."""

    reaction: int
    once: str
    candidate: str
    at: datetime
    facts: Mapping[str, Any]
    seen_by: int | None = None
    seen_at: datetime | None = None
    id: int = 0
