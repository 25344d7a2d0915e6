"""What the data say about a model: touchpoints that never fire, limits and caps that bite, one that rules."""

from dataclasses import dataclass
from datetime import date

from journeyscore.domain.model import Model
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.conditions import overlap_query
from journeyscore.sql.score import group_caps_query, line_sums_query
from journeyscore.sql.slots import Detail

MOSTLY = 0.8
"""From this share on, a limit or a cap is said to bite almost always."""
RULES = 0.5
"""From this share of all positive points on, one touchpoint makes most of the score."""
FEW = 20
"""Below so many hits nothing is said about shares."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that the data show.

    `code` is never_fires, mostly_limited, mostly_capped, rules_the_score, overlaps or never_first. `touchpoint` is the
    name of a touchpoint (of a group for mostly_capped), `other` that of the one before it, `share` lies in 0..1, `hits`
    are events, `example` is a person (pseudonym) whose events show it.
    """

    code: str
    touchpoint: str
    other: str | None = None
    share: float | None = None
    hits: int = 0
    example: str | None = None


def model_check(snapshot: Snapshot, model: Model, as_of: date) -> tuple[Concern, ...]:
    """What stands out when the model is held against the events up to `as_of`."""
    tables = snapshot.tables(model, as_of, Detail.TOUCHPOINT)
    engine = snapshot.engine
    sums = {r["name"]: r for r in engine.run(line_sums_query(model, as_of, engine.dialect), tables).to_dicts()}
    caps = engine.run(group_caps_query(model, as_of, engine.dialect), tables).to_dicts()
    matched = engine.run(overlap_query(model, engine.dialect), {"events": snapshot.events}).to_dicts()
    return (
        *_silent(model, sums, matched),
        *_limited(model, sums),
        *_capped(caps),
        *_ruling(sums),
        *_over(model, matched),
    )


def _silent(model: Model, sums: dict[str, dict[str, int]], matched: list[dict[str, str]]) -> list[Concern]:
    """Touchpoints without a line. Where their events all went to an earlier one, `_over` says so instead."""
    shadowed = {t for row in matched for t in _places(row["matched"])[1:]}
    return [
        Concern("never_fires", t.name)
        for place, t in enumerate(model.touchpoints)
        if t.name not in sums and place not in shadowed
    ]


def _limited(model: Model, sums: dict[str, dict[str, int]]) -> list[Concern]:
    found = []
    for touchpoint in model.touchpoints:
        row = sums.get(touchpoint.name)
        if row and touchpoint.limit and row["hits"] >= FEW:
            share = 1 - row["counted_thousandths"] / 1000 / row["hits"]
            if share >= MOSTLY:
                found.append(Concern("mostly_limited", touchpoint.name, share=share, hits=row["hits"]))
    return found


def _capped(caps: list[dict[str, int]]) -> list[Concern]:
    return [
        Concern("mostly_capped", str(row["name"]), share=row["cut"] / row["candidates"], hits=row["candidates"])
        for row in caps
        if row["candidates"] >= FEW and row["cut"] / row["candidates"] >= MOSTLY
    ]


def _ruling(sums: dict[str, dict[str, int]]) -> list[Concern]:
    positive = {name: row["millipoints"] for name, row in sums.items() if row["millipoints"] > 0}
    total = sum(positive.values())
    if len(positive) < 2:
        return []
    return [
        Concern("rules_the_score", name, share=points / total, hits=sums[name]["hits"])
        for name, points in positive.items()
        if points / total >= RULES
    ]


def _over(model: Model, matched: list[dict[str, str]]) -> list[Concern]:
    """Events that two touchpoints match: the first gets them. `never_first`: the later one gets nothing at all."""
    first = {_places(row["matched"])[0] for row in matched}
    found: dict[tuple[int, int], Concern] = {}
    for row in matched:
        places = _places(row["matched"])
        for later in places[1:]:
            pair = (places[0], later)
            names = (model.touchpoints[later].name, model.touchpoints[places[0]].name)
            hits = int(row["hits"]) + (found[pair].hits if pair in found else 0)
            code = "overlaps" if later in first else "never_first"
            found[pair] = Concern(code, *names, hits=hits, example=row["person"])
    return list(found.values())


def _places(matched: str) -> list[int]:
    return [int(place) for place in matched.split(",") if place]
