"""The score as one query: classify, count, limit, value, cap.

The tables it reads: `events` (the event log), `identity` (person, candidate), and those of `sql.slots`. Everything is
integers; what a cap takes away is a line of its own, so the lines add up to the score.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.expressions import Expr

from journeyscore.domain.event import CANDIDATE_PREFIX
from journeyscore.domain.model import Group, Model
from journeyscore.domain.points import millipoints
from journeyscore.sql import dialect as d
from journeyscore.sql.conditions import classify
from journeyscore.sql.slots import NOWHERE, is_periodic, keeps_first, longest_repeat

CLASSIFIED = """
SELECT COALESCE(i.candidate, e.person) AS candidate, :touchpoint AS touchpoint, e.day, e.occurred_at
FROM events AS e LEFT JOIN identity AS i ON e.person = i.person
WHERE e.day <= :as_of AND NOT e.machine AND (NOT i.candidate IS NULL OR e.person LIKE :candidates)
"""

HITS = """
SELECT c.candidate, COALESCE(p.slot, :nowhere) AS slot, COUNT(*) AS hits, COUNT(p.seen) AS seen,
  CAST(SUM(p.unit) AS BIGINT) AS worth, :first_units AS first_units, MAX(c.occurred_at) AS last_event_at
FROM classified AS c LEFT JOIN points AS p ON c.touchpoint = p.touchpoint AND c.day = p.day
GROUP BY c.candidate, COALESCE(p.slot, :nowhere)
"""

TALLIED = """
SELECT t.candidate, COALESCE(p.slot, :nowhere) AS slot, CAST(SUM(t.hits) AS BIGINT) AS hits,
  CAST(COALESCE(SUM(t.hits * p.seen), 0) AS BIGINT) AS seen,
  CAST(SUM(t.hits * p.unit) AS BIGINT) AS worth, MAX(t.last_event_at) AS last_event_at
FROM tallies AS t LEFT JOIN points AS p ON t.touchpoint = p.touchpoint AND t.day = p.day
GROUP BY t.candidate, COALESCE(p.slot, :nowhere)
"""

COUNTED = """
SELECT h.candidate, h.slot, s.touchpoint, s.name, s.day, s.group_no, s.unit, s.live, s.kind, h.hits, h.seen,
  :worth AS worth, h.last_event_at, :counted AS counted
FROM hits AS h JOIN slots AS s ON h.slot = s.slot
WHERE :which
"""

VALUED = """
SELECT c.candidate, c.slot, c.touchpoint, c.name, c.day, c.group_no, c.live, c.kind, c.hits, c.seen, c.last_event_at,
  :counted_thousandths AS counted_thousandths,
  CASE c.kind WHEN 'each' THEN :each WHEN 'tier' THEN CAST(0 AS BIGINT) ELSE COALESCE(c.worth, CAST(0 AS BIGINT)) END
    AS millipoints
FROM counted AS c
"""

UNTIERED = "SELECT * FROM valued WHERE kind <> 'tier' OR NOT live"

TIERED = """
SELECT n.candidate, n.slot, n.touchpoint, n.name, n.day, n.group_no, n.live, n.kind, n.hits, n.seen, n.last_event_at,
  n.counted_thousandths, t.value AS millipoints
FROM (
  SELECT candidate, MIN(slot) AS slot, touchpoint, name, MAX(day) AS day, group_no, live, kind,
    CAST(SUM(hits) AS BIGINT) AS hits, CAST(SUM(seen) AS BIGINT) AS seen, MAX(last_event_at) AS last_event_at,
    CAST(SUM(counted_thousandths) AS BIGINT) AS counted_thousandths
  FROM valued WHERE kind = 'tier' AND live GROUP BY candidate, touchpoint, name, group_no, live, kind
) AS n JOIN tiers AS t ON n.touchpoint = t.touchpoint AND n.counted_thousandths >= t.from_hits * 1000
  AND (t.below_hits IS NULL OR n.counted_thousandths < t.below_hits * 1000)
"""

SUMMED = "SELECT *, :uncut AS uncut FROM totals"

CUT = "SELECT *, :cut AS millipoints FROM summed"

SCORED = "SELECT candidate, millipoints, :band AS band, evidence, last_event_at FROM cut"

BY_TOUCHPOINT = """
SELECT candidate, name, CAST(SUM(millipoints) AS BIGINT) AS millipoints, CAST(SUM(hits) AS BIGINT) AS hits,
  CAST(SUM(counted_thousandths) AS BIGINT) AS counted_thousandths
