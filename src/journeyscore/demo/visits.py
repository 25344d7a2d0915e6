"""Visits to the career site: the advertisement before the first one, its tags, and what is looked at."""

import polars as pl

from journeyscore.demo import rates
from journeyscore.demo.calendar import DAY, MINUTE, SECOND
from journeyscore.demo.dice import Weights, table
from journeyscore.demo.employer import (
    BROWSED,
    CAMPAIGNS,
    CHANNELS,
    CONTENTS,
    PAGES,
    UNKNOWN_SOURCES,
    channel_index,
)
from journeyscore.demo.rows import VACANCY_PAGE, Columns, numbers, rows
from journeyscore.demo.world import World

TRAFFIC = [(place, traffic) for place, channel in enumerate(CHANNELS) for traffic in channel.traffic]
PAGE_NAMES = [name for name, _ in PAGES]
APPLY_PAGE, ALERT_PAGE, CONTACT_PAGE = (
    PAGE_NAMES.index("solliciteren"),
    PAGE_NAMES.index("job-alert"),
    PAGE_NAMES.index("contact"),
)


def visit_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Everything that happens while browsing, and the advertisements and likes around it."""
    tagged = put_tags(world, people)
    looks = put_pages(world, put_visits(world, tagged))
    return [*ad_rows(world, tagged), *like_rows(world, people), page_rows(world, looks)]


def put_tags(world: World, people: pl.LazyFrame) -> pl.LazyFrame:
    """How the first visit is tagged: `utm_source`, `utm_medium`, `referrer`, `query`, and the name of the content."""
    weights = [[traffic.weight * (owner == place) for owner, traffic in TRAFFIC] for place in range(len(CHANNELS))]
    traffic = world.dice.pick_in("traffic", pl.col("channel"), Weights.of(weights))
    stranger = table(UNKNOWN_SOURCES, world.dice.pick("stranger", [1.0] * len(UNKNOWN_SOURCES)))
    source = _or_null(table([traffic.source for _, traffic in TRAFFIC], pl.col("traffic")))
    unknown = world.dice.whether("unknown source", rates.UNKNOWN_SOURCE)
    frame = people.with_columns(traffic=traffic).with_columns(
        utm_source=pl.when(source.is_not_null() & unknown).then(stranger).otherwise(source),
        utm_medium=_or_null(table([traffic.medium for _, traffic in TRAFFIC], pl.col("traffic"))),
        referrer=_or_null(table([traffic.referrer for _, traffic in TRAFFIC], pl.col("traffic"))),
        content_name=table([content.name for content in CONTENTS], pl.col("content")),
    )
    strange = pl.col("utm_source").is_in(UNKNOWN_SOURCES)
    return frame.with_columns(
        utm_medium=pl.when(strange).then(None).otherwise(pl.col("utm_medium")),
        referrer=pl.when(strange).then(None).otherwise(pl.col("referrer")),
        campaign=pl.when(pl.col("utm_source").is_not_null()).then(pl.col("campaign")),
    ).with_columns(query=_query())


def put_visits(world: World, people: pl.LazyFrame) -> pl.LazyFrame:
    """One row per visit, `visit` from 0: its start `at`, `device` and number of `pages`."""
    dice, visit = world.dice, pl.col("visit")
    again = rates.RETURN_BASE + rates.RETURN_BY_INTEREST * pl.col("interest")
    more = rates.MORE_PAGES_BASE + rates.MORE_PAGES_BY_INTEREST * pl.col("interest")
    number = 1 + dice.times("visits", again, rates.MOST_VISITS)
    first_day, last_day = pl.col("entry") // DAY, pl.col("cools") // DAY
    day = first_day + 1 + (dice.roll("visit day", visit) * (last_day - first_day)).floor()
    wide = (
        "i",
        "entry",
        "cools",
        "interest",
        "department",
        "vacancy",
        "devices",
        "campaign",
        "content_name",
        "channel",
    )
    frame = people.select(*wide, "query", "referrer", "utm_source", "utm_medium", "end", "closed", number=number)
    frame = frame.with_columns(visit=pl.int_ranges(0, "number")).explode("visit")
    later = world.calendar.leisure(dice, "visit", day, visit)
    own = (dice.roll("visit device", visit) ** 2 * pl.col("devices")).floor().cast(pl.Int64)
    frame = frame.with_columns(
        at=pl.when(visit == 0).then(pl.col("entry")).otherwise(later),
        device=pl.when(visit == 0).then(0).otherwise(own),
        pages=1 + dice.times("pages", more, rates.MOST_PAGES, visit),
        pace=15 * SECOND + (dice.roll("reading", visit) * 100 * SECOND).cast(pl.Int64),
    )
    return frame.filter(pl.col("closed").is_null() | (pl.col("at") < pl.col("closed")))


def put_pages(world: World, visits: pl.LazyFrame) -> pl.LazyFrame:
    """One row per thing looked at, `turn` from 0 per candidate: `name`, moment `t`, `page`, `vacancy`."""
    dice, turn, days = world.dice, pl.col("turn"), world.calendar.days
    frame = visits.with_columns(look=pl.int_ranges(0, "pages")).explode("look")
    frame = frame.with_columns(turn=pl.col("visit") * 100 + pl.col("look"))
    frame = frame.with_columns(action=dice.pick("action", [weight for _, weight in rates.PAGE_ACTIONS], turn))
    straight = pl.col("channel").is_in([channel_index("job_board"), channel_index("event")]).cast(pl.Int64)
    day = (pl.col("at") // DAY).clip(0, days - 1)
    other = dice.pick_in("other vacancy", pl.col("department") * days + day, world.vacancies, turn)
    frame = frame.with_columns(
        action=pl.when(pl.col("look") == 0).then(straight).otherwise(pl.col("action")),
        seen=pl.when(dice.whether("own vacancy", 0.6, turn)).then(pl.col("vacancy")).otherwise(other),
        browsed=dice.pick("browsed", BROWSED, turn),
        t=pl.col("at") + pl.col("look") * pl.col("pace") + (dice.roll("glance", turn) * 9 * SECOND).cast(pl.Int64),
    )
    about_vacancy = pl.col("action").is_in([1, 2])
    return frame.with_columns(
        vacancy=pl.when(about_vacancy).then(pl.col("seen")),
        page=pl.when(about_vacancy).then(VACANCY_PAGE + pl.col("seen")).otherwise(pl.col("browsed")),
    )


def page_rows(world: World, looks: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of the career site. Only the very first one carries the tags of the channel that brought the visitor."""
    landing = pl.col("turn") == 0
    names = [name for name, _ in rates.PAGE_ACTIONS]
    read = (15 + world.dice.roll("read", pl.col("turn")) * 85).floor().cast(pl.Int64)
    film = pl.when(pl.col("action") == names.index("video_watched")).then(numbers(watched_percent=read))
    page_name = table([*PAGE_NAMES, *[None] * 100], pl.col("page"), pl.String)
    return rows(
        looks,
        table(names, pl.col("action")),
        "website",
        10,
        pl.col("t"),
        turn=pl.col("turn"),
        device=pl.col("device"),
        page=pl.col("page"),
        vacancy=pl.col("vacancy"),
        query=pl.when(landing).then(pl.col("query")),
        referrer=pl.when(landing).then(pl.col("referrer")),
        campaign=pl.when(landing).then(pl.col("campaign")),
        content=pl.when(landing).then(pl.col("content_name")).otherwise(page_name),
        properties=film,
    )


