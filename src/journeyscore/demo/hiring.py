"""What the employer's recruitment system tells, and the survey afterwards."""

import polars as pl

from journeyscore.demo import rates
from journeyscore.demo.calendar import DAY, HOUR, MINUTE
from journeyscore.demo.dice import table
from journeyscore.demo.employer import DEPARTMENTS
from journeyscore.demo.rows import Columns, numbers, rows
from journeyscore.demo.world import World


def hiring_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Replies, talks, interviews, offers, endings, referrals and surveys."""
    return [*step_rows(people), *ending_rows(people), *referral_rows(world, people), *survey_rows(world, people)]


def step_rows(people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The steps of the selection."""
    recruiters = [f'{{"recruiter": "{department.recruiter}"}}' for department in DEPARTMENTS]
    recruiter = table(recruiters, pl.col("department"))
    steps = [
        ("reply_received", 50, pl.col("reply")),
        ("recruiter_talked", 51, pl.col("screened") - 25 * MINUTE),
        ("screening_done", 52, pl.col("screened")),
        ("interview_invited", 53, pl.col("invited")),
        ("interview_held", 54, pl.col("interviewed")),
        ("offer_made", 55, pl.col("offered")),
        ("offer_accepted", 56, pl.col("accepted")),
        ("hired", 57, pl.col("hired")),
    ]
    return [_ats(people, name, kind, at, recruiter) for name, kind, at in steps]


def ending_rows(people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rejected, withdrawn, offer declined: with the step after which it was."""
    says_so = pl.col("tells")
    endings = [
        ("rejected", 60, pl.col("rejected_paper") + MINUTE, "cv"),
        ("rejected", 61, pl.col("rejected_screening"), "screening"),
        ("rejected", 62, pl.col("rejected_interview"), "interview"),
        ("withdrawn", 63, pl.when(says_so).then(pl.col("gave_up")), "application"),
        ("withdrawn", 64, pl.col("left_before_interview"), "screening"),
        ("withdrawn", 65, pl.when(says_so).then(pl.col("gave_up_late")), "interview"),
        ("offer_declined", 66, pl.col("declined"), "offer"),
    ]
    return [_ats(people, name, kind, at, pl.lit(f'{{"after": "{after}"}}')) for name, kind, at, after in endings]


def referral_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """New colleagues who bring somebody along."""
    at = pl.col("hired") + ((5 + world.dice.roll("refers after") * 40) * DAY).cast(pl.Int64)
    refers = pl.when(world.dice.whether("refers", 0.35)).then(at)
    return [rows(people, "referral_made", "events", 70, refers, named=True)]


def survey_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The survey after the process, and its answers: worse after a long wait and after a rejection."""
    dice = world.dice
    sent = world.calendar.office(dice, "survey", pl.col("closed"), 2)
    answered = sent + 2 * MINUTE + dice.exponential("answers after", 20 * HOUR).cast(pl.Int64)
    answers = pl.when(dice.whether("answers", rates.SURVEY_ANSWERED)).then(answered)
    what: Columns = {"named": True, "content": "enquete-na-afloop", "vacancy": pl.col("vacancy")}
    return [
        rows(people, "survey_sent", "mail", 71, sent, channel="email", **what),
        rows(people, "survey_answered", "website", 72, answers, properties=_answers(world), **what),
    ]


def _ats(people: pl.LazyFrame, name: str, kind: int, at: pl.Expr, properties: pl.Expr) -> pl.LazyFrame:
    return rows(people, name, "ats", kind, at, named=True, vacancy=pl.col("vacancy"), properties=properties)


def _answers(world: World) -> pl.Expr:
    """Scores as the properties of a survey: information and clarity from 1 to 5, recommendation from 0 to 10."""
    dice = world.dice
    waited = (pl.coalesce("reply", "closed") - pl.col("submitted")) / DAY
    mood = (
        pl.when(pl.col("hired").is_not_null()).then(0.5).when(pl.col("drop_off") == "offer").then(0.2).otherwise(-0.4)
    )

    def score(name: str, middle: pl.Expr, spread: float, least: int, most: int) -> pl.Expr:
        noise = (dice.roll(f"{name} a") + dice.roll(f"{name} b") - 1) * spread
        return (middle + noise).round().clip(least, most).cast(pl.Int64)

    information = score("information", 3.9 + mood, 1.6, 1, 5)
    clarity = score("clarity", 4.5 + mood - 0.10 * waited, 1.6, 1, 5)
    recommend = score("recommend", 8.2 + 2 * mood - 0.18 * waited, 4, 0, 10)
    return numbers('"survey": "na-afloop"', information=information, clarity=clarity, recommend=recommend)
