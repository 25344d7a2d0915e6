"""From a file's columns to the fields of an event."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from journeyscore.connectors.files.columns import HALVES, PROPERTY, REFUSED, beside_row, recognise
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import MappingError
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import REFUSED_SCHEMA
from journeyscore.modelfile.problems import suggestion

MIDNIGHT = r"[T ]00:00(:00)?(\.0+)?$"
"""What a spreadsheet or a database adds to a date that has its time in another column."""


@dataclass(frozen=True)
class Layout:
    """Which column is which field. `recognised`: column to field; `unused`: columns that are left out."""

    recognised: dict[str, str]
    unused: tuple[str, ...]
    mapping: Mapping = field(default_factory=Mapping)

    def sent(self, raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """`raw` (`row` and the file's columns) under the names of the fields; and rows whose values are unmapped."""
        columns = {
            target: raw.get_column(column) for column, target in self.recognised.items() if column in raw.columns
        }
        columns |= {
            target: pl.Series(target, [text], pl.String).new_from_index(0, raw.height)
            for target, text in self.mapping.constants.items()
        }
        named = [values.alias(target) for target, values in columns.items()]
        frame = _with_time(pl.DataFrame([raw.get_column("row"), *named]))
        refused = (
            pl.concat([self._unmapped(frame, f) for f in self.mapping.values], how="vertical")
            if (self.mapping.refuse_unmapped and self.mapping.values)
            else pl.DataFrame(schema=REFUSED_SCHEMA)
        )
        for target, table in self.mapping.values.items():
            if target in frame.columns:
                frame = frame.with_columns(_stripped(target).replace(table).alias(target))
        good = frame.filter(~pl.col("row").is_in(refused.get_column("row").implode()))
        return _with_properties(good), refused.unique("row", keep="first", maintain_order=True)

    def _unmapped(self, frame: pl.DataFrame, target: str) -> pl.DataFrame:
        if target not in frame.columns:
            return pl.DataFrame(schema=REFUSED_SCHEMA)
        listed = pl.Series(list(self.mapping.values[target]), dtype=pl.String).implode()
        known = _stripped(target).is_in(listed) | _stripped(target).is_null() | (_stripped(target) == "")
        message = f"the value of {target} is not in the mapping"
        return frame.filter(~known).select(
            "row",
            pl.lit(Reason.UNMAPPED_VALUE.value).alias("reason"),
            pl.lit(target).alias("field"),
            pl.lit(message).alias("message"),
        )


def layout_for(columns: Sequence[str], mapping: Mapping | None, path: Path) -> Layout:
    """The layout of these columns. MappingError when two of them mean the same, or a mapped one is missing."""
    own = [c for c in columns if c not in REFUSED]
    recognised = _mapped(own, mapping, path) if mapping and mapping.columns else _recognised(own, path)
    if mapping:
        recognised = {c: f for c, f in recognised.items() if f not in mapping.constants}
    unused = tuple(c for c in own if c not in recognised)
    return Layout(recognised, unused, mapping or Mapping())


def _mapped(columns: Sequence[str], mapping: Mapping, path: Path) -> dict[str, str]:
    found = {c if c in columns else beside_row(c): target for c, target in mapping.columns.items()}
    for column in found:
        if column not in columns:
            raise MappingError(
                "{path}: the mapping names a column “{column}” that is not there; {advice}",
                path=path,
                column=column,
                advice=suggestion(column, columns),
            )
    targets = list(found.values())
    twice = next((t for t in targets if targets.count(t) > 1), None)
    if twice:
        raise MappingError("{path}: the mapping gives two columns for {twice}; keep one", path=path, twice=twice)
    return _halves(found)


def _recognised(columns: Sequence[str], path: Path) -> dict[str, str]:
    """Column to field: a field's own name goes before other names of it."""
    found: dict[str, str] = {}
    places: dict[str, tuple[str, bool]] = {}
    for column in columns:
        target, exact = recognise(column)
        if target is None:
            continue
        before = places.get(target)
        if before is None or (exact and not before[1]):
            if before:
                del found[before[0]]
            found[column], places[target] = target, (column, exact)
        elif exact == before[1]:
            raise MappingError(
                "{path}: columns “{first}” and “{column}” both mean {target}; say which in a mapping file",
                path=path,
                first=before[0],
                column=column,
                target=target,
            )
    return _halves(found)


def _halves(found: dict[str, str]) -> dict[str, str]:
    """`date` and `time` are two halves of `occurred_at`; one of them alone is all of it."""
    targets = {target: column for column, target in found.items()}
    halves = [h for h in HALVES if h in targets]
    if "occurred_at" in targets:
        return {c: t for c, t in found.items() if t not in HALVES}
    if len(halves) == 1:
        return found | {targets[halves[0]]: "occurred_at"}
    return found


def _with_time(frame: pl.DataFrame) -> pl.DataFrame:
    """One column from a date and a time."""
    if not set(HALVES) <= set(frame.columns):
        return frame
    both = pl.concat_str(
        _stripped("date").str.replace(MIDNIGHT, ""), _stripped("time"), separator=" ", ignore_nulls=True
    )
    whole = pl.when(pl.col("date").is_not_null()).then(both.str.strip_chars())
    return frame.with_columns(occurred_at=whole).drop(HALVES)


def _with_properties(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns `properties.KEY` as one JSON text, before or beside a column of properties."""
    keys = [c for c in frame.columns if c.startswith(PROPERTY)]
    if not keys:
        return frame
    filled = [pl.when(_stripped(k) != "").then(_stripped(k)).alias(k.removeprefix(PROPERTY)) for k in keys]
    columns = frame.select(pl.struct(filled).struct.json_encode().alias("properties")).to_series()
    if "properties" in frame.columns:
        inside, rest = (
            columns.str.strip_suffix("}"),
            frame.get_column("properties").str.strip_chars().str.strip_prefix("{"),
        )
        own = frame.get_column("properties").str.strip_chars()
        joined = pl.select(
            pl.when(own.is_null() | (own == ""))
            .then(columns)
            .when(rest.str.strip_chars() == "}")
            .then(columns)
            .when(own.str.starts_with("{"))
            .then(pl.concat_str(inside, pl.lit(","), rest))
            .otherwise(own)
        ).to_series()
        columns = joined.alias("properties")
    return frame.drop(keys).with_columns(columns)


def _stripped(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_chars()
