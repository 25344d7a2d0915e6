"""Sent times to instants in UTC: which notations are read, and what is assumed where one says too little."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

ZONE_ASSUMED = "zone_assumed"
TIME_ASSUMED = "time_assumed"
AHEAD_BY = timedelta(hours=24)

_INSTANT = pl.Datetime("us", "UTC")
_WALL = pl.Datetime("us")
_READING: dict[str, pl.DataType] = {"wall": _WALL, "offset": pl.Int32(), "day_only": pl.Boolean()}
"""A time as written: the clock's reading, its offset from UTC in seconds (null: not given), whether it was a bare date.
"""

_EPOCH = date(1970, 1, 1)
_FIRST_DAY = (date(1990, 1, 1) - _EPOCH).days
_END_DAY = (date(2201, 1, 1) - _EPOCH).days
_US_PER_DAY = 86_400_000_000
_TICKS_PER_DAY = {"ms": 86_400_000, "us": _US_PER_DAY, "ns": 86_400_000_000_000}
_EXCEL_EPOCH = 25_569  # the serial of 1970-01-01 in Excel's 1900 system

_MONTHS = {
    name: str(number)
    for number, names in enumerate(
        (
            "jan januari january",
            "feb febr februari february",
            "mrt maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}

_WEEKDAY = (
    r"(?:(?:ma|di|wo|do|vr|za|zo|(?:maan|dins|woens|donder|vrij|zater|zon)dag|"
    r"mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\.?,?\s+)?"
)
_ZONE = r"(?:\s?(?P<zone>Z|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?"
_CLOCK = (
    r"(?:(?:T|,?\s+(?:(?:om|at)\s+)?)(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9])(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?|\s?uur)?" + _ZONE + ")?$"
)
_BASIC_CLOCK = (
    r"(?:[T\s](?P<hour>[0-9]{2})(?P<minute>[0-5][0-9])"
    r"(?:(?P<second>[0-5][0-9])(?:[.,](?P<fraction>[0-9]{1,9}))?)?(?P<half>)" + _ZONE + ")?$"
)
_YEAR, _MONTH, _DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_MONTH_NAME = r"(?P<month>[a-z]{3,9})\.?"

Reader = Callable[[pl.Series], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to write a time: which texts are written so (stripped), and how those are read into a `_READING`.

    A text belongs to the first notation whose pattern it meets; if its date doesn't exist then, it is unreadable.
    """

    pattern: str
    read: Reader


def read_times(values: pl.Series, time_zone: str, received_at: datetime) -> pl.DataFrame:
    """The instants that `values` stand for: one row per value, in order.

    `values` may be text, dates, timestamps of any unit and zone, or numbers (epoch or Excel serial, by magnitude).
    What has no zone is a local time in `time_zone`; `received_at` is aware.

    - `occurred_at` (UTC, microseconds): null where unreadable, before 1990 or after 2200; `received_at` where ahead.
    - `assumed`: "", "zone_assumed" or "zone_assumed time_assumed" (only a date was given; midnight was taken).
    - `ahead`: more than 24 hours after `received_at`.
    - `claimed_at` (UTC, microseconds): the instant as sent where ahead, else null.
    """
    reading = _within_bounds(_read(values))
    instant = _instants(reading, time_zone)
    readable, ahead = pl.col("instant").is_not_null(), pl.col("ahead")
    received = pl.lit(received_at.astimezone(UTC), dtype=_INSTANT)
    return (
        reading.with_columns(instant.alias("instant"))
        .with_columns(ahead=(pl.col("instant") > received + AHEAD_BY).fill_null(value=False))
        .select(
            occurred_at=pl.when(ahead).then(received).otherwise("instant"),
            assumed=_assumed(readable),
            ahead=ahead,
            claimed_at=pl.when(ahead).then("instant"),
        )
    )


def local_day(column: str, time_zone: str) -> pl.Expr:
    """The calendar day (Date) in `time_zone` of the instants (UTC) in `column`."""
    return pl.col(column).dt.convert_time_zone(time_zone).dt.date()


def _assumed(readable: pl.Expr) -> pl.Expr:
    return (
        pl.when(~readable | pl.col("offset").is_not_null())
        .then(pl.lit(""))
        .when(pl.col("day_only"))
        .then(pl.lit(f"{ZONE_ASSUMED} {TIME_ASSUMED}"))
        .otherwise(pl.lit(ZONE_ASSUMED))
    )


