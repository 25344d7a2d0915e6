"""Random models and random events, repeatable from a seed; and a handy way to write events by hand."""

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl

from journeyscore.domain.model import (
    Band,
    Condition,
    Group,
    HalfLife,
    Label,
    Limit,
    Match,
    Model,
    Period,
    Stage,
    Steps,
    Tier,
    Touchpoint,
    Unknown,
)

NAMES = ("ad_clicked", "page_viewed", "form_submitted", "mail_opened", "mail_clicked", "it's 100%_odd\\name!")
CHANNELS = ("paid_social", "email", "job_board", "unknown")
TEXTS = (None, "spring-2026", "spring_2026", "Zomer", "100%")
NUMBERS = ("5", "4.9999999999", "-3", "12.5", "abc", "1e3", " 5", "0", "999999999999999")
LAST = date(2026, 11, 22)
LABEL = Label("a label", "een naam")
EVENT_SCHEMA = pl.Schema(
    {
        "source": pl.String,
        "name": pl.String,
        "occurred_at": pl.Datetime("us", "UTC"),
        "day": pl.Date,
        "person": pl.String,
        "visitor": pl.String,
        "channel": pl.String,
        "traffic_source": pl.String,
        "campaign": pl.String,
        "content": pl.String,
        "vacancy": pl.String,
        "url": pl.String,
        "referrer": pl.String,
        "properties": pl.String,
        "machine": pl.Boolean,
    }
)


def event(person: str, name: str, day: date, **fields: object) -> dict:
    """One event row; what is not given is empty."""
    empty = dict.fromkeys(EVENT_SCHEMA)
    at = datetime.combine(day, time(12), UTC)
    base = {"source": "test", "person": person, "name": name, "day": day, "occurred_at": at, "channel": "unknown"}
    return empty | base | {"machine": False} | fields


def frame(events: list[dict]) -> pl.DataFrame:
    """Event rows as the columns of the log."""
    return pl.DataFrame(events, EVENT_SCHEMA)


def identity_frame(identity: dict[str, str]) -> pl.DataFrame:
    """The identity map as the table that the queries read."""
    return pl.DataFrame(list(identity.items()), {"person": pl.String, "candidate": pl.String}, orient="row")


def random_events(rng: random.Random, candidates: int, most: int = 30) -> tuple[list[dict], dict[str, str]]:
    """Events of `candidates` candidates and as many visitors, two thirds of them known."""
    people = [f"{kind}{n:011d}" for n in range(candidates) for kind in "cv"]
    identity = {p: f"c{rng.randrange(candidates):011d}" for p in people if p[0] == "v" and rng.random() < 0.67}
    events = []
    for person in people:
        for _ in range(rng.randint(0, most)):
            events.append(_random_event(rng, person))
    rng.shuffle(events)
    return events, identity


def _random_event(rng: random.Random, person: str) -> dict:
    day = LAST - timedelta(days=int(rng.expovariate(1 / 40)) if rng.random() < 0.9 else 0)
    at = datetime.combine(day, time(rng.randrange(24), rng.randrange(60), rng.randrange(60), rng.randrange(10**6)), UTC)
    properties = {"n": rng.choice(NUMBERS), "form": rng.choice(("alert", "o'pen", "a*b"))}
    return event(
        person,
        rng.choice(NAMES),
        day,
        occurred_at=at,
        channel=rng.choice(CHANNELS),
        campaign=rng.choice(TEXTS),
        properties=json.dumps(properties) if rng.random() < 0.6 else None,
        machine=rng.random() < 0.05,
    )


def random_model(rng: random.Random) -> Model:
    """A model with every feature now and then."""
    groups = tuple(
        Group(f"group_{n}", LABEL, rng.choice((None, _points(rng, 1, 60)))) for n in range(rng.randint(0, 3))
    )
    touchpoints = tuple(_touchpoint(rng, n, groups) for n in range(rng.randint(1, 8)))
    levels = sorted(rng.sample(range(0, 200, 7), rng.randint(1, 4)))
    bands = [Band(f"band_{n}", LABEL, Decimal(level)) for n, level in enumerate(levels)]
    return Model(
        "random",
        touchpoints,
        tuple(rng.sample(bands, len(bands))),
        groups,
        Unknown(rng.randint(0, 4)),
        rng.choice((None, Decimal(0), Decimal("-12.5"), Decimal(3))),
        rng.choice((None, Decimal(50), Decimal("180.125"))),
    )


def _points(rng: random.Random, low: int, high: int) -> Decimal:
    return Decimal(rng.randint(low * 1000, high * 1000)) / 1000


def _touchpoint(rng: random.Random, number: int, groups: tuple[Group, ...]) -> Touchpoint:
    tiers = rng.random() < 0.2
    ladder = [Tier(h, _points(rng, -20, 40)) for h in sorted(rng.sample(range(1, 12), rng.randint(1, 3)))]
    return Touchpoint(
        f"touchpoint_{number}",
        LABEL,
        rng.choice(list(Stage)),
        random_condition(rng),
        points=Decimal(0) if tiers else _points(rng, -10, 40),
        limit=Limit(rng.randint(1, 4), rng.choice(list(Period))) if rng.random() < 0.5 else None,
        repeat=rng.choice((Decimal("0.5"), Decimal("0.9"), Decimal("0.01")))
        if not tiers and rng.random() < 0.3
        else None,
        tiers=tuple(ladder) if tiers else (),
        window=rng.choice((None, 1, 30, 90)),
        decay=None if tiers else rng.choice((None, HalfLife(30), HalfLife(7), Steps(Decimal("12.5"), 10))),
        group=rng.choice((None, *(g.name for g in groups))),
    )


def random_condition(rng: random.Random, depth: int = 2) -> Condition:
    """A condition over names, channels, campaigns and properties."""
    parts = [Match("name", tuple(rng.sample(NAMES, rng.randint(1, 3))))] if rng.random() < 0.8 else []
    parts += rng.sample(_MATCHES, rng.randint(0, 1))
    nested = depth > 0 and rng.random() < 0.2
    return Condition(tuple(parts), tuple(random_condition(rng, depth - 1) for _ in range(2)) if nested else ())


_MATCHES = [
    Match("channel", ("paid_social", "email")),
    Match("channel", none_of=("email",)),
    Match("campaign", ("spring_*",)),
    Match("campaign", ("*2026", "100%")),
    Match("campaign", none_of=("*o*",)),
    Match("campaign", is_set=True),
    Match("campaign", is_set=False),
    Match("name", ("mail_*", "*100%_odd\\*")),
    Match("properties.n", at_least=Decimal(5)),
    Match("properties.n", at_least=Decimal("-3"), at_most=Decimal("12.5")),
    Match("properties.form", ("o'pen", "a*")),
    Match("properties.missing", is_set=False),
]
