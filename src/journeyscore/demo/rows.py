"""From compact rows to what is sent: the columns of `domain.event.SENT_FIELDS`.

Inside the simulation a row is compact: `i` (candidate), `kind` and `turn` (which of the candidate's rows; together they
make the message's id), `t` (moment), `name`, `source`, and any of the columns of COMPACT.
"""

import polars as pl

from journeyscore.demo.dice import table, unsigned
from journeyscore.demo.employer import (
    BROWSERS,
    CAMPAIGNS,
    CRAWLERS,
    FIRST_NAMES,
    LAST_NAMES,
    MAIL_DOMAINS,
    PAGES,
    SITE,
    VACANCIES,
)
from journeyscore.demo.world import World
from journeyscore.domain.event import SENT_FIELDS

Value = pl.Expr | str | bool | int
Columns = dict[str, Value]
"""What the columns of a compact row hold: expressions over its frame, or constants."""

COMPACT = pl.Schema(
    {
        "i": pl.UInt64,
        "kind": pl.Int64,
        "turn": pl.Int64,
        "t": pl.Int64,
        "name": pl.String,
        "source": pl.String,
        "call": pl.String,
        "device": pl.Int64,  # 0 to 2: the person's; 3: a crawler that is no person's; null: no device is seen
        "named": pl.Boolean,  # the sender knows who it is
        "personal": pl.Boolean,  # name and e-mail address are sent along
        "page": pl.Int64,  # the place in PAGES, then in VACANCIES
        "query": pl.String,  # what stands behind the ? of the url
        "referrer": pl.String,
        "vacancy": pl.Int64,
        "campaign": pl.Int64,
        "content": pl.String,
        "channel": pl.String,
        "utm_source": pl.String,
        "utm_medium": pl.String,
        "agent": pl.String,  # the machine that did it; null: the browser of the device
        "properties": pl.String,
    }
)
SENT = pl.Schema({f.name: pl.Datetime("us", "UTC") if f.kind == "time" else pl.String for f in SENT_FIELDS})
SLOTS = 4
"""Devices per candidate number: three of the person, one of a crawler."""
URLS = [SITE + path for _, path in PAGES] + [f"{SITE}/vacatures/{vacancy.slug}" for vacancy in VACANCIES]
VACANCY_PAGE = len(PAGES)


def rows(
    frame: pl.LazyFrame, name: str | pl.Expr, source: str, kind: int, at: pl.Expr, **columns: Value
) -> pl.LazyFrame:
    """One compact row for each row of `frame` in which the moment `at` is not null.

    `turn` numbers the rows of one kind and candidate, from 0.
    """
    given: Columns = {
        "name": name,
        "source": source,
        "kind": kind,
        "turn": 0,
        "t": at,
        **columns,
    }
    exprs = {column: value if isinstance(value, pl.Expr) else pl.lit(value) for column, value in given.items()}
    cast = {column: value.cast(COMPACT[column]) for column, value in exprs.items()}
    return frame.select("i", **cast).filter(pl.col("t").is_not_null())


def numbers(start: str = "", **values: pl.Expr) -> pl.Expr:
    """Properties as JSON text: `start` (ready JSON members), then the given numbers; null where one of them is null."""
    parts: list[pl.Expr] = [pl.lit("{" + start)]
    for place, (name, value) in enumerate(values.items()):
        parts += [pl.lit(f'{", " if place or start else ""}"{name}": '), value]
    return pl.concat_str(*parts, pl.lit("}"))


def sent(world: World, people: pl.DataFrame, parts: list[pl.LazyFrame]) -> pl.DataFrame:
    """The rows that are seen before the end, by candidate and time, with the columns SENT."""
    first = people["i"][0]
    place = (pl.col("i") - first).cast(pl.Int64)
    every = pl.concat([part.match_to_schema(COMPACT, missing_columns="insert") for part in parts])
    return (
        every.filter(pl.col("t").is_between(0, world.calendar.end, closed="left"))
        .sort("i", "t", "kind", "turn")
        .select(**_columns(world, people, place))
        .collect()
    )


def _columns(world: World, people: pl.DataFrame, place: pl.Expr) -> dict[str, pl.Expr]:
    """What each sent column is, over compact rows; `place` is the candidate's row in `people`."""
    who = people.lazy().select(**_persons(world)).collect()
    devices = _devices(world, people)
    slot = place * SLOTS + pl.col("device")
    personal = pl.when(pl.col("personal")).then(place)
    seen: dict[str, pl.Expr] = {name: pl.lit(None, pl.String) for name in SENT}
    ready = ("source", "call", "name", "channel", "content", "referrer", "utm_source", "utm_medium", "properties")
    seen.update({name: pl.col(name) for name in ready})
    return seen | {
        "message_id": pl.format("{}-{}-{}", pl.col("i") + 1, "kind", "turn"),
        "occurred_at": world.calendar.at(pl.col("t")),
        "candidate": pl.lit(who["key"]).gather(pl.when(pl.col("named")).then(place)),
        "email": pl.lit(who["email"]).gather(personal),
        "person_name": pl.lit(who["person_name"]).gather(personal),
        "visitor": pl.lit(devices["visitor"]).gather(slot),
        "user_agent": pl.coalesce("agent", pl.lit(devices["agent"]).gather(slot)),
        "campaign": table([campaign.name for campaign in CAMPAIGNS], pl.col("campaign")),
        "vacancy": table([vacancy.title for vacancy in VACANCIES], pl.col("vacancy")),
        "url": _url(),
    }


def key() -> pl.Expr:
    """The candidate's key, e.g. K-000123, from number `i` (which counts from 0)."""
    return pl.format("K-{}", _number())


def visitor(device: pl.Expr | int) -> pl.Expr:
    """The name of a device: one to one, and not to be guessed from the candidate's number by eye."""
    word = (pl.col("i") * SLOTS + device).cast(pl.UInt64) * unsigned(0x9E3779B1) % unsigned(2**36)
    return pl.format("v{}", word)


def _number() -> pl.Expr:
    return (pl.col("i") + 1).cast(pl.String).str.zfill(6)


def _persons(world: World) -> dict[str, pl.Expr]:
    """Key, fictional name and address; four in five people have given one."""
    dice = world.dice
    first = table(FIRST_NAMES, dice.pick("first name", [1.0] * len(FIRST_NAMES)))
    last = table(LAST_NAMES, dice.pick("last name", [1.0] * len(LAST_NAMES)))
    domain = table(MAIL_DOMAINS, dice.pick("mail domain", (6, 3, 1)))
    gives = dice.whether("gives an address", 0.8)
    return {
        "key": key(),
        "person_name": pl.when(gives).then(pl.format("{} {}", first, last)),
        "email": pl.when(gives).then(pl.format("k{}@{}", _number(), domain)),
    }


def _devices(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """For each candidate SLOTS devices: `visitor` and `agent`."""
    slots = people.select("i", device=pl.int_ranges(0, SLOTS).cast(pl.List(pl.Int64))).explode("device")
    device = pl.col("device")
    browser = world.dice.pick("browser", (34, 30, 24, 4, 8), device)
    crawler = world.dice.pick("crawler", (5, 2, 2, 1), device)
    agent = pl.when(device < SLOTS - 1).then(browser).otherwise(crawler + len(BROWSERS))
    return slots.select(visitor=visitor(device), agent=table([*BROWSERS, *CRAWLERS], agent))


def _url() -> pl.Expr:
    plain = table(URLS, pl.col("page"))
    return pl.when(pl.col("query").is_not_null()).then(pl.format("{}?{}", plain, "query")).otherwise(plain)
