"""Who serves a data directory: servers and workers attend, and meanwhile nobody may replace what they have open."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journeyscore.domain.errors import BusyError
from journeyscore.log.lease import Lease

FILE = "serving.lock"
WORKER_LOCK, WORKER = "worker.lock", "worker"
"""The worker's own lock, and what it is called there: a thread of the pages holds it while it does a job."""


def attend(data_dir: Path) -> int:
    """Be there for as long as this process lives, or until the handle is closed. Raises BusyError during a restore."""
    return _locked(data_dir, fcntl.LOCK_SH)


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Nobody serves the directory meanwhile. Raises BusyError while somebody does."""
    handle = _locked(data_dir, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def served(data_dir: Path) -> bool:
    """Whether a server or worker is there."""
    return Lease(data_dir / FILE).holder() is not None


def worker_alive(data_dir: Path) -> bool:
    """Whether a worker is there: it lands letters, and keeps reports ready."""
    owner = Lease(data_dir / WORKER_LOCK).holder()
    return owner is not None and owner.command == WORKER


def _locked(data_dir: Path, how: int) -> int:
    handle = os.open(data_dir / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        if how == fcntl.LOCK_SH:
            raise BusyError("{path}: a backup is being restored here; start again later", path=data_dir) from None
        raise BusyError("{path}: a server or worker is running here; stop it first", path=data_dir) from None
    return handle