def _within_bounds(reading: pl.DataFrame) -> pl.DataFrame:
    """Judged as written, before the zone: 1990-01-01 is good in every zone."""
    wall = pl.col("wall")
    good = wall.to_physical().is_between(_FIRST_DAY * _US_PER_DAY, _END_DAY * _US_PER_DAY, closed="left")
    return reading.with_columns(pl.when(good).then(wall).alias("wall"))


def _instants(reading: pl.DataFrame, time_zone: str) -> pl.Series:
    wall, offset = pl.col("wall"), pl.col("offset")
    if reading["offset"].has_nulls():
        local = reading.select(pl.when(offset.is_null()).then(wall).alias("wall"))["wall"]
        zoned = _from_local(local, time_zone)
    else:
        zoned = pl.Series([None], dtype=_INSTANT)
    absolute = (wall - pl.duration(seconds=offset)).dt.replace_time_zone("UTC")
    return reading.select(pl.when(offset.is_null()).then(zoned).otherwise(absolute).alias("instant"))["instant"]


def _from_local(wall: pl.Series, time_zone: str) -> pl.Series:
    """The first of two equal times in autumn; a time skipped in spring moves forward by what was skipped."""
    instant = _strictly_local(wall, time_zone)
    skipped = instant.is_null() & wall.is_not_null()
    if not skipped.any():
        return instant
    day = timedelta(days=1)  # a day earlier the clock still ran on the offset from before the gap
    return instant.zip_with(~skipped, _strictly_local(wall - day, time_zone) + day)


def _strictly_local(wall: pl.Series, time_zone: str) -> pl.Series:
    zoned = wall.dt.replace_time_zone(time_zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


def _read(values: pl.Series) -> pl.DataFrame:
    kind = values.dtype
    if isinstance(kind, pl.Datetime):
        offset = None if kind.time_zone is None else 0
        return _read_ticks(values, _TICKS_PER_DAY[kind.time_unit], offset, day_only=False)
    if kind == pl.Date:
        return _read_ticks(values, 1, None, day_only=True)
    if kind.is_float():
        return _read_numbers(values)
    if kind in (pl.String, pl.Categorical, pl.Enum) or kind.is_integer() or kind.is_decimal():
        return _read_texts(values.cast(pl.String))
    return _unreadable(len(values))


def _read_ticks(values: pl.Series, per_day: int, offset: int | None, *, day_only: bool) -> pl.DataFrame:
    """Days or parts of days since 1970. Bounds come first: what lies far beyond them would overflow as microseconds."""
    ticks = pl.lit(values.to_physical().cast(pl.Int64))
    good = pl.when(ticks.is_between(_FIRST_DAY * per_day, _END_DAY * per_day)).then(ticks)
    micros = good * (_US_PER_DAY // per_day) if per_day <= _US_PER_DAY else good // (per_day // _US_PER_DAY)
    return pl.select(
        wall=micros.cast(_WALL), offset=pl.lit(offset, dtype=pl.Int32), day_only=pl.lit(day_only)
    )  # the scalars stretch to the length of `wall`


def _read_numbers(values: pl.Series) -> pl.DataFrame:
    """Excel serials (local), and seconds, milliseconds and microseconds since 1970 (UTC): they differ by magnitude."""
    number = pl.lit(values.cast(pl.Float64))
    serial = number.is_between(20_000, 80_000)
    micros = [pl.when(serial).then(((number - _EXCEL_EPOCH) * 86_400).round() * 1e6)]
    for first, factor in ((1e9, 1e6), (1e12, 1e3), (1e15, 1.0)):
        good = number.is_between(first, first * 10, closed="left")
        micros.append(pl.when(good).then((number * factor).round()))
    return pl.select(
        wall=pl.coalesce(micros).cast(pl.Int64).cast(_WALL),
        offset=pl.when(~serial).then(pl.lit(0, dtype=pl.Int32)),
        day_only=(serial & (number == number.floor())).fill_null(value=False),
    )


def _read_number_texts(texts: pl.Series) -> pl.DataFrame:
    return _read_numbers(texts.str.replace(",", ".", literal=True).cast(pl.Float64))


def _by_format(form: str, offset: int | None) -> Reader:
    def read(texts: pl.Series) -> pl.DataFrame:
        wall = texts.str.to_datetime(form, time_unit="us", strict=False, cache=False)
        columns = {"offset": pl.lit(offset, dtype=pl.Int32), "day_only": pl.lit(value=False)}
        return wall.alias("wall").to_frame().with_columns(**columns)

    return read


def _by_groups(pattern: str) -> Notation:
    """A notation that is taken apart by the named groups of its pattern."""
    pattern = f"(?i)^{pattern}"

    def read(texts: pl.Series) -> pl.DataFrame:
        parts = texts.str.extract_groups(pattern).struct.unnest()
        return parts.select(wall=_wall(), offset=_offset(), day_only=pl.col("hour").is_null())

    return Notation(pattern, read)


def _wall() -> pl.Expr:
    """Put together again in one form, in which days, months and hours that don't exist become null."""
    month = pl.col("month").str.to_lowercase().replace(_MONTHS)
    clock = (part.fill_null("0") for part in (_hour(), pl.col("minute"), pl.col("second")))
    text = pl.format("{}-{}-{} {}:{}:{}", "year", month, "day", *clock)
    whole = text.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)
    micros = pl.col("fraction").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64).fill_null(0)
    return whole + pl.duration(microseconds=micros)


