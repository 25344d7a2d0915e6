"""How many requests one address may make: as many as it likes for a moment, and then at a pace."""

import threading
from collections.abc import Callable
from math import ceil
from time import monotonic

PER_SECOND = 3_000
"""Requests of one address: three times what the busiest sender is asked to keep to. A request may hold a batch."""
AT_ONCE = 10_000
"""Requests that may come at once after a quiet time."""
ADDRESSES = 20_000
"""So many are remembered; who has been quiet is forgotten first."""


class Pace:
    """A bucket for each address, which fills at the pace (`per_second`) and holds `at_once` requests."""

    def __init__(
        self, per_second: float = PER_SECOND, at_once: float = AT_ONCE, clock: Callable[[], float] = monotonic
    ) -> None:
        self._per_second, self._at_once, self._clock = per_second, at_once, clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, address: str) -> int:
        """0 where the request may be answered; else the whole seconds after which the next may come."""
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(address, (self._at_once, now))
            left = min(self._at_once, left + (now - at) * self._per_second)
            waits = left < 1
            self._buckets[address] = (left if waits else left - 1, now)  # last: what was asked last
            if len(self._buckets) > ADDRESSES:
                del self._buckets[next(iter(self._buckets))]
        return ceil((1 - left) / self._per_second) if waits else 0
