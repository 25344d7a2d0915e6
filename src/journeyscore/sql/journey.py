"""Which touchpoints candidates had: as bit masks, so that a few rows say everything about everybody's journey."""

from datetime import date

import polars as pl
from sqlglot import parse_one
from sqlglot.expressions import Expr

from journeyscore.domain.model import Model
from journeyscore.sql.score import classified

WORD = 60
"""Touchpoints in one mask: SQL's integers have a sign."""
WORDS = 3

MASKS = """
SELECT low, middle, high, COUNT(*) AS people FROM (
  SELECT c.candidate, BIT_OR(b.low) AS low, BIT_OR(b.middle) AS middle, BIT_OR(b.high) AS high
  FROM classified AS c JOIN bits AS b ON c.touchpoint = b.touchpoint
  WHERE c.day >= :since GROUP BY c.candidate
) AS journeys GROUP BY low, middle, high
"""

REACH = """
SELECT c.candidate, MAX(s.stage) AS stage, ARG_MAX(c.touchpoint, c.occurred_at) AS last_touchpoint,
  BIT_OR(b.low) AS low, BIT_OR(b.middle) AS middle, BIT_OR(b.high) AS high
FROM classified AS c JOIN stages AS s ON c.touchpoint = s.touchpoint JOIN bits AS b ON c.touchpoint = b.touchpoint
WHERE c.day >= :since GROUP BY c.candidate
"""

HITS = """
SELECT c.touchpoint, COUNT(*) AS hits FROM classified AS c
WHERE NOT c.touchpoint IS NULL AND c.day >= :since GROUP BY c.touchpoint
"""


def masks_query(model: Model, since: date, as_of: date, dialect: str) -> Expr:
    """How many people had exactly the same touchpoints: low, middle, high (masks by place in the model), people.

    Counts events from `since` to `as_of`. Run with the tables events, identity and `bits`.
    """
    return classified(parse_one(MASKS), model, since, as_of, dialect)


def reach_query(model: Model, as_of: date, dialect: str) -> Expr:
    """How far each candidate has come: candidate, stage (the highest of table `stages`: touchpoint, stage), the
    touchpoint of the last event that the model knows, and the masks of all touchpoints (table `bits`)."""
    return classified(parse_one(REACH), model, date.min, as_of, dialect)


def hits_query(model: Model, since: date, as_of: date, dialect: str) -> Expr:
    """Events by touchpoint (place in the model): touchpoint, hits."""
    return classified(parse_one(HITS), model, since, as_of, dialect)


def bits(model: Model) -> pl.DataFrame:
    """The table `bits`: touchpoint, and its bit in one of the three words."""
    places = range(min(len(model.touchpoints), WORD * WORDS))
    words = [[1 << (p % WORD) if p // WORD == word else 0 for p in places] for word in range(WORDS)]
    schema = {"touchpoint": pl.Int32, "low": pl.Int64, "middle": pl.Int64, "high": pl.Int64}
    return pl.DataFrame([list(places), *words], schema)


def had(place: int) -> pl.Expr:
    """Whether somebody with the columns low, middle and high had the touchpoint at this place in the model."""
    word = pl.col(("low", "middle", "high")[place // WORD])
    return (word.fill_null(0) & (1 << place % WORD)) != 0


def places_of(low: int, middle: int, high: int) -> frozenset[int]:
    """The places in the model whose bits are set."""
    mask = low | middle << WORD | high << 2 * WORD
    return frozenset(place for place in range(WORD * WORDS) if mask >> place & 1)
