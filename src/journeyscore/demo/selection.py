"""The truth about the selection: replies and what waiting for them costs, interviews, offers, and how it all ends."""

import polars as pl

from journeyscore.demo import rates
from journeyscore.demo.calendar import DAY
from journeyscore.demo.dice import table
from journeyscore.demo.employer import DEPARTMENTS
from journeyscore.demo.world import World
from journeyscore.domain.model import Stage


def put_selection(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """Moments from the reply to the first day at work, in the order in which they happen."""
    frame = put_reply(world, frame)
    frame = put_interview(world, frame)
    frame = put_decision(world, frame)
    return put_offer(world, frame)


def put_reply(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """The reply to the application, and who gave up before it came (`gave_up`; `tells`: says so)."""
    dice, calendar = world.dice, world.calendar
    frame = frame.with_columns(
        reply=calendar.office(dice, "reply", pl.col("submitted"), _reply_days(world, "reply", 1.0)),
        tells=dice.whether("tells", rates.TELLS),
    )
    waited = (pl.col("reply") - pl.col("submitted")) / DAY
    frame = frame.with_columns(gave_up=_gave_up(world, "patience", 1.0, "submitted", waited))
    stays = pl.col("gave_up").is_null()
    rejected = dice.whether("rejected on paper", _of_department("reject_cv"))
    return frame.with_columns(
        rejected_paper=pl.when(stays & rejected).then(pl.col("reply")),
        screened=pl.when(stays & ~rejected).then(calendar.office(dice, "screened", pl.col("reply"), 2)),
        reply=pl.when(stays | ~pl.col("tells")).then(pl.col("reply")),
    )


def put_interview(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """Screening, invitation, interview; who is rejected after the screening or hired elsewhere in between."""
    dice, calendar = world.dice, world.calendar
    rejected = dice.whether("rejected after screening", rates.REJECT_SCREENING)
    elsewhere = dice.whether("hired elsewhere", rates.ELSEWHERE * _of_department("market"))
    invited = calendar.office(dice, "invited", pl.col("screened"))
    frame = frame.with_columns(
        rejected_screening=pl.when(rejected).then(invited),
        invited=pl.when(~rejected).then(invited),
    )
    days = (2 + dice.roll("interview days") * 8).floor()
    held = calendar.office(dice, "interviewed", pl.col("invited"), days)
    return frame.with_columns(
        left_before_interview=pl.when(elsewhere).then(pl.col("invited") + DAY),
        interviewed=pl.when(~elsewhere).then(held),
    )


def put_decision(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """The decision after the interview, and who gave up before it (`gave_up_late`).

    Patience is held against the days before office hours are respected: an interview that a change moves to a Friday
    must not make the wait longer, or the change would not help everybody.
    """
    dice, calendar = world.dice, world.calendar
    days = _reply_days(world, "decision", rates.SECOND_WAIT)
    frame = frame.with_columns(decided=calendar.office(dice, "decision", pl.col("interviewed"), days))
    late = _gave_up(world, "late patience", rates.SECOND_PATIENCE, "interviewed", days)
    frame = frame.with_columns(gave_up_late=late)
    stays = pl.col("gave_up_late").is_null()
    rejected = dice.whether("rejected after interview", rates.REJECT_INTERVIEW)
    return frame.with_columns(
        rejected_interview=pl.when(stays & rejected).then(pl.col("decided")),
        offered=pl.when(stays & ~rejected).then(pl.col("decided")),
    )


def put_offer(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """The answer to the offer, and the contract."""
    dice, calendar = world.dice, world.calendar
    chance = rates.DECLINE_BASE - rates.DECLINE_BY_INTEREST * pl.col("interest")
    answer = calendar.office(dice, "answer", pl.col("offered"), (dice.roll("answer days") * 4).floor())
    declines = dice.whether("declines", chance)
    frame = frame.with_columns(
        declined=pl.when(declines).then(answer),
        accepted=pl.when(~declines).then(answer),
    )
    return frame.with_columns(hired=calendar.office(dice, "hired", pl.col("accepted"), 4))


def put_end(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """How it ends for each candidate, if one could wait for it: `outcome`, `drop_off` (a stage; null if hired), `end`.

    `closed` is the moment at which the employer knows that it is over; null where people just fall silent.
    """
    ends = _ends()
    happened = [(moment, outcome, stage) for moment, outcome, stage in ends if moment != "cools"]
    outcome = [pl.when(pl.col(moment).is_not_null()).then(pl.lit(outcome)) for moment, outcome, _ in happened]
    stage = [
        pl.when(pl.col(moment).is_not_null()).then(pl.lit(stage, dtype=pl.String)) for moment, _, stage in happened
    ]
    never_applied = (
        pl.when(pl.col("known").is_null()).then(pl.lit(Stage.AWARE.value)).otherwise(pl.lit(Stage.INTERESTED.value))
    )
    hired = pl.col("hired").is_not_null()
    frame = frame.with_columns(
        outcome=pl.coalesce(*outcome, pl.lit("lost_interest")),
        drop_off=pl.when(~hired).then(pl.coalesce(*stage, never_applied)),
        end=pl.coalesce(*[moment for moment, _, _ in ends]),
    )
    silent = (pl.col("outcome") == "slow_reply") & ~pl.col("tells")
    applied = pl.col("submitted").is_not_null()
    return frame.with_columns(closed=pl.when(applied & ~silent).then(pl.col("end")))


def _ends() -> list[tuple[str, str, str | None]]:
    """The ways in which a journey ends, the last ones first: moment, outcome, the stage in which it ended."""
    return [
        ("hired", "hired", None),
        ("declined", "hired_elsewhere", Stage.OFFER.value),
        ("rejected_interview", "rejected", Stage.SELECTION.value),
        ("gave_up_late", "slow_reply", Stage.SELECTION.value),
        ("left_before_interview", "hired_elsewhere", Stage.SELECTION.value),
        ("rejected_screening", "rejected", Stage.SELECTION.value),
        ("rejected_paper", "rejected", Stage.SELECTION.value),
        ("gave_up", "slow_reply", Stage.SELECTION.value),
        ("stopped", "long_form", Stage.APPLYING.value),
        ("cools", "lost_interest", None),
    ]


def _reply_days(world: World, name: str, part: float) -> pl.Expr:
    """How many days the employer lets somebody wait, before office hours are respected."""
    days = _of_department("reply_days") * part * world.dice.odds(f"{name} days") ** rates.REPLY_SPREAD
    return days.clip(0, rates.REPLY_LONGEST) * (rates.FASTER if world.change == "faster_replies" else 1.0)


def _gave_up(world: World, name: str, part: float, since: str, days: pl.Expr) -> pl.Expr:
    """The moment at which somebody gives up who waits so many days: a constant daily hazard; null if never."""
    hazard = rates.GIVE_UP_PER_DAY * part * _of_department("market") * (rates.GIVE_UP_BASE - pl.col("interest"))
    patience = world.dice.exponential(name, 1 / hazard)
    return pl.when(patience < days).then(pl.col(since) + (patience * DAY).cast(pl.Int64))


def _of_department(attribute: str) -> pl.Expr:
    return table([getattr(department, attribute) for department in DEPARTMENTS], pl.col("department"))
