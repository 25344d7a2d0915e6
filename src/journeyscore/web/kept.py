"""Reports that take seconds, made once for each state of the data and read by every page until something changes.

A page gets what is there, newest state first, and says so when that is not the present state; the present one is being
made meanwhile. Results lie in the data directory's `cache` (pseudonyms only) and can be removed at any time.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from time import monotonic

import polars as pl

from journeyscore.actions.looking import look, look_at
from journeyscore.actions.model_file import mark_of, model_in_force
from journeyscore.actions.workspace import CACHE
from journeyscore.domain.errors import BusyError
from journeyscore.domain.model import Model
from journeyscore.log.part_file import storing
from journeyscore.reports.snapshot import Snapshot
from journeyscore.web.workspace import today, workspace

LAYOUT = 4
"""To be raised when a report's columns change: files of before are made anew."""
PATIENCE = 2.0
"""Seconds that a page waits for the present state before it shows an earlier one."""
FIRST_TIME = 20.0
"""Seconds that it waits when there is no earlier one."""
QUICK = 1.0
"""Seconds: a report that takes no longer is made anew for every change."""
REST = 5
"""A slower one rests so many times as long as it took, while only events come in: steady traffic may not keep the
machine busy with reports."""
_worker = ThreadPoolExecutor(1, "kept")


@dataclass(frozen=True, slots=True)
class State:
    """What every report depends on: the log, who is who, the model, and the day."""

    log: int
    identity: datetime | None
    model: tuple[int, int]
    as_of: date

    def without_events(self) -> tuple[tuple[int, int], date]:
        """What of it people change, or the calendar."""
        return self.model, self.as_of

    def digest(self) -> str:
        """A short name of this state."""
        return hashlib.sha256(f"{LAYOUT} {self!r}".encode()).hexdigest()[:16]


def state() -> State:
    """The present state."""
    opened = workspace()
    return State(opened.log.version, opened.records.links.newest(), mark_of(opened), today())


def model() -> Model:
    """The model that is in force. Raises ModelError where somebody broke the file."""
    return model_in_force(workspace())


def snapshot() -> Snapshot:
    """The events and the identity map as they are now."""
    return look(workspace(), today())


def snapshot_of(candidate: str) -> Snapshot:
    """The events of one candidate, and who stands for whom among those who hang together with that one."""
    return look_at(workspace(), [candidate], today())


@dataclass(frozen=True, slots=True)
class Found:
    """A report's rows, the state that they are of, and whether that is the present one. `until`: for how long (on
    `time.monotonic`) this one is good enough when only events have come in."""

    frame: pl.DataFrame
    state: State
    fresh: bool
    until: float = 0.0


@dataclass
class Kept:
    """One report: `make` gives its rows for a snapshot, a model and a day."""

    name: str
    make: Callable[[Snapshot, Model, date], pl.DataFrame]
    _last: Found | None = None
    _making: dict[State, "Future[Found]"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, patience: float = PATIENCE, first_time: float = FIRST_TIME) -> Found:
        """The report. Raises BusyError when there is none at all yet and it takes long."""
        present = state()
        last = self._last
        if last and last.state == present:
            return last
        if last and monotonic() < last.until and last.state.without_events() == present.without_events():
            return replace(last, fresh=False)
        with self._lock:
            job = self._making.get(present) or self._making.setdefault(present, _worker.submit(self._make, present))
        try:
            return job.result(patience if last else first_time)
        except NotYet:
            if last is None:
                raise BusyError("the scores are being computed for the first time; try again in a moment") from None
            return replace(last, fresh=False)

    def _make(self, present: State) -> Found:
        try:
            file = workspace().path / CACHE / f"{self.name}-{present.digest()}.parquet"
            start = monotonic()
            frame = _load(file) if file.exists() else self._save(file)
            took = monotonic() - start
            rest = REST * took if took > QUICK else 0.0
            found = Found(frame, present, True, monotonic() + rest)
            self._last = found
            return found
        finally:
            self._making.pop(present, None)
            workspace().close()

    def _save(self, file: Path) -> pl.DataFrame:
        frame = self.make(snapshot(), model(), today())
        file.parent.mkdir(mode=0o700, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}.draft")  # another process may be making the same
        storing(draft, lambda: frame.write_parquet(draft))
        draft.rename(file)
        for old in file.parent.glob(f"{self.name}-*.parquet"):
            if old != file:
                with suppress(OSError):
                    old.unlink()
        return frame


def _load(file: Path) -> pl.DataFrame:
    return pl.read_parquet(file, glob=False)
