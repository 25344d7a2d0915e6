"""One writer per data directory: the second waits, or learns who holds it."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journeyscore.domain.errors import BusyError
from journeyscore.log import Lease, Owner

HOLD = """
import sys, time
from pathlib import Path
from journeyscore.log.lease import Lease
with Lease(Path(sys.argv[1])).hold("import years.csv"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    """Another process that holds the lease."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(how)
    process.wait()
    assert process.stdout
    process.stdout.close()


def test_the_lock_file_names_its_owner(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "lock")
    with lease.hold("erase"):
        owner = Lease(tmp_path / "lock").owner()
    assert (owner.pid, owner.command) == (os.getpid(), "erase")
    assert owner.since and abs((datetime.now(UTC) - owner.since).total_seconds()) < 5


def test_a_second_writer_is_told_who_holds_it_and_for_how_long(tmp_path: Path) -> None:
    other = holder(tmp_path / "lock")
    told: list[Owner] = []
    try:
        with (
            pytest.raises(BusyError, match=rf"import years.csv \(process {other.pid}\), for \d+ s is writing") as busy,
            Lease(tmp_path / "lock", wait=0.2, on_wait=told.append).hold("erase"),
        ):
            pass
    finally:
        end(other)
    assert busy.value.exit_code == 75
    assert [owner.pid for owner in told] == [other.pid]


def test_it_is_free_as_soon_as_its_owner_was_killed(tmp_path: Path) -> None:
    other = holder(tmp_path / "lock")
    end(other)
    with Lease(tmp_path / "lock", wait=0).hold("erase"):
        assert Lease(tmp_path / "lock").owner().pid == os.getpid()


def test_a_second_writer_goes_on_when_the_first_ends(tmp_path: Path) -> None:
    other = holder(tmp_path / "lock")
    threading.Timer(0.3, end, [other]).start()
    start = time.monotonic()
    with Lease(tmp_path / "lock", wait=20).hold("erase"):
        waited = time.monotonic() - start
    assert 0.2 < waited < 10


def test_the_holder_may_enter_again_and_keeps_it_until_the_outermost_ends(tmp_path: Path) -> None:
    lease, other = Lease(tmp_path / "lock"), Lease(tmp_path / "lock", wait=0)
    with lease.hold("import"):
        with lease.hold("append"):
            pass
        with pytest.raises(BusyError, match="import"), other.hold("erase"):
            pass
    with other.hold("erase"):
        pass


def test_it_is_freed_by_an_error_inside(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "lock")
    with pytest.raises(ZeroDivisionError), lease.hold("a"), lease.hold("b"):
        _ = 1 / 0
    with Lease(tmp_path / "lock", wait=0).hold("erase"):
        pass


def test_threads_that_share_a_lease_take_turns(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "lock")
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        for _ in range(20):
            with lease.hold("work"):
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.remove(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (max(most), len(most)) == (1, 120)


def test_a_thread_that_waits_in_vain_is_told(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "lock", wait=0.1)
    problems: list[BusyError] = []

    def second() -> None:
        try:
            with lease.hold("second"):
                pass
        except BusyError as problem:
            problems.append(problem)

    with lease.hold("first"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert "first" in str(problems[0])


@pytest.mark.parametrize("content", ["", "not json", "[]", "{}", '{"pid": 1}'])
def test_a_lock_file_that_says_nothing_is_no_obstacle(tmp_path: Path, content: str) -> None:
    (tmp_path / "lock").write_text(content)
    assert str(Lease(tmp_path / "lock").owner()) == "another command"
    with Lease(tmp_path / "lock", wait=0).hold("erase"):
        pass


def test_who_waits_is_not_overtaken_by_one_who_holds_it_again_and_again(tmp_path: Path) -> None:
    stop, turns = threading.Event(), []

    def hold_on() -> None:
        lease = Lease(tmp_path / "lock")
        while not stop.is_set():
            try:
                with lease.hold("land", wait=0):
                    turns.append(time.sleep(0.05))
            except BusyError:
                stop.wait(0.2)

    others = [threading.Thread(target=hold_on) for _ in range(2)]
    for other in others:
        other.start()
    try:
        for number in range(5):
            while len(turns) <= number:
                time.sleep(0.01)
            with Lease(tmp_path / "lock", wait=20).hold("backup"):
                pass
    finally:
        stop.set()
        for other in others:
            other.join()
