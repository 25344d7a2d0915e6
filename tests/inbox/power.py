"""P2: a disk that forgets what was not synced. `python -m tests.inbox.power 10000` cuts the power that many times.

The inbox runs as it is, over SQLite with a file system of our own in memory. A write is pending until its file is
synced. When the power goes, each pending write is lost, kept, or torn at a sector, at random; then the inbox is opened
again on what is left. With `synchronous = NORMAL` in the place of FULL the same run must lose something, or it proves
nothing.
"""

import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw
import pytest

from journeyscore.domain.errors import StorageError
from journeyscore.inbox import Inbox, Letter
from journeyscore.inbox import inbox as room

SECTOR = 512
NAME = "forgetful"
MOST = 300
"""Letters; with more the disk is emptied between two cuts, or the run would take longer and longer."""


class Cut(Exception):
    """The power is gone."""


@dataclass
class File:
    """What is surely on the disk, what programs see, and the writes between the two: (offset, bytes) or a length."""

    durable: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes] | int] = field(default_factory=list)

    def sync(self) -> None:
        self.durable, self.pending = bytearray(self.seen), []


def apply(content: bytearray, change: tuple[int, bytes] | int) -> None:
    """Write, or cut to a length."""
    if isinstance(change, int):
        del content[change:]
        return
    offset, data = change
    content.extend(b"\0" * (offset - len(content)))
    content[offset : offset + len(data)] = data


@dataclass
class Disk:
    """Files, and how many operations are left until the power goes."""

    files: dict[str, File] = field(default_factory=dict)
    left: int = sys.maxsize

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cut

    def after_the_cut(self, dice: random.Random) -> "Disk":
        """What is found when the power is back."""
        found = {}
        for name, file in self.files.items():
            content = bytearray(file.durable)
            for change in file.pending:
                fate = dice.random()
                if fate < 0.4:
                    apply(content, change)
                elif fate < 0.7 and not isinstance(change, int):
                    offset, data = change
                    some = [n for n in range(0, len(data), SECTOR) if dice.random() < 0.5]
                    for start in some:
                        apply(content, (offset + start, data[start : start + SECTOR]))
            found[name] = File(bytearray(content), content)
        return Disk(found)


class Handle:
    """An open file, as SQLite uses it."""

    def __init__(self, disk: Disk, name: str) -> None:
        self.disk, self.file = disk, disk.files.setdefault(name, File())

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.spend()
        apply(self.file.seen, (offset, bytes(data)))
        self.file.pending.append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        self.disk.spend()
        apply(self.file.seen, size)
        self.file.pending.append(size)

    def xSync(self, flags: int) -> bool:
        self.disk.spend()
        self.file.sync()
        return True

    def xFileSize(self) -> int:
        return len(self.file.seen)

    def xClose(self) -> None:
        return None

    def xLock(self, level: int) -> None:
        return None

    def xUnlock(self, level: int) -> None:
        return None

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0


class FileSystem(apsw.VFS):
    """SQLite's view of the disk that is in the machine now."""

    disk = Disk()

    def __init__(self) -> None:
        super().__init__(NAME, base="")

    def xOpen(self, name: Any, flags: list[int]) -> Handle:
        said = name.filename() if isinstance(name, apsw.URIFilename) else name
        flags[1] = flags[0]
        return Handle(self.disk, str(said))

    def xDelete(self, name: str, sync: bool) -> None:
        self.disk.spend()
        self.disk.files.pop(name, None)

    def xAccess(self, name: str, flags: int) -> bool:
        return name in self.disk.files

    def xFullPathname(self, name: str) -> str:
        return name


class Connection:
    """An APSW connection that looks like one of the standard library, as far as the inbox uses it."""

    def __init__(self, path: Path, isolation_level: None, synchronous: str) -> None:
        self._own = apsw.Connection(str(path), vfs=NAME)
        self._own.execute("PRAGMA locking_mode = EXCLUSIVE")  # no shared memory: there is one connection
        self._synchronous = synchronous

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        if statement.startswith("PRAGMA synchronous"):
            statement = f"PRAGMA synchronous = {self._synchronous}"
        return self._own.execute(statement, values)

    def executemany(self, statement: str, rows: Any) -> None:
        self._own.executemany(statement, rows)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._own.in_transaction:
            self._own.execute("ROLLBACK" if kind else "COMMIT")

    def close(self) -> None:
        self._own.close(True)


@dataclass
class Outcome:
    """What was found after the cuts."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0


def run(cuts: int, seed: int = 1, synchronous: str = "FULL") -> Outcome:
    """Cut the power so often, each time on the disk that the cut before left."""
    dice, outcome, files = random.Random(seed), Outcome(), FileSystem()
    files.disk = Disk()
    kept: set[int] = set()
    maybe: list[list[int]] = []
    number = 0

    def connect(path: Path, isolation_level: None) -> Connection:
        return Connection(path, isolation_level, synchronous)

    library = SimpleNamespace(connect=connect, Error=(apsw.Error, Cut), Connection=Connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "sqlite3", library)
        while outcome.cuts < cuts:
            inbox = Inbox(Path("/disk"))
            try:
                found = [int(letter.body) for letter in inbox.take(0, 1_000_000)]
            except StorageError:
                outcome.torn += 1  # the file cannot be read any more
                files.disk, kept, maybe = Disk(), set(), []
                continue
            _judge(outcome, found, kept, maybe)
            if len(found) > MOST:
                inbox.drop(inbox.take(0, 1_000_000)[-1].id)
                found = []
            # what was not acknowledged may come back later, whole: its torn end can be completed by a write that has
            # the same bytes there, and is lost itself
            kept, maybe = set(found), [batch for batch in maybe if not set(batch) & set(found)][-MOST:]
            files.disk.left = dice.randrange(4, 60)
            try:
                while True:
                    batch = list(range(number, number + dice.randrange(1, 8)))
                    number += len(batch)
                    maybe.append(batch)
                    inbox.put([Letter("s", "server", "now", str(n)) for n in batch])
                    kept |= set(maybe.pop())
                    outcome.acknowledged += len(batch)
                    if dice.random() < 0.2:
                        _drop_some(inbox, kept, maybe, dice)
            except (StorageError, Cut):
                outcome.cuts += 1
            found_then = files.disk.after_the_cut(dice)
            files.disk.left = sys.maxsize
            inbox.close()  # what SQLite still does now happens to a disk that nobody will see again
            files.disk = found_then
    files.unregister()
    return outcome


def _drop_some(inbox: Inbox, kept: set[int], maybe: list[list[int]], dice: random.Random) -> None:
    """As the lander does; until it is acknowledged, the letters may still be there."""
    letters = inbox.take(0, dice.randrange(1, 30))
    gone = [int(letter.body) for letter in letters]
    kept -= set(gone)
    maybe.extend([n] for n in gone)
    inbox.drop(letters[-1].id)
    del maybe[-len(gone) :]


def _judge(outcome: Outcome, found: list[int], kept: set[int], maybe: list[list[int]]) -> None:
    outcome.lost += len(kept - set(found))
    outcome.doubled += len(found) - len(set(found))
    unknown = set(found) - kept - {n for batch in maybe for n in batch}
    halves = sum(0 < len(set(batch) & set(found)) < len(batch) for batch in maybe)
    outcome.torn += len(unknown) + halves


def main() -> None:
    """Print what was found, and what the control found."""
    cuts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for synchronous in ("FULL", "NORMAL"):
        print(f"synchronous = {synchronous}: {run(cuts, synchronous=synchronous)}", flush=True)


if __name__ == "__main__":
    main()
