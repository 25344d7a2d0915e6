"""Users' mistakes: one line on stderr that says what and where, the right exit code, and nothing changed."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import EVENTS, Command

from journeyscore.cli import ranking

ENV = {**os.environ, "LANG": "C", "LC_ALL": "C"}


def shell(*arguments: str | Path, **how) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "journeyscore.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=ENV, timeout=60, check=False, **how)


def one_line(answer, code: int, *parts: str) -> None:
    assert answer.code == code, answer
    assert answer.out == ""
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    for part in parts:
        assert part in answer.err


def test_a_path_that_is_not_there(empty: Command, tmp_path: Path) -> None:
    one_line(empty("import", tmp_path / "nothing.csv"), 2, "nothing.csv")


def test_a_directory_where_a_file_is_meant(empty: Command, tmp_path: Path) -> None:
    one_line(empty("import", tmp_path), 2, str(tmp_path))
    one_line(empty("score", "-o", tmp_path / "x.csv" / ".."), 2, "x.csv")
    (tmp_path / "folder.csv").mkdir()
    one_line(empty("score", "-o", tmp_path / "folder.csv"), 2, "folder.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_right_to_read(empty: Command, events: Path) -> None:
    events.chmod(0)
    one_line(empty("import", events), 2, "events.csv")


def test_no_workspace(bare: Command) -> None:
    one_line(bare("score"), 2, "init")


def test_nobody(js: Command) -> None:
    one_line(js("explain", "K-99"), 3, "K-99")
    one_line(js("erase", "--email", "nobody@example.nl", "--yes"), 3)
    one_line(js("merge", "K-1", "K-99"), 3, "K-99")


def test_two_people_with_one_address(empty: Command, tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    rows = "K-1,x@example.nl,ad_clicked,2026-11-20\nK-2,x@example.nl,ad_clicked,2026-11-21\n"
    file.write_text(f"candidate,email,name,occurred_at\n{rows}", encoding="utf-8")
    empty("import", file)
    one_line(empty("erase", "--email", "x@example.nl", "--yes"), 3, "K-1", "K-2")


def test_erase_asks_and_without_a_terminal_does_nothing(js: Command, tmp_path: Path) -> None:
    done = shell("--data", tmp_path / "data", "erase", "K-1", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--yes" in done.stderr
    assert len(js("score", "--json").json) == 3


def test_erase_needs_to_know_whom(js: Command) -> None:
    one_line(js("erase"), 2, "--email")
    one_line(js("erase", "K-1", "--email", "ann@example.nl"), 2)


def test_a_model_that_is_not_valid(js: Command, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("model: 1\nname: x\ntouchpoint: {}\n", encoding="utf-8")
    answer = js("model", "check", path)
    assert answer.code == 2
    assert "bad.yaml:3" in answer.err
    assert "touchpoints" in answer.err


def test_a_kind_of_file_that_cannot_be_written(js: Command, tmp_path: Path) -> None:
    one_line(js("score", "-o", tmp_path / "scores.doc"), 2, ".csv, .json or .parquet")


def test_a_full_disk(js: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses half-way (Linux has a device that does): nothing half is left, and the old file stands."""
    old = tmp_path / "scores.csv"
    old.write_text("old", encoding="utf-8")

    def onto_a_full_disk(path: Path, found: object) -> None:
        path.write_text("half", encoding="utf-8")
        Path("/dev/full").write_text("the other half", encoding="utf-8")

    monkeypatch.setitem(ranking.WRITERS, "csv", onto_a_full_disk)
    one_line(js("score", "-o", old), 74, "scores.csv", "No space left")
    assert old.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "events.csv", "scores.csv"]


def test_unknown_options_and_commands(bare: Command) -> None:
    assert bare("scroe").code == 2
    assert bare("score", "--topp", "3").code == 2
    assert bare("score", "--as-of", "yesterday").code == 2


def test_names_of_files_with_spaces_newlines_and_dashes(empty: Command, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("with space.csv", "new\nline.csv", "-rf.csv"):
        Path(name).write_text(EVENTS, encoding="utf-8")
        answer = empty("import", "--json", "--", name)
        assert answer.code == 0, answer.err
        assert answer.json["received"] == 10


def test_output_into_head(js: Command, tmp_path: Path) -> None:
    command = f"{sys.executable} -m journeyscore.cli.main --data '{tmp_path / 'data'}' model show --default | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, env=ENV, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


def test_utf8_whatever_the_locale(js: Command, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("candidate,name,occurred_at\nZoë,form_submitted,2026-11-20\n", encoding="utf-8")
    shell("--data", tmp_path / "data", "import", tmp_path / "e.csv")
    assert "Zoë".encode() in shell("--data", tmp_path / "data", "score").stdout


def test_help_and_version_need_nothing_heavy() -> None:
    code = (
        "import sys; from journeyscore.cli.main import run; run(['--help']);"
        "print([m for m in ('django', 'duckdb', 'deltalake', 'polars', 'pyspark', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_two_writers_at_once_both_end(empty: Command, tmp_path: Path) -> None:
    files = []
    for number in range(2):
        files.append(tmp_path / f"{number}.csv")
        rows = "".join(f"m{number}-{n},K-{n},ad_clicked,2026-11-20\n" for n in range(500))
        files[-1].write_text(f"message_id,candidate,name,occurred_at\n{rows}", encoding="utf-8")
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(tmp_path / "data"), "import"]
    both = [subprocess.Popen([*command, str(f)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for f in files]
    assert [p.wait(timeout=60) for p in both] == [0, 0]
    for process in both:
        process.communicate()
    found = empty("touchpoints", "--json").json
    assert found["touchpoints"][1]["hits"] == 1000


def test_a_second_writer_gives_up_while_the_first_goes_on(empty: Command, events: Path, tmp_path: Path) -> None:
    settings = tmp_path / "data" / "journeyscore.toml"
    text = re.sub(r"(?m)^#? ?lock_wait_seconds.*$", "lock_wait_seconds = 1", settings.read_text(encoding="utf-8"))
    settings.write_text(text, encoding="utf-8")
    hold = (
        "import sys; from pathlib import Path; from journeyscore.log import Lease\n"
        "with Lease(Path(sys.argv[1])).hold('a long import'): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(tmp_path / "data" / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        one_line(empty("import", events), 75, "a long import")
        assert holder.poll() is None  # it holds the lock until its input ends: nobody waited for that
    later = empty("import", "--json", events).json
    assert (later["received"], later["duplicate"], later["seen_before"]) == (10, 0, None)  # nothing came of the first


def test_the_key_is_private(empty: Command, tmp_path: Path) -> None:
    key = tmp_path / "data" / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    assert empty("doctor").code == 1
