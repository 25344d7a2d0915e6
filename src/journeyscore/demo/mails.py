"""Mails to people who are known: sent, opened, clicked, read by scanners, and the visit that a click leads to."""

import polars as pl

from journeyscore.demo import rates
from journeyscore.demo.calendar import DAY, HOUR, MINUTE, SECOND
from journeyscore.demo.dice import table
from journeyscore.demo.employer import MAILS, SCANNER
from journeyscore.demo.rows import VACANCY_PAGE, Columns, numbers, rows
from journeyscore.demo.world import World

TAGS = (("nieuwsbrief", "email"), ("Nieuwsbrief", "e-mail"), ("job-alert", "email"), ("jobalert", "Email"))
NEVER = 10**6
"""So many mails before somebody unsubscribes: never, in effect."""


def mail_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The weekly mails from the moment on at which somebody is known, until they unsubscribe or are hired."""
    mails = put_mails(world, people)
    turn = pl.col("turn")
    last = pl.when(turn == pl.col("unsubscribes")).then(pl.col("at") + HOUR)
    what: Columns = {"turn": turn, "named": True, "content": pl.col("mail"), "channel": "email"}
    confirmed: Columns = {"named": True, "content": "mail-bevestiging", "channel": "email"}
    follows = ("turn", "mail", "clicked", "vacancy", "devices", "i")
    landed = mails.select(*follows).filter(pl.col("clicked").is_not_null())
    return [
        rows(people, "mail_sent", "mail", 80, pl.col("submitted") + 40 * SECOND, **confirmed),
        rows(mails, "mail_sent", "mail", 81, pl.col("at"), **what),
        rows(mails, "mail_opened", "mail", 82, pl.col("opened"), **what),
        rows(mails, "mail_clicked", "mail", 83, pl.col("clicked"), **what),
        rows(mails, "unsubscribed", "mail", 84, last, **what),
        scan_rows(world, mails),
        landing_rows(world, landed),
    ]


def put_mails(world: World, people: pl.LazyFrame) -> pl.LazyFrame:
    """One row per mail, `turn` from 0: `mail`, the moments `at`, `opened`, `clicked`, and `unsubscribes` (a turn)."""
    dice, turn = world.dice, pl.col("turn")
    number = (1 + dice.exponential("mails", rates.MAILS_MEAN)).floor().clip(1, rates.MOST_MAILS).cast(pl.Int64)
    unsubscribes = dice.times("unsubscribes", pl.lit(1 - rates.UNSUBSCRIBE), NEVER)
    frame = people.filter(pl.col("known").is_not_null()).select(
        "i", "known", "interest", "hired", "vacancy", "devices", unsubscribes=unsubscribes, number=number
    )
    frame = frame.with_columns(turn=pl.int_ranges(0, pl.min_horizontal("number", pl.col("unsubscribes") + 1))).explode(
        "turn"
    )
    day = world.calendar.working_day(pl.col("known") // DAY + 2 + 7 * turn)
    at = day * DAY + 10 * HOUR + (dice.roll("mail queue", turn) * 12 * MINUTE).cast(pl.Int64)
    frame = frame.with_columns(at=at, mail=table(MAILS, turn % len(MAILS)))
    opens = dice.whether("opens", rates.OPEN_BASE + rates.OPEN_BY_INTEREST * pl.col("interest"), turn)
    opened = pl.col("at") + 30 * SECOND + dice.exponential("opens after", 7 * HOUR, turn).cast(pl.Int64)
    clicks = dice.whether("clicks", rates.CLICK_BASE + rates.CLICK_BY_INTEREST * pl.col("interest"), turn)
    clicked = pl.col("opened") + 8 * SECOND + (dice.roll("clicks after", turn) * 90 * SECOND).cast(pl.Int64)
    frame = frame.filter(pl.col("hired").is_null() | (pl.col("at") < pl.col("hired")))
    return frame.with_columns(opened=pl.when(opens).then(opened)).with_columns(clicked=pl.when(clicks).then(clicked))


def scan_rows(world: World, mails: pl.LazyFrame) -> pl.LazyFrame:
    """A scanner at the receiving end follows every link within a second of the mail's being sent."""
    scanned = mails.filter(world.dice.whether("scanned", rates.SCANNED))
    links = scanned.with_columns(link=pl.int_ranges(0, pl.lit(rates.LINKS, pl.Int64))).explode("link")
    link = pl.col("link")
    at = pl.col("at") + 250 + 200 * link + (world.dice.roll("scan", pl.col("turn")) * 150).cast(pl.Int64)
    place = numbers(link=link + 1)
    what: Columns = {
        "named": True,
        "content": pl.col("mail"),
        "channel": "email",
        "agent": SCANNER,
        "properties": place,
    }
    return rows(links, "mail_clicked", "mail", 85, at, turn=pl.col("turn") * 10 + link, **what)


def landing_rows(world: World, landed: pl.LazyFrame) -> pl.LazyFrame:
    """The page behind a link in a mail: the link says who it is, so that another device becomes known."""
    dice, turn = world.dice, pl.col("turn")
    tag = table(
        [f"utm_source={source}&utm_medium={medium}" for source, medium in TAGS],
        dice.pick("mail tag", (3, 1, 2, 1), turn),
    )
    device = (dice.roll("mail device", turn) * pl.col("devices")).floor().cast(pl.Int64)
    return rows(
        landed,
        "vacancy_viewed",
        "website",
        86,
        pl.col("clicked") + 2 * SECOND,
        turn=turn,
        device=device,
        named=True,
        page=VACANCY_PAGE + pl.col("vacancy"),
        vacancy=pl.col("vacancy"),
        query=pl.format("{}&utm_content={}", tag, "mail"),
        content=pl.col("mail"),
    )
