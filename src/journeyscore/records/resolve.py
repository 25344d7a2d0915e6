"""Who stands for whom: from links to one candidate per person. Pure: the same links give the same answer, always."""

import polars as pl

from journeyscore.domain.event import VISITOR_PREFIX

IDENTITY_SCHEMA = pl.Schema({"person": pl.String, "candidate": pl.String})


def resolve(links: pl.DataFrame) -> pl.DataFrame:
    """One row (person, candidate) for every person that stands for another.

    `links` has person and candidate, in order of rank. A visitor belongs to the candidate of its first link; a
    candidate was merged into that of its first link, unless that would close a circle. Chains are followed to the end.
    """
    is_visitor = pl.col("person").str.starts_with(VISITOR_PREFIX)
    roots = merged_into(links.filter(~is_visitor).select(IDENTITY_SCHEMA.names()).rows())
    visitors = links.filter(is_visitor).unique("person", keep="first", maintain_order=True)
    ends = pl.DataFrame(list(roots.items()), schema=IDENTITY_SCHEMA, orient="row")
    renamed = visitors.join(ends.rename({"person": "candidate", "candidate": "end"}), on="candidate", how="left")
    known = renamed.select("person", pl.coalesce("end", "candidate").alias("candidate"))
    return pl.concat([ends, known]).sort("person")


def merged_into(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The candidate that remains, for every candidate that was merged; `pairs` (loser, winner) in order of rank."""
    parents: dict[str, str] = {}
    for loser, winner in pairs:
        if loser not in parents and end_of(parents, winner) != loser:
            parents[loser] = winner
    return {loser: end_of(parents, loser) for loser in parents}


def end_of(parents: dict[str, str], person: str) -> str:
    """The end of the chain that starts with `person`."""
    while person in parents:
        person = parents[person]
    return person
