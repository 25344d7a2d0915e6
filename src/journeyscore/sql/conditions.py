"""A touchpoint's condition as SQL over one event, aliased `e`."""

from sqlglot import exp, parse_one
from sqlglot.expressions import Expr

from journeyscore.domain.model import Condition, Match, Model
from journeyscore.sql import dialect as d

PROPERTY = "properties."


def classify(model: Model, dialect: str) -> Expr:
    """The place in the model (from 0) of the first touchpoint that matches the event; null for none."""
    case = exp.case()
    for place, touchpoint in enumerate(model.touchpoints):
        case = case.when(condition_sql(touchpoint.when, dialect), exp.Literal.number(place))
    return case if model.touchpoints else exp.cast(exp.null(), "INT")


OVERLAPS = """
SELECT matched, CAST(SUM(hits) AS BIGINT) AS hits, MIN(person) AS person
FROM (SELECT :matched AS matched, e.hits, e.person FROM kinds AS e) AS by_kind
WHERE matched <> '' GROUP BY matched
"""


def overlap_query(model: Model, dialect: str) -> Expr:
    """Which touchpoints match the same events: matched ("0,3," by place in the model), hits, and a person for example.

    Conditions are tried once per kind of event (the fields that they look at), not once per event.
    """
    fields = sorted(set().union(*(fields_of(t.when) for t in model.touchpoints)))
    columns = sorted({"properties" if f.startswith(PROPERTY) else f for f in fields})
    kinds = exp.select(*(exp.column(c, "e") for c in columns), "COUNT(*) AS hits", "MIN(e.person) AS person")
    kinds = kinds.from_("events AS e").where("NOT e.machine").group_by(*(exp.column(c, "e") for c in columns))
    parts = [
        exp.case().when(condition_sql(t.when, dialect), exp.Literal.string(f"{n},")).else_(exp.Literal.string(""))
        for n, t in enumerate(model.touchpoints)
    ]
    matched = exp.Concat(expressions=[*parts, exp.Literal.string("")])
    query = exp.replace_placeholders(parse_one(OVERLAPS), matched=matched)
    assert isinstance(query, exp.Query)
    return query.with_("kinds", as_=kinds)


def condition_sql(condition: Condition, dialect: str) -> Expr:
    """True or false for every event; null counts as false."""
    parts = [_match_sql(m, dialect) for m in condition.all_of]
    if condition.any_of:
        parts.append(exp.or_(*(condition_sql(c, dialect) for c in condition.any_of)))
    return exp.and_(*parts) if parts else exp.true()


def fields_of(condition: Condition) -> set[str]:
    """The event fields that a condition looks at."""
    return {m.field for m in condition.all_of}.union(*(fields_of(c) for c in condition.any_of))


def field_sql(field: str, dialect: str) -> Expr:
    """A column of the event, or one of its properties, as text."""
    if field.startswith(PROPERTY):
        return d.property_text(field.removeprefix(PROPERTY), dialect)
    return exp.column(field, "e")


def _match_sql(match: Match, dialect: str) -> Expr:
    value = field_sql(match.field, dialect)
    return exp.and_(*_tests(match, value))


def _tests(match: Match, value: Expr) -> list[Expr]:
    tests: list[Expr] = []
    if match.any_of:
        tests.append(_any(value, match.any_of))
    if match.none_of:
        tests.append(exp.or_(_is_null(value), exp.not_(exp.paren(_any(value, match.none_of)))))
    if match.at_least is not None:
        tests.append(exp.GTE(this=d.number(value), expression=d.decimal_literal(match.at_least)))
    if match.at_most is not None:
        tests.append(exp.LTE(this=d.number(value), expression=d.decimal_literal(match.at_most)))
    if match.is_set is not None:
        tests.append(exp.not_(_is_null(value)) if match.is_set else _is_null(value))
    return tests or [exp.true()]


def _any(value: Expr, globs: tuple[str, ...]) -> Expr:
    plain = [g for g in globs if "*" not in g]
    tests = [d.fits(value, g) for g in globs if "*" in g]
    if len(plain) == 1:
        tests.append(d.fits(value, plain[0]))
    elif plain:
        tests.append(exp.In(this=value.copy(), expressions=[d.text(g) for g in plain]))
    return exp.or_(*tests)


def _is_null(value: Expr) -> Expr:
    return exp.Is(this=value.copy(), expression=exp.null())
