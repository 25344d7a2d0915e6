import math

import polars as pl
import pytest

from journeyscore.demo.dice import STEP, Dice, Weights, mix

MANY = pl.DataFrame({"i": pl.int_range(40_000, eager=True, dtype=pl.UInt64)})


def test_numbers_are_those_of_splitmix64() -> None:
    # the published test vector: the first three numbers for the seed 1234567
    words = pl.Series([(1234567 + turn * STEP) % 2**64 for turn in (1, 2, 3)], dtype=pl.UInt64)
    assert mix(words).to_list() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_a_roll_depends_on_seed_name_candidate_and_turn() -> None:
    turned = MANY.head(50).with_columns(turn=pl.col("i").cast(pl.Int64) % 7)
    rolls = turned.select(
        a=Dice(1).roll("a"), b=Dice(1).roll("b"), c=Dice(2).roll("a"), d=Dice(1).roll("a", pl.col("turn") + 1)
    )
    assert len({value for column in rolls.get_columns() for value in column}) == 200
    again = turned.tail(10).select(Dice(1).roll("a"))
    assert again.to_series().to_list() == rolls["a"].tail(10).to_list()


def test_rolls_are_even_and_never_0_or_1() -> None:
    rolls = MANY.select(Dice(7).roll("x")).to_series()
    assert rolls.min() > 0 and rolls.max() < 1
    tenths = (rolls * 10).floor().value_counts()["count"].to_list()
    assert len(tenths) == 10
    assert all(abs(count - 4_000) < 5 * math.sqrt(4_000) for count in tenths)


def test_names_and_turns_do_not_go_together() -> None:
    frame = MANY.select(a=Dice(1).roll("a"), b=Dice(1).roll("b"), c=Dice(1).roll("a", pl.lit(1)))
    for pair in (("a", "b"), ("a", "c")):
        assert abs(frame.select(pl.corr(*pair)).item()) < 5 / math.sqrt(MANY.height)


def test_exponential_has_its_mean() -> None:
    mean = MANY.select(Dice(3).exponential("wait", 6.0)).to_series().mean()
    assert mean == pytest.approx(6.0, abs=5 * 6 / math.sqrt(MANY.height))


def test_odds_have_median_1() -> None:
    odds = MANY.select(Dice(3).odds("wait")).to_series()
    assert (odds < 1).mean() == pytest.approx(0.5, abs=0.0125)


def test_times_count_what_goes_well_in_a_row() -> None:
    frame = MANY.select(n=Dice(1).times("again", pl.lit(0.5), 3))
    shares = dict(frame["n"].value_counts(normalize=True).rows())
    assert set(shares) == {0, 1, 2, 3}
    for number, share in ((0, 0.5), (1, 0.25), (2, 0.125), (3, 0.125)):  # 3: three or more
        assert shares[number] == pytest.approx(share, abs=0.0125)


def test_places_are_drawn_by_weight_within_their_row() -> None:
    weights = Weights.of([[1, 1, 0], [0, 0, 5], [3, 0, 1]])
    rows = MANY.with_columns(row=pl.col("i").cast(pl.Int64) % 4).with_columns(
        row=pl.when(pl.col("row") < 3).then(pl.col("row"))
    )
    drawn = rows.with_columns(place=Dice(1).pick_in("p", pl.col("row"), weights))
    shares = drawn.group_by("row").agg(*[(pl.col("place") == place).mean().alias(str(place)) for place in range(3)])
    found = {row: parts for row, *parts in shares.rows()}
    assert found[0] == pytest.approx([0.5, 0.5, 0], abs=0.025)
    assert found[1] == [0, 0, 1]
    assert found[2] == pytest.approx([0.75, 0, 0.25], abs=0.025)
    assert drawn.filter(pl.col("row").is_null())["place"].null_count() == 10_000
