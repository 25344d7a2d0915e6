"""Parquet files of the log: written whole, synced, and only then committed."""

import json
import os
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
from deltalake.transaction import AddAction

from journeyscore.domain.errors import StorageError

ROW_GROUP = 122_880
"""Rows per row group: what DuckDB gives to one thread at a time."""
STATISTICS = ("day", "occurred_at")
"""The only columns with minima and maxima in the table's log: a pseudonym in them would survive an erasure."""


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file of the log that is safely on disk."""

    path: Path
    rows: int
    stats: str

    def add_action(self, data_change: bool) -> AddAction:
        """The commit's line for this file. `data_change` is False when it holds nothing new."""
        size = self.path.stat().st_size
        return AddAction(self.path.name, size, {}, time.time_ns() // 1_000_000, data_change, self.stats)


def write_part(folder: Path, rows: pl.DataFrame | pl.LazyFrame) -> PartFile:
    """Write a file with a new name into `folder` and sync it. Raises StorageError; nothing is left behind then."""
    path = folder / f"part-{uuid.uuid4()}.parquet"
    storing(path, lambda: _write(path, rows))
    return PartFile(path, *_measure(path))


def storing(path: Path, write: Callable[[], None]) -> None:
    """Run `write`, which makes `path`; on an error of the disk remove what was half written and say so."""
    try:
        write()
    except (OSError, pl.exceptions.ComputeError) as problem:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise StorageError(
            "{path}: cannot write: {reason}; free some space or check the rights", path=path, reason=problem
        ) from problem


def sync(paths: Iterable[Path]) -> None:
    """Force files and folders to the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(path: Path, rows: pl.DataFrame | pl.LazyFrame) -> None:
    rows.lazy().sink_parquet(
        path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, statistics=False, maintain_order=True
    )
    sync([path, path.parent])


def _measure(path: Path) -> tuple[int, str]:
    """Number of rows, and the statistics of the commit's line: `{"numRecords": ..., "minValues": ...}`."""
    bounds = [f(c).alias(f"{f.__name__}.{c}") for c in STATISTICS for f in (pl.min, pl.max)]
    row = pl.scan_parquet(path, glob=False).select(pl.len().alias("rows"), *bounds).collect(engine="streaming").row(0)
    rows, first_day, last_day, first, last = row
    if not rows:
        return 0, json.dumps({"numRecords": 0})
    stats = {
        "numRecords": rows,
        "minValues": {"day": first_day.isoformat(), "occurred_at": _zulu(first)},
        "maxValues": {"day": last_day.isoformat(), "occurred_at": _zulu(last)},
        "nullCount": {"day": 0, "occurred_at": 0},
    }
    return rows, json.dumps(stats)


def _zulu(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
