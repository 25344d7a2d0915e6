"""Killing imports: `python -m tests.actions.kill_run 200` kills 200 and prints what became of them.

A child imports a file and is killed, at a named step or at a random moment; then the import is run again, and
everything must be as if nothing had happened.
"""

import itertools
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from journeyscore.actions import parts
from journeyscore.actions.import_file import import_file
from journeyscore.actions.workspace import init, open_workspace
from tests.actions.conftest import nothing_vanished
from tests.actions.files import sent, write
from tests.actions.killed_child import die_on_the_way

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.actions.killed_child"])
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
PART = 40
STEPS = (
    "Imports.begin",
    "Spool.put",
    "People.put",
    "Links.add",
    "write_part",
    "EventLog._commit",
    "DeltaTable.create_write_transaction",
    "EventLog._sync_log",
    "Imports.land",
    "write_refused",
    "Imports.end",
    "Spool.clear",
    "EventLog.compact",
)


@dataclass(frozen=True)
class Kill:
    """Where to kill: `before` or `after` call number `call` of `step`; without a step, after `delay` seconds."""

    step: str = ""
    when: str = "before"
    call: int = 1
    delay: float = 0.0

    def __str__(self) -> str:
        return f"{self.when} {self.step} #{self.call}" if self.step else f"after {self.delay:.2f} s"


class Trial:
    """A file, and what an import of it that nobody disturbs gives."""

    def __init__(self, folder: Path, rows: int = 240) -> None:
        self.folder = folder
        self.number = itertools.count()
        self.file = write(folder / "sent.csv", [_row(i) for i in range(rows)])
        self.empty = folder / "empty"
        init(self.empty).close()
        whole = self._copy("whole")
        began = time.monotonic()
        self.expected = run(whole, self.file)
        self.seconds = time.monotonic() - began

    def kill(self, kill: Kill) -> str:
        """Kill one import and run it again; gives a word for how it went, or raises AssertionError."""
        data = self._copy(f"killed-{next(self.number)}")
        try:
            self._child(data, kill)
            ended = has_ended(data)
            found = look(data) if ended else run(data, self.file)
            for name, value in self.expected.items():
                assert found[name] == value, f"{name} is not as it should be, killed {kill}"
            return "had ended" if ended else "killed"
        finally:
            shutil.rmtree(data)

    def _child(self, data: Path, kill: Kill) -> None:
        child = PROCESSES.Process(target=die_on_the_way, args=(data, self.file, kill.step, kill.when, kill.call))
        child.start()
        if not kill.step:
            time.sleep(kill.delay)
            child.kill()
        child.join()
        assert child.exitcode in (0, -9), f"the child ended with {child.exitcode}"

    def _copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.empty, self.folder / name))

    def random_kill(self, dice: random.Random) -> Kill:
        """A named step or a moment, by chance."""
        if dice.random() < 0.5:
            return Kill(dice.choice(STEPS), dice.choice(["before", "after"]), dice.randint(1, 6))
        return Kill(delay=dice.uniform(0, self.seconds * 1.2))


def run(data: Path, file: Path) -> dict[str, object]:
    """Import the file, in small parts, and say everything that must be the same each time."""
    rows, parts.PART_ROWS = (parts.CHUNK_ROWS, parts.PART_ROWS), PART
    try:
        parts.CHUNK_ROWS = PART
        workspace = open_workspace(data)
        import_file(workspace, file, now=NOW)
        workspace.close()
    finally:
        parts.CHUNK_ROWS, parts.PART_ROWS = rows
    return look(data)


def has_ended(data: Path) -> bool:
    """Whether the import came to its end before it was killed: importing again would be a second import."""
    workspace = open_workspace(data)
    imports = workspace.records.imports
    ended = bool(imports.all()) and not imports.unfinished()
    workspace.close()
    return ended


def look(data: Path) -> dict[str, object]:
    """Everything that must be the same each time."""
    workspace = open_workspace(data)
    nothing_vanished(workspace)
    records = workspace.records
    (one,) = records.imports.all()
    state: dict[str, object] = {
        "log": pl.read_parquet(workspace.log.files(), glob=False).sort("event_id").rows(),
        "counts": records.imports.counts().rows(),
        "import": (one.ended, one.received, one.accepted, one.duplicate, one.refused, one.reasons),
        "people": records.people.frame().rows(),
        "identity": records.identity().rows(),
        "refused rows": Path(one.refused_file).read_text(),
        "spools": [p.name for p in (data / "refused").iterdir() if p.is_dir()],
    }
    workspace.close()
    return state


def _row(number: int) -> dict[str, str]:
    """Mostly events; each tenth row comes twice, each seventeenth cannot be read, each 23rd is a conflict."""
    if number % 23 == 22:
        return sent(number - 5, name="vacancy_viewed")
    if number % 17 == 16:
        return sent(number, occurred_at="never")
    if number % 10 == 9:
        return sent(number - 1)
    return sent(
        number, candidate=f"K-{number % 60}", visitor=f"device {number % 90}", source="ats" if number % 3 else ""
    )


def main(kills: int) -> None:
    """Kill so many imports and print a summary."""
    dice = random.Random()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        outcomes: Counter[str] = Counter()
        for _ in range(kills):
            kill = trial.random_kill(dice)
            try:
                outcomes[trial.kill(kill)] += 1
            except AssertionError as problem:
                outcomes["LOST OR DOUBLED"] += 1
                print(problem)
    print(f"{kills} imports: " + ", ".join(f"{n} {what}" for what, n in sorted(outcomes.items())))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
