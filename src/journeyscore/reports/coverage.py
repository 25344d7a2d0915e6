"""What the model sees: how often each touchpoint happens, and which events match none."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from sqlglot import exp, parse_one

from journeyscore.domain.model import Model
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.conditions import classify
from journeyscore.sql.dialect import date_literal

SILENT_NAMES = ("identified", "aliased")
"""Events that only say who somebody is; they are not expected to match a touchpoint."""

MATCHED = """
SELECT touchpoint, CASE WHEN touchpoint IS NULL THEN name END AS name, COUNT(*) AS hits,
  COUNT(DISTINCT COALESCE(i.candidate, c.person)) AS people, MAX(occurred_at) AS last_event_at
FROM (SELECT :touchpoint AS touchpoint, e.name, e.person, e.occurred_at FROM events AS e
  WHERE NOT e.machine AND e.day <= :as_of) AS c LEFT JOIN identity AS i ON c.person = i.person
GROUP BY touchpoint, CASE WHEN touchpoint IS NULL THEN name END
"""

CHANNELS = "SELECT channel, COUNT(*) AS hits FROM events WHERE NOT machine AND day <= :as_of GROUP BY channel"

MACHINES = "SELECT COUNT(*) AS hits FROM events WHERE machine AND day <= :as_of"


KEPT = pl.Schema(
    {
        "kind": pl.String(),
        "name": pl.String(),
        "hits": pl.Int64(),
        "people": pl.Int64(),
        "last_event_at": pl.Datetime("us", "UTC"),
    }
)
"""`kind` is touchpoint, unmapped, channel or machine; the rows stand in the order of the coverage."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A touchpoint, or an event name that matches none: hits, people (candidates and unknown visitors), last hit."""

    name: str
    hits: int
    people: int
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """All touchpoints in the model's order; unmapped events by hits; hits by channel; hits of machines (0 points)."""

    as_of: date
    touchpoints: tuple[Seen, ...]
    unmapped: tuple[Seen, ...]
    channels: dict[str, int]
    machine_hits: int

    @property
    def unknown_share(self) -> float:
        """The share of events whose source nobody knows, from 0 to 1."""
        total = sum(self.channels.values())
        return self.channels.get("unknown", 0) / total if total else 0.0


def coverage(snapshot: Snapshot, model: Model, as_of: date) -> Coverage:
    """What the model makes of the events up to `as_of`."""
    engine, tables = snapshot.engine, {"events": snapshot.events, "identity": snapshot.identity}
    until = date_literal(as_of.isoformat())
    touchpoint = classify(model, engine.dialect)
    rows = engine.run(
        exp.replace_placeholders(parse_one(MATCHED), touchpoint=touchpoint, as_of=until), tables
    ).to_dicts()
    by_place = {row["touchpoint"]: row for row in rows if row["touchpoint"] is not None}
    nothing = {"hits": 0, "people": 0, "last_event_at": None}
    seen = tuple(_seen(t.name, by_place.get(place, nothing)) for place, t in enumerate(model.touchpoints))
    unmapped = [_seen(r["name"], r) for r in rows if r["touchpoint"] is None and r["name"] not in SILENT_NAMES]
    channels = engine.run(exp.replace_placeholders(parse_one(CHANNELS), as_of=until), tables).rows()
    machines = engine.run(exp.replace_placeholders(parse_one(MACHINES), as_of=until), tables).item()
    ordered = tuple(sorted(unmapped, key=lambda s: (-s.hits, s.name)))
    return Coverage(as_of, seen, ordered, dict(sorted(channels, key=lambda c: (-c[1], c[0]))), machines)


def as_frame(found: Coverage) -> pl.DataFrame:
    """A coverage as rows of KEPT, to be kept in a file; `from_frame` reads them."""
    seen = {"touchpoint": found.touchpoints, "unmapped": found.unmapped}
    rows = [(kind, s.name, s.hits, s.people, s.last_event_at) for kind, some in seen.items() for s in some]
    channels = [("channel", name, hits, None, None) for name, hits in found.channels.items()]
    machines = ("machine", None, found.machine_hits, None, None)
    return pl.DataFrame([*rows, *channels, machines], schema=KEPT, orient="row")


def from_frame(frame: pl.DataFrame, as_of: date) -> Coverage:
    """The coverage in the rows of `as_frame`."""
    touchpoints, unmapped = (
        tuple(Seen(*row[1:]) for row in frame.filter(kind=kind).rows()) for kind in ("touchpoint", "unmapped")
    )
    channels = dict(frame.filter(kind="channel").select("name", "hits").rows())
    return Coverage(as_of, touchpoints, unmapped, channels, frame.filter(kind="machine")["hits"].item())


def _seen(name: str, row: dict[str, object]) -> Seen:
    return Seen(name, *(row[c] for c in ("hits", "people", "last_event_at")))  # type: ignore[arg-type]
