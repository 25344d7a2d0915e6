from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from journeyscore.demo.__main__ import main
from journeyscore.demo.files import write_csv, write_parquet
from journeyscore.demo.rows import SENT
from journeyscore.demo.simulate import simulate
from journeyscore.domain.errors import StorageError

from .conftest import UNTIL


def frames(candidates: int = 60) -> list[pl.DataFrame]:
    return list(simulate(until=UNTIL, candidates=candidates, block=25))


def test_parquet_holds_every_event(tmp_path: Path) -> None:
    given = frames()
    assert write_parquet(tmp_path / "demo.parquet", given) == sum(frame.height for frame in given)
    assert_frame_equal(pl.read_parquet(tmp_path / "demo.parquet"), pl.concat(given))


def test_csv_holds_every_event(tmp_path: Path) -> None:
    given = frames()
    assert write_csv(tmp_path / "demo.csv", given) == sum(frame.height for frame in given)
    text = pl.read_csv(tmp_path / "demo.csv", infer_schema=False)
    time = pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
    assert_frame_equal(text.with_columns(time), pl.concat(given))


@pytest.mark.parametrize("write", [write_parquet, write_csv])
def test_the_same_bytes_twice(tmp_path: Path, write: object) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, frames())  # type: ignore[operator]
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_events_are_a_file_too(tmp_path: Path) -> None:
    assert write_parquet(tmp_path / "none.parquet", []) == 0
    assert write_csv(tmp_path / "none.csv", []) == 0
    assert pl.read_parquet_schema(tmp_path / "none.parquet") == SENT
    assert (tmp_path / "none.csv").read_text() == ",".join(SENT) + "\n"


@pytest.mark.parametrize("write", [write_parquet, write_csv])
def test_a_place_that_does_not_exist_is_named(tmp_path: Path, write: object) -> None:
    with pytest.raises(StorageError, match=r"missing.*demo"):
        write(tmp_path / "missing" / "demo", frames(1))  # type: ignore[operator]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    full = tmp_path / "full.csv"
    full.symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"full\.csv"):
        write_csv(full, frames())


def test_the_command_writes_about_so_many_events(tmp_path: Path) -> None:
    path = tmp_path / "demo.parquet"
    done = CliRunner().invoke(main, ["--events", "7200", "--until", "2025-11-01", str(path)])
    assert done.exit_code == 0, done.output
    assert "of 300 candidates" in done.output
    written = pl.read_parquet(path)
    assert 5_500 < written.height < 9_000
    assert written["occurred_at"].dt.convert_time_zone("Europe/Amsterdam").dt.date().max() < date(2025, 11, 1)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    bad = CliRunner().invoke(main, ["--months", "0", str(tmp_path / "x")])
    assert (bad.exit_code, bad.output) == (2, "error: months: 0 is too short; give at least 1\n")
    nowhere = CliRunner().invoke(main, ["--candidates", "1", "--format", "csv", str(tmp_path / "no" / "x")])
    assert nowhere.exit_code == 74
    assert "No such file" in nowhere.output
    assert CliRunner().invoke(main, ["--change", "luck", str(tmp_path / "x")]).exit_code == 2