FROM lines WHERE NOT name IS NULL GROUP BY candidate, name
"""

STRONGEST = """
SELECT candidate, name, millipoints, hits, place FROM (
  SELECT candidate, name, millipoints, hits,
    ROW_NUMBER() OVER (PARTITION BY candidate ORDER BY millipoints DESC, name) AS place
  FROM by_touchpoint WHERE millipoints > 0
) AS ranked WHERE place <= :most
"""

LINE_SUMS = """
SELECT name, COUNT(*) AS candidates, CAST(SUM(hits) AS BIGINT) AS hits,
  CAST(SUM(counted_thousandths) AS BIGINT) AS counted_thousandths, CAST(SUM(millipoints) AS BIGINT) AS millipoints
FROM by_touchpoint GROUP BY name
"""

GROUP_CUTS = """
SELECT :name AS name, COUNT(CASE WHEN :points > 0 THEN 1 END) AS candidates,
  COUNT(CASE WHEN :points > :most THEN 1 END) AS cut
FROM totals
"""

LEDGER_LINES = """
SELECT candidate, 'touchpoint' AS kind, name, touchpoint, day, hits, counted_thousandths, millipoints
FROM lines WHERE NOT name IS NULL
"""

CAP_LINE = """
SELECT candidate, :kind AS kind, :name AS name, CAST(NULL AS INT) AS touchpoint, CAST(NULL AS DATE) AS day,
  CAST(0 AS BIGINT) AS hits, CAST(0 AS BIGINT) AS counted_thousandths, :taken AS millipoints
FROM cut WHERE :taken <> 0
"""


BUILT = 64
"""Queries that are kept as built: a page asks the same ones for candidate after candidate."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where hits come from: the event log, or `tallies` (candidate, touchpoint, day, hits, last_event_at)."""

    tallies: bool = False
    chosen: bool = False
    """Only the persons in table `chosen` (person), as when a few candidates were just touched."""
    by_day: bool = False
    """The tables are of `Detail.DAY`; with tallies they must be."""


def score_query(model: Model, as_of: date, dialect: str, source: Source = Source()) -> Expr:
    """One row per candidate: candidate, millipoints, band, evidence (hits), last_event_at.

    Run with the tables of `Detail.GROUP`, or of any other: the score is the same.
    """
    return _score_query(model, _asked(as_of, source), dialect, source)


@lru_cache(maxsize=BUILT)
def _score_query(model: Model, as_of: date, dialect: str, source: Source) -> Expr:
    scored = _filled(SCORED, band=_band(model))
    return _with(scored, [*_lines(model, as_of, dialect, source), *_sums(model)])


def _asked(as_of: date, source: Source) -> date:
    """The day as far as the query depends on it: over tallies only the tables do."""
    return date.min if source.tallies else as_of


def strongest_query(model: Model, as_of: date, dialect: str, most: int, source: Source = Source()) -> Expr:
    """The touchpoints that gave most points, before caps: candidate, name, millipoints, hits, place (from 1)."""
    strongest = _filled(STRONGEST, most=exp.Literal.number(most))
    return _with(strongest, [*_lines(model, as_of, dialect, source), ("by_touchpoint", parse_one(BY_TOUCHPOINT))])


def touchpoint_query(model: Model, as_of: date, dialect: str, source: Source = Source()) -> Expr:
    """Every candidate's sum by touchpoint, before caps: candidate, name, millipoints, hits, counted_thousandths."""
    return _with(parse_one(BY_TOUCHPOINT), _lines(model, as_of, dialect, source))


def line_sums_query(model: Model, as_of: date, dialect: str) -> Expr:
    """All candidates' lines by touchpoint: name, candidates, hits, counted_thousandths, millipoints (before caps)."""
    lines = _lines(model, as_of, dialect, Source())
    return _with(parse_one(LINE_SUMS), [*lines, ("by_touchpoint", parse_one(BY_TOUCHPOINT))])


def group_caps_query(model: Model, as_of: date, dialect: str) -> Expr:
    """For each group with a maximum: name, candidates with points in it, candidates whose points it cuts."""
    query: Expr = parse_one("SELECT '' AS name, 0 AS candidates, 0 AS cut WHERE FALSE")
    for number, group in enumerate(model.groups, 1):
        if group.maximum is not None:
            parts = {"name": d.text(group.name), "points": exp.column(f"group_{number}")}
            counts = _filled(GROUP_CUTS, most=d.integer(millipoints(group.maximum)), **parts)
            query = exp.union(query, counts, distinct=False)
    return _with(query, [*_lines(model, as_of, dialect, Source()), ("totals", _totals(model))])


