"""The child of `kill_run`: imports a file, and kills itself at a step, as nobody can prepare for."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from journeyscore.actions import import_file as importing
from journeyscore.actions import spool
from journeyscore.log import event_log
from journeyscore.records.setup import register


def places() -> dict[str, Any]:
    """Where the functions live whose calls can be counted."""
    from journeyscore.records import imports, links, people

    return {
        "Imports": imports.Imports,
        "People": people.People,
        "Links": links.Links,
        "Spool": spool.Spool,
        "EventLog": event_log.EventLog,
        "DeltaTable": DeltaTable,
        "write_part": event_log,
        "write_refused": importing,
    }


def killing(work: Callable[..., Any], when: str, call: int) -> Callable[..., Any]:
    """`work`, but the process is killed before or after its call number `call`."""
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = work(*args, **kwargs)
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return counted


def die_on_the_way(data: Path, file: Path, step: str, when: str, call: int) -> None:
    """Import `file` into `data`; with a step, be killed `before` or `after` its call number `call`."""
    from tests.actions.kill_run import run

    register(data)
    if step:
        place = places()[step.split(".")[0]]
        name = step.split(".")[-1]
        setattr(place, name, killing(getattr(place, name), when, call))
    run(data, file)
