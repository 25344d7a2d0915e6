"""One writer per data directory: a lock file that names its owner, and is free as soon as the owner is gone."""

import contextlib
import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from journeyscore.domain.errors import BusyError
from journeyscore.domain.phrase import Phrase

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Owner:
    """Who writes: the process, its command, and since when (UTC). None where the lock file does not say."""

    pid: int | None = None
    command: str = Phrase("another command")
    since: datetime | None = None

    def age(self) -> float | None:
        """Seconds since the owner took the lease."""
        return max(0.0, (datetime.now(UTC) - self.since).total_seconds()) if self.since else None

    @property
    def said(self) -> str:
        """Who it is in words, for pages in any language."""
        who, age = self.command, self.age()
        if self.pid:
            who = Phrase("{command} (process {pid})", command=who, pid=self.pid)
        return who if age is None else Phrase("{who}, for {age:.0f} s", who=who, age=age)

    def __str__(self) -> str:
        return str(self.said)


class Lease:
    """The right to write in a data directory; `hold` may be entered again by the thread that holds it.

    `wait` is how many seconds a second writer waits; `on_wait` is told once who holds it. The operating system frees
    the lock when the process dies, however it dies; the file itself stays.
    """

    def __init__(self, path: Path, wait: float = 30.0, on_wait: Callable[[Owner], None] | None = None) -> None:
        self.path = path
        self.wait = wait
        self.on_wait = on_wait
        self._thread = threading.RLock()
        self._depth = 0
        self._command = ""

    @contextlib.contextmanager
    def hold(self, command: str, wait: float | None = None) -> Iterator[None]:
        """Hold the lease. Raises BusyError, naming owner and age, after `wait` seconds (None: the lease's own)."""
        patience = self.wait if wait is None else wait
        deadline = time.monotonic() + patience
        if not self._thread.acquire(timeout=patience):
            raise self._busy(patience, Owner(os.getpid(), self._command))
        try:
            with self._flock(command, patience, deadline):
                yield
        finally:
            self._thread.release()

    def owner(self) -> Owner:
        """Who holds the lease, or held it last, as the lock file has it."""
        try:
            said = json.loads(self.path.read_text("utf-8"))
            return Owner(said["pid"], said["command"], datetime.fromisoformat(said["since"]))
        except (OSError, ValueError, TypeError, KeyError):
            return Owner()

    def holder(self) -> Owner | None:
        """Who holds the lease now, or None."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return None if _try_lock(handle) else self.owner()
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def _flock(self, command: str, patience: float, deadline: float) -> Iterator[None]:
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            with self._in_line(patience, deadline):
                self._lock(handle, patience, deadline)
            _sign(handle, command)
            self._depth, self._command = 1, command
            yield
        finally:
            self._depth, self._command = 0, ""
            os.close(handle)

    @contextlib.contextmanager
    def _in_line(self, patience: float, deadline: float) -> Iterator[None]:
        """Who waits stands in line: nobody who holds it again and again can keep them from it."""
        place = self.path.with_name(f"{self.path.stem}-next.lock")
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._lock(handle, patience, deadline)
            yield
        finally:
            os.close(handle)

    def _lock(self, handle: int, patience: float, deadline: float) -> None:
        pause, told = FIRST_PAUSE, False
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                raise self._busy(patience, self.owner())
            if not told and self.on_wait:
                self.on_wait(self.owner())
            told = True
            time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _busy(self, patience: float, owner: Owner) -> BusyError:
        return BusyError(
            "{path}: {owner} is writing here, and did not end within {patience:g} s; try again later",
            path=self.path.parent,
            owner=owner.said,
            patience=patience,
        )


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(handle: int, command: str) -> None:
    owner = {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(owner).encode(), 0)
