"""How many candidates were in each band, week by week."""

from datetime import date, timedelta

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.reports.scores import scores
from journeyscore.reports.snapshot import Snapshot

WEEKS = 8
SCHEMA = pl.Schema({"day": pl.Date(), "band": pl.String(), "people": pl.Int64()})


def trend(snapshot: Snapshot, model: Model, as_of: date, weeks: int = WEEKS) -> pl.DataFrame:
    """The bands at the end of `as_of` and of the same day in each of the `weeks` before: SCHEMA, oldest day first.

    Every week is scored with the model of today. Weeks before the first event are left out; a band in which nobody
    was on a day has no row.
    """
    days = [as_of - timedelta(weeks=n) for n in reversed(range(weeks + 1))]
    rows = [
        (day, band, people)
        for day in days
        if day >= min(snapshot.first_day, as_of)
        for band, people in scores(snapshot, model, day).bands().items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
