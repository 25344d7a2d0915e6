"""Random valid models, with every feature on. Reused by the tests of scoring."""

from decimal import Decimal
from functools import cache
from unicodedata import category, normalize

from hypothesis import strategies as st

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

EVENTS = ("ad_clicked", "page_viewed", "form_submitted", "mail_clicked", "recruiter_talked")
CHANNELS = ("paid_social", "organic_search", "email", "direct")
PROPERTIES = ("properties.form", "properties.minutes")
PLAIN_FIELDS = ("campaign", "content", "vacancy", "source", "traffic_source", "url", "referrer")
AWKWARD = (
    "NO", "yes", "null", "~", "1.10", "12:30", "1_000", "0x1F", "2024-01-01", "a: b", "# no", "- x", "{a}", "[", "'",
    '"', "&a", "!t", "%", "@", "`", "é", "日本", "a, b", "? q", "|", ">", "\ufeffx", "🙂", "a #b", "c:",
)  # fmt: skip


@cache
def names() -> st.SearchStrategy[str]:
    """Names of touchpoints, groups and bands; some are words that YAML could take for something else."""
    return st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True) | st.sampled_from(
        ["no", "yes", "y", "null", "e1", "a" * 64]
    )


@cache
def texts(longest: int = 30) -> st.SearchStrategy[str]:
    """Texts that people could type, awkward ones among them: trimmed, on one line, in Unicode form C."""
    letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"])
    return st.sampled_from(AWKWARD) | st.text(letters, min_size=1, max_size=longest).map(_tidy).filter(_is_text)


def _tidy(text: str) -> str:
    while "**" in text:
        text = text.replace("**", "*")
    return normalize("NFC", text).strip()


def _is_text(text: str) -> bool:
    return bool(text) and not any(category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)


@cache
def labels() -> st.SearchStrategy[Label]:
    """A label in both languages."""
    return st.builds(Label, texts(), texts())


@cache
def decimals(low: int, high: int, places: int = 3) -> st.SearchStrategy[Decimal]:
    """Exact numbers within bounds, often whole ones."""
    return st.integers(low, high).map(Decimal) | st.decimals(low, high, places=places)


def matches(field: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Match]:
    """One test on a field."""
    several = st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
    bounds = st.tuples(decimals(-5, 50), decimals(-5, 50)).map(sorted)
    return st.one_of(
        st.builds(Match, st.just(field), any_of=several),
        st.builds(Match, st.just(field), none_of=several),
        st.builds(Match, st.just(field), any_of=several, none_of=several, is_set=st.sampled_from([None, True])),
        st.builds(Match, st.just(field), is_set=st.booleans()),
        bounds.map(lambda two: Match(field, at_least=two[0], at_most=two[1])),
        st.builds(Match, st.just(field), at_least=decimals(-5, 50)),
    )


@cache
def conditions(events: tuple[str, ...] = EVENTS, nesting: int = 2) -> st.SearchStrategy[Condition]:
    """A condition: mostly on the event's name, sometimes on more, sometimes with branches."""
    patterns = st.sampled_from([*events, "*", events[0][:3] + "*"])
    name = st.builds(Match, st.just("name"), any_of=st.lists(patterns, min_size=1, max_size=2, unique=True).map(tuple))
    others = [matches("channel", st.sampled_from([*CHANNELS, "organic_*"]))]
    others += [matches(field, st.sampled_from(["a", "b", "5", "10.5", "*b"])) for field in (*PROPERTIES, *PLAIN_FIELDS)]
    more = st.lists(st.one_of(others), max_size=2, unique_by=lambda match: match.field)
    tests = st.tuples(name, more).map(lambda both: (both[0], *both[1]))
    if not nesting:
        return st.builds(Condition, tests)
    branches = st.lists(conditions(events, nesting - 1), max_size=2).map(tuple)
    return st.builds(Condition, tests, branches)


