"""Jobs: asked for on a page, done beside it, stopped safely, taken up again."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.files.columns import FIELDS
from journeyscore.connectors.files.mapping import Mapping, parse_mapping
from journeyscore.domain.errors import BusyError, NotFoundError, UsageError
from journeyscore.web.mapping_text import keep as keep_mapping
from journeyscore.web.mapping_text import kept, kept_names, mapping_text
from tests.actions.files import sent, write


@pytest.fixture
def quiet(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody works of itself: the test does."""
    from journeyscore.web import jobs

    monkeypatch.setattr(jobs, "see_to_it", lambda: None)
    for path in _uploads().iterdir():
        path.unlink() if path.is_file() else None
    yield


def _uploads() -> Path:
    from journeyscore.web import uploads

    return uploads.folder()


def _asked(tmp_path: Path, kind: str, rows: int = 3, first: int = 9000) -> object:
    from journeyscore.web import jobs, uploads

    file = write(tmp_path / "jobs.csv", [sent(n, source="jobs-test") for n in range(first, first + rows)])
    upload = uploads.keep("jobs.csv", file, None)
    return jobs.ask(kind, {"upload": upload.token, "name": upload.name}, None)


def test_an_import_lands_and_its_file_goes(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs, uploads

    job = _asked(tmp_path, "import")
    assert jobs.run_due() == 1
    done = jobs.jobs().get(job.id)
    assert (done.answer["received"], done.answer["accepted"], done.answer["refused"]) == (3, 3, 0)
    assert done.ended_at and not done.error
    with pytest.raises(NotFoundError):
        uploads.find(job.asked["upload"])
    assert jobs.run_due() == 0


def test_a_trial_changes_nothing_and_keeps_the_file(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs, uploads
    from journeyscore.web.workspace import workspace

    before = workspace().log.version
    job = _asked(tmp_path, "dry_run", first=9100)
    jobs.run_due()
    assert jobs.jobs().get(job.id).answer["accepted"] == 3
    assert workspace().log.version == before
    assert uploads.find(job.asked["upload"]).size


def test_what_waits_is_cancelled_at_once(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs

    job = _asked(tmp_path, "import", first=9200)
    jobs.jobs().cancel(job.id, jobs.now())
    assert jobs.run_due() == 0
    done = jobs.jobs().get(job.id)
    assert done.cancelled and done.ended_at and not done.failed


def test_what_runs_is_cancelled_and_goes_on_without_doubles(quiet: None, tmp_path: Path, monkeypatch) -> None:
    from journeyscore.actions import parts
    from journeyscore.web import jobs

    monkeypatch.setattr(parts, "PART_ROWS", 2)
    monkeypatch.setattr(parts, "CHUNK_ROWS", 2)
    job = _asked(tmp_path, "import", rows=6, first=9300)
    real, told = jobs._progress, []

    def stopping(room, job, stop, done, total):
        told.append(done)
        room.cancel(job.id, jobs.now())
        real(room, job, stop, done, total)

    monkeypatch.setattr(jobs, "_progress", stopping)
    jobs.run_due()
    assert told == [2]
    assert jobs.jobs().get(job.id).cancelled
    monkeypatch.setattr(jobs, "_progress", real)
    again = jobs.ask("import", job.asked, None)
    jobs.run_due()
    answer = jobs.jobs().get(again.id).answer
    assert (answer["received"], answer["accepted"], answer["duplicate"]) == (6, 6, 0)


def test_what_a_dead_process_left_is_taken_up(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs

    job = _asked(tmp_path, "import", first=9400)
    jobs.jobs().start(job.id, jobs.now())
    assert jobs.run_due() == 1
    assert jobs.jobs().get(job.id).answer["accepted"] == 3


def test_the_end_of_the_process_leaves_it_open(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs

    job, stop = _asked(tmp_path, "import", first=9500), threading.Event()
    stop.set()
    jobs.run(job, stop)
    assert jobs.jobs().get(job.id).ended_at is None


def test_a_file_that_is_gone_ends_the_job_in_words(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs, uploads

    job = _asked(tmp_path, "import", first=9600)
    uploads.remove(uploads.find(job.asked["upload"]))
    jobs.run_due()
    assert "not here any more" in jobs.jobs().get(job.id).error


def test_a_file_that_changed_since_is_read_as_it_is(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import jobs, uploads

    job = _asked(tmp_path, "import", first=9700)
    uploads.find(job.asked["upload"]).path.write_bytes(b'a;b\n"never closed;1\n')
    jobs.run_due()
    error = jobs.jobs().get(job.id).error
    assert "jobs.csv" in error and str(_uploads()) not in error


def test_a_defect_is_logged_without_what_the_file_says(quiet: None, tmp_path: Path, monkeypatch, caplog) -> None:
    from journeyscore.web import jobs

    person = "p" + "iet@example.org"

    def broken(*args: object) -> dict[str, object]:
        raise ValueError(person)

    monkeypatch.setitem(jobs.KINDS, "import", broken)
    job = _asked(tmp_path, "import", first=9800)
    jobs.run_due()
    assert jobs.jobs().get(job.id).error == jobs.DEFECT
    assert "ValueError" in caplog.text and "piet" not in caplog.text


def test_one_worker_at_a_time(site: object) -> None:
    from journeyscore.web import jobs

    with jobs._lease().hold("worker", wait=0), pytest.raises(BusyError), jobs._lease().hold("worker", wait=0):
        pass


def test_old_uploads_go(quiet: None, tmp_path: Path) -> None:
    from journeyscore.web import uploads

    upload = uploads.keep_text("a.csv", "x", None)
    uploads.sweep(time.time() + 23 * 3600)
    assert uploads.find(upload.token).size == 1
    uploads.sweep(time.time() + 25 * 3600)
    with pytest.raises(NotFoundError):
        uploads.find(upload.token)


def test_uploads_are_for_their_owner_only(quiet: None) -> None:
    from journeyscore.web import uploads

    upload = uploads.keep_text("a.csv", "x", 5)
    assert uploads.folder().stat().st_mode & 0o777 == 0o700
    assert upload.path.stat().st_mode & 0o077 in (0, 0o044)  # inside of a folder that nobody else enters
    assert upload.path.parent.stat().st_mode & 0o777 == 0o700
    assert uploads.find(upload.token, 5)
    for token, by in ((upload.token, 6), ("../../key", 5), ("0" * 32, 5)):
        with pytest.raises(NotFoundError):
            uploads.find(token, by)
    assert json.loads((upload.path.parent / uploads.ABOUT).read_text())["by"] == 5


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jan\\kandidaten 2026.xlsx", "kandidaten_2026.xlsx"),
        (".htaccess", "htaccess"),
        ("a\r\nb.csv", "a_b.csv"),
        ("x" * 300 + ".parquet", "x" * 60 + ".parquet"),
        ("...", "file"),
    ],
)
def test_names_of_files_are_made_harmless(name: str, kept: str) -> None:
    from journeyscore.web.uploads import harmless

    assert harmless(name) == kept


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
PLAIN = st.text("abc :#'\"\\-{}[]&*!|>%@`,é€😀", max_size=20).map(lambda text: f"a{text}a")


@given(
    st.dictionaries(TEXTS, st.sampled_from(sorted(FIELDS)), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(sorted(FIELDS)), PLAIN, max_size=3),
    st.none() | PLAIN,
)
def test_a_mapping_reads_as_it_was_written(columns: dict, constants: dict, source: str | None) -> None:
    mapping = Mapping(columns, constants, {"name": {"a": "b: #c"}}, True, source, ";", "cp1252", "NO")
    text = mapping_text(mapping)
    assert parse_mapping(text) == mapping


def test_mappings_are_kept_by_name(tmp_path: Path) -> None:
    keep_mapping(tmp_path, "ATS export", Mapping({"Wat": "name"}))
    assert kept_names(tmp_path) == ["ATS export"]
    assert kept(tmp_path, "ATS export").columns == {"Wat": "name"}
    for name in ("", "../x", "a/b", ".x", "x" * 61):
        with pytest.raises(UsageError):
            keep_mapping(tmp_path, name, Mapping())
