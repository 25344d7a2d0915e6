"""The truth about the candidates: who they are, when they become known, whether they apply. One row per candidate.

Nothing is cut off here at the end of the simulated time: moments may lie after it, they are only never seen.
"""

import polars as pl

from journeyscore.demo import rates
from journeyscore.demo.calendar import DAY, HOUR, MINUTE, SECOND
from journeyscore.demo.dice import table
from journeyscore.demo.employer import CAMPAIGNS, CHANNELS, CONTACT_FIELDS, CONTENTS, DEPARTMENTS, FormField
from journeyscore.demo.selection import put_end, put_selection
from journeyscore.demo.world import World

FIELD_TIME = (12 * SECOND, 50 * SECOND)
"""How long a field of a form takes: at least, and at most so much more."""


def people(world: World, first: int, count: int) -> pl.DataFrame:
    """The candidates from number `first` on, with everything that will ever happen to them (moments: Int64)."""
    numbers = pl.DataFrame({"i": pl.int_range(first, first + count, eager=True, dtype=pl.UInt64)})
    frame = put_arrival(world, numbers)
    frame = put_interest(world, frame)
    frame = put_contacts(world, frame)
    frame = put_application(world, frame)
    frame = put_selection(world, frame)
    return put_end(world, frame)


def put_arrival(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """Channel, department, moment and devices of the first visit; content and campaign that brought them."""
    dice, calendar = world.dice, world.calendar
    frame = frame.with_columns(
        channel=dice.pick("channel", [channel.share for channel in CHANNELS]),
        department=dice.pick("department", [department.share for department in DEPARTMENTS]),
        entry=dice.pick("entry day", calendar.weights) * DAY + calendar.hour(dice, "entry"),
        devices=dice.pick("devices", rates.DEVICE_CHANCES) + 1,
    )
    campaign = dice.pick_in("campaign", pl.col("channel") * calendar.days + pl.col("entry") // DAY, world.campaigns)
    return frame.with_columns(
        content=dice.pick_in("content", pl.col("channel"), world.contents),
        campaign=pl.when(campaign < len(CAMPAIGNS)).then(campaign),
    )


def put_interest(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """The latent interest, between 0 and 1, and until when somebody who does not apply keeps coming back."""
    dice = world.dice
    pulls = [content.pull.get(channel.name, 0.0) for channel in CHANNELS for content in CONTENTS]
    brought = table([channel.quality for channel in CHANNELS], pl.col("channel"))
    brought = brought + table(pulls, pl.col("channel") * len(CONTENTS) + pl.col("content"))
    log_odds = brought + rates.INTEREST_SPREAD * dice.odds("interest").log()
    frame = frame.with_columns(interest=1 / (1 + (-log_odds).exp()))
    life = rates.LIFE_BASE + rates.LIFE_BY_INTEREST * pl.col("interest")
    return frame.with_columns(
        cools=pl.col("entry") + (dice.exponential("life", life).clip(0, 200) * DAY).cast(pl.Int64)
    )


def put_contacts(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """Job alert, contact form and career day: the ways to become known before applying."""
    dice, keen = world.dice, pl.col("interest").sqrt()
    event = _career_day(world)
    comes = dice.whether("registers", rates.EVENT_CHANCE * keen) & event.is_not_null()
    registered = pl.col("entry") + (dice.roll("registered") * (event * DAY - pl.col("entry"))).cast(pl.Int64)
    frame = frame.with_columns(
        alert=pl.when(dice.whether("alert", rates.ALERT_CHANCE * keen)).then(_soon(world, "alert", 6 * MINUTE)),
        contact=pl.when(dice.whether("contact", rates.CONTACT_CHANCE * keen)).then(_soon(world, "contact", 9 * MINUTE)),
        contact_stop=_stop(world, "contact", CONTACT_FIELDS),
        registered=pl.when(comes).then(registered),
        career_day=pl.when(comes).then(event * DAY),
    )
    arrives = 10 * HOUR + (dice.roll("arrives") * 6 * HOUR).cast(pl.Int64)
    shows_up = dice.whether("attends", rates.EVENT_SHOWS_UP)
    return frame.with_columns(
        contact_sent=pl.when(pl.col("contact_stop").is_null()).then(
            pl.col("contact") + _form_time(world, "contact", 4)
        ),
        attended=pl.when(shows_up).then(pl.col("career_day") + arrives),
    )


def put_application(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """When the application is started and sent, at which field people stop, and for which vacancy it is."""
    dice, days, fields = world.dice, world.calendar.days, world.application_fields
    starts = dice.whether("starts", rates.START_CHANCE * pl.col("interest") ** rates.START_POWER)
    wait = rates.APPLY_MEDIAN * dice.odds("apply wait") ** rates.APPLY_SPREAD
    later = world.calendar.leisure(dice, "apply", pl.col("entry") // DAY + wait.clip(1, rates.APPLY_LONGEST).floor())
    started = pl.when(wait >= 1).then(later).otherwise(pl.col("entry") + 20 * MINUTE)
    frame = frame.with_columns(started=pl.when(starts).then(started), stop=_stop(world, "apply", fields))
    sent = pl.col("started") + _form_time(world, "apply", len(fields))
    day = (pl.coalesce("started", "entry") // DAY).clip(0, days - 1)
    frame = frame.with_columns(
        stop=pl.when(pl.col("started").is_not_null()).then(pl.col("stop")),
        stopped=pl.when(pl.col("stop").is_not_null()).then(field_moment(world, "apply", "started", pl.col("stop"))),
        submitted=pl.when(pl.col("stop").is_null()).then(sent),
        vacancy=dice.pick_in("vacancy", pl.col("department") * days + day, world.vacancies),
    )
    cools = pl.max_horizontal("cools", "started", "alert", "contact_sent")
    return frame.with_columns(cools=cools, known=pl.min_horizontal("alert", "contact_sent", "registered", "submitted"))


def field_moment(world: World, form: str, begun: str, place: pl.Expr | int) -> pl.Expr:
    """When the field number `place` (from 0) of a form that was begun at column `begun` has been filled in."""
    return pl.col(begun) + _form_time(world, form, place + 1)


def _form_time(world: World, form: str, fields: pl.Expr | int) -> pl.Expr:
    """How long so many fields take this person."""
    least, more = FIELD_TIME
    return fields * (least + (world.dice.roll(f"{form} pace") * more).cast(pl.Int64))


def _stop(world: World, form: str, fields: tuple[FormField, ...]) -> pl.Expr:
    """The place of the field at which a person stops; null for those who come to the end."""
    weight = rates.STOP_BASE - rates.STOP_BY_INTEREST * pl.col("interest")
    stops = [
        (place, world.dice.whether(f"{form} stops at {f.name}", f.stop * weight)) for place, f in enumerate(fields)
    ]
    return pl.coalesce([pl.when(here).then(pl.lit(place, dtype=pl.Int64)) for place, here in stops])


def _soon(world: World, name: str, at_once: int) -> pl.Expr:
    """A moment soon after the first visit, mostly within it (then `at_once` milliseconds after its start)."""
    wait = world.dice.exponential(f"{name} wait", rates.KNOWN_WAIT)
    later = world.calendar.leisure(world.dice, name, pl.col("entry") // DAY + wait.clip(1, 40).floor())
    return pl.when(wait < 3).then(pl.col("entry") + at_once).otherwise(later)


def _career_day(world: World) -> pl.Expr:
    """The first career day at least two days after the first visit, as a day on which people work; null if none."""
    held = table(
        [*world.career_days, None], pl.lit(pl.Series(world.career_days)).search_sorted(pl.col("entry") // DAY + 2)
    )
    return world.calendar.working_day(held)
