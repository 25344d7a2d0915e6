"""A restore works, under load too, and brings nobody back."""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from journeyscore.actions.backup import ABOUT, PARTIAL, SUMS, backup, backups_in
from journeyscore.actions.erase import erase
from journeyscore.actions.erased_list import FILE as ERASED
from journeyscore.actions.import_file import import_file
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.restore import restore
from journeyscore.actions.workspace import Workspace, init, open_workspace
from journeyscore.domain.errors import BusyError, InputError, StorageError, UsageError
from journeyscore.engines.duck import DuckEngine
from journeyscore.inbox import Letter, Writer, open_inbox
from journeyscore.intake.keys import candidate_pseudonym
from journeyscore.log import Batch
from journeyscore.log.presence import alone, attend
from journeyscore.modelfile.parse import read_model
from journeyscore.records.sqlite_copy import BACKUPS
from journeyscore.reports.snapshot import Snapshot
from journeyscore.reports.standing import standing
from tests.actions.conftest import nothing_vanished
from tests.actions.files import sent, write
from tests.actions.test_erase import TRACES, left
from tests.log.events import events

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def letter(number: int, who: str = "", **call: object) -> Letter:
    body = {"type": "track", "event": "form submitted", "messageId": f"n{number}", "userId": who or f"K-{number % 40}"}
    body |= {"timestamp": "2026-11-20T10:00:00Z", "properties": {"vacancy": f"n{number}"}, **call}
    return Letter("crm", "server", NOW.isoformat(), json.dumps(body))


def land_all(workspace: Workspace) -> None:
    inbox = open_inbox(workspace.path)
    while land_inbox(workspace, inbox, now=NOW).letters:
        pass
    inbox.close()


def events_of(workspace: Workspace) -> pl.DataFrame:
    return pl.read_parquet(workspace.log.files(), glob=False).sort("event_id")


def scores(workspace: Workspace, events: pl.DataFrame) -> pl.DataFrame:
    snapshot = Snapshot(DuckEngine(), events, workspace.records.identity(), workspace.log.first_day() or NOW.date())
    return standing(snapshot, read_model(workspace.path / "model.yaml"), NOW.date()).sort("candidate")