def ad_rows(world: World, tagged: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Advertisements seen before the first visit, and the click that led to it."""
    dice = world.dice
    paid = tagged.filter((pl.col("channel") == channel_index("paid_social")) | (pl.col("utm_medium") == "paid_social"))
    seen = dice.times("ads", pl.lit(0.5), 4)
    views = paid.with_columns(turn=pl.int_ranges(0, seen)).explode("turn").filter(pl.col("turn").is_not_null())
    before = dice.exponential("ad before", 3 * DAY, pl.col("turn")).cast(pl.Int64) + MINUTE
    what: Columns = {
        "device": pl.lit(0),
        "campaign": pl.col("campaign"),
        "content": pl.col("content_name"),
        "utm_source": pl.col("utm_source"),
        "utm_medium": pl.col("utm_medium"),
    }
    return [
        rows(views, "ad_viewed", "ads", 11, pl.col("entry") - before, turn=pl.col("turn"), **what),
        rows(paid, "ad_clicked", "ads", 12, pl.col("entry") - 4 * SECOND, **what),
    ]


def like_rows(world: World, people: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Likes of posts by those who came in through a social network."""
    dice = world.dice
    social = pl.col("channel").is_in([channel_index("paid_social"), channel_index("linkedin")])
    likes = people.filter(social & dice.whether("likes", 0.4 * pl.col("interest")))
    posts = ("carrousel-collegas", "medewerker-aan-het-woord", "video-een-dag-mee")
    network = (
        pl.when(pl.col("channel") == channel_index("linkedin")).then(pl.lit("LinkedIn")).otherwise(pl.lit("facebook"))
    )
    after = pl.col("entry") + dice.exponential("like after", 2 * DAY).cast(pl.Int64)
    post = table(posts, dice.pick("post", (1, 1, 1)))
    return [rows(likes, "social_post_liked", "ads", 13, after, device=0, content=post, utm_source=network)]


def _query() -> pl.Expr:
    """The tags of the first visit as they stand in the url; null where there are none."""
    campaign = table([campaign.name for campaign in CAMPAIGNS], pl.col("campaign"))
    tags = pl.concat_str(
        pl.format("utm_source={}", pl.col("utm_source").str.replace_all(" ", "+", literal=True)),
        pl.format("utm_medium={}", "utm_medium"),
        pl.format("utm_campaign={}", campaign),
        pl.format("utm_content={}", "content_name"),
        separator="&",
        ignore_nulls=True,
    )
    return pl.when(pl.col("utm_source").is_not_null()).then(tags)


def _or_null(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
