"""Where every candidate stands: one table that the pages read, made in one go and kept until something changes."""

from datetime import date, timedelta

import polars as pl

from journeyscore.domain.model import Model, Stage
from journeyscore.reports.scores import REASON, listed, reasons, scores
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.journey import bits, reach_query

STAGES = tuple(Stage)
WEEK = timedelta(days=7)
SCHEMA = pl.Schema(
    {
        "candidate": pl.String(),
        "millipoints": pl.Int64(),
        "band": pl.String(),
        "evidence": pl.Int64(),
        "last_event_at": pl.Datetime("us", "UTC"),
        "first_reason": pl.String(),
        "second_reason": pl.String(),
        "reasons": pl.List(REASON),
        "stage": pl.String(),
        "last_touchpoint": pl.String(),
        "low": pl.Int64(),
        "middle": pl.Int64(),
        "high": pl.Int64(),
        "week_ago": pl.Int64(),
        "band_week_ago": pl.String(),
    }
)
"""`first_reason` and `second_reason` are the strongest touchpoints, `reasons` the three strongest with their points and
hits (null where nothing gives points); `stage` the furthest one reached; `low`, `middle` and `high` masks of all
touchpoints (`sql.journey.had`); `week_ago` and `band_week_ago` the score and band seven days before, null for who was
not there yet."""


def standing(snapshot: Snapshot, model: Model, as_of: date) -> pl.DataFrame:
    """All candidates, in the order of the ranking, with the columns of SCHEMA."""
    now = scores(snapshot, model, as_of).frame
    before = scores(snapshot, model, as_of - min(WEEK, as_of - date.min)).frame.select(
        "candidate", pl.col("millipoints").alias("week_ago"), pl.col("band").alias("band_week_ago")
    )
    why = reasons(snapshot, model, as_of)
    first, second = (
        why.filter(place=place).select("candidate", pl.col("name").alias(name))
        for place, name in ((1, "first_reason"), (2, "second_reason"))
    )
    frame = now
    for other in (first, second, listed(why), _reach(snapshot, model, as_of), before):
        frame = frame.join(other, on="candidate", how="left", maintain_order="left")
    return frame.match_to_schema(SCHEMA, extra_columns="ignore")


def _reach(snapshot: Snapshot, model: Model, as_of: date) -> pl.DataFrame:
    places = list(range(len(model.touchpoints)))
    numbers = [STAGES.index(t.stage) for t in model.touchpoints]
    stages = pl.DataFrame({"touchpoint": places, "stage": numbers}, schema={"touchpoint": pl.Int32, "stage": pl.Int32})
    query = reach_query(model, as_of, snapshot.engine.dialect)
    tables = {"events": snapshot.events, "identity": snapshot.identity, "stages": stages, "bits": bits(model)}
    reached = snapshot.engine.run(query, tables)
    names = pl.Series([t.name for t in model.touchpoints], dtype=pl.String)
    return reached.select(
        "candidate",
        "low",
        "middle",
        "high",
        pl.col("stage").replace_strict(range(len(STAGES)), list(map(str, STAGES)), return_dtype=pl.String),
        pl.col("last_touchpoint").replace_strict(pl.Series(places, dtype=pl.Int32), names, return_dtype=pl.String),
    )
