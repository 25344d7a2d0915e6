"""The simulation: events as they would be sent, and the truth behind them."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from journeyscore.demo.calendar import DAY
from journeyscore.demo.dice import table
from journeyscore.demo.employer import CAMPAIGNS, CHANNELS, CONTENTS, DEPARTMENTS, VACANCIES
from journeyscore.demo.forms import form_rows
from journeyscore.demo.hiring import hiring_rows
from journeyscore.demo.machines import crawl_rows
from journeyscore.demo.mails import mail_rows
from journeyscore.demo.people import people
from journeyscore.demo.rows import key, sent, visitor
from journeyscore.demo.visits import visit_rows
from journeyscore.demo.world import CHANGES, Change, World, world
from journeyscore.domain.errors import UsageError

BLOCK = 10_000
"""Candidates per frame, unless asked otherwise: about 240,000 events."""
EVENTS_PER_CANDIDATE = 24
"""About so many, in nine months."""


def simulate(
    seed: int = 1,
    candidates: int = 5_000,
    *,
    until: date,
    months: int = 9,
    change: Change | None = None,
    block: int = BLOCK,
) -> Iterator[pl.DataFrame]:
    """Give the events of so many candidates in the `months` months before the day `until` (Dutch time).

    Frames of `block` candidates, with the columns of `domain.event.SENT_FIELDS` (text; `occurred_at` UTC in
    microseconds), by candidate and time. A candidate's events depend on nothing but seed, number, dates and change, so
    that neither `block` nor `candidates` alters them. `change` tries a change of the employer with the same luck for
    everybody. Raises UsageError for numbers that make no sense.
    """
    simulated = _world(seed, candidates, until, months, change, block)
    return (_events(simulated, first, min(block, candidates - first)) for first in range(0, candidates, block))


def truth(
    seed: int = 1,
    candidates: int = 5_000,
    *,
    until: date,
    months: int = 9,
    change: Change | None = None,
    block: int = BLOCK,
) -> pl.DataFrame:
    """Give the truth behind `simulate` with the same arguments: one row per candidate, in the order of their keys.

    - `candidate`, `visitor` (the first device), `interest`, `entry_channel`, `department`, `vacancy`, `content`,
      `campaign`, `entry_at`;
    - `known_at`: from when on the events name the candidate; null if they never do;
    - `would_start`, `would_apply`, `would_be_hired`: what they do if one waits long enough, beyond `until`;
      `days_to_apply`: from the first visit to the application that was sent; null if that never comes;
    - `reply_days`: how long the reply took; null where there was none (not applied, or withdrawn before it);
    - `outcome`: hired, rejected, hired_elsewhere, slow_reply, long_form or lost_interest, beyond `until`; `drop_off`:
      the stage in which it ends (null: hired); `stopped_at`: the field of the application form; `end_at`;
    - `cause`: the outcome as far as it has happened, else `in_process`;
    - `outcome_if_faster_replies`, `outcome_if_shorter_form`: the outcome after such a change.
    """
    simulated = _world(seed, candidates, until, months, change, block)
    starts = range(0, candidates, block)
    parts = [_truth(simulated, first, min(block, candidates - first)) for first in starts]
    return pl.concat(parts) if parts else _truth(simulated, 0, 1).clear()


def _world(seed: int, candidates: int, until: date, months: int, change: Change | None, block: int) -> World:
    if candidates < 0:
        raise UsageError("candidates: {candidates} is below 0", candidates=candidates)
    if block < 1:
        raise UsageError("block: {block} is below 1", block=block)
    return world(seed, until, months, change)


def _events(simulated: World, first: int, count: int) -> pl.DataFrame:
    frame = people(simulated, first, count)
    lazy = frame.lazy()
    parts = [
        *visit_rows(simulated, lazy),
        *form_rows(simulated, lazy),
        *hiring_rows(simulated, lazy),
        *mail_rows(simulated, lazy),
        crawl_rows(simulated, lazy),
    ]
    return sent(simulated, frame, parts)


def _truth(simulated: World, first: int, count: int) -> pl.DataFrame:
    frame = people(simulated, first, count)
    at = simulated.calendar.at
    fields = [field.name for field in simulated.application_fields]
    in_time = pl.col("end") < simulated.calendar.end
    shown = frame.select(
        "interest",
        "outcome",
        "drop_off",
        candidate=key(),
        visitor=visitor(0),
        entry_channel=_name(CHANNELS, "channel"),
        department=_name(DEPARTMENTS, "department"),
        vacancy=table([vacancy.title for vacancy in VACANCIES], pl.col("vacancy")),
        content=_name(CONTENTS, "content"),
        campaign=_name(CAMPAIGNS, "campaign"),
        entry_at=at(pl.col("entry")),
        known_at=at(pl.when(pl.col("known") < simulated.calendar.end).then(pl.col("known"))),
        would_start=pl.col("started").is_not_null(),
        would_apply=pl.col("submitted").is_not_null(),
        would_be_hired=pl.col("hired").is_not_null(),
        days_to_apply=(pl.col("submitted") - pl.col("entry")) / DAY,
        reply_days=(pl.col("reply") - pl.col("submitted")) / DAY,
        stopped_at=table(fields, pl.col("stop")),
        end_at=at(pl.col("end")),
        cause=pl.when(in_time).then(pl.col("outcome")).otherwise(pl.lit("in_process")),
    )
    return shown.with_columns(**{f"outcome_if_{tried}": _outcome(simulated, tried, first, count) for tried in CHANGES})


def _outcome(simulated: World, change: Change, first: int, count: int) -> pl.Series:
    """How it ends for the same people after a change."""
    return people(World(simulated.dice, simulated.calendar, change), first, count)["outcome"]


def _name(things: tuple[object, ...], column: str) -> pl.Expr:
    return table([getattr(thing, "name") for thing in things], pl.col(column))  # noqa: B009