class Load:
    """Senders, a lander, and imports, one after the other, until it is stopped."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace, self.folder = workspace, folder
        self.acknowledged: set[str] = set()
        self.imported: set[str] = set()
        self._numbers, self._stop = count(1), threading.Event()
        self._writer = Writer(open_inbox(workspace.path))
        work = (self._send, self._send, self._send, self._land, self._import)
        self._threads = [threading.Thread(target=do) for do in work]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._writer.close()

    def _send(self) -> None:
        while not self._stop.is_set():
            numbers = [next(self._numbers) for _ in range(7)]
            # every ninth is refused, every fifth was sent before
            extra = {n: {"event": ""} if n % 9 == 0 else {} for n in numbers}
            self._writer.put([letter(n, **extra[n]) for n in numbers] + [letter(n) for n in numbers if n % 5 == 0])
            self.acknowledged |= {f"n{n}" for n in numbers if n % 9}

    def _land(self) -> None:
        inbox = open_inbox(self.workspace.path)
        while not self._stop.is_set():
            try:
                landed = land_inbox(self.workspace, inbox, now=NOW, wait=0).letters
            except BusyError:
                landed = 0
            if not landed:
                self._stop.wait(0.05)
        inbox.close()
        self.workspace.close()

    def _import(self) -> None:
        for number in count():
            if self._stop.is_set():
                break
            rows = [sent(n, message_id=f"f{number}-{n}", candidate=f"F-{n % 30}") for n in range(300)]
            file = write(self.folder / f"file-{number}.csv", [*rows, sent(1, occurred_at="never")])
            import_file(self.workspace, file)
            self.imported.add(file.name)
        self.workspace.close()


def test_a_backup_under_load_is_whole(workspace: Workspace, tmp_path: Path) -> None:
    load = Load(workspace, tmp_path)
    try:
        for number in range(4):
            while len(load.acknowledged) < 150 * (number + 1) or len(load.imported) <= number:
                threading.Event().wait(0.02)
            before, files = set(load.acknowledged), set(load.imported)
            saved = backup(workspace, tmp_path / f"b{number}.tar.gz", wait=60)
            restore(saved.path, tmp_path / f"again{number}")
            again = open_workspace(tmp_path / f"again{number}")
            land_all(again)
            found = events_of(again)
            names = found.get_column("vacancy").drop_nulls().to_list()
            assert before <= set(names) and len(names) == len(set(names))
            assert files <= {run.file_name for run in again.records.imports.all() if run.ended}
            nothing_vanished(again)
            assert again.log.count() == sum(run.accepted for run in again.records.imports.all())
            again.close()
    finally:
        load.stop()
    land_all(workspace)
    for number in range(4):
        again = open_workspace(tmp_path / f"again{number}")
        there, here = events_of(again), events_of(workspace)
        cut = here.join(there, on="event_id", how="semi").sort("event_id")
        columns = [c for c in cut.columns if c != "received_at"]  # letters are landed at another moment
        assert cut.select(columns).equals(there.select(columns))
        assert scores(again, there).equals(scores(workspace, cut))
        known = again.records.people.frame()
        assert known.equals(workspace.records.people.frame(known.get_column("person").to_list()))
        again.close()


def test_an_import_that_was_interrupted_is_taken_up_after_a_restore(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journeyscore.actions.parts.CHUNK_ROWS", 10)
    rows = [sent(n, **({"occurred_at": "never"} if n % 4 == 0 else {})) for n in range(60)]
    file = write(tmp_path / "file.csv", rows)

    def interrupt(done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(workspace, file, progress=interrupt)
    saved = backup(workspace, tmp_path / "b.tar")
    whole = import_file(workspace, file)
    restore(saved.path, tmp_path / "again")
    again = open_workspace(tmp_path / "again")
    assert import_file(again, file).reasons == whole.reasons
    assert events_of(again).drop("received_at").equals(events_of(workspace).drop("received_at"))
    assert [p.read_bytes() for p in sorted((again.path / "refused").glob("*.csv"))] == [
        p.read_bytes() for p in sorted((workspace.path / "refused").glob("*.csv"))
    ]
    again.close()


@pytest.fixture
def anna(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Anna in log, records, refused rows and inbox, and a list of the erased beside the backups."""
    rows = [
        {"message_id": "1", "candidate": "A-17-key", "email": "anna.erased@example.org", "visitor": "laptop"},
        {"message_id": "2", "candidate": "A-17-key", "occurred_at": "never"},
        {"message_id": "3", "candidate": "B-4"},
        {"message_id": "4", "candidate": "B-5", "occurred_at": "never"},
        {"message_id": "5", "visitor": "laptop"},
    ]
    base = {"name": "form_submitted", "occurred_at": "2026-03-01T10:00:00Z"}
    import_file(workspace, write(tmp_path / "file.csv", [{**base, **row} for row in rows]))
    open_inbox(workspace.path).put([letter(1, "A-17-key"), letter(2, "B-4")])
    return workspace


NAMES = (*TRACES[:2], b"anna.erased")


