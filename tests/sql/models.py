"""The models whose SQL is written down in golden/."""

from decimal import Decimal

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
    Tier,
    Touchpoint,
)

L = Label("x", "x")
BANDS = (Band("a_little", L, Decimal(0)), Band("engaged", L, Decimal(30)))


def named(name: str) -> Condition:
    """Events of one name."""
    return Condition((Match("name", (name,)),))


PLAIN = Model(
    "plain",
    (
        Touchpoint("form", L, Stage.INTERESTED, named("form_submitted"), Decimal(30), decay=HalfLife(90)),
        Touchpoint("ad", L, Stage.AWARE, named("ad_clicked"), Decimal(5), limit=Limit(3, Period.DAY)),
    ),
    BANDS,
)
FULL = Model(
    "full",
    (
        Touchpoint(
            "paid",
            L,
            Stage.AWARE,
            Condition(
                (
                    Match("name", ("ad_*", "ad's")),
                    Match("channel", none_of=("email",)),
                    Match("properties.minutes", at_least=Decimal("2.5")),
                ),
                (Condition((Match("campaign", is_set=True),)), Condition((Match("vacancy", ("100%_*",)),))),
            ),
            Decimal(5),
            limit=Limit(3, Period.WEEK),
            group="web",
        ),
        Touchpoint("form", L, Stage.INTERESTED, named("form_submitted"), Decimal(30), repeat=Decimal("0.5")),
        Touchpoint(
            "visit",
            L,
            Stage.INTERESTED,
            named("page_viewed"),
            tiers=(Tier(1, Decimal(5)), Tier(3, Decimal(10))),
            window=30,
            group="web",
        ),
    ),
    BANDS,
    (Group("web", L, Decimal(40)), Group("free", L)),
    maximum=Decimal(100),
)
