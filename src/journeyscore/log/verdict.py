"""What becomes of sent events: new, seen before, or in conflict with what was seen before."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

KNOWN_SCHEMA = pl.Schema({"event_id": pl.Int64, "fingerprint": pl.Int64})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every event of a batch is in exactly one of these frames, with all its columns and in the order of the batch.

    `duplicate`: the same id and fingerprint came before. `conflict`: the same id came before, with another fingerprint.
    """

    accepted: pl.DataFrame
    duplicate: pl.DataFrame
    conflict: pl.DataFrame


def judge(events: pl.DataFrame, files: Sequence[str]) -> Verdict:
    """De-duplicate `events` against the Parquet `files` and among themselves; the first of a batch wins."""
    known = _known(events, files)
    first = events.get_column("event_id").is_first_distinct()
    if known.is_empty() and first.all():
        return Verdict(events, events.clear(), events.clear())
    new = first & ~events.get_column("event_id").is_in(known.get_column("event_id").implode())
    before = pl.concat([known, events.filter(new).select(KNOWN_SCHEMA.names())])
    seen = events.filter(~new)
    same = _stands_for(seen, before)
    return Verdict(events.filter(new), seen.filter(same), seen.filter(~same))


def _known(events: pl.DataFrame, files: Sequence[str]) -> pl.DataFrame:
    """Those of the ids that stand in the files. Reads two columns of 8 bytes, as a stream: no id stays in memory."""
    if not files or events.is_empty():
        return pl.DataFrame(schema=KNOWN_SCHEMA)
    ids = events.get_column("event_id")
    history = pl.scan_parquet(list(files), glob=False).select(KNOWN_SCHEMA.names())
    return history.filter(pl.col("event_id").is_in(ids.implode())).collect(engine="streaming")


def _stands_for(seen: pl.DataFrame, before: pl.DataFrame) -> pl.Series:
    """For each row of `seen`: whether the event with its id has its fingerprint too."""
    pairs = seen.select(KNOWN_SCHEMA.names()).join(
        before.unique("event_id").rename({"fingerprint": "known"}), on="event_id", how="left", maintain_order="left"
    )
    return pairs.get_column("fingerprint") == pairs.get_column("known")
