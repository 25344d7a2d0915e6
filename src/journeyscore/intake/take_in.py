"""Intake: what was sent becomes events, people, links and refusals."""

import json
from collections.abc import Sequence

import polars as pl

from journeyscore.domain.event import EVENT_FIELDS
from journeyscore.intake.batch import REFUSED_SCHEMA, Batch, Context, Taken
from journeyscore.intake.steps import STEPS


def take_in(sent: pl.DataFrame, context: Context) -> Taken:
    """Run the steps over `sent`: `row` (Int64) and any of SENT_FIELDS. Every row is an event or a refusal."""
    batch = Batch(sent, pl.DataFrame(schema=REFUSED_SCHEMA), context)
    for step in STEPS:
        batch = step(batch)
    return Taken(_events(batch.rows), _people(batch.rows), _links(batch.rows), batch.refused.sort("row"))


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    visitor = pl.col("visitor_pseudonym").alias("visitor")
    flags = pl.when(pl.col("flags") != "").then(pl.col("flags")).alias("flags")
    return _with_claims(rows.with_columns(visitor, flags)).select("row", *(f.name for f in EVENT_FIELDS))


def _with_claims(rows: pl.DataFrame) -> pl.DataFrame:
    """What a clock that runs ahead claimed is kept among the properties."""
    if not rows.get_column("ahead").any():
        return rows
    moment = pl.when("ahead").then(pl.col("claimed_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"))
    said = rows.select("properties", moment).iter_rows()
    return rows.with_columns(pl.Series("properties", [_claiming(*pair) for pair in said], pl.String))


def _claiming(properties: str | None, moment: str | None) -> str | None:
    if moment is None:
        return properties
    both = json.loads(properties or "{}") | {"claimed_at": moment}
    return json.dumps(both, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _people(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per candidate who is named: the last value that was sent of each field."""
    named = rows.filter(pl.col("candidate_pseudonym").is_not_null())
    columns = named.select(
        pl.col("candidate_pseudonym").alias("person"),
        pl.col("candidate_key").alias("key"),
        pl.col("email").str.to_lowercase(),
        "phone",
        "person_name",
    )
    before = named.filter(pl.col("previous_pseudonym").is_not_null()).select(
        pl.col("previous_pseudonym").alias("person"), pl.col("previous").alias("key")
    )
    return pl.concat([_latest(columns, ("email", "phone", "person_name")), _latest(before, ())], how="diagonal").unique(
        "person", keep="first", maintain_order=True
    )


def _latest(rows: pl.DataFrame, facts: Sequence[str]) -> pl.DataFrame:
    latest = [pl.col(c).drop_nulls().last() for c in facts]
    return rows.group_by("person", maintain_order=True).agg(pl.col("key").first(), *latest)


def _links(rows: pl.DataFrame) -> pl.DataFrame:
    """Who turned out to be which candidate: visitors, and in alias calls candidates."""
    candidate = pl.col("candidate_pseudonym").alias("candidate")
    visitors = rows.select(pl.col("visitor_pseudonym").alias("person"), candidate, "occurred_at")
    aliases = rows.filter(pl.col("call") == "alias").select(
        pl.col("previous_pseudonym").alias("person"), candidate, "occurred_at"
    )
    both = pl.concat([visitors, aliases]).drop_nulls().filter(pl.col("person") != pl.col("candidate"))
    return both.group_by("person", "candidate", maintain_order=True).agg(pl.col("occurred_at").min())
