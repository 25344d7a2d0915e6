"""How often each tracked link was clicked, and by how many people."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlglot import exp, parse_one

from journeyscore.domain.link import EVENT, SOURCE, TrackedLink
from journeyscore.log.event_log import OVERRULED
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.dialect import property_text

CLICKS = """
SELECT link, COUNT(CASE WHEN NOT machine THEN 1 END) AS clicks, COUNT(CASE WHEN machine THEN 1 END) AS machines,
  COUNT(CASE WHEN NOT machine AND flags LIKE :overruled THEN 1 END) AS overruled,
  COUNT(DISTINCT CASE WHEN NOT machine THEN COALESCE(i.candidate, c.person) END) AS people,
  COUNT(DISTINCT CASE WHEN NOT machine AND COALESCE(i.candidate, c.person) LIKE 'c%'
    THEN COALESCE(i.candidate, c.person) END) AS candidates,
  MAX(CASE WHEN NOT machine THEN occurred_at END) AS last_click_at
FROM (SELECT :link AS link, e.person, e.machine, e.flags, e.occurred_at FROM events AS e
  WHERE e.source = :source AND e.name = :event) AS c LEFT JOIN identity AS i ON c.person = i.person
WHERE link IS NOT NULL GROUP BY link
"""


@dataclass(frozen=True, slots=True)
class Clicks:
    """Of one link: clicks by people, people (a browser counts as one a day), candidates among them, clicks by machines;
    and how many of the people's were taken for machines' until somebody said otherwise.

    `last_click_at` (UTC) is a person's, None where there is none.
    """

    clicks: int = 0
    people: int = 0
    candidates: int = 0
    machines: int = 0
    overruled: int = 0
    last_click_at: datetime | None = None


def clicks_frame(snapshot: Snapshot) -> pl.DataFrame:
    """One row a link that was clicked: `link` (its code) and the fields of `Clicks`."""
    query = exp.replace_placeholders(
        parse_one(CLICKS),
        link=property_text("link", snapshot.engine.dialect),
        source=exp.Literal.string(SOURCE),
        event=exp.Literal.string(EVENT),
        overruled=exp.Literal.string(f"%{OVERRULED}%"),
    )
    return snapshot.engine.run(query, {"events": snapshot.events, "identity": snapshot.identity})


def by_code(frame: pl.DataFrame) -> dict[str, Clicks]:
    """The clicks of each link that was clicked, by its code."""
    return {row.pop("link"): Clicks(**row) for row in frame.to_dicts()}


def links_shape(links: Iterable[TrackedLink], clicks: Mapping[str, Clicks], base: str) -> list[dict[str, Any]]:
    """Each link with its clicks, as `--json` prints and the API sends it. `base` is the address of the pages."""
    return [_shape(link, clicks.get(link.code, Clicks()), base) for link in links]


def _shape(link: TrackedLink, clicks: Clicks, base: str) -> dict[str, Any]:
    said = asdict(link)
    said.pop("made_by")
    return {"address": f"{base}/r/{link.code}", **said, **asdict(clicks)}
