"""The demo's events as one file, written block by block."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow.parquet as pq

from journeyscore.demo.rows import SENT
from journeyscore.domain.errors import StorageError

TIME = "%Y-%m-%dT%H:%M:%S%.3fZ"


def write_parquet(path: Path, frames: Iterable[pl.DataFrame]) -> int:
    """Write what `simulate` gives to one Parquet file (zstd), and give the number of events.

    Raises StorageError when the file cannot be written; nothing half written is left.
    """
    schema = pl.DataFrame(schema=SENT).to_arrow().schema
    try:
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            return sum(_write_group(writer, frame) for frame in frames)
    except OSError as error:
        raise _refused(path, error) from error


def write_csv(path: Path, frames: Iterable[pl.DataFrame]) -> int:
    """Write what `simulate` gives to one CSV file (UTF-8, comma, ISO times in UTC), and give the number of events.

    Raises StorageError when the file cannot be written; nothing half written is left.
    """
    try:
        with path.open("wb") as file:
            pl.DataFrame(schema=SENT).write_csv(file)
            return sum(_write_lines(file, frame) for frame in frames)
    except OSError as error:
        raise _refused(path, error) from error


def _write_group(writer: pq.ParquetWriter, frame: pl.DataFrame) -> int:
    writer.write_table(frame.to_arrow().cast(writer.schema))
    return frame.height


def _write_lines(file: BinaryIO, frame: pl.DataFrame) -> int:
    frame.write_csv(file, include_header=False, datetime_format=TIME)
    return frame.height


def _refused(path: Path, error: OSError) -> StorageError:
    if path.is_file():
        path.unlink()
    return StorageError(
        "{path}: cannot be written ({reason}); choose another place or make room",
        path=path,
        reason=error.strerror or error,
    )
