"""What people do on the site beyond looking: job alert, contact form, application, registration for a career day."""

import polars as pl

from journeyscore.demo.dice import table
from journeyscore.demo.employer import CONTACT_FIELDS, FormField
from journeyscore.demo.people import field_moment
from journeyscore.demo.rows import VACANCY_PAGE, Columns, rows
from journeyscore.demo.visits import ALERT_PAGE, APPLY_PAGE, CONTACT_PAGE
from journeyscore.demo.world import World


def form_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The rows of every form, on the device that the person used for it."""
    device = (world.dice.roll("form device") ** 2 * pl.col("devices")).floor().cast(pl.Int64)
    frame = people.with_columns(device=device)
    return [*alert_rows(frame), *contact_rows(world, frame), *application_rows(world, frame), *event_rows(frame)]


def before_closing(moment: str) -> pl.Expr:
    """The moment, unless it is after the employer closed the file."""
    return pl.when(pl.col("closed").is_null() | (pl.col(moment) < pl.col("closed"))).then(pl.col(moment))


def alert_rows(people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """A job alert: says which device belongs to whom."""
    known: Columns = {"call": "identify", "named": True, "personal": True, "page": ALERT_PAGE}
    at = before_closing("alert")
    return [rows(people, "job_alert_created", "website", 20, at, device=pl.col("device"), **known)]


def contact_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The contact form: started, filled field by field, sent or abandoned."""
    frame = people.with_columns(contact=before_closing("contact"), contact_sent=before_closing("contact_sent"))
    page: Columns = {"device": pl.col("device"), "page": CONTACT_PAGE}
    form = '{"form": "contact"}'
    left = field_moment(world, "contact", "contact", pl.col("contact_stop"))
    return [
        rows(frame, "form_started", "website", 21, pl.col("contact"), properties=form, **page),
        field_rows(world, frame, "contact", "contact", "contact_stop", CONTACT_FIELDS).with_columns(
            kind=pl.lit(22, pl.Int64), page=pl.lit(CONTACT_PAGE, pl.Int64)
        ),
        rows(
            frame,
            "form_abandoned",
            "website",
            23,
            left,
            properties=_stopped("contact", "contact_stop", CONTACT_FIELDS),
            **page,
        ),
        rows(
            frame,
            "form_submitted",
            "website",
            24,
            pl.col("contact_sent"),
            properties=form,
            named=True,
            personal=True,
            **page,
        ),
    ]


def application_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The application: started, filled field by field, the CV, sent or abandoned."""
    fields = world.application_fields
    page: Columns = {"device": pl.col("device"), "page": APPLY_PAGE, "vacancy": pl.col("vacancy")}
    cv = next(place for place, field in enumerate(fields) if field.name == "cv")
    has_cv = pl.col("stop").is_null() | (pl.col("stop") > cv)
    uploaded = pl.when(has_cv).then(field_moment(world, "apply", "started", cv))
    form = '{"form": "sollicitatie"}'
    filled = field_rows(world, people, "sollicitatie", "started", "stop", fields, pace="apply")
    return [
        rows(
            people,
            "vacancy_viewed",
            "website",
            29,
            pl.col("started") - 30_000,
            **page | {"page": VACANCY_PAGE + pl.col("vacancy")},
        ),
        rows(people, "application_started", "website", 30, pl.col("started"), properties=form, **page),
        filled.with_columns(kind=pl.lit(31, pl.Int64), page=pl.lit(APPLY_PAGE, pl.Int64)),
        rows(people, "cv_uploaded", "website", 32, uploaded, properties=form, **page),
        rows(
            people,
            "application_abandoned",
            "website",
            33,
            pl.col("stopped"),
            properties=_stopped("sollicitatie", "stop", fields),
            **page,
        ),
        rows(
            people,
            "application_submitted",
            "website",
            34,
            pl.col("submitted"),
            properties=form,
            named=True,
            personal=True,
            **page,
        ),
    ]


def field_rows(
    world: World, people: pl.LazyFrame, form: str, begun: str, stop: str, fields: tuple[FormField, ...], pace: str = ""
) -> pl.LazyFrame:
    """One row for each field that was filled in."""
    filled = pl.coalesce(stop, pl.lit(len(fields), pl.Int64))
    every = people.filter(pl.col(begun).is_not_null()).with_columns(place=pl.int_ranges(0, filled)).explode("place")
    every = every.filter(pl.col("place").is_not_null())
    texts = [f'{{"form": "{form}", "field": "{field.name}"}}' for field in fields]
    at = field_moment(world, pace or form, begun, pl.col("place"))
    what: Columns = {"device": pl.col("device"), "properties": table(texts, pl.col("place"))}
    return rows(every, "form_field_filled", "website", 0, at, turn=pl.col("place"), **what)


def event_rows(people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Career days: registered on the site of the events, attended in person, talked to a recruiter there."""
    what: Columns = {"named": True, "content": "carrieredag"}
    attended = before_closing("attended")
    return [
        rows(people, "event_registered", "events", 40, before_closing("registered"), personal=True, **what),
        rows(people, "event_attended", "events", 41, attended, **what),
        rows(people, "recruiter_talked", "events", 42, attended + 20 * 60_000, **what),
    ]


def _stopped(form: str, stop: str, fields: tuple[FormField, ...]) -> pl.Expr:
    """The properties of an abandoned form: the field at which it was left, and how many were filled in."""
    texts = [f'{{"form": "{form}", "field": "{field.name}", "filled": {place}}}' for place, field in enumerate(fields)]
    return table(texts, pl.col(stop))
