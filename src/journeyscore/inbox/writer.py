"""Writing for many senders at once: one commit, and so one sync of the disk, for all who wait at that moment."""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future

from journeyscore.domain.errors import BusyError
from journeyscore.inbox.inbox import Inbox, Letter

MOST_WAITING = 50_000
"""Letters that wait for the disk; beyond, senders are asked to come back."""
MOST_AT_ONCE = 20_000


class Writer:
    """One thread that writes; `put` returns when the letters are on disk, and raises what went wrong otherwise."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._queue: deque[tuple[Sequence[Letter], Future[None]]] = deque()
        self._waiting = 0
        self._more = threading.Condition()
        self._ends = False
        self._thread = threading.Thread(target=self._write, name="inbox", daemon=True)
        self._thread.start()

    def put(self, letters: Sequence[Letter], patience: float | None = None) -> None:
        """Keep these durably. Raises BusyError before anything was kept, StorageError where the disk refuses.

        With `patience` it waits so many seconds at most, then raises BusyError; the letters may be kept all the same.
        """
        done = self.put_soon(letters)
        try:
            done.result(patience)
        except TimeoutError:
            raise BusyError("more comes in than the disk takes; send it again in a moment") from None

    def put_soon(self, letters: Sequence[Letter]) -> "Future[None]":
        """The same without waiting: the letters are on disk when the result is there."""
        done: Future[None] = Future()
        with self._more:
            if self._ends or self._waiting + len(letters) > MOST_WAITING:
                raise BusyError("more comes in than the disk takes; send it again in a moment")
            self._waiting += len(letters)
            self._queue.append((letters, done))
            self._more.notify()
        return done

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._more:
            self._ends = True
            self._more.notify()
        self._thread.join()

    def _write(self) -> None:
        while batch := self._next():
            letters = [letter for some, _ in batch for letter in some]
            problem: Exception | None = None
            try:
                self._inbox.put(letters)
            except Exception as error:  # every sender must hear of it, whatever it is
                problem = error
            for _, done in batch:
                done.set_exception(problem) if problem else done.set_result(None)
        self._inbox.close()

    def _next(self) -> list[tuple[Sequence[Letter], "Future[None]"]]:
        """Everything that waits now; nothing at the end."""
        with self._more:
            self._more.wait_for(lambda: self._queue or self._ends)
            batch: list[tuple[Sequence[Letter], Future[None]]] = []
            while self._queue and sum(len(some) for some, _ in batch) < MOST_AT_ONCE:
                batch.append(self._queue.popleft())
            self._waiting -= sum(len(some) for some, _ in batch)
            return batch
