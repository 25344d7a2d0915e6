"""Crawlers: machines that walk through the career site as visitors of their own."""

import polars as pl

from journeyscore.demo import rates
from journeyscore.demo.calendar import SECOND
from journeyscore.demo.dice import table
from journeyscore.demo.employer import PAGES
from journeyscore.demo.rows import SLOTS, URLS, VACANCY_PAGE, rows
from journeyscore.demo.world import World


def crawl_rows(world: World, people: pl.LazyFrame) -> pl.LazyFrame:
    """A crawl of many pages, a few seconds apart, at any time of the day, for a small share of the candidates."""
    dice, turn = world.dice, pl.col("turn")
    crawls = people.filter(dice.whether("crawled", rates.CRAWLED)).select(
        "i", begins=dice.roll("crawl") * world.calendar.end
    )
    every = crawls.with_columns(turn=pl.int_ranges(0, pl.lit(rates.CRAWL_PAGES, pl.Int64))).explode("turn")
    page = (dice.roll("crawled page", turn) * len(URLS)).floor().cast(pl.Int64)
    name = pl.when(page < VACANCY_PAGE).then(pl.lit("page_viewed")).otherwise(pl.lit("vacancy_viewed"))
    at = pl.col("begins").cast(pl.Int64) + 3 * SECOND * turn
    return rows(
        every,
        name,
        "website",
        90,
        at,
        turn=turn,
        device=SLOTS - 1,
        page=page,
        vacancy=pl.when(page >= VACANCY_PAGE).then(page - VACANCY_PAGE),
        content=table([name for name, _ in PAGES] + [None] * (len(URLS) - len(PAGES)), page, pl.String),
    )
