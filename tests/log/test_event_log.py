"""The event log: appended exactly once, readable by anybody, compacted without loss."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from journeyscore.domain.errors import StorageError
from journeyscore.domain.event import EVENT_FIELDS
from journeyscore.log import Batch, EventLog, Span
from journeyscore.log.event_log import SCHEMA
from tests.log.events import START, day, events


def rows(log: EventLog) -> pl.DataFrame:
    return pl.read_parquet(log.files(), glob=False).sort("event_id")


def commits(log: EventLog) -> str:
    return "".join(f.read_text() for f in sorted((log.path / "_delta_log").glob("*.json")))


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """The system refuses to write more than this into a file, as it does when a disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_new_log_is_empty_and_making_it_again_changes_nothing(log: EventLog) -> None:
    log.create()
    assert log.span() == Span(0, (), 0, None, None)
    assert (log.files(), log.count(), log.first_day(), log.last_day(), log.version) == ([], 0, None, None, 0)


def test_what_is_appended_can_be_read_by_anybody(log: EventLog) -> None:
    sent = events([3, 1, 2], visitor=["v1", None, "v2"], properties='{"form": "job alert"}')
    log.append(sent, Batch("first", 1))
    assert rows(log).equals(sent.sort("event_id"))
    assert duckdb.read_parquet(log.files()).aggregate("count(*), count(visitor)").fetchall() == [(3, 2)]
    assert DeltaTable(log.path).to_pyarrow_table().num_rows == 3


def test_the_columns_are_those_of_the_domain_in_order(log: EventLog) -> None:
    log.append(events([1]).with_columns(row=pl.lit(7)), Batch("first", 1))
    assert rows(log).columns == [f.name for f in EVENT_FIELDS]
    assert rows(log).schema == SCHEMA


def test_count_and_days_come_from_the_tables_log_alone(log: EventLog) -> None:
    log.append(events([1, 2]), Batch("a", 1))
    log.append(events([3, 4, 5]), Batch("b", 1))
    for file in log.files():
        Path(file).write_bytes(b"unreadable")
    assert log.span() == Span(2, tuple(log.files()), 5, day(0), day(2))


def test_the_same_event_again_is_a_duplicate_for_ever(log: EventLog) -> None:
    log.append(events([1, 2]), Batch("a", 1))
    landed = EventLog(log.path).append(events([2, 3]), Batch("b", 1))
    assert landed.verdict.accepted["event_id"].to_list() == [3]
    assert landed.verdict.duplicate["event_id"].to_list() == [2]
    assert rows(log)["event_id"].to_list() == [1, 2, 3]


def test_the_same_id_with_other_content_is_a_conflict(log: EventLog) -> None:
    log.append(events([1], [10]), Batch("a", 1))
    landed = log.append(events([1, 1, 2], [11, 10, 20]), Batch("b", 1))
    assert landed.verdict.conflict.select("event_id", "fingerprint").rows() == [(1, 11)]
    assert landed.verdict.duplicate.select("event_id", "fingerprint").rows() == [(1, 10)]
    assert rows(log).select("event_id", "fingerprint").rows() == [(1, 10), (2, 20)]


def test_within_a_batch_the_first_row_wins(log: EventLog) -> None:
    sent = events([5, 5, 5], [1, 2, 1], campaign=["first", "second", "third"])
    verdict = log.append(sent, Batch("a", 1)).verdict
    assert verdict.accepted["campaign"].to_list() == ["first"]
    assert verdict.conflict["campaign"].to_list() == ["second"]
    assert verdict.duplicate["campaign"].to_list() == ["third"]


def test_a_batch_that_is_landed_again_is_a_no_op(log: EventLog) -> None:
    log.append(events([1]), Batch("a", 1))
    again = log.append(events([2]), Batch("a", 1))
    assert again.before
    assert (log.count(), log.version, log.landed("a")) == (1, 1, 1)


