"""Erased from the log: no row, no old file, no byte."""

from pathlib import Path

import polars as pl
import pytest

from journeyscore.log import Batch, EventLog
from tests.log.events import events

ANNA, BRAM, LAPTOP = "cAnnaAnnaAnn", "cBramBramBra", "vLaptopLapto"


def bytes_of(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def cells_of(folder: Path) -> set[object]:
    """Every value in every Parquet file, also in those that the log no longer uses."""
    files = [p for p in folder.rglob("*.parquet") if "checkpoint" not in p.name]
    return {v for f in files for column in pl.read_parquet(f, glob=False) for v in column.to_list()}


@pytest.fixture
def three(log: EventLog) -> EventLog:
    """Anna, her laptop before she was known, and Bram, spread over two files; a third has Bram alone."""
    log.append(events([1, 2], person=[ANNA, BRAM], visitor=[LAPTOP, None]), Batch("a", 1))
    log.append(events([3, 4, 5], person=[LAPTOP, BRAM, ANNA], visitor=[LAPTOP, None, None]), Batch("a", 2))
    log.append(events([6], person=BRAM), Batch("a", 3))
    return log


def test_rows_by_person_and_by_visitor_go_and_the_others_stay(three: EventLog) -> None:
    untouched = three.files()
    assert three.matching({ANNA, LAPTOP}) == 3
    assert three.erase({ANNA, LAPTOP}) == 3
    left = pl.read_parquet(three.files(), glob=False).sort("event_id")
    assert left["event_id"].to_list() == [2, 4, 6]
    assert set(left["person"]) == {BRAM}
    assert len(set(untouched) & set(three.files())) == 1, "a file without them is not written anew"


def test_no_byte_is_left_in_any_file(three: EventLog) -> None:
    assert ANNA in cells_of(three.path)
    three.erase({ANNA, LAPTOP})
    assert not {ANNA, LAPTOP} & cells_of(three.path)
    assert not any(p.encode() in bytes_of(three.path) for p in (ANNA, LAPTOP))
    assert sorted(str(p) for p in three.path.glob("*.parquet")) == sorted(three.files())


def test_only_the_given_visitors_take_the_rows_of_others_with_them(log: EventLog) -> None:
    log.append(events([1, 2, 3], person=[ANNA, LAPTOP, BRAM], visitor=[LAPTOP, LAPTOP, LAPTOP]), Batch("a", 1))
    assert log.matching({ANNA, LAPTOP}, set()) == 2
    log.erase({ANNA, LAPTOP}, set())
    assert pl.read_parquet(log.files(), glob=False)["person"].to_list() == [BRAM]


def test_what_a_crash_left_behind_goes_too(three: EventLog) -> None:
    events([9], person=ANNA).write_parquet(three.path / "part-orphan.parquet")
    three.erase({ANNA, LAPTOP})
    assert not (three.path / "part-orphan.parquet").exists()


def test_a_file_with_nobody_else_disappears(log: EventLog) -> None:
    log.append(events([1, 2], person=ANNA), Batch("a", 1))
    assert log.erase({ANNA}) == 2
    assert (log.files(), log.count(), log.first_day()) == ([], 0, None)
    assert log.landed("a") == 1, "the batch is still known, so that it is not landed again"


def test_erasing_nobody_changes_nothing(three: EventLog) -> None:
    version = three.version
    assert three.erase({"cNobodyNobod"}) == 0
    assert three.erase(set()) == 0
    assert (three.version, three.count()) == (version, 6)


def test_an_erased_event_can_come_again_only_if_it_is_let_in(three: EventLog) -> None:
    three.erase({ANNA, LAPTOP})
    assert three.judge(events([1, 2])).accepted["event_id"].to_list() == [1]
