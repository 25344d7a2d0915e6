"""Random numbers by name: what a candidate rolls depends on the seed, the name and the candidate, and on nothing else.

So candidates can be made in any blocks, and a change to the employer leaves everybody's luck as it was: the effect of
the change is exact. The numbers are those of SplitMix64, computed on columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate

import polars as pl

STEP = 0x9E3779B97F4A7C15
TURN_STEP = 0xC2B2AE3D27D4EB4F


def unsigned(number: int) -> pl.Expr:
    """A 64-bit constant; sums and products with it wrap around."""
    return pl.lit(number % 2**64, dtype=pl.UInt64)


def mix(word: pl.Series) -> pl.Series:
    """Mix 64 bits so that neighbours look unrelated (one to one)."""
    word = (word ^ (word // 2**30)) * pl.Series([0xBF58476D1CE4E5B9], dtype=pl.UInt64)
    word = (word ^ (word // 2**27)) * pl.Series([0x94D049BB133111EB], dtype=pl.UInt64)
    return word ^ (word // 2**31)


def _unit(word: pl.Series) -> pl.Series:
    return ((mix(word) // 2**12).cast(pl.Float64) + 0.5) / 2.0**52


def table(
    values: Sequence[object] | pl.Series, at: pl.Expr, dtype: pl.DataType | type[pl.DataType] | None = None
) -> pl.Expr:
    """The value at each place; null where `at` is null."""
    return pl.lit(values if isinstance(values, pl.Series) else pl.Series(values, dtype=dtype)).gather(at)


@dataclass(frozen=True, slots=True)
class Weights:
    """Rows of weights, all of one `width`, ready to draw from. `bounds` holds running sums: row number plus part."""

    bounds: pl.Series
    width: int

    @classmethod
    def of(cls, weights: Sequence[Sequence[float]]) -> "Weights":
        """Weights from rows of numbers; a row needs at least one above 0."""
        bounds = [number + part for number, line in enumerate(weights) for part in _parts(line)]
        return cls(pl.Series(bounds, dtype=pl.Float64), len(weights[0]))


@dataclass(frozen=True, slots=True)
class Dice:
    """The dice of one simulation. Frames have the candidate's number in column `i` (UInt64)."""

    seed: int

    def roll(self, name: str, turn: pl.Expr | None = None) -> pl.Expr:
        """A number between 0 and 1, neither included; one per candidate, or per candidate and turn."""
        digest = blake2b(f"{self.seed}:{name}".encode(), digest_size=8).digest()
        word = pl.col("i") * unsigned(STEP) + unsigned(int.from_bytes(digest, "big"))
        if turn is not None:
            word = word + turn.cast(pl.UInt64) * unsigned(TURN_STEP)
        return word.map_batches(_unit, pl.Float64, is_elementwise=True)

    def whether(self, name: str, chance: pl.Expr | float, turn: pl.Expr | None = None) -> pl.Expr:
        """True with the given chance."""
        return self.roll(name, turn) < chance

    def exponential(self, name: str, mean: pl.Expr | float, turn: pl.Expr | None = None) -> pl.Expr:
        """Exponential with the given mean."""
        return -self.roll(name, turn).log() * mean

    def odds(self, name: str) -> pl.Expr:
        """Log-logistic with median 1: the odds of a roll."""
        roll = self.roll(name)
        return roll / (1 - roll)

    def times(self, name: str, again: pl.Expr, most: int, turn: pl.Expr | None = None) -> pl.Expr:
        """How often in a row something with the chance `again` goes well, at most `most` times."""
        return (self.roll(name, turn).log() / again.log()).floor().clip(0, most).cast(pl.Int64)

    def pick(self, name: str, weights: Sequence[float], turn: pl.Expr | None = None) -> pl.Expr:
        """A place in `weights`, drawn by weight."""
        return self.pick_in(name, pl.lit(0), Weights.of([weights]), turn)

    def pick_in(self, name: str, row: pl.Expr, weights: Weights, turn: pl.Expr | None = None) -> pl.Expr:
        """A place in the given row of `weights`, drawn by weight; null where `row` is null."""
        found = pl.lit(weights.bounds).search_sorted(row + self.roll(name, turn), side="right")
        place = found.cast(pl.Int64) - row * weights.width
        return pl.when(row.is_not_null()).then(place.clip(0, weights.width - 1))


def _parts(weights: Sequence[float]) -> list[float]:
    """Running sums of the weights, the last one exactly 1."""
    total = sum(weights)
    return [part / total if part < total else 1.0 for part in accumulate(weights)]
