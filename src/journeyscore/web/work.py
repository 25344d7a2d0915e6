"""The worker: `python -m journeyscore.web.work DIRECTORY`. It does what is due, and rests."""

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from journeyscore.log.presence import attend
from journeyscore.web.logs import set_up
from journeyscore.web.site import Site, configure

REST = 0.5
"""Seconds between two looks."""
PATIENCE = 4.0
"""Seconds in which a worker that was told to stop comes to its end; what it was doing is taken up by the next."""
log = logging.getLogger(__name__)


def work(stop: threading.Event) -> None:
    """Do what is due until `stop` is set. A defect in one thing does not keep the others from being done."""
    from journeyscore.web.intake import land_until
    from journeyscore.web.jobs import work_on
    from journeyscore.web.reports import KEPT

    # beside each other: a long import keeps no scores waiting, and no letters longer than it writes
    beside = [threading.Thread(target=do, args=(stop,), name=do.__name__) for do in (work_on, land_until)]
    for thread in beside:
        thread.start()
    while not stop.is_set():
        for due in (*(kept.get for kept in KEPT),):
            try:
                due()
            except Exception:
                log.exception("the worker could not do something; it goes on")
        stop.wait(REST)
    for thread in beside:
        thread.join()


def main() -> None:
    """Work for one data directory until the process is told to stop."""
    attend(Path(sys.argv[1]))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(stop))
    configure(Site(Path(sys.argv[1]), https=False))
    set_up()
    work(stop)


def _stop(stop: threading.Event) -> None:
    """Stop soon: a report may take minutes, and an import its part."""
    stop.set()
    last = threading.Timer(PATIENCE, os._exit, [0])
    last.daemon = True
    last.start()


if __name__ == "__main__":
    main()
