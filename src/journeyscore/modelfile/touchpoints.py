"""One touchpoint of a model file."""

from decimal import Decimal
from functools import partial
from itertools import pairwise

from journeyscore.domain.model import Condition, HalfLife, Label, Stage, Steps, Tier, Touchpoint
from journeyscore.domain.phrase import Phrase
from journeyscore.modelfile.bounds import (
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_NAME,
    MOST_HITS,
    MOST_POINTS,
    MOST_TIERS,
    POINT_DECIMALS,
    SHORTEST_REASON,
)
from journeyscore.modelfile.conditions import Spell, read_condition, snake
from journeyscore.modelfile.problems import Problem, Problems, suggestion
from journeyscore.modelfile.scalars import (
    read_choice,
    read_days,
    read_limit,
    read_name,
    read_number,
    read_text,
    read_whole,
)
from journeyscore.modelfile.section import Section
from journeyscore.modelfile.tree import Mapping, Node, Scalar

TOUCHPOINT_KEYS = (
    "label", "stage", "channel", "when", "points", "limit", "repeat", "window", "decay", "group", "tiers", "reason",
)  # fmt: skip
STAGES = [str(stage) for stage in Stage]
NOT_WITH_TIERS = ("points", "repeat", "decay")
NOTHING = Decimal(0)

read_points = partial(read_number, low=-MOST_POINTS, high=MOST_POINTS, decimals=POINT_DECIMALS)


def read_touchpoint(
    key: Scalar, node: Node, problems: Problems, standard_name: Spell, groups: tuple[str, ...]
) -> Touchpoint:
    """The touchpoint under a key. Problems are noted; the result is only good when there were none."""
    section = Section(node, f"touchpoints.{key.text}", problems, TOUCHPOINT_KEYS, key.line)
    touchpoint = Touchpoint(
        name=key.text,
        label=read_label(section, key.text),
        stage=section.need("stage", _read_stage, Stage.AWARE, Phrase("write one of {names}", names=", ".join(STAGES))),
        when=_read_when(section, problems, standard_name),
        points=section.get("points", read_points, NOTHING),
        channel=section.get("channel", read_channel, None),
        limit=section.get("limit", read_limit, None),
        repeat=section.get("repeat", _read_repeat, None),
        tiers=_read_tiers(section, problems),
        window=section.get("window", read_days, None),
        decay=_read_decay(section, problems),
        group=section.get("group", partial(_read_group, groups), None),
        reason=section.get("reason", partial(read_text, longest=LONGEST_DESCRIPTION, lines=True), None),
        line=key.line,
    )
    _check_worth(section, touchpoint)
    return touchpoint


def read_label(section: Section, name: str) -> Label:
    """The label of a section, in both languages; without one, the name in words."""
    in_words = name.replace("_", " ").capitalize()
    if "label" not in section:
        return Label(in_words, in_words)
    node = section.pairs["label"][1]
    text = partial(read_text, longest=LONGEST_LABEL)
    if not isinstance(node, Mapping):
        both = section.get("label", text, in_words)
        return Label(both, both)
    advice = Phrase("give both en and nl, or one text for both: label: Talk with a recruiter")
    inner = Section(node, section.inside("label"), section.problems, ("en", "nl"), section.line_of("label"))
    return Label(inner.need("en", text, in_words, advice), inner.need("nl", text, in_words, advice))


def read_channel(node: Node) -> str:
    """The channel that a touchpoint is shown under, as a name."""
    longest = LONGEST_NAME
    return read_name(Scalar(snake(read_text(node, longest)), True, node.line), Phrase("channel"))


def _read_when(section: Section, problems: Problems, standard_name: Spell) -> Condition:
    if "when" not in section:
        section.missing('"when"', Phrase("write which events count, such as when: {{event: form_submitted}}"))
        return Condition()
    node = section.pairs["when"][1]
    return read_condition(node, section.inside("when"), problems, standard_name, section.line_of("when"))


def _read_stage(node: Node) -> Stage:
    return Stage(read_choice(node, STAGES))


def _read_repeat(node: Node) -> Decimal:
    repeat = read_number(node, 0, 1, POINT_DECIMALS)
    if not 0 < repeat < 1:
        raise Problem(
            node.line,
            "{repeat} is out of bounds; write a number between 0 and 1, such as 0.5, or leave it out",
            repeat=repeat,
        )
    return repeat


def _read_tiers(section: Section, problems: Problems) -> tuple[Tier, ...]:
    if "tiers" not in section:
        return ()
    node, path = section.pairs["tiers"][1], section.inside("tiers")
    if not isinstance(node, Mapping) or not 1 <= len(node.pairs) <= MOST_TIERS:
        problems.add(
            section.line_of("tiers"),
            Phrase(
                "{path}: write hits and points, such as {{1: 5, 3: 10}}; at most {most} of them",
                path=path,
                most=MOST_TIERS,
            ),
        )
        return ()
    tiers = []
    for key, value in node.pairs:
        try:
            tiers.append(Tier(read_whole(key, 1, MOST_HITS), read_points(value)))
        except Problem as problem:
            problems.add(problem.line, Phrase("{path}: {message}", path=path, message=problem.message))
    hits = [tier.hits for tier in tiers]
    if any(low >= high for low, high in pairwise(hits)):
        problems.add(
            section.line_of("tiers"), Phrase("{path}: the numbers of hits must go up; put the lowest first", path=path)
        )
    return tuple(tiers)


def _read_decay(section: Section, problems: Problems) -> HalfLife | Steps | None:
    if "decay" not in section:
        return None
    known = ("half_life", "percent", "every")
    node, line = section.pairs["decay"][1], section.line_of("decay")
    inner = Section(node, section.inside("decay"), problems, known, line)
    percent = inner.get("percent", _read_percent, Decimal(100))
    every = inner.get("every", read_days, 1)
    half_life = inner.get("half_life", read_days, 1)
    if isinstance(node, Mapping) and set(inner.pairs) & set(known) not in ({"half_life"}, {"percent", "every"}):
        inner.problem(line, Phrase("write either half_life: 90 days, or both percent: 50 and every: 30 days"))
    return HalfLife(half_life) if "half_life" in inner else Steps(percent, every)


def _read_percent(node: Node) -> Decimal:
    percent = read_number(node, 0, 100, POINT_DECIMALS)
    if not percent:
        raise Problem(node.line, "0 takes nothing off; write more than 0 and at most 100, or leave decay out")
    return percent


def _read_group(groups: tuple[str, ...], node: Node) -> str:
    name = read_text(node, LONGEST_NAME)
    if name not in groups:
        raise Problem(
            node.line, '"{name}" is no group of this model; {advice}', name=name, advice=suggestion(name, groups)
        )
    return name


def _check_worth(section: Section, touchpoint: Touchpoint) -> None:
    if "tiers" in section:
        for key in NOT_WITH_TIERS:
            if key in section:
                section.problem(
                    section.line_of(key), Phrase("does not go together with tiers; keep one of the two"), key
                )
    elif "points" not in section:
        section.missing(Phrase('"points" (or "tiers")'), Phrase("write what it is worth, such as points: 5"))
    negative = touchpoint.points < 0 or any(tier.points < 0 for tier in touchpoint.tiers)
    if negative and len(touchpoint.reason or "") < SHORTEST_REASON:
        line = section.line_of("points" if "points" in section else "tiers")
        section.problem(
            line,
            Phrase(
                "points below zero need a reason of at least {least} characters; write it under reason",
                least=SHORTEST_REASON,
            ),
        )