DAYS = st.integers(1, 200) | st.integers(1, 36_500)
PERCENTS = st.sampled_from([Decimal("12.5"), Decimal(50), Decimal(100)])
DECAYS = st.none() | st.builds(HalfLife, DAYS) | st.builds(Steps, PERCENTS, DAYS)
REPEATS = st.sampled_from([None, Decimal("0.5"), Decimal("0.25"), Decimal("0.333")])
LIMITS = st.none() | st.builds(Limit, st.integers(1, 4), st.sampled_from(Period))
WINDOWS = st.none() | DAYS
HITS = st.lists(st.integers(1, 8), min_size=1, max_size=4, unique=True).map(sorted)
PLAIN_LABEL = st.just(Label("Label", "Label"))


@cache
def tiers_of(negative: bool) -> st.SearchStrategy[tuple[Tier, ...]]:
    """Tiers with rising numbers of hits."""
    pairs = HITS.flatmap(lambda hits: st.tuples(*(st.builds(Tier, st.just(n), points_of(negative)) for n in hits)))
    return pairs.map(tuple)


@cache
def points_of(negative: bool) -> st.SearchStrategy[Decimal]:
    """Points of a touchpoint or tier."""
    return decimals(-60 if negative else 0, 60)


@st.composite
def touchpoints(
    draw: st.DrawFn,
    name: str,
    groups: tuple[str, ...] = (),
    events: tuple[str, ...] = EVENTS,
    negative: bool = True,
    awkward: bool = True,
) -> Touchpoint:
    """A touchpoint with that name: with points or with tiers, and any of limit, repeat, window and decay."""
    tiers = draw(tiers_of(negative)) if draw(st.integers(0, 3)) == 0 else ()
    worth = Decimal(0) if tiers else draw(points_of(negative))
    below_zero = worth < 0 or any(tier.points < 0 for tier in tiers)
    return Touchpoint(
        name=name,
        label=draw(labels() if awkward else PLAIN_LABEL),
        stage=draw(st.sampled_from(Stage)),
        when=draw(conditions(events)),
        points=worth,
        channel=draw(st.sampled_from([None, *CHANNELS])),
        limit=draw(LIMITS),
        repeat=None if tiers else draw(REPEATS),
        tiers=tiers,
        window=draw(WINDOWS),
        decay=None if tiers else draw(DECAYS),
        group=draw(st.sampled_from([None, *groups])),
        reason="because we say so" if below_zero else (draw(texts()) if awkward and draw(st.booleans()) else None),
    )


@st.composite
def models(
    draw: st.DrawFn,
    events: tuple[str, ...] = EVENTS,
    least_touchpoints: int = 1,
    most_touchpoints: int = 5,
    negative: bool = True,
    awkward: bool = True,
) -> Model:
    """A valid model over the given event names, with groups, caps and bands.

    Its touchpoints match by name, by wildcard, by properties `form` and `minutes`, by channel, and so on.
    `negative=False` leaves out points below zero; `awkward=False` gives every label the same text, which is faster.
    """
    label = labels() if awkward else PLAIN_LABEL
    group_names = tuple(draw(st.lists(names(), max_size=3, unique=True)))
    found = draw(st.lists(names(), min_size=least_touchpoints, max_size=most_touchpoints, unique=True))
    thresholds = sorted(draw(st.lists(decimals(-50, 200), max_size=4, unique=True)))
    band_names = draw(st.lists(names(), min_size=len(thresholds), max_size=len(thresholds), unique=True))
    return Model(
        name=draw(texts()) if awkward else "Random",
        touchpoints=tuple(draw(touchpoints(name, group_names, events, negative, awkward)) for name in found),
        bands=tuple(Band(name, draw(label), start) for name, start in zip(band_names, thresholds, strict=True)),
        groups=tuple(Group(name, draw(label), draw(st.none() | decimals(0, 100))) for name in group_names),
        unknown=Unknown(draw(st.integers(0, 3)), draw(label)),
        minimum=draw(st.none() | decimals(-100, 0)),
        maximum=draw(st.none() | decimals(1, 500)),
        description=draw(st.just("") | descriptions()) if awkward else "",
    )


@cache
def descriptions() -> st.SearchStrategy[str]:
    """Texts of one or more lines, without spaces at the ends of lines."""
    rows = st.lists(texts() | st.just("") | texts().map(lambda text: "  " + text), min_size=1, max_size=4)
    return rows.map("\n".join).map(str.strip).filter(bool)
