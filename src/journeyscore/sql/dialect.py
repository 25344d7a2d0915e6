"""The primitives whose meaning differs between engines, each in one place.

Transpilation is trusted for syntax only. What an engine could understand otherwise (rounding, JSON, numbers in text) is
built here from parts that mean the same everywhere; the conformance tests run them on every engine.
"""

from decimal import Decimal

from sqlglot import exp, parse_one
from sqlglot.expressions import Expr

NUMBER_PATTERN = "^-?[0-9]{1,15}([.][0-9]+)?$"
"""Text that counts as a number. Intake writes numbers so; anything else is no number on any engine."""
LIKE_ESCAPE = "!"


def text(value: str) -> Expr:
    """A text literal."""
    return exp.Literal.string(value)


def integer(value: int) -> Expr:
    """A whole number that is a BIGINT everywhere."""
    return bigint(exp.Literal.number(value))


def bigint(value: Expr) -> Expr:
    """`value` as BIGINT: DuckDB sums BIGINT to HUGEINT, Spark to BIGINT."""
    return exp.cast(value, "BIGINT")


def date_literal(value: str) -> Expr:
    """A date literal from its ISO text."""
    return exp.cast(text(value), "DATE")


def thousandth(value: Expr) -> Expr:
    """`value / 1000` in integers, halves away from zero. Engines divide only positive integers alike."""
    absolute = exp.Anonymous(this="ABS", expressions=[value.copy()])
    rounded = exp.IntDiv(this=exp.paren(exp.Add(this=absolute, expression=integer(500))), expression=integer(1000))
    sign = exp.case().when(exp.LT(this=value.copy(), expression=integer(0)), integer(-1)).else_(integer(1))
    return bigint(exp.Mul(this=exp.paren(rounded), expression=sign))


def property_text(key: str, dialect: str) -> Expr:
    """The property `key` of the flat JSON object in column `properties`, as text; null where there is none."""
    if dialect == "spark":
        path = f"$['{key}']"
        return exp.Anonymous(this="GET_JSON_OBJECT", expressions=[exp.column("properties", "e"), text(path)])
    path = f'$."{key}"'
    return exp.Anonymous(this="JSON_EXTRACT_STRING", expressions=[exp.column("properties", "e"), text(path)])


def number(value: Expr) -> Expr:
    """Text as DECIMAL(28, 9); null where the text is no number."""
    is_number = exp.RegexpLike(this=value.copy(), expression=text(NUMBER_PATTERN))
    return exp.case().when(is_number, exp.TryCast(this=value.copy(), to=exp.DataType.build("DECIMAL(28, 9)")))


def decimal_literal(value: Decimal) -> Expr:
    """A DECIMAL(28, 9) literal: Spark reads a bare 30.0 as a narrower decimal."""
    return exp.cast(text(format(value, "f")), "DECIMAL(28, 9)")


def first_units(most: int, dialect: str) -> Expr:
    """The units of a slot's first `most` hits in order of day, as a list; only of rows of `points` with `first`."""
    if dialect == "spark":
        collected = "COLLECT_LIST(CASE WHEN NOT p.first IS NULL THEN STRUCT(p.first, p.unit) END)"
        return parse_one(f"TRANSFORM(SLICE(ARRAY_SORT({collected}), 1, {most}), x -> x.unit)", read="spark")
    return parse_one(f"ARG_MIN(p.unit, p.first, {most}) FILTER (WHERE NOT p.first IS NULL)", read="duckdb")


def sum_of_first(units: str, most: str, dialect: str) -> Expr:
    """The sum of the first `most` numbers of a list, as BIGINT."""
    if dialect == "spark":
        some = f"SLICE({units}, 1, CAST({most} AS INT))"
        return parse_one(f"AGGREGATE({some}, CAST(0 AS BIGINT), (a, x) -> a + x)", read="spark")
    return bigint(parse_one(f"LIST_SUM(LIST_SLICE({units}, 1, {most}))", read="duckdb"))


def fits(value: Expr, glob: str) -> Expr:
    """Whether the text equals `glob`, in which `*` stands for any characters. Case counts."""
    if "*" not in glob:
        return exp.EQ(this=value.copy(), expression=text(glob))
    escaped = glob
    for special in (LIKE_ESCAPE, "%", "_"):
        escaped = escaped.replace(special, LIKE_ESCAPE + special)
    like = exp.Like(this=value.copy(), expression=text(escaped.replace("*", "%")))
    return exp.Escape(this=like, expression=text(LIKE_ESCAPE))
