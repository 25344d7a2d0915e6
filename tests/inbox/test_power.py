"""P2: acknowledged letters survive power cuts, and the test can tell."""

from tests.inbox.power import run


def test_five_hundred_power_cuts_lose_double_and_tear_nothing() -> None:
    found = run(500)
    assert found.cuts == 500 and found.acknowledged > 1_000
    assert (found.lost, found.doubled, found.torn) == (0, 0, 0)


def test_without_a_sync_for_each_commit_letters_are_lost() -> None:
    assert run(50, synchronous="NORMAL").lost > 0
