"""A workspace: made once, opened strictly, never with another key."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journeyscore.actions.settings import Settings
from journeyscore.actions.workspace import Workspace, init, open_workspace
from journeyscore.domain.errors import StorageError, UsageError
from journeyscore.log import Batch
from journeyscore.modelfile import parse_model
from tests.log.events import events

NAMES = {"events", "journeyscore.toml", "key", "lock", "lock-next.lock", "model.yaml", "records.sqlite3", "refused"}


def test_init_makes_everything(workspace: Workspace) -> None:
    workspace.close()
    assert {p.name for p in workspace.path.iterdir()} == NAMES
    assert workspace.settings == Settings("Europe/Amsterdam", "nl", 30)
    assert len(workspace.key) == 32
    assert (workspace.path / "key").stat().st_mode & 0o777 == 0o600
    assert parse_model((workspace.path / "model.yaml").read_text()).touchpoints
    assert workspace.log.count() == 0


def test_init_again_changes_nothing(workspace: Workspace) -> None:
    workspace.close()
    (workspace.path / "model.yaml").write_text("# mine\n")
    before = {p.name: p.read_bytes() for p in workspace.path.iterdir() if p.is_file() and p.name != "lock"}
    init(workspace.path, time_zone="Asia/Tokyo", language="en").close()
    assert {p.name: p.read_bytes() for p in workspace.path.iterdir() if p.is_file() and p.name != "lock"} == before


def test_every_workspace_has_a_key_of_its_own(tmp_path: Path) -> None:
    one, other = init(tmp_path / "a"), init(tmp_path / "b", "UTC", "en")
    assert one.key != other.key
    assert other.settings == Settings("UTC", "en", 30)
    one.close()
    other.close()


def test_a_directory_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"no journeyscore workspace.*journeyscore --data {tmp_path} init"):
        open_workspace(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        open_workspace(tmp_path / "file")
    with pytest.raises(UsageError, match="cannot be made"):
        init(tmp_path / "file")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]


def test_a_lost_key_is_never_replaced_by_a_new_one(workspace: Workspace) -> None:
    workspace.log.append(events([1]), Batch("a", 1))
    (workspace.path / "key").unlink()
    for opening in (open_workspace, init):
        with pytest.raises(UsageError, match=r"key is missing.*restore it from a backup"):
            opening(workspace.path)
    assert not (workspace.path / "key").exists()


def test_a_key_that_was_cut_off_is_no_key(workspace: Workspace) -> None:
    (workspace.path / "key").write_bytes(b"short")
    with pytest.raises(UsageError, match="5 bytes instead of 32"):
        open_workspace(workspace.path)
    (workspace.path / "key").write_bytes(workspace.key)


def test_a_missing_log_is_said(workspace: Workspace) -> None:
    (workspace.path / "events").rename(workspace.path / "elsewhere")
    with pytest.raises(UsageError, match="event log is missing"):
        open_workspace(workspace.path)
    (workspace.path / "elsewhere").rename(workspace.path / "events")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('timezone = "UTC"', "unknown setting 'timezone'; did you mean 'time_zone'?"),
        ('time_zone = "Europe/Amsterdm"', "unknown time zone 'Europe/Amsterdm'"),
        ('time_zone = "../../etc/passwd"', "unknown time zone"),
        ('time_zone = ""', "unknown time zone"),
        ("time_zone = 1", "time_zone must be a text, not 1"),
        ('language = "de"', "language must be nl or en"),
        ('lock_wait_seconds = "30"', "must be a whole number"),
        ("lock_wait_seconds = true", "must be a whole number"),
        ("lock_wait_seconds = -1", "must be 0 or more"),
        ('language = "nl"\nlanguage = "en"', "this is no TOML"),
        ("language: nl", "this is no TOML"),
        ("\xff", "unknown|no TOML"),
    ],
)
def test_settings_are_read_strictly(workspace: Workspace, text: str, problem: str) -> None:
    place = workspace.path / "journeyscore.toml"
    before = place.read_bytes()
    place.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=problem.replace("?", r"\?")) as said:
        open_workspace(workspace.path)
    assert str(place) in str(said.value)
    place.write_bytes(before)


def test_a_wrong_time_zone_makes_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown time zone 'Mars'"):
        init(tmp_path / "data", time_zone="Mars")
    assert not (tmp_path / "data").exists()


def test_odd_names_are_only_names(tmp_path: Path) -> None:
    for name in ("-rf", "with space", "ümläut [x]*?", "100%", "a#b", "a'b\"c"):
        made = init(tmp_path / name)
        made.log.append(events([1]), Batch("a", 1))
        assert (made.log.count(), open_workspace(tmp_path / name).log.judge(events([1])).duplicate.height) == (1, 1)
        made.close()


@pytest.mark.parametrize("name", ["two\nlines", "a%20b", "\x1b[31m"])
def test_a_name_that_the_log_cannot_have_is_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="control characters"):
        init(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_package_itself_loads_neither_django_nor_delta() -> None:
    code = "import sys, journeyscore; sys.exit(bool({'django', 'deltalake', 'polars'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_reader_is_not_kept_waiting_by_a_writer(workspace: Workspace) -> None:
    with workspace.lease.hold("a long import"):
        reader = open_workspace(workspace.path)
        assert reader.log.count() == 0
        assert reader.records.people.count() == 0
        assert datetime.now(UTC)
    reader.close()


def test_a_read_only_place_is_said(tmp_path: Path) -> None:
    with pytest.raises((UsageError, StorageError), match=r"/proc/journeyscore"):
        init(Path("/proc/journeyscore"))
