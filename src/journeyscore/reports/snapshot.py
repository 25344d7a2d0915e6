"""What every report looks at: the events and who is who, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.engines.engine import Engine, Table
from journeyscore.sql.slots import Detail, score_tables


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The event log (its files, or rows), the identity map, the first day with events, and the engine to ask.

    `identity` has columns person and candidate. `first_day` may be earlier than the first event, never later.
    """

    engine: Engine
    events: Table
    identity: pl.DataFrame
    first_day: date

    def tables(self, model: Model, as_of: date, detail: Detail) -> Mapping[str, Table]:
        """Everything that a scoring query reads."""
        lookups = _lookups(model, as_of, min(self.first_day, as_of), detail)
        return {"events": self.events, "identity": self.identity, **lookups}

    def persons_of(self, candidates: Sequence[str]) -> pl.DataFrame:
        """The table `chosen`: these candidates, and every visitor and merged candidate that stands for one of them."""
        others = self.identity.filter(pl.col("candidate").is_in(list(candidates))).get_column("person").to_list()
        return pl.DataFrame({"person": [*candidates, *others]}, {"person": pl.String})

    def of(self, *candidates: str) -> "Snapshot":
        """The same with these candidates' events only, as rows: several questions about them read the log once."""
        theirs = pl.col("person").is_in(self.persons_of(candidates).get_column("person").implode())
        # not by the engine: finding a few people's rows takes polars a third of the time (measured)
        rows = self.events if isinstance(self.events, pl.DataFrame) else pl.scan_parquet(list(self.events), glob=False)
        return replace(self, events=rows.lazy().filter(theirs).collect(engine="streaming"))


@lru_cache(maxsize=8)
def _lookups(model: Model, as_of: date, first_day: date, detail: Detail) -> Mapping[str, Table]:
    """Some ten thousand rows, and the same for everybody who asks on a day."""
    return score_tables(model, as_of, first_day, detail)
