"""The worker: `python -m journeyscore.web.work DIRECTORY`. It does what is due, and rests."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from journeyscore.log.presence import attend
from journeyscore.web.logs import set_up
from journeyscore.web.site import Site, configure

REST = 0.5
"""Seconds between two looks."""
FIRST_TIME = 3600.0
"""Seconds: nobody waits here but the worker itself."""
REPORTS = "--reports"
NICE = 15
"""How far the making of reports steps back for everything else: what it takes is a machine's whole strength."""
SHARE = 5
"""How much longer it rests than it makes reports: scores and reactions go first."""
PATIENCE = 4.0
"""Seconds in which a worker that was told to stop comes to its end; what it was doing is taken up by the next."""
log = logging.getLogger(__name__)


def work(stop: threading.Event) -> None:
    """Do what is due until `stop` is set: jobs, landing, following, beside each other. A long import keeps no scores
    waiting, and no letters longer than it writes."""
    from journeyscore.web.intake import follow_until, land_until
    from journeyscore.web.jobs import work_on
    from journeyscore.web.messages import deliver_until

    beside = [threading.Thread(target=do, args=(stop,), name=do.__name__) for do in (work_on, land_until, follow_until)]
    # a slow other side keeps nobody from stopping: what was under way is found by the next worker
    threading.Thread(target=deliver_until, args=(stop,), name="deliver", daemon=True).start()
    for thread in beside:
        thread.start()
    for thread in beside:
        thread.join()


def keep_all_ready(stop: threading.Event) -> None:
    """Keep ready what pages read, until `stop` is set or the worker is gone."""
    os.nice(NICE)
    worker = os.getppid()
    while not stop.is_set() and os.getppid() == worker:
        keep_ready(stop)


def keep_ready(stop: threading.Event) -> None:
    """Make what pages read, then rest: by far the longer time, unless people change something themselves."""
    from journeyscore.web.kept import state
    from journeyscore.web.reports import KEPT

    before, started = state().without_events(), monotonic()
    for kept in KEPT:
        try:
            kept.get(first_time=FIRST_TIME)
        except Exception:
            log.exception("the worker could not make a report; it goes on")
    rested = monotonic() + max(REST, SHARE * (monotonic() - started))
    while monotonic() < rested and state().without_events() == before:
        if stop.wait(REST):
            break


def main() -> None:
    """Work for one data directory until the process is told to stop; what pages read is made in a process beside."""
    attend(Path(sys.argv[1]))
    stop, beside = threading.Event(), list["subprocess.Popen[bytes]"]()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(stop, beside))
    configure(Site(Path(sys.argv[1]), https=False))
    set_up()
    if REPORTS in sys.argv:
        return keep_all_ready(stop)
    beside.append(subprocess.Popen([sys.executable, "-m", "journeyscore.web.work", sys.argv[1], REPORTS]))
    work(stop)
    beside[0].wait()
    return None


def _stop(stop: threading.Event, beside: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Stop soon: a report may take minutes, and an import its part."""
    stop.set()
    for process in beside:
        process.terminate()
    last = threading.Timer(PATIENCE, os._exit, [0])
    last.daemon = True
    last.start()


if __name__ == "__main__":
    main()
