"""Delivering messages, for as long as the worker lives."""

import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime

from journeyscore.actions.deliver import Delivered, deliver
from journeyscore.domain.errors import BusyError
from journeyscore.web.workspace import workspace

REST = 0.5
"""Seconds between two looks into an empty outbox."""
log = logging.getLogger(__name__)


def deliver_until(stop: threading.Event) -> None:
    """Deliver what is due until `stop` is set."""
    while not stop.is_set():
        done = Delivered()
        try:
            with suppress(BusyError):
                done = deliver(workspace(), datetime.now(UTC), stopped=stop.is_set)
        except Exception:
            log.exception("messages could not be delivered; it is tried again")
            stop.wait(REST * 10)
        if not done.sent:
            stop.wait(REST)
    workspace().close()
