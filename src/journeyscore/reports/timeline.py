"""What a candidate did, event by event."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlglot import exp, parse_one

from journeyscore.domain.model import Model
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.conditions import classify
from journeyscore.sql.dialect import date_literal

EVENTS = """
SELECT e.occurred_at, e.day, e.name, e.channel, e.campaign, e.content, e.vacancy, e.machine, :touchpoint AS touchpoint
FROM events AS e WHERE e.person IN (SELECT person FROM chosen) AND e.day <= :as_of
ORDER BY e.occurred_at DESC, e.name LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """One event: when (UTC), on which local day, what, and the name of the touchpoint, or None where none matches.

    A machine's events give no points, whatever they match.
    """

    occurred_at: datetime
    day: date
    name: str
    channel: str | None
    campaign: str | None
    content: str | None
    vacancy: str | None
    machine: bool
    touchpoint: str | None


def timeline(snapshot: Snapshot, model: Model, candidate: str, as_of: date, most: int = 200) -> list[Moment]:
    """The newest events of a candidate (pseudonym) up to `as_of`, of all visitors and merged candidates of theirs."""
    query = exp.replace_placeholders(
        parse_one(EVENTS),
        touchpoint=classify(model, snapshot.engine.dialect),
        as_of=date_literal(as_of.isoformat()),
        most=exp.Literal.number(most),
    )
    rows = snapshot.engine.run(query, {"events": snapshot.events, "chosen": snapshot.persons_of([candidate])})
    names = dict(enumerate(t.name for t in model.touchpoints))
    return [Moment(**row | {"touchpoint": names.get(row["touchpoint"])}) for row in rows.to_dicts()]
