"""Reports of other days than today. They are not kept ready: the last one asked for stays until another is."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import date

import polars as pl

from journeyscore.domain.errors import BusyError
from journeyscore.domain.model import Model
from journeyscore.reports.snapshot import Snapshot
from journeyscore.web.kept import State, model, snapshot, state
from journeyscore.web.workspace import workspace

Make = Callable[[Snapshot, Model, date], pl.DataFrame]
PATIENCE = 20.0
"""Seconds that an answer waits; the work goes on after them."""
_worker = ThreadPoolExecutor(1, "past")
_last: dict[Make, tuple[State, date, "Future[pl.DataFrame]"]] = {}
_lock = threading.Lock()


def on(day: date, make: Make) -> pl.DataFrame:
    """What `make` gives for that day. Raises BusyError when it takes long; asked again, it is ready or nearer."""
    present = state()
    with _lock:
        last = _last.get(make)
        if last is None or last[:2] != (present, day) or (last[2].done() and last[2].exception()):
            last = _last[make] = (present, day, _worker.submit(_made, make, day))
    try:
        return last[2].result(PATIENCE)
    except NotYet:
        raise BusyError("this day is being computed; ask again in a moment") from None


def _made(make: Make, day: date) -> pl.DataFrame:
    try:
        return make(snapshot(), model(), day)
    finally:
        workspace().close()
