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
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from journeyscore.actions.workspace import CACHE, MODEL, Workspace
from journeyscore.domain.errors import BusyError
from journeyscore.domain.model import Model
from journeyscore.engines.duck import DuckEngine
from journeyscore.intake.names import standard_name
from journeyscore.log.event_log import SCHEMA
from journeyscore.log.part_file import storing
from journeyscore.modelfile.parse import read_model
from journeyscore.reports.snapshot import Snapshot
from journeyscore.web.workspace import today, workspace

LAYOUT = 3
"""To be raised when a report's columns change: files of before are made anew."""
PATIENCE = 2.0
"""Seconds that a page waits for the present state before it shows an earlier one."""
FIRST_TIME = 20.0
"""Seconds that it waits when there is no earlier one."""
_worker = ThreadPoolExecutor(1, "kept")
_models: dict[tuple[int, int], Model] = {}


@dataclass(frozen=True, slots=True)
class State:
    """What every report depends on: the log, who is who, the model, and the day."""

    log: int
    identity: str
    model: tuple[int, int]
    as_of: date

    def digest(self) -> str:
        """A short name of this state."""
        return hashlib.sha256(f"{LAYOUT} {self!r}".encode()).hexdigest()[:16]


def state() -> State:
    """The present state."""
    opened = workspace()
    return State(opened.log.version, opened.records.links.marker(), _mark(opened), today())


def model() -> Model:
    """The model that is in force. Raises ModelError where somebody broke the file."""
    opened = workspace()
    mark = _mark(opened)
    if mark not in _models:
        _models.clear()
        _models[mark] = read_model(opened.path / MODEL, standard_name=standard_name)
    return _models[mark]


def snapshot() -> Snapshot:
    """The events and the identity map as they are now."""
    return _snapshot(workspace().records.identity())


def snapshot_of(candidate: str) -> Snapshot:
    """The events of one candidate, and who stands for whom among those who hang together with that one."""
    return _snapshot(workspace().records.links.identity_around(candidate)).of(candidate)


def _snapshot(identity: pl.DataFrame) -> Snapshot:
    log = workspace().log.span()
    events = list(log.files) or pl.DataFrame(schema=SCHEMA)
    return Snapshot(DuckEngine(), events, identity, log.first_day or today())


@dataclass(frozen=True, slots=True)
class Found:
    """A report's rows, the state that they are of, and whether that is the present one."""

    frame: pl.DataFrame
    state: State
    fresh: bool


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
        with self._lock:
            job = self._making.get(present) or self._making.setdefault(present, _worker.submit(self._make, present))
        try:
            return job.result(patience if last else first_time)
        except NotYet:
            if last is None:
                raise BusyError("the scores are being computed for the first time; try again in a moment") from None
            return Found(last.frame, last.state, fresh=False)

    def _make(self, present: State) -> Found:
        try:
            file = workspace().path / CACHE / f"{self.name}-{present.digest()}.parquet"
            found = Found(_load(file) if file.exists() else self._save(file), present, fresh=True)
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


def _mark(opened: Workspace) -> tuple[int, int]:
    """Which text the model's file has, as far as the file system tells."""
    found = (opened.path / MODEL).stat()
    return found.st_mtime_ns, found.st_size
