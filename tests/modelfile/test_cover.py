"""What is proven about two conditions really holds, on events."""

import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.domain.model import Condition, Match
from journeyscore.modelfile.cover import cases, covers, disjoint, implies, impossible

LETTERS = [""] + ["".join(letters) for n in (1, 2, 3) for letters in product("ab", repeat=n)]
PATTERNS = st.text("ab*", min_size=1, max_size=4).map(lambda text: re.sub(r"\*+", "*", text))


def fits(pattern: str, text: str) -> bool:
    """The meaning of `*`, the obvious way."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


@pytest.mark.parametrize(
    ("wide", "narrow", "proven"),
    [
        ("*", "anything", True),
        ("organic_*", "organic_social", True),
        ("organic_*", "organic_*", True),
        ("o*", "organic_*", True),
        ("*c*", "organic_*", True),
        ("organic_*", "o*", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*b*a", "b*ba", True),
        ("a", "*", False),
        ("*jobs*", "*/jobs/nurse", True),
    ],
)
def test_one_pattern_takes_in_another(wide: str, narrow: str, proven: bool) -> None:
    assert covers(wide, narrow) is proven


@given(PATTERNS, PATTERNS)
def test_patterns_that_cover_or_exclude_each_other_do_so_on_every_text(one: str, other: str) -> None:
    texts = [text for text in LETTERS if fits(other, text)]
    if covers(one, other):
        assert all(fits(one, text) for text in texts)
    if disjoint(one, other):
        assert not any(fits(one, text) for text in texts)


Event = dict[str, str]
VALUES = ["", "a", "ab", "b", "1", "5", "7.5"]
EVENTS: list[Event] = [dict(zip(("x", "y"), both, strict=True)) for both in product(VALUES, repeat=2)]


def holds(condition: Condition, event: Event) -> bool:
    """The meaning of a condition as `domain.model` tells it."""
    return all(passes(match, event[match.field]) for match in condition.all_of) and (
        not condition.any_of or any(holds(branch, event) for branch in condition.any_of)
    )


def passes(match: Match, value: str) -> bool:
    number = Decimal(value) if re.fullmatch(r"[\d.]+", value) else None
    return (
        (not match.any_of or bool(value and any(fits(text, value) for text in match.any_of)))
        and not (value and any(fits(text, value) for text in match.none_of))
        and (match.at_least is None or (number is not None and number >= match.at_least))
        and (match.at_most is None or (number is not None and number <= match.at_most))
        and (match.is_set is None or match.is_set == bool(value))
    )


texts = st.lists(st.sampled_from(["a", "a*", "*b", "b", "*", "1", "5", "7.5"]), max_size=2, unique=True).map(tuple)
bounds = st.sampled_from([None, None, Decimal(1), Decimal(5), Decimal("7.5")])
tests = st.builds(
    Match,
    st.sampled_from(["x", "y"]),
    any_of=texts,
    none_of=texts,
    at_least=bounds,
    at_most=bounds,
    is_set=st.sampled_from([None, None, True, False]),
)
conditions = st.recursive(
    st.builds(Condition, st.lists(tests, max_size=2).map(tuple)),
    lambda inner: st.builds(Condition, st.lists(tests, max_size=2).map(tuple), st.lists(inner, max_size=2).map(tuple)),
    max_leaves=3,
)


@settings(max_examples=300, deadline=None)
@given(conditions, conditions)
def test_what_is_proven_holds_on_every_event(narrow: Condition, wide: Condition) -> None:
    met = [event for event in EVENTS if holds(narrow, event)]
    found = cases(narrow)
    assert found is not None
    if all(implies(case, wide) for case in found):
        assert all(holds(wide, event) for event in met)
    if all(impossible(case) for case in found):
        assert not met


def test_too_many_cases_are_not_counted_out() -> None:
    ten = tuple(f"a{n}" for n in range(10))
    assert cases(Condition(tuple(Match(field, ten) for field in "abc"))) is None
    assert len(cases(Condition((Match("a", ten), Match("b", ten)))) or ()) == 100