@pytest.mark.parametrize("known_by", ["the directory", "the list", "a list"])
def test_who_was_erased_stays_erased(anna: Workspace, tmp_path: Path, known_by: str) -> None:
    place, folder = anna.path / "journeyscore.toml", tmp_path / "backups"
    place.write_text(place.read_text() + (f'backups = "{folder}"\n' if known_by != "the directory" else ""))
    workspace = open_workspace(anna.path)
    saved = backup(workspace, folder)
    assert b"A-17-key" in tar_content(saved.path)
    erase(workspace, candidate="A-17-key")
    pseudonyms = workspace.records.erased()
    workspace.close()
    target, more = tmp_path / "again", None
    if known_by == "the directory":
        (folder / ERASED).unlink(missing_ok=True)
        target = anna.path
    if known_by == "a list":
        more = (folder / ERASED).rename(tmp_path / "elsewhere.list")
    found = restore(saved.path, target, force=known_by == "the directory", erased=more)
    again = open_workspace(target)
    assert found.erased_again == 2 and found.letters == 0
    assert left(again, NAMES) == []
    assert again.records.erased() >= pseudonyms
    assert {p.key for p in again.records.people.get(again.records.people.frame()["person"].to_list())} == {"B-4"}
    assert events_of(again).get_column("person").n_unique() == 1
    assert import_file(again, tmp_path / "file.csv").accepted == 0
    assert left(again, NAMES) == []
    nothing_vanished(again)
    again.close()


def test_an_erasure_that_was_interrupted_before_the_backup_is_finished_by_a_restore(
    anna: Workspace, tmp_path: Path
) -> None:
    folder = anna.path.parent / "backups"
    key, moment = candidate_pseudonym(anna.key, "A-17-key"), NOW
    anna.records.bury([key], moment)  # and then the power went
    saved = backup(anna, folder)
    assert erase(anna, candidate="A-17-key").events == 2
    restore(saved.path, tmp_path / "again")
    again = open_workspace(tmp_path / "again")
    assert not again.records.people.find(key="A-17-key") and again.log.count() == 2
    again.close()


def test_a_new_machine_without_the_folder_of_backups_can_restore(anna: Workspace, tmp_path: Path) -> None:
    place = anna.path / "journeyscore.toml"
    place.write_text(place.read_text() + f'backups = "{tmp_path / "b"}"\n')
    workspace = open_workspace(anna.path)
    saved = backup(workspace, tmp_path / "b")
    erase(workspace, candidate="A-17-key")
    workspace.close()
    (tmp_path / "elsewhere").mkdir()
    for name in (saved.path.name, ERASED):
        (tmp_path / "b" / name).rename(tmp_path / "elsewhere" / name)
    (tmp_path / "b").rmdir()
    assert restore(tmp_path / "elsewhere" / saved.path.name, tmp_path / "again").erased_again == 2


def tar_content(path: Path) -> bytes:
    with tarfile.open(path) as tar:
        return b"".join(tar.extractfile(m).read() for m in tar)  # type: ignore[union-attr]


def test_without_anybody_erased_letters_wait_as_they_were(anna: Workspace, tmp_path: Path) -> None:
    saved = backup(anna, tmp_path / "b")
    assert saved.letters == 2 and saved.path.stat().st_mode & 0o777 == 0o600
    found = restore(saved.path, tmp_path / "again")
    assert (found.events, found.letters, found.erased_again) == (3, 2, 0)
    for name in ("key", "model.yaml", "journeyscore.toml"):
        assert (tmp_path / "again" / name).read_bytes() == (anna.path / name).read_bytes()
    assert (tmp_path / "again" / "key").stat().st_mode & 0o777 == 0o600
    again = open_workspace(tmp_path / "again")
    run = next(r for r in again.records.imports.all() if r.refused_file)
    assert Path(run.refused_file).parent == tmp_path / "again" / "refused" and Path(run.refused_file).exists()
    again.close()


def test_caches_locks_and_automatic_copies_stay_out(anna: Workspace, tmp_path: Path) -> None:
    for place in ("cache/x.parquet", f"{BACKUPS}/x.sqlite3", "worker.lock", ".draft", "drafts/mine.yaml"):
        (anna.path / place).parent.mkdir(exist_ok=True)
        (anna.path / place).write_text("x")
    with tarfile.open(backup(anna, tmp_path / "b").path) as tar:
        names = tar.getnames()
    kept = {name for name in names if not name.startswith(("events/", "refused/"))}
    files = {"journeyscore.toml", "key", "model.yaml", "records.sqlite3", "inbox.sqlite3", "drafts/mine.yaml"}
    assert kept == {ABOUT, SUMS} | files
    assert (names[0], names[-1]) == (ABOUT, SUMS)