def ledger_query(model: Model, as_of: date, dialect: str, source: Source = Source()) -> Expr:
    """Every line: candidate, kind (touchpoint, group_cap, model_cap), name, touchpoint, day, hits, counted_thousandths,
    millipoints. Run with the tables of `Detail.DAY`."""
    return _ledger_query(model, _asked(as_of, source), dialect, source)


@lru_cache(maxsize=BUILT)
def _ledger_query(model: Model, as_of: date, dialect: str, source: Source) -> Expr:
    caps = [
        _cap_line("group_cap", group.name, exp.Sub(this=_kept(group, n), expression=exp.column(f"group_{n}")))
        for n, group in enumerate(model.groups, 1)
        if group.maximum is not None
    ]
    caps.append(_cap_line("model_cap", "model", parse_one("millipoints - uncut")))
    union = exp.union(parse_one(LEDGER_LINES), *caps, distinct=False, copy=False)
    return _with(union, [*_lines(model, as_of, dialect, replace(source, by_day=True)), *_sums(model)])


@lru_cache(maxsize=BUILT)
def tally_query(model: Model, as_of: date, dialect: str, source: Source = Source()) -> Expr:
    """The hits themselves: candidate, touchpoint, day, hits, last_event_at; what `tallies` holds."""
    counted = parse_one(
        "SELECT candidate, touchpoint, day, COUNT(*) AS hits, MAX(occurred_at) AS last_event_at "
        "FROM classified GROUP BY candidate, touchpoint, day"
    )
    return _with(counted, [("classified", _classified(model, as_of, dialect, source))])


def classified(query: Expr, model: Model, since: date, as_of: date, dialect: str) -> Expr:
    """A readable query over `classified` (candidate, touchpoint, day, occurred_at), with `:since` filled in."""
    filled = exp.replace_placeholders(query, since=d.date_literal(since.isoformat()))
    return _with(filled, [("classified", _classified(model, as_of, dialect, Source()))])


def _lines(model: Model, as_of: date, dialect: str, source: Source) -> list[tuple[str, Expr]]:
    """The chain from events to valued lines; the last of them is `lines`."""
    if source.tallies:
        first = [("hits", _filled(TALLIED, nowhere=exp.Literal.number(NOWHERE)))]
    else:
        hits = _filled(HITS, nowhere=exp.Literal.number(NOWHERE), first_units=_first_units(model, dialect, source))
        first = [("classified", _classified(model, as_of, dialect, source)), ("hits", hits)]
    tiers = any(t.tiers for t in model.touchpoints)
    valued = [("counted", _counted(model, dialect, source)), ("valued" if tiers else "lines", _valued(model))]
    both = exp.union(parse_one(UNTIERED), parse_one(TIERED), distinct=False) if tiers else None
    return [*first, *valued, *([("lines", both)] if both is not None else [])]


def _first_units(model: Model, dialect: str, source: Source) -> Expr:
    """For slots that keep their first units: these, up to the largest limit. Null where no touchpoint needs them."""
    most = [t.limit.count for t in model.touchpoints if t.limit and keeps_first(t)]
    if source.by_day or not most:
        return exp.null()
    return d.first_units(max(most), dialect)


def _classified(model: Model, as_of: date, dialect: str, source: Source) -> Expr:
    query = _filled(
        CLASSIFIED,
        touchpoint=classify(model, dialect),
        as_of=d.date_literal(as_of.isoformat()),
        candidates=d.text(f"{CANDIDATE_PREFIX}%"),
    )
    if not source.chosen:
        return query
    assert isinstance(query, exp.Select)
    return query.where("e.person IN (SELECT person FROM chosen)")


def _counted(model: Model, dialect: str, source: Source) -> Expr:
    """Hits after the limits. Only slots with a day in a longer period need the running sum."""
    by_day = source.by_day or source.tallies
    first = not by_day and any(keeps_first(t) for t in model.touchpoints)
    worth = d.sum_of_first("h.first_units", "s.most", dialect) if first else None
    plain = "CASE WHEN s.most IS NULL THEN h.hits ELSE LEAST(h.hits, s.most) END"
    if not any(is_periodic(t) and (by_day or not keeps_first(t)) for t in model.touchpoints):
        return _count(plain, "TRUE", worth)
    running = (
        "GREATEST(CAST(0 AS BIGINT), LEAST(h.hits, s.most - COALESCE(CAST(SUM(h.hits) OVER (PARTITION BY h.candidate, "
        "s.touchpoint, s.period ORDER BY s.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT), 0)))"
    )
    in_period = "NOT s.period IS NULL AND NOT s.day IS NULL"
    return exp.union(
        _count(plain, "s.period IS NULL OR s.day IS NULL", worth), _count(running, in_period, None), distinct=False
    )


