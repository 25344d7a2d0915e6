"""Whether one condition implies another: what `model check` knows about touchpoints that take each other's events.

Everything here is one-sided: True is proven, False means "not proven".
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from journeyscore.domain.model import Condition, Match
from journeyscore.modelfile.scalars import NUMBER

MOST_CASES = 256
ALWAYS_SET = ("name", "channel", "source")
"""The columns in which every event of the log has a value."""
ANY = "\ue000"
"""Stands for a `*` of the narrower pattern, which only a `*` of the wider one can take in."""

Case = dict[str, tuple[Match, ...]]
"""One way for a condition to hold: tests per field, all of which hold."""


def cases(condition: Condition) -> list[Case] | None:
    """The ways in which a condition can hold, one text per list; None when there are more than MOST_CASES."""
    found: list[Case] = []
    for tests in _alternatives(condition):
        for single in product(*(_one_text_each(test) for test in tests)):
            if len(found) == MOST_CASES:
                return None
            found.append(_by_field(single))
    return found


def _alternatives(condition: Condition) -> Iterator[tuple[Match, ...]]:
    if not condition.any_of:
        yield condition.all_of
    for branch in condition.any_of:
        for rest in _alternatives(branch):
            yield condition.all_of + rest


def _one_text_each(test: Match) -> list[Match]:
    if len(test.any_of) < 2:
        return [test]
    rest = (test.none_of, test.at_least, test.at_most, test.is_set)
    return [Match(test.field, (text,), *rest) for text in test.any_of]


def _by_field(tests: tuple[Match, ...]) -> Case:
    return {test.field: tuple(other for other in tests if other.field == test.field) for test in tests}


def implies(case: Case, wider: Condition) -> bool:
    """Whether every event of the case meets the wider condition too."""
    all_hold = all(_test_implied(case.get(test.field, ()), test) for test in wider.all_of)
    return all_hold and (not wider.any_of or any(implies(case, branch) for branch in wider.any_of))


def impossible(case: Case) -> bool:
    """Whether no event can meet the case."""
    return any(_never(tests) for tests in case.values())


def _never(tests: tuple[Match, ...]) -> bool:
    wanted = [text for test in tests for text in test.any_of if len(test.any_of) == 1]
    unwanted = [text for test in tests for text in test.none_of]
    if any(covers(bad, good) for bad in unwanted for good in wanted):
        return True
    if any(disjoint(one, other) for one in wanted for other in wanted):
        return True
    if any(test.is_set is False for test in tests) and any(_needs_value(test) for test in tests):
        return True
    return any(not _within(tests, text) for text in wanted if "*" not in text)


def _within(tests: tuple[Match, ...], text: str) -> bool:
    """Whether a text meets the bounds of the tests."""
    bounds = [(test.at_least, test.at_most) for test in tests if (test.at_least, test.at_most) != (None, None)]
    number = _as_number(text)
    if number is None:
        return not bounds or any(c.isdigit() for c in text)
    return all((low is None or low <= number) and (high is None or number <= high) for low, high in bounds)


def _needs_value(test: Match) -> bool:
    bounded = test.at_least is not None or test.at_most is not None
    return test.field in ALWAYS_SET or bool(test.any_of) or bounded or test.is_set is True


def _test_implied(tests: tuple[Match, ...], wider: Match) -> bool:
    always = wider.field in ALWAYS_SET
    free = always and "*" in wider.any_of
    parts = (
        not wider.any_of or free or any(_texts_covered(test, wider.any_of) for test in tests),
        all(_excluded(tests, text) for text in wider.none_of),
        wider.at_least is None or any(_at_least(test, wider.at_least) for test in tests),
        wider.at_most is None or any(_at_most(test, wider.at_most) for test in tests),
        wider.is_set is not True or always or any(_needs_value(test) for test in tests),
        wider.is_set is not False or any(test.is_set is False for test in tests),
    )
    return all(parts)


def _texts_covered(test: Match, wider: tuple[str, ...]) -> bool:
    if wider == ("*",) and _needs_value(test):
        return True
    return bool(test.any_of) and all(any(covers(wide, text) for wide in wider) for text in test.any_of)


def _excluded(tests: tuple[Match, ...], text: str) -> bool:
    return any(
        test.is_set is False
        or any(covers(bad, text) for bad in test.none_of)
        or (bool(test.any_of) and all(disjoint(text, other) for other in test.any_of))
        for test in tests
    )


def _at_least(test: Match, bound: Decimal) -> bool:
    if test.at_least is not None and test.at_least >= bound:
        return True
    numbers = [_as_number(text) for text in test.any_of]
    return bool(numbers) and all(number is not None and number >= bound for number in numbers)


def _at_most(test: Match, bound: Decimal) -> bool:
    if test.at_most is not None and test.at_most <= bound:
        return True
    numbers = [_as_number(text) for text in test.any_of]
    return bool(numbers) and all(number is not None and number <= bound for number in numbers)


def _as_number(text: str) -> Decimal | None:
    return Decimal(text) if NUMBER.fullmatch(text) else None


def covers(wide: str, narrow: str) -> bool:
    """Whether every text that matches `narrow` matches `wide` too. `*` stands for any characters, also none."""
    text = narrow.replace("*", ANY)
    first, *rest = wide.split("*")
    if not rest:
        return wide == text
    *middle, last = rest
    if not text.startswith(first):
        return False
    place = len(first)
    for piece in middle:
        place = text.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return len(text) - len(last) >= place and text.endswith(last)


def disjoint(one: str, other: str) -> bool:
    """Whether surely no text matches both."""
    if "*" not in one:
        return not covers(other, one)
    if "*" not in other:
        return not covers(one, other)
    starts = one.partition("*")[0], other.partition("*")[0]
    ends = one.rpartition("*")[2], other.rpartition("*")[2]
    return not (
        (starts[0].startswith(starts[1]) or starts[1].startswith(starts[0]))
        and (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))
    )
