"""The worker: `python -m journeyscore.web.work DIRECTORY`. It does what is due, and rests."""

import logging
import signal
import sys
import threading
from pathlib import Path

from journeyscore.web.site import Site, configure

REST = 0.5
"""Seconds between two looks."""
log = logging.getLogger(__name__)


def work(stop: threading.Event) -> None:
    """Do what is due until `stop` is set. A defect in one thing does not keep the others from being done."""
    from journeyscore.web.intake import land_until
    from journeyscore.web.jobs import work_on
    from journeyscore.web.messages import deliver_until
    from journeyscore.web.reports import KEPT

    # beside each other: a long import keeps no scores waiting, and no letters longer than it writes
    beside = [threading.Thread(target=do, args=(stop,), name=do.__name__) for do in (work_on, land_until)]
    # a slow other side keeps nobody from stopping: what was under way is found by the next worker
    threading.Thread(target=deliver_until, args=(stop,), name="deliver", daemon=True).start()
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
    configure(Site(Path(sys.argv[1]), https=False))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(stop)


if __name__ == "__main__":
    main()