def test_batches_count_up_by_id(log: EventLog) -> None:
    log.append(events([1]), Batch("a", 1))
    log.append(events([2]), Batch("a", 4))
    log.append(events([3]), Batch("b", 1))
    assert (log.landed("a"), log.landed("b"), log.landed("c")) == (4, 1, 0)


def test_the_metadata_of_a_batch_is_kept_with_its_commit(log: EventLog) -> None:
    for number in (1, 2, 3):
        log.append(events([number]), Batch("a", number, {"counts": {"ats": number}}))
    log.append(events([9]), Batch("b", 1, {"counts": {}}))
    assert log.metadata("a", 1) == [
        {"id": "a", "number": 2, "counts": {"ats": 2}},
        {"id": "a", "number": 3, "counts": {"ats": 3}},
    ]


def test_nothing_new_makes_no_commit_and_no_file(log: EventLog) -> None:
    log.append(events([1]), Batch("a", 1))
    log.append(events([1]), Batch("b", 1))
    log.append(events([]), Batch("c", 1))
    assert (log.version, len(list(log.path.glob("*.parquet")))) == (1, 1)


def test_no_pseudonym_stands_in_the_statistics(log: EventLog) -> None:
    log.append(events([1, 2], visitor=["vAAAAAAAAAAA", "vBBBBBBBBBBB"]), Batch("a", 1))
    log.append(events([3]), Batch("a", 2))
    log.erase({"vAAAAAAAAAAA"})
    said = commits(log)
    assert '"minValues' in said.replace("\\", "")
    stats = [json.loads(json.loads(line)["add"]["stats"]) for line in said.splitlines() if '"add"' in line]
    assert {name for s in stats for name in s["minValues"]} == {"day", "occurred_at"}
    assert "AAAAAAAAAAA" not in said
    group = pq.ParquetFile(log.files()[0]).metadata.row_group(0)
    assert not any(group.column(i).is_stats_set for i in range(group.num_columns))
    adds = pl.DataFrame(DeltaTable(log.path).get_add_actions(flatten=True))
    assert adds["min.occurred_at"].min() == START


def test_a_full_disk_is_said_and_leaves_nothing(log: EventLog) -> None:
    log.append(events([1]), Batch("a", 1))
    before = sorted(p.name for p in log.path.rglob("*"))
    with no_file_over(1_000), pytest.raises(StorageError, match=r"part-.*cannot write.*free some space"):
        log.append(events([2]), Batch("a", 2))
    assert sorted(p.name for p in log.path.rglob("*")) == before
    assert log.append(events([2]), Batch("a", 2)).verdict.accepted.height == 1


def test_small_files_are_merged_and_nothing_is_lost(log: EventLog) -> None:
    for number in range(1, 21):
        log.append(events([number], visitor=f"v{number}"), Batch("a", number))
    before = rows(log)
    listed = log.files()
    assert log.compact() == 20
    assert len(log.files()) == 1
    assert rows(log).equals(before)
    assert (log.landed("a"), log.span().first_day, log.count()) == (20, day(0), 20)
    assert pl.read_parquet(listed, glob=False).height == 20, "a reader that has listed the files can still read them"


def test_few_files_are_left_alone(log: EventLog) -> None:
    for number in range(1, 8):
        log.append(events([number]), Batch("a", number))
    version = log.version
    assert log.compact() == 0
    assert (log.version, len(log.files())) == (version, 7)


def test_duplicates_are_still_known_after_compaction_and_checkpoints(log: EventLog) -> None:
    for number in range(1, 104):
        log.append(events([number]), Batch("a", number))
        if number % 25 == 0:
            log.compact()
    assert list((log.path / "_delta_log").glob("*.checkpoint.parquet"))
    again = log.append(events(range(1, 105)), Batch("b", 1)).verdict
    assert (again.accepted["event_id"].to_list(), again.duplicate.height) == ([104], 103)
    assert log.landed("a") == 103
    assert len(log.files()) < 20
