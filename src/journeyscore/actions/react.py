"""Reactions: what a rule makes of what happened, once in effect."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl
from sqlglot import exp, parse_one

from journeyscore.actions.workspace import Workspace
from journeyscore.domain.model import Model
from journeyscore.domain.reaction import EVENTS, TIME, Crossing, Happening, Reaction, Signal
from journeyscore.records import Message
from journeyscore.reports.scores import listed, reasons, scores
from journeyscore.reports.snapshot import Snapshot
from journeyscore.sql.score import classified

FRESH = timedelta(hours=24)
"""What happened longer ago is history: an import of last year's events calls nobody."""
REST = timedelta(days=7)
"""A rule about bands is silent about the same candidate for so long: scores may go to and fro."""

CONTACTS = """
SELECT c.candidate, c.occurred_at, c.day FROM classified AS c JOIN counting AS t ON c.touchpoint = t.touchpoint
ORDER BY c.candidate, c.occurred_at
"""
STARTED = """
SELECT c.candidate, MAX(CASE WHEN c.touchpoint = :start THEN c.occurred_at END) AS started,
  MAX(CASE WHEN c.touchpoint = :finish THEN c.occurred_at END) AS finished
FROM classified AS c WHERE c.touchpoint IN (:start, :finish) AND c.day >= :since GROUP BY c.candidate
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known at `moment`, on the local `day`: `scored` is `reports.scores.Scores.frame` of everybody in `shot`
    who may be told about."""

    model: Model
    shot: Snapshot
    scored: pl.DataFrame
    moment: datetime
    day: date


def on_crossings(workspace: Workspace, seen: Seen, crossings: Sequence[Crossing]) -> list[Signal]:
    """Tell of those who rose into or fell out of a band. Within the caller's transaction."""
    rules = _rules(workspace, Happening.ENTERED, Happening.FELL)
    found = [_signal(rule, one.candidate, seen.moment, seen) for rule in rules for one in _of(rule, seen, crossings)]
    resting = workspace.records.reactions.last
    return _tell(workspace, seen, [s for s in found if not _rests(seen.moment, resting(s.reaction, s.candidate))])


def on_return(workspace: Workspace, seen: Seen, touched: Collection[str]) -> list[Signal]:
    """Tell of those of `touched` who came back after a long silence. Within the caller's transaction."""
    rules = _rules(workspace, Happening.BACK)
    contacts = _contacts(seen, touched) if rules else pl.DataFrame()
    found = [
        _signal(rule, candidate, day, seen, days=days)
        for rule in rules
        for candidate, day, days in _returns(contacts, rule.days, seen.moment)
    ]
    return _tell(workspace, seen, found)


def on_unfinished(workspace: Workspace, seen: Seen) -> list[Signal]:
    """Tell of those who began something and left it. `seen.shot` is the whole log; `seen.scored` is not looked at."""
    rules = _rules(workspace, Happening.UNFINISHED)
    left = [(rule, who, at) for rule in rules for who, at in _left(seen, rule)]
    known = workspace.records.reactions.known
    new = [(rule, who, at) for rule, who, at in left if not known(rule.id, _once(who, at))]
    if not new:
        return []
    them = seen.shot.of(*{who for _, who, _ in new})
    now = replace(seen, shot=them, scored=scores(them, seen.model, seen.day).frame)
    with workspace.records.transaction():
        return _tell(workspace, now, [_signal(rule, who, at, now, started=at.isoformat()) for rule, who, at in new])


def _rules(workspace: Workspace, *kinds: Happening) -> list[Reaction]:
    return [rule for rule in workspace.records.reactions.all() if rule.on and rule.kind in kinds]


def _of(rule: Reaction, seen: Seen, crossings: Sequence[Crossing]) -> Iterator[Crossing]:
    """The crossings that the rule is about. What the model changed, nobody did."""
    rank = {band.name: place for place, band in enumerate(sorted(seen.model.bands, key=lambda b: b.at_least))}
    if rule.band not in rank:
        return
    line = rank[rule.band]
    last = dict(seen.scored.select("candidate", "last_event_at").iter_rows())
    for one in crossings:
        was, now = rank.get(one.from_band or "", -1), rank.get(one.to_band, -1)
        rose, fell = was < line <= now, now < line <= was
        fresh = one.candidate in last and seen.moment - last[one.candidate] <= FRESH
        by_time = one.cause == TIME and rule.kind == Happening.FELL
        if (rose if rule.kind == Happening.ENTERED else fell) and (by_time or (one.cause == EVENTS and fresh)):
            yield one


