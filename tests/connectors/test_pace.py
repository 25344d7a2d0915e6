"""The pace of one address: never more than the bucket and what flowed into it, and never a wait for others."""

from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.segment.pace import ADDRESSES, Pace


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 3), max_size=200), st.integers(1, 20), st.integers(1, 5))
def test_no_more_than_the_bucket_and_the_pace(pauses: list[float], at_once: int, per_second: int) -> None:
    clock = Clock()
    pace, answered = Pace(per_second, at_once, clock), 0
    for pause in pauses:
        clock.now += pause
        answered += pace.wait("a") == 0
    assert answered <= at_once + clock.now * per_second + 1e-6


def test_who_waits_as_told_is_answered() -> None:
    clock = Clock()
    pace = Pace(0.5, 2, clock)
    assert [pace.wait("a"), pace.wait("a"), pace.wait("a")] == [0, 0, 2]
    clock.now += 2
    assert pace.wait("a") == 0


def test_one_address_keeps_no_other_waiting() -> None:
    pace = Pace(1, 1, Clock())
    assert [pace.wait("a"), pace.wait("a"), pace.wait("b")] == [0, 1, 0]


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    pace = Pace(1, 1, Clock())
    pace.wait("busy")
    for number in range(ADDRESSES + 10):
        pace.wait(f"a{number}")
        assert pace.wait("busy") == 1
    assert len(pace._buckets) == ADDRESSES
