"""Parquet: read in batches, typed columns as text except the time."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.datatypes import DataTypeClass

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import PROPERTY, beside_row, recognise
from journeyscore.connectors.files.layout import layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import InputError

CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
"""What stands in no text."""
BUFFER = 1024**2
"""Bytes that are read of a column at a time."""
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
                schema = found.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise InputError("{path}: is a damaged Parquet file; write it again", path=path) from error
        self._names = tuple(schema.names)
        self.columns = tuple(map(beside_row, self._names))
        mapped = mapping.columns if mapping else {}
        flat = [beside_row(field.name) for field in schema if mapped or _may_be_sent(field)]
        self.layout = layout_for(flat, mapping, path)
        self.unused = tuple(c for c in self.columns if c not in self.layout.recognised)
        self.notes: tuple[str, ...] = ()

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The records in order, with the recognised columns only."""
        first = 1
        wanted = [name for name in self._names if beside_row(name) in self.layout.recognised]
        try:
            # read as it is needed: what pyarrow buffers ahead it keeps to the end, and that is the whole file
            with pq.ParquetFile(self.path, pre_buffer=False, buffer_size=BUFFER) as found:
                for batch in found.iter_batches(size, columns=wanted):
                    frame = pl.from_arrow(pa.Table.from_batches([batch]))
                    assert isinstance(frame, pl.DataFrame)
                    yield self._chunk(frame, first)
                    first += frame.height
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                "{path}: is damaged after row {number:,}; write it again", path=self.path, number=first - 1
            ) from error

    def _chunk(self, frame: pl.DataFrame, first: int) -> Chunk:
        numbers = pl.Series("row", range(first, first + frame.height), pl.Int64)
        frame = frame.rename(beside_row)
        raw = pl.DataFrame([numbers, *(_as_text(values) for values in frame)])
        times = (frame.get_column(c) for c, f in self.layout.recognised.items() if f == "occurred_at")
        typed = [values for values in times if isinstance(values.dtype, TEMPORAL)]
        sent, unmapped = self.layout.sent(raw.with_columns(typed))
        return Chunk(sent, raw, unmapped)


def _may_be_sent(field: pa.Field) -> bool:
    """Whether a column can be a field: a structure can only be properties."""
    target = recognise(field.name)[0] or ""
    return not pa.types.is_nested(field.type) or target == "properties" or target.startswith(PROPERTY)


def _as_text(values: pl.Series) -> pl.Series:
    """Any column as text: whole numbers without a fraction, NaN as nothing, structures as JSON."""
    kind = values.dtype
    if kind == pl.String:
        return values
    if kind in (pl.Float32, pl.Float64):
        return _number(values)
    if kind == pl.Decimal:
        return values.cast(pl.String).str.replace(r"\.0+$", "")
    if kind == pl.Boolean:
        return values.replace_strict({True: "true", False: "false"}, default=None, return_dtype=pl.String)
    if kind.is_nested() or kind == pl.Object:
        return _structure(values)
    if kind == pl.Binary:
        return _bytes(values)
    return values.cast(pl.String)


def _number(values: pl.Series) -> pl.Series:
    """NaN is how some writers say that there is nothing: as a text it would be one person with many events."""
    values = values.fill_nan(None)
    whole = values.cast(pl.Int64, strict=False)
    is_whole = (whole.cast(values.dtype) == values).fill_null(False)
    texts = pl.when(is_whole).then(whole.cast(pl.String)).otherwise(values.cast(pl.String))
    return pl.select(texts.alias(values.name)).to_series()


def _structure(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.Struct) and _is_simple(values.dtype):
        texts = pl.when(values.is_not_null()).then(values.struct.json_encode())
        return pl.select(texts.alias(values.name)).to_series()
    return pl.Series(values.name, [_nested(v) for v in values.to_list()], pl.String)


def _is_simple(kind: pl.DataType | DataTypeClass) -> bool:
    """Whether polars writes this kind as JSON; of some others it dies."""
    if isinstance(kind, pl.Struct):
        return all(_is_simple(f.dtype) for f in kind.fields)
    return kind in (pl.String, pl.Boolean) or kind.is_integer()


def _nested(value: object) -> str | None:
    """A list, a map or a structure as JSON."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=_leaf)


def _leaf(value: object) -> str | None:
    return _of_bytes(value) if isinstance(value, bytes) else str(value)


def _bytes(values: pl.Series) -> pl.Series:
    try:
        texts = values.cast(pl.String)
        if not texts.str.contains(CONTROL.pattern).any():
            return texts
    except pl.exceptions.PolarsError:  # some are no UTF-8
        pass
    return pl.Series(values.name, [_of_bytes(v) for v in values.to_list()], pl.String)


def _of_bytes(value: bytes | None) -> str | None:
    """Bytes that are text as text, others (a UUID, a hash) in hexadecimal."""
    try:
        text = None if value is None else value.decode()
    except UnicodeDecodeError:
        text = "\0"
    return value.hex() if value and text and CONTROL.search(text) else text
