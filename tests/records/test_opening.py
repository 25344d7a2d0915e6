"""Opening records: Django is loaded late, configured once, and knows each data directory by itself."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from journeyscore.domain.errors import StorageError, UsageError
from journeyscore.log import Lease
from journeyscore.records import PEOPLE_SCHEMA, open_records
from journeyscore.records.sqlite_copy import copies

if TYPE_CHECKING:
    from journeyscore.records.store import Records

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def one(pseudonym: str, key: str) -> pl.DataFrame:
    return pl.DataFrame([(pseudonym, key, None, None, None, None)], schema=PEOPLE_SCHEMA, orient="row")


def test_importing_the_room_does_not_load_django() -> None:
    code = "import sys, journeyscore, journeyscore.records; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_directories_in_one_process_know_nothing_of_each_other(tmp_path: Path) -> None:
    first, second = tmp_path / "one.employer", tmp_path / "another employer"
    for folder in (first, second):
        folder.mkdir()
    a, b = open_records(first), open_records(second)
    a.people.put(one("cAAAAAAAAAAA", "anna"))
    b.people.put(one("cBBBBBBBBBBB", "bram"))
    assert ([p.key for p in a.people.find(key="anna")], a.people.count()) == (["anna"], 1)
    assert ([p.key for p in b.people.find(key="anna")], b.people.count()) == ([], 1)
    a.close()
    b.close()


def test_opening_again_finds_what_was_kept_and_takes_no_lock(tmp_path: Path) -> None:
    first = open_records(tmp_path)
    first.people.put(one("cAAAAAAAAAAA", "anna"))
    first.close()
    with Lease(tmp_path / "lock").hold("somebody else"):
        again = open_records(tmp_path, Lease(tmp_path / "lock", wait=0))
        assert again.keys(["cAAAAAAAAAAA"]) == {"cAAAAAAAAAAA": "anna"}
        again.close()


def test_each_thread_has_a_connection_of_its_own(records: "Records") -> None:
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                records.people.put(one(f"c{number:05}{turn:06}", f"{number}-{turn}"))
        except BaseException as problem:
            problems.append(problem)
        finally:
            records.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert records.people.count() == 20


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)]
)
def test_what_is_committed_survives_a_power_cut_and_what_is_deleted_does_not(
    records: "Records", pragma: str, value: object
) -> None:
    from django.db import connections

    with connections[records.alias].cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


def test_records_of_a_newer_version_are_not_touched(tmp_path: Path) -> None:
    open_records(tmp_path).close()
    with sqlite3.connect(tmp_path / "records.sqlite3") as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('records', '0999_later', '2030')")
    database.close()
    with pytest.raises(UsageError, match=r"newer version \(0999_later\)"):
        open_records(tmp_path)


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StorageError, match=r"records\.sqlite3 is damaged: file is not a database"):
        open_records(tmp_path)


def test_the_migrations_say_what_the_models_say(records: "Records") -> None:
    from django.apps import apps
    from django.db import connections
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.utils.translation import override

    with override(None):
        written = MigrationLoader(connections[records.alias]).project_state()
        assert MigrationAutodetector(written, ProjectState.from_apps(apps))._detect_changes() == {}


def test_a_transaction_is_kept_whole_or_not_at_all(records: "Records") -> None:
    with pytest.raises(ZeroDivisionError), records.transaction():
        records.people.put(one("cAAAAAAAAAAA", "anna"))
        _ = 1 / 0
    assert records.people.count() == 0


def test_records_are_copied_before_they_change_their_shape(tmp_path: Path) -> None:
    first = open_records(tmp_path)
    first.people.put(one("cAAAAAAAAAAA", "anna"))
    assert copies(tmp_path) == []
    made = []
    for _ in range(4):
        MigrationExecutor(connections[first.alias]).migrate([("records", "0002_care")])
        open_records(tmp_path)
        made.append(copies(tmp_path)[-1])
    first.close()
    assert copies(tmp_path) == made[1:]
    assert all("before-0003_write_keys" in path.name and path.stat().st_mode & 0o777 == 0o600 for path in made[1:])
    with closing(sqlite3.connect(made[-1])) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
        assert "care" in tables and "write_key" not in tables
        assert copy.execute("SELECT key FROM person").fetchall() == [("anna",)]
