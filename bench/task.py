"""One measurement in a process of its own, so that its peak memory is its own: `python -m bench.task NAME ...`."""

import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from bench.models import models
from bench.rivals import with_pandas, with_polars

FLOORS = {
    "floor by person": "SELECT person, name, day, count(*) AS n FROM events GROUP BY ALL",
    "floor by candidate": "SELECT coalesce(i.candidate, e.person) AS candidate, e.name, e.day, count(*) AS n "
    "FROM events e LEFT JOIN identity i ON e.person = i.person GROUP BY ALL",
}
THREADS = 2


def floor(name: str, files: list[str], identity: str) -> Callable[[], int]:
    """The bare count by person or candidate, event and day, over the same files."""

    def run() -> int:
        with duckdb.connect(config={"threads": THREADS}) as connection:
            connection.execute("SET preserve_insertion_order = false")
            connection.read_parquet(files).create_view("events")
            connection.execute("CREATE TABLE identity AS FROM read_parquet(?)", [identity])
            counted = connection.execute(f"SELECT count(*) FROM ({FLOORS[name]})").fetchone()
            return int(counted[0]) if counted else 0

    return run


def journeyscore(model: str, files: list[str], identity: str, until: date) -> Callable[[], int]:
    """Our own score of everybody."""
    from journeyscore.engines.duck import DuckEngine
    from journeyscore.reports.scores import scores
    from journeyscore.reports.snapshot import Snapshot

    who = pl.read_parquet(identity)
    snapshot = Snapshot(DuckEngine(threads=THREADS), files, who, until - timedelta(days=400))
    return lambda: int(scores(snapshot, models()[model], until).frame.get_column("millipoints").sum())


def rival(which: str, model: str, files: list[str], identity: str, until: date) -> Callable[[], int]:
    """The score by hand; its sum must be ours."""
    function = {"pandas": with_pandas, "polars": with_polars}[which]
    return lambda: int(function(files, identity, models()[model], until, 400).get_column("millipoints").sum())


def take_in(workspace: Path, file: Path) -> Callable[[], int]:
    """An import of a whole file into a new workspace."""
    from journeyscore.actions.import_file import import_file
    from journeyscore.actions.workspace import init

    opened = init(workspace)
    return lambda: import_file(opened, file).accepted


def peak_memory() -> float:
    """The most memory that this process has held, in MB (what `getrusage` says includes our parent's)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Run the task of the arguments (JSON) so often, and say the best time and what it gave."""
    task = json.loads(sys.argv[1])
    files, identity = task.get("files", []), task.get("identity", "")
    until = date.fromisoformat(task["until"]) if "until" in task else date.min
    name = task["task"]
    if name in FLOORS:
        run = floor(name, files, identity)
    elif name == "journeyscore":
        run = journeyscore(task["model"], files, identity, until)
    elif name == "import":
        run = take_in(Path(task["workspace"]), Path(task["file"]))
    else:
        run = rival(name, task["model"], files, identity, until)
    seconds, gave = [], 0
    for _ in range(task.get("times", 3)):
        started = time.perf_counter()
        gave = run()
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": min(seconds), "gave": gave, "memory": peak_memory()}))


if __name__ == "__main__":
    main()
