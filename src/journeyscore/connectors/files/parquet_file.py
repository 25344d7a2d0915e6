"""Parquet: read in batches, typed columns as text except the time."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.layout import layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import InputError

TEMPORAL = (pl.Date, pl.Datetime)


class ParquetFile:
    """A Parquet file as a `SentFile`. There is no header, so the first record is row 1."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        self.path = path
        with path.open("rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            with pq.ParquetFile(path) as found:
                self.rows: int | None = found.metadata.num_rows
                self.columns = tuple(found.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{path}: is a damaged Parquet file; write it again") from error
        self.layout = layout_for(self.columns, mapping, path)
        self.unused = self.layout.unused
        self.notes: tuple[str, ...] = ()

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The records in order, with the recognised columns only."""
        first = 1
        wanted = list(self.layout.recognised)
        try:
            with pq.ParquetFile(self.path) as found:
                for batch in found.iter_batches(size, columns=wanted):
                    frame = pl.from_arrow(pa.Table.from_batches([batch]))
                    assert isinstance(frame, pl.DataFrame)
                    yield self._chunk(frame.with_row_index("row", first).with_columns(pl.col("row").cast(pl.Int64)))
                    first += frame.height
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{self.path}: is damaged after row {first - 1:,}; write it again") from error

    def _chunk(self, frame: pl.DataFrame) -> Chunk:
        times = {c for c, f in self.layout.recognised.items() if f == "occurred_at"}
        texts = [_as_text(frame.get_column(c)) for c in frame.columns if c != "row"]
        raw = pl.DataFrame([frame.get_column("row"), *texts])
        typed = [c for c in times if isinstance(frame.schema[c], TEMPORAL)]
        sent, unmapped = self.layout.sent(raw.with_columns(frame.select(typed).get_columns()))
        return Chunk(sent, raw, unmapped)


def _as_text(values: pl.Series) -> pl.Series:
    """Any column as text; whole floats without a fraction, structures as JSON."""
    kind = values.dtype
    if kind == pl.String:
        return values
    if kind in (pl.Float32, pl.Float64):
        whole = values.cast(pl.Int64, strict=False)
        is_whole = (whole.cast(kind) == values).fill_null(False)
        return (
            pl.select(pl.when(is_whole).then(whole.cast(pl.String)).otherwise(values.cast(pl.String)))
            .to_series()
            .alias(values.name)
        )
    if kind == pl.Boolean:
        return values.replace_strict({True: "true", False: "false"}, default=None, return_dtype=pl.String)
    if isinstance(kind, pl.Struct):
        return pl.select(pl.when(values.is_not_null()).then(values.struct.json_encode())).to_series().alias(values.name)
    if isinstance(kind, pl.List | pl.Map | pl.Array):
        return pl.Series(values.name, [_nested(v) for v in values.to_list()], pl.String)
    if kind == pl.Binary:
        return values.cast(pl.String, strict=False)
    return values.cast(pl.String)


def _nested(value: object) -> str | None:
    """A list or a map as JSON."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