def _rests(moment: datetime, last: datetime | None) -> bool:
    return last is not None and moment - last < REST


def _contacts(seen: Seen, touched: Collection[str]) -> pl.DataFrame:
    """What `touched` did that gives points: candidate, occurred_at, day."""
    counting = [n for n, t in enumerate(seen.model.touchpoints) if t.points > 0 or t.tiers]
    query = classified(parse_one(CONTACTS), seen.model, date.min, seen.day, seen.shot.engine.dialect)
    tables = {"events": seen.shot.events, "identity": seen.shot.identity}
    places = pl.DataFrame({"touchpoint": counting}, {"touchpoint": pl.Int32})
    found = seen.shot.engine.run(query, {**tables, "counting": places})
    return found.filter(pl.col("candidate").is_in(list(touched))).sort("candidate", "occurred_at")


def _returns(contacts: pl.DataFrame, days: int, moment: datetime) -> Iterator[tuple[str, date, int]]:
    """Who came back within the last day after that many days: candidate, the day, the days of silence."""
    gap = (pl.col("day") - pl.col("day").shift().over("candidate")).dt.total_days()
    back = contacts.with_columns(gap=gap).filter(pl.col("gap") >= days, pl.col("occurred_at") > moment - FRESH)
    return back.select("candidate", "day", "gap").iter_rows()


def _left(seen: Seen, rule: Reaction) -> Iterator[tuple[str, datetime]]:
    """Who began and did not finish in time: candidate, when they began."""
    places = {t.name: n for n, t in enumerate(seen.model.touchpoints)}
    if rule.start not in places or rule.finish not in places:
        return
    over = seen.moment - timedelta(hours=rule.hours)
    query = exp.replace_placeholders(
        parse_one(STARTED),
        start=exp.Literal.number(places[rule.start]),
        finish=exp.Literal.number(places[rule.finish]),
    )
    query = classified(query, seen.model, (over - FRESH * 2).date(), seen.day, seen.shot.engine.dialect)
    found = seen.shot.engine.run(query, {"events": seen.shot.events, "identity": seen.shot.identity})
    left = pl.col("finished").is_null() | (pl.col("finished") < pl.col("started"))
    yield from (
        found.filter(left, pl.col("started").is_between(over - FRESH, over)).select("candidate", "started").iter_rows()
    )


def _once(candidate: str, when: date) -> str:
    return f"{candidate} {when.isoformat()}"


def _signal(rule: Reaction, candidate: str, when: date, seen: Seen, **facts: object) -> Signal:
    return Signal(rule.id, _once(candidate, when), candidate, seen.moment, facts)


def _tell(workspace: Workspace, seen: Seen, signals: Sequence[Signal]) -> list[Signal]:
    """Record those that are new, with what is known of the candidate."""
    if not signals:
        return []
    them = pl.Series(sorted({one.candidate for one in signals}), dtype=pl.String)
    why = dict(listed(reasons(seen.shot, seen.model, seen.day, them)).iter_rows())
    rows = {row["candidate"]: row for row in seen.scored.filter(pl.col("candidate").is_in(them.implode())).to_dicts()}
    known = {
        who: {"band": row["band"], "millipoints": row["millipoints"], "why": why.get(who) or []}
        for who, row in rows.items()
    }
    told = [replace(one, facts={**known[one.candidate], **one.facts}) for one in signals if one.candidate in known]
    new = workspace.records.reactions.signal(told)
    workspace.records.outbox.put(_messages(workspace, new))
    return new


def _messages(workspace: Workspace, signals: Sequence[Signal]) -> Iterator[Message]:
    """Each signal to each destination of its rule."""
    rules = {rule.id: rule for rule in workspace.records.reactions.all()}
    for one in signals:
        rule = rules[one.reaction]
        for destination in rule.destinations:
            once, topic = f"{rule.id} {one.once}", f"candidate.{rule.kind}"
            yield Message(once, destination, one.candidate, topic, one.facts, one.at, one.at)