def test_a_log_with_checkpoints_is_backed_up_from_the_last_one(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(1, 125):
        workspace.log.append(events([number]), Batch("file", number))
    saved = backup(workspace, tmp_path / "b")
    with tarfile.open(saved.path) as tar:
        commits = [name for name in tar.getnames() if name.endswith(".json") and "_delta_log" in name]
    assert len(commits) < 110
    restore(saved.path, tmp_path / "again")
    again = open_workspace(tmp_path / "again")
    assert again.log.count() == 124
    open_inbox(again.path).put([letter(999)])
    land_all(again)
    assert again.log.count() == 125 and again.log.landed("file") == 124
    again.close()


def test_a_directory_with_something_in_it_is_replaced_only_when_told_to(anna: Workspace, tmp_path: Path) -> None:
    saved = backup(anna, tmp_path / "b")
    other = init(tmp_path / "other", language="en")
    other.close()
    (tmp_path / "other" / "drafts").mkdir()
    with pytest.raises(UsageError, match="--force"):
        restore(saved.path, tmp_path / "other")
    restore(saved.path, tmp_path / "other", force=True)
    again = open_workspace(tmp_path / "other")
    assert again.settings.language == "nl" and again.log.count() == 3
    assert not (again.path / "drafts").exists() and not (again.path / ".restore").exists()
    again.close()


def test_nothing_is_restored_where_somebody_serves_or_writes(anna: Workspace, tmp_path: Path) -> None:
    saved = backup(anna, tmp_path / "b")
    handle = attend(anna.path)
    with pytest.raises(BusyError, match="stop it first"):
        restore(saved.path, anna.path, force=True)
    os.close(handle)
    with anna.lease.hold("import"), pytest.raises(BusyError, match="import"):
        restore(saved.path, anna.path, force=True)
    with alone(anna.path), pytest.raises(BusyError, match="restored"):
        attend(anna.path)


def damaged(path: Path) -> Iterator[tuple[str, bytes]]:
    whole = path.read_bytes()
    yield "empty", b""
    yield "cut", whole[: len(whole) // 2]
    yield "no tar", b"hello" * 1000
    for place in places(path, len(whole)):
        yield f"byte {place}", whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]


def places(path: Path, size: int) -> list[int]:
    """Bytes that mean something: of a tar those of its members, since what fills up a block says nothing."""
    if path.suffix == ".gz":
        return list(range(600, size - 2000, size // 9))
    with tarfile.open(path) as tar:
        return [member.offset_data + member.size // 2 for member in tar if member.size]


def content(folder: Path) -> dict[Path, bytes]:
    """Every file but locks and what SQLite has beside a database while it is read."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(("lock", "-shm", "-wal")))
    return {p: p.read_bytes() for p in files}


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
def test_a_damaged_backup_changes_nothing(anna: Workspace, tmp_path: Path, name: str) -> None:
    path = backup(anna, tmp_path / name).path
    anna.close()
    before = content(anna.path)
    for what, wrong in damaged(path):
        bad = tmp_path / f"bad-{name}"
        bad.write_bytes(wrong)
        with pytest.raises((InputError, UsageError)):
            restore(bad, anna.path, force=True)
        assert content(anna.path) == before, what


def test_a_backup_of_a_newer_version_is_refused(anna: Workspace, tmp_path: Path) -> None:
    path = backup(anna, tmp_path / "b.tar").path
    path.write_bytes(path.read_bytes().replace(b'"layout": 1', b'"layout": 2'))
    with pytest.raises(UsageError, match="newer version"):
        restore(path, tmp_path / "again")


@pytest.mark.parametrize("about", ["[]", '{"layout": "1"}', '{"layout": 1}', "{", '{"layout": 1, "made_at": 5}'])
def test_what_only_looks_like_a_backup_is_refused(tmp_path: Path, about: str) -> None:
    (tmp_path / "about").write_text(about)
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        tar.add(tmp_path / "about", ABOUT)
    with pytest.raises(InputError):
        restore(tmp_path / "bad.tar", tmp_path / "again")


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as tar:
        for name, text in ((ABOUT, '{"layout": 1, "made_at": "2026-11-23T12:00:00+00:00"}'), ("../outside", "x")):
            (tmp_path / "member").write_text(text)
            tar.add(tmp_path / "member", name)
    with pytest.raises(InputError):
        restore(bad, tmp_path / "again")
    assert not (tmp_path / "outside").exists()


def test_inside_the_data_directory_is_no_place_for_a_backup(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="elsewhere"):
        backup(workspace, workspace.path / "mine")


def test_the_last_backups_are_kept(workspace: Workspace, tmp_path: Path) -> None:
    for hour in range(5):
        backup(workspace, tmp_path / "b", keep=2, now=NOW.replace(hour=hour))
    assert [p.name.split("T")[1][:4] for p in backups_in(tmp_path / "b")] == ["0300", "0400"]


def test_it_waits_for_who_is_writing(workspace: Workspace, tmp_path: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with workspace.lease.hold("import big.csv"):
            inside.set()
            go_on.wait(30)

    writer = threading.Thread(target=write_for_long)
    writer.start()
    inside.wait(30)
    with pytest.raises(BusyError, match=r"big\.csv"):
        backup(workspace, tmp_path / "b", wait=0)
    threading.Timer(0.2, go_on.set).start()
    assert backup(workspace, tmp_path / "b", wait=60).events == 0
    writer.join()


FULL = """
import resource, sys
from pathlib import Path
from journeyscore.cli.main import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(run(sys.argv[2:]))
"""


def test_a_full_disk_leaves_the_old_backup_and_nothing_else(anna: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "b" / "mine.tar"
    old = backup(anna, place).path.read_bytes()
    for size in (4096, 60_000, len(old) - 2000):
        command = [sys.executable, "-c", FULL, str(size), "--data", str(anna.path), "backup", str(place)]
        found = subprocess.run(command, capture_output=True, text=True)
        assert found.returncode == 74, found.stderr
        assert place.read_bytes() == old and "Traceback" not in found.stderr
        assert not list(place.parent.glob(f"{PARTIAL}*"))


def test_a_restore_onto_a_full_disk_changes_nothing(anna: Workspace, tmp_path: Path) -> None:
    place = backup(anna, tmp_path / "b.tar").path
    anna.close()
    command = [sys.executable, "-c", FULL, "60000", "--data", str(anna.path), "restore", "--force", str(place)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 74, found.stderr
    again = open_workspace(anna.path)
    assert again.log.count() == 3 and not (again.path / ".restore").exists()
    again.close()


def test_an_erasure_says_when_the_list_cannot_be_written(anna: Workspace, tmp_path: Path) -> None:
    place = anna.path / "journeyscore.toml"
    place.write_text(place.read_text() + f'backups = "{tmp_path / "file.csv"}"\n')
    workspace = open_workspace(anna.path)
    with pytest.raises(StorageError, match="erased here"):
        erase(workspace, candidate="A-17-key")
    assert not workspace.records.people.find(key="A-17-key")
    workspace.close()


def test_an_erasure_takes_the_automatic_copies(anna: Workspace) -> None:
    (anna.path / BACKUPS).mkdir()
    with sqlite3.connect(anna.path / BACKUPS / "records-1.sqlite3") as made:
        made.execute("CREATE TABLE x (y)")
    made.close()
    land_all(anna)
    assert erase(anna, candidate="A-17-key").copies == 1
    assert not (anna.path / BACKUPS).exists() and left(anna, NAMES) == []


def test_files_are_opened_beyond_the_soft_limit(workspace: Workspace, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for number in range(300):
        (workspace.path / "refused" / f"{number}.csv").write_text("x")
    resource.setrlimit(resource.RLIMIT_NOFILE, (250, hard))
    try:
        assert backup(workspace, tmp_path / "b").path.exists()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
