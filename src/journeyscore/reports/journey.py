"""The journey of all candidates: who had which touchpoint, how far they came, and where they go on or stay."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import polars as pl

from journeyscore.domain.model import Model, Stage
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.journey import bits, hits_query, masks_query, places_of

STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Reach:
    """A touchpoint: its place in the model, events, people, and how many of these reached a later stage."""

    place: int
    hits: int
    people: int
    further: int


@dataclass(frozen=True, slots=True)
class StageFlow:
    """A stage: people who had a touchpoint of it, and how many of them came to a later one (so far)."""

    stage: Stage
    people: int
    further: int


@dataclass(frozen=True, slots=True)
class Journey:
    """All candidates with at least one touchpoint in the period; stages and touchpoints in the model's order."""

    people: int
    stages: tuple[StageFlow, ...]
    touchpoints: tuple[Reach, ...]


def masks(snapshot: Snapshot, model: Model, since: date, as_of: date) -> pl.DataFrame:
    """What `journey` is made of, in one frame: rows of masks with people, and rows of touchpoints with hits."""
    tables = {"events": snapshot.events, "identity": snapshot.identity, "bits": bits(model)}
    engine = snapshot.engine
    people = engine.run(masks_query(model, since, as_of, engine.dialect), tables)
    hits = engine.run(hits_query(model, since, as_of, engine.dialect), tables)
    return pl.concat([people, hits], how="diagonal")


def journey(frame: pl.DataFrame, model: Model) -> Journey:
    """The journey from the rows of `masks`."""
    stage_of = [STAGES.index(t.stage) for t in model.touchpoints]
    hits = dict(frame.filter(pl.col("people").is_null()).select("touchpoint", "hits").iter_rows())
    reached, reached_on, stage, stage_on = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    everybody = 0
    rows = frame.drop_nulls("people").select("low", "middle", "high", "people").iter_rows()
    for *words, people in rows:
        places = places_of(*words)
        furthest = max(stage_of[p] for p in places)
        everybody += people
        for place in places:
            reached[place] += people
            reached_on[place] += people * (furthest > stage_of[place])
        for number in {stage_of[p] for p in places}:
            stage[number] += people
            stage_on[number] += people * (furthest > number)
    return Journey(
        everybody,
        tuple(StageFlow(s, stage[n], stage_on[n]) for n, s in enumerate(STAGES)),
        tuple(Reach(p, hits.get(p, 0), reached[p], reached_on[p]) for p in range(len(model.touchpoints))),
    )