def _hour() -> pl.Expr:
    """As text, on the 24-hour clock; 13 PM and 0 AM don't exist."""
    hour, half = pl.col("hour"), pl.col("half").str.to_lowercase()
    number = hour.cast(pl.Int32)
    halved = number % 12 + pl.when(half == "p").then(12).otherwise(0)
    known = pl.when(number.is_between(1, 12)).then(halved.cast(pl.String)).otherwise(pl.lit("99"))
    return pl.when(half.is_in(["a", "p"])).then(known).otherwise(hour)


def _offset() -> pl.Expr:
    """In seconds; "Z", "UTC" and "GMT" are 0."""
    zone = pl.col("zone")
    digits = zone.str.replace(":", "", literal=True).str.slice(1).str.pad_end(4, "0")
    number = digits.cast(pl.Int32, strict=False)
    size = number // 100 * 3600 + number % 100 * 60
    signed = pl.when(zone.str.starts_with("-")).then(-size).otherwise(size)
    return pl.when(zone.is_not_null()).then(signed.fill_null(0))


def _notations() -> Iterator[Notation]:
    """The commonest first: the first ones are only faster ways to read what later ones read as well."""
    day, clock = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-5][0-9]:[0-5][0-9]"
    yield Notation(f"^{day}T{clock}Z$", _by_format("%Y-%m-%dT%H:%M:%SZ", 0))
    yield Notation(rf"^{day}T{clock}\.[0-9]{{1,9}}Z$", _by_format("%Y-%m-%dT%H:%M:%S%.fZ", 0))
    yield Notation(f"^{day}T{clock}$", _by_format("%Y-%m-%dT%H:%M:%S", None))
    yield Notation(f"^{day} {clock}$", _by_format("%Y-%m-%d %H:%M:%S", None))
    dutch = "[0-9]{2}-[0-9]{2}-[0-9]{4} [0-9]{2}:[0-5][0-9]"
    yield Notation(f"^{dutch}$", _by_format("%d-%m-%Y %H:%M", None))
    yield Notation(f"^{dutch}:[0-5][0-9]$", _by_format("%d-%m-%Y %H:%M:%S", None))
    yield Notation("^[1-9](?:[0-9]{4}|[0-9]{9}|[0-9]{12}|[0-9]{15})(?:[.,][0-9]+)?$", _read_number_texts)
    for mark in ("-", "/", r"\."):
        yield _by_groups(_YEAR + mark + _MONTH + mark + _DAY + _CLOCK)
        yield _by_groups(_DAY + mark + _MONTH + mark + _YEAR + _CLOCK)
    yield _by_groups(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})" + _BASIC_CLOCK)
    yield _by_groups(_WEEKDAY + _DAY + r"(?:\s|-|\.\s?)" + _MONTH_NAME + r"(?:\s|-|,\s)" + _YEAR + _CLOCK)
    yield _by_groups(_WEEKDAY + _MONTH_NAME + r"\s" + _DAY + r"(?:,\s?|\s)" + _YEAR + _CLOCK)


NOTATIONS = tuple(_notations())


def _read_texts(texts: pl.Series) -> pl.DataFrame:
    """Each notation is tried only on what none before it claimed; empty texts count as null."""
    left = pl.DataFrame({"text": texts.str.strip_chars()}).with_row_index("place")
    found: list[pl.DataFrame] = []
    for notation in NOTATIONS:
        claimed = left["text"].str.contains(notation.pattern).fill_null(value=False)
        if not claimed.any():
            continue
        mine, left = left.filter(claimed), left.filter(~claimed)
        found.append(notation.read(mine["text"]).with_columns(mine["place"]))
        if left.is_empty():
            break
    found.append(_unreadable(left.height).with_columns(left["place"]))
    return pl.concat(found, how="diagonal").sort("place").select(list(_READING))


def _unreadable(rows: int) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([None] * rows, dtype=kind) for name, kind in _READING.items()})