def _count(counted: str, which: str, first: Expr | None) -> Expr:
    worth: Expr = exp.column("worth", "h")
    if first is not None:
        worth = exp.case().when(parse_one("s.kind = 'first' AND h.hits > s.most"), first).else_(worth)
    return _filled(COUNTED, counted=parse_one(counted), which=parse_one(which), worth=worth)


def _valued(model: Model) -> Expr:
    whole = parse_one("c.counted * 1000")
    each = parse_one("c.counted * c.unit")
    if not longest_repeat(model):
        return _filled(VALUED, counted_thousandths=whole, each=each)
    thousandths = parse_one("COALESCE(r.thousandths, c.counted * 1000)")
    product = exp.Mul(this=thousandths, expression=exp.column("unit", "c"))
    query = _filled(VALUED, counted_thousandths=thousandths, each=d.thousandth(product))
    assert isinstance(query, exp.Select)
    reach = f"r.touchpoint = c.touchpoint AND r.counted = LEAST(c.counted, {longest_repeat(model)})"
    return query.join("repeats AS r", on=reach, join_type="left")


def _totals(model: Model) -> Expr:
    """One row per candidate: the sum of each group (`group_0` is without a group), evidence, last_event_at."""
    query = exp.select("candidate")
    for number in range(len(model.groups) + 1):
        sums = f"CAST(SUM(CASE WHEN group_no = {number} THEN millipoints ELSE CAST(0 AS BIGINT) END) AS BIGINT)"
        query = query.select(f"{sums} AS group_{number}")
    evidence = "CAST(SUM(seen) AS BIGINT) AS evidence"
    return query.select(evidence, "MAX(last_event_at) AS last_event_at").from_("lines").group_by("candidate")


def _sums(model: Model) -> list[tuple[str, Expr]]:
    """The chain from lines to one row per candidate: summed by group, capped by group, cut by the model."""
    uncut: Expr = exp.column("group_0")
    for number, group in enumerate(model.groups, 1):
        uncut = exp.Add(this=uncut, expression=_kept(group, number))
    cut: Expr = exp.column("uncut")
    if model.maximum is not None:
        cut = _function("LEAST", cut, d.integer(millipoints(model.maximum)))
    if model.minimum is not None:
        cut = _function("GREATEST", cut, d.integer(millipoints(model.minimum)))
    return [("totals", _totals(model)), ("summed", _filled(SUMMED, uncut=uncut)), ("cut", _filled(CUT, cut=cut))]


def _kept(group: Group, number: int) -> Expr:
    column = exp.column(f"group_{number}")
    if group.maximum is None:
        return column
    return _function("LEAST", column, d.integer(millipoints(group.maximum)))


def _band(model: Model) -> Expr:
    """The highest band whose threshold is reached; below all of them the lowest; unknown with too little evidence."""
    too_little = exp.LT(this=exp.column("evidence"), expression=d.integer(model.unknown.below_hits))
    case = exp.case().when(too_little, d.text(model.unknown.name))
    bands = sorted(model.bands, key=lambda b: b.at_least, reverse=True)
    for band in bands[:-1]:
        reached = exp.GTE(this=exp.column("millipoints"), expression=d.integer(millipoints(band.at_least)))
        case = case.when(reached, d.text(band.name))
    return case.else_(d.text(bands[-1].name if bands else model.unknown.name))


def _cap_line(kind: str, name: str, taken: Expr) -> Expr:
    return _filled(CAP_LINE, kind=d.text(kind), name=d.text(name), taken=exp.paren(taken))


def _function(name: str, first: Expr, second: Expr) -> Expr:
    functions: dict[str, Callable[..., Expr]] = {"LEAST": exp.Least, "GREATEST": exp.Greatest}
    return functions[name](this=first, expressions=[second], ignore_nulls=True)


def _filled(template: str, **values: Expr) -> Expr:
    """A readable query with each `:name` replaced by a tree."""
    return exp.replace_placeholders(parse_one(template), **values)


def _with(query: Expr, parts: list[tuple[str, Expr]]) -> Expr:
    assert isinstance(query, exp.Query)
    for name, part in parts:
        query = query.with_(name, as_=part, copy=False)
    return query
