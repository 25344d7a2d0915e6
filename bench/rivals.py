"""The same score, written by hand in pandas and in Polars, as somebody would who has no journeyscore.

Both know the shape of the bench models: names, half-lives, windows, weekly limits, groups, caps. They are checked
against journeyscore's own scores in every run.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import polars as pl
from polars import col

from journeyscore.domain.model import HalfLife, Model, Touchpoint

READ = ["person", "name", "day", "machine"]


def unit_of(touchpoint: Touchpoint, age: int) -> int:
    """Millipoints of one hit at that age, as one would compute them in floating point."""
    if touchpoint.window is not None and age > touchpoint.window:
        return 0
    weight = 0.5 ** (age / touchpoint.decay.days) if isinstance(touchpoint.decay, HalfLife) else 1.0
    exact = float(touchpoint.points) * 1000 * weight
    return int(abs(exact) + 0.5) * (1 if exact >= 0 else -1)


def units(model: Model, as_of: date, days: int) -> list[tuple[str, date, int, str, int | None]]:
    """name, day, unit, group and weekly limit for each touchpoint and day."""
    rows = []
    for touchpoint in model.touchpoints:
        (name,) = (m.any_of[0] for m in touchpoint.when.all_of)
        for age in range(days):
            limit = touchpoint.limit.count if touchpoint.limit else None
            day = as_of - timedelta(days=age)
            rows.append((name, day, unit_of(touchpoint, age), touchpoint.group or "", limit))
    return rows


def with_polars(files: Sequence[str], identity: str, model: Model, as_of: date, days: int) -> pl.DataFrame:
    """candidate, millipoints."""
    columns = {"name": pl.String, "day": pl.Date, "unit": pl.Int64, "group": pl.String, "most": pl.Int64}
    lookup = pl.DataFrame(units(model, as_of, days), columns, orient="row").lazy()
    hits = (
        pl.scan_parquet(list(files))
        .select(READ)
        .filter(~col("machine"), col("day") <= as_of)
        .join(pl.scan_parquet(identity), on="person", how="left")
        .with_columns(candidate=pl.coalesce("candidate", "person"))
        .filter(col("candidate").str.starts_with("c"))
        .group_by("candidate", "name", "day")
        .agg(hits=pl.len().cast(pl.Int64))
        .join(lookup, on=["name", "day"])
    )
    limited = hits.filter(col("most").is_not_null()).sort("day")
    before = (col("hits").cum_sum() - col("hits")).over("candidate", "name", col("day").dt.truncate("1w"))
    counted = limited.with_columns(hits=pl.min_horizontal(col("hits"), col("most") - before).clip(lower_bound=0))
    caps = {g.name: int(g.maximum * 1000) for g in model.groups if g.maximum is not None}
    most = pl.col("group").replace_strict(caps, default=None, return_dtype=pl.Int64)
    scored = (
        pl.concat([hits.filter(col("most").is_null()), counted])
        .group_by("candidate", "group")
        .agg(points=(col("hits") * col("unit")).sum())
        .with_columns(points=pl.min_horizontal("points", most))
        .group_by("candidate")
        .agg(millipoints=col("points").sum())
        .with_columns(col("millipoints").clip(0, int((model.maximum or 0) * 1000)))
    )
    return scored.collect()


def with_pandas(files: Sequence[str], identity: str, model: Model, as_of: date, days: int) -> pl.DataFrame:
    """candidate, millipoints."""
    columns = ["name", "day", "unit", "group", "most"]
    lookup = pd.DataFrame(units(model, as_of, days), columns=columns)
    lookup["day"] = pd.to_datetime(lookup["day"])
    events = pd.concat([pd.read_parquet(f, columns=READ) for f in files])
    events["day"] = pd.to_datetime(events["day"])
    events = events[~events["machine"] & (events["day"] <= pd.Timestamp(as_of))]
    events = events.merge(pd.read_parquet(identity), on="person", how="left")
    events["candidate"] = events["candidate"].fillna(events["person"])
    events = events[events["candidate"].str.startswith("c")]
    hits = events.groupby(["candidate", "name", "day"], sort=False).size().rename("hits").reset_index()
    hits = hits.merge(lookup, on=["name", "day"]).sort_values("day")
    week = hits["day"].dt.to_period("W").dt.start_time
    before = hits.groupby(["candidate", "name", week], sort=False)["hits"].cumsum() - hits["hits"]
    left = (hits["most"] - before).clip(lower=0)
    counted = hits["hits"].where(hits["most"].isna(), hits["hits"].clip(upper=left)).astype("int64")
    hits["points"] = counted * hits["unit"]
    sums = hits.groupby(["candidate", "group"], sort=False)["points"].sum().reset_index()
    caps = {g.name: int(g.maximum * 1000) for g in model.groups if g.maximum is not None}
    sums["points"] = sums["points"].clip(upper=sums["group"].map(caps).fillna(2**62))
    total = sums.groupby("candidate")["points"].sum().clip(0, int((model.maximum or 0) * 1000))
    return pl.DataFrame({"candidate": total.index.to_list(), "millipoints": total.astype("int64").to_list()})
