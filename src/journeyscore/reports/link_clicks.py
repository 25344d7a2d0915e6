"""How often each tracked link was clicked, and by how many people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp, parse_one

from journeyscore.domain.link import EVENT, SOURCE
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.dialect import property_text

CLICKS = """
SELECT link, SUM(CASE WHEN machine THEN 0 ELSE 1 END) AS clicks, SUM(CASE WHEN machine THEN 1 ELSE 0 END) AS machines,
  COUNT(DISTINCT CASE WHEN NOT machine THEN COALESCE(i.candidate, c.person) END) AS people,
  COUNT(DISTINCT CASE WHEN NOT machine AND COALESCE(i.candidate, c.person) LIKE 'c%'
    THEN COALESCE(i.candidate, c.person) END) AS candidates,
  MAX(CASE WHEN NOT machine THEN occurred_at END) AS last_click_at
FROM (SELECT :link AS link, e.person, e.machine, e.occurred_at FROM events AS e
  WHERE e.source = :source AND e.name = :event) AS c LEFT JOIN identity AS i ON c.person = i.person
WHERE link IS NOT NULL GROUP BY link
"""


@dataclass(frozen=True, slots=True)
class Clicks:
    """Of one link: clicks by people, people (a browser counts as one a day), candidates among them, clicks by machines.

    `last_click_at` (UTC) is a person's, None where there is none.
    """

    clicks: int = 0
    people: int = 0
    candidates: int = 0
    machines: int = 0
    last_click_at: datetime | None = None


def link_clicks(snapshot: Snapshot) -> Mapping[str, Clicks]:
    """The clicks of every link that was clicked, by its code."""
    query = exp.replace_placeholders(
        parse_one(CLICKS),
        link=property_text("link", snapshot.engine.dialect),
        source=exp.Literal.string(SOURCE),
        event=exp.Literal.string(EVENT),
    )
    tables = {"events": snapshot.events, "identity": snapshot.identity}
    names = ("clicks", "people", "candidates", "machines", "last_click_at")
    rows = snapshot.engine.run(query, tables).to_dicts()
    counted = ({n: row[n] if n == "last_click_at" else int(row[n]) for n in names} for row in rows)
    return {row["link"]: Clicks(**found) for row, found in zip(rows, counted, strict=True)}
