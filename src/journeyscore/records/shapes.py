"""The shapes in which records give and take: no Django here, so that anybody can name them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

import polars as pl

from journeyscore.domain.refusal import Reason

PEOPLE_SCHEMA = pl.Schema(
    {
        "person": pl.String(),
        "key": pl.String(),
        "email": pl.String(),
        "phone": pl.String(),
        "person_name": pl.String(),
        "first_seen": pl.Datetime("us", "UTC"),
    }
)
"""People as a frame: `person` is the pseudonym, `key` the sender's own name for them."""

RECEIVED, ACCEPTED, DUPLICATE = "received", "accepted", "duplicate"
REFUSED_OUTCOMES = frozenset(str(reason) for reason in Reason)
"""Outcomes of intake counts that are refusals."""


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate as sent. `pseudonym` stands for them in the event log; `key` is the sender's own name for them."""

    pseudonym: str
    key: str
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows of a source had an outcome: `received`, `accepted`, `duplicate`, or the reason of a refusal."""

    source: str
    outcome: str
    rows: int


@dataclass(frozen=True, slots=True)
class PartCounts:
    """What one landed part of an import adds to the counts of `day`; `last_row` is the last row of the file in it."""

    number: int
    last_row: int
    day: date
    counts: tuple[Counted, ...]

    def rows(self, *outcomes: str) -> int:
        """The rows with one of these outcomes."""
        return sum(c.rows for c in self.counts if c.outcome in outcomes)

    def as_json(self) -> dict[str, Any]:
        """For a commit's metadata."""
        return asdict(self) | {"day": self.day.isoformat()}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """What `as_json` wrote; other keys are left out."""
        counts = tuple(Counted(**c) for c in said["counts"])
        day = date.fromisoformat(said["day"])
        return cls(said["number"], said["last_row"], day, counts)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An import, so far: it has ended if `ended` is set. `parts` have been landed, up to row `last_row` of the file.

    `mapping` is the fingerprint of the mapping with which the file was read.
    """

    id: str
    file_name: str
    sha256: str
    source: str
    mapping: str
    started: datetime
    ended: datetime | None = None
    parts: int = 0
    last_row: int = 0
    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    refused_file: str = ""

    def plus(self, part: PartCounts) -> "ImportRun":
        """The import after one more part."""
        reasons = Counter(self.reasons)
        for count in part.counts:
            if count.outcome in REFUSED_OUTCOMES:
                reasons[count.outcome] += count.rows
        return replace(
            self,
            parts=part.number,
            last_row=part.last_row,
            received=self.received + part.rows(RECEIVED),
            accepted=self.accepted + part.rows(ACCEPTED),
            duplicate=self.duplicate + part.rows(DUPLICATE),
            refused=self.refused + part.rows(*REFUSED_OUTCOMES),
            reasons=dict(sorted(reasons.items())),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """The last time that a file with this content was imported to its end."""

    file_name: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where everything was followed: version of the log, newest link, fingerprint of the model, local day."""

    log: int
    links_at: datetime | None
    model: str
    day: date


WAITING, SENDING, SENT, FAILED, UNKNOWN, DROPPED = ("waiting", "sending", "sent", "failed", "unknown", "dropped")
"""`sending` is durable before anything leaves; who finds it after a crash knows that it may have left."""
DIGEST = "digest"
"""The topic of a message that has others as its items."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be said: `once` names it, so that it is said to a destination one time only.

    `candidate` is a pseudonym, or None; `due` and `made_at` are UTC. No names in `data`: they are looked up when it is
    sent. What has an `id` is in the outbox.
    """

    once: str
    destination: int
    candidate: str | None
    topic: str
    data: Mapping[str, Any]
    due: datetime
    made_at: datetime
    id: int = 0
    state: str = WAITING
    tries: int = 0
    error: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None
