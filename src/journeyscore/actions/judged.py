"""What becomes of a part once the log has been asked: what is new, what is refused, and the counts."""

from dataclasses import dataclass, replace

import polars as pl

from journeyscore.actions.parts import Part
from journeyscore.actions.taking import Taking
from journeyscore.domain.refusal import WHAT_TO_DO, Reason
from journeyscore.intake.batch import REFUSED_SCHEMA
from journeyscore.intake.scrub import mask_column
from journeyscore.log import Verdict
from journeyscore.records import Counted
from journeyscore.records.shapes import ACCEPTED, DUPLICATE, RECEIVED

LONGEST_SOURCE = 1_000
"""A longer one is why the row was refused."""
PERSON_FIELDS = ("person", "key", "email", "phone", "person_name", "first_seen")


@dataclass(frozen=True, slots=True)
class Judged:
    """`accepted` goes into the log; `refused` (REFUSED_SCHEMA) has the conflicts too.

    `people` and `links` come from the rows that were not refused; `first_seen` is the earliest event in this part.
    """

    accepted: pl.DataFrame
    refused: pl.DataFrame
    people: pl.DataFrame
    links: pl.DataFrame
    counts: tuple[Counted, ...]


def judge_part(part: Part, verdict: Verdict, taking: Taking) -> Judged:
    """Put the verdict of the log together with that of intake."""
    conflicts = _refusals(verdict.conflict)
    refused = pl.concat([part.taken.refused, conflicts]).sort("row") if len(conflicts) else part.taken.refused
    clean = _without(part, conflicts, taking) if len(conflicts) else part
    return Judged(
        accepted=verdict.accepted,
        refused=refused,
        people=_people(clean.taken.people, verdict),
        links=clean.taken.links.group_by("person", "candidate").agg(pl.col("occurred_at").min()),
        counts=_counts(part, verdict, refused, taking.context.source),
    )


def _refusals(conflict: pl.DataFrame) -> pl.DataFrame:
    reason = Reason.ID_CONFLICT
    return conflict.select(
        "row",
        pl.lit(str(reason)).alias("reason"),
        pl.lit("message_id").alias("field"),
        pl.lit(WHAT_TO_DO[reason]).alias("message"),
    ).match_to_schema(REFUSED_SCHEMA)


def _without(part: Part, conflicts: pl.DataFrame, taking: Taking) -> Part:
    """The part as if the rows in conflict had not been sent: they introduce nobody, and link nobody."""
    rows = conflicts.get_column("row").implode()
    again = [taking.take(chunk.sent.filter(~pl.col("row").is_in(rows))) for chunk in part.chunks]
    people, links = pl.concat(t.people for t in again), pl.concat(t.links for t in again)
    return replace(part, taken=replace(part.taken, people=people, links=links))


def _people(people: pl.DataFrame, verdict: Verdict) -> pl.DataFrame:
    """People with `first_seen` and `fresh`: whether something new came of them."""
    events = pl.concat(
        frame.select("person", "occurred_at", pl.lit(fresh).alias("fresh"))
        for frame, fresh in ((verdict.accepted, True), (verdict.duplicate, False))
    )
    seen = events.group_by("person").agg(pl.col("occurred_at").min().alias("first_seen"), pl.col("fresh").any())
    details = pl.col("email", "phone", "person_name").drop_nulls().last()
    once = people.group_by("person", "key", maintain_order=True).agg(details)
    known = once.join(seen, on="person", how="left", maintain_order="left")
    return known.select(*PERSON_FIELDS, pl.col("fresh").fill_null(True))


def _counts(part: Part, verdict: Verdict, refused: pl.DataFrame, source: str) -> tuple[Counted, ...]:
    """Rows per source and outcome. Nothing may vanish: a row without an outcome, or with two, is a defect."""
    outcomes = [
        verdict.accepted.select("source", pl.lit(ACCEPTED).alias("outcome")),
        verdict.duplicate.select("source", pl.lit(DUPLICATE).alias("outcome")),
        _sources(part, refused, source),
    ]
    counted = pl.concat(frame.group_by("source", "outcome").len() for frame in outcomes)
    total = counted.get_column("len").sum()
    if total != part.received:
        raise RuntimeError(f"{part.received} rows were received, but {total} have an outcome")
    received = counted.group_by("source").agg(pl.lit(RECEIVED).alias("outcome"), pl.col("len").sum())
    rows = pl.concat([received, counted], how="diagonal").select("source", "outcome", "len").sort("source", "outcome")
    return tuple(Counted(*row) for row in rows.iter_rows())


def _sources(part: Part, refused: pl.DataFrame, source: str) -> pl.DataFrame:
    """source and outcome of the refused rows, whose source is spelled as intake would have."""
    rows = refused.get_column("row").implode()
    empty = pl.DataFrame(schema={"row": pl.Int64, "source": pl.String})
    named = [c.sent.select("row", "source") for c in part.chunks if "source" in c.sent.columns]
    named += [c.sources for c in part.chunks if c.sources is not None]
    said = pl.concat([empty, *(frame.filter(pl.col("row").is_in(rows)) for frame in named)])
    first = said.unique("row", keep="first", maintain_order=True)  # a line of JSON may hold several events
    pairs = refused.select("row", pl.col("reason").alias("outcome")).join(first, on="row", how="left")
    spelled = pairs.get_column("source").str.strip_chars()
    known = spelled.set(~spelled.str.len_chars().is_between(1, LONGEST_SOURCE), None).fill_null(source)
    return pairs.select(mask_column(known).alias("source"), "outcome")
