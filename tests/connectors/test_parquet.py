"""Parquet: typed columns as they should be read."""

import hashlib
import os
import tempfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.mapping import parse_mapping
from journeyscore.domain.errors import InputError, MappingError

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def table(tmp_path: Path, **columns: pa.Array) -> Path:
    base = {"candidate": pa.array([7.0, 8.0]), "name": pa.array(["x", "y"]), "occurred_at": pa.array([AT, None])}
    pq.write_table(pa.table({**base, **columns}), tmp_path / "e.parquet")
    return tmp_path / "e.parquet"


def test_types(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        vacancy=pa.array([12, None]),
        channel=pa.array(["email", "email"]).dictionary_encode(),
        campaign=pa.array([True, False]),
        properties=pa.array([{"a": 1}, None]),
        shoe=pa.array([1, 2]),
    )
    sent, _ = rows(path)
    assert sent[0] == {
        "row": 1,
        "candidate": "7",
        "name": "x",
        "occurred_at": AT,
        "vacancy": "12",
        "channel": "email",
        "campaign": "true",
        "properties": '{"a":1}',
    }
    assert (sent[1]["vacancy"], sent[1]["occurred_at"], sent[1]["properties"]) == (None, None, None)
    assert open_file(path).unused == ("shoe",)


def test_a_map_of_properties(tmp_path: Path) -> None:
    kind = pa.map_(pa.string(), pa.string())
    sent, _ = rows(table(tmp_path, properties=pa.array([[("a", "1")], None], kind)))
    assert sent[0]["properties"] == '{"a": "1"}'


def test_rows_go_on_over_chunks(tmp_path: Path) -> None:
    sent, _ = rows(table(tmp_path), size=1)
    assert [r["row"] for r in sent] == [1, 2]


def test_damaged(tmp_path: Path) -> None:
    whole = table(tmp_path).read_bytes()
    with pytest.raises(InputError, match="damaged"):
        open_file(written(tmp_path, whole[: len(whole) // 2], "half.parquet"))


def one_column(tmp_path: Path, name: str, values: pa.Array) -> list:
    pq.write_table(pa.table({name: values}), tmp_path / "one.parquet")
    sent, _ = rows(tmp_path / "one.parquet")
    return [row.get(name) for row in sent]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([7.0, 7.5, float("nan"), 0.0, None]), ["7", "7.5", None, "0", None]),
        (pa.array([7.0, 7.5], pa.float32()), ["7", "7.5"]),
        (pa.array([2**63, 1], pa.uint64()), ["9223372036854775808", "1"]),
        (pa.array([Decimal("12.00"), Decimal("12.50"), Decimal("120.00")]), ["12", "12.50", "120"]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array(["a", None], pa.large_string()), ["a", None]),
        (pa.array(["a", "a"]).dictionary_encode(), ["a", "a"]),
        (pa.array([b"ab", b"\xff\x01", b"", None]), ["ab", "ff01", "", None]),
        (pa.array([bytes(15) + b"\x05"], pa.binary(16)), ["0" * 31 + "5"]),
        (pa.array([None, None]), [None, None]),
        (pa.array([date(2026, 11, 20)]), ["2026-11-20"]),
    ],
)
def test_every_kind_as_text(tmp_path: Path, values: pa.Array, expected: list) -> None:
    assert one_column(tmp_path, "vacancy", values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([datetime(2026, 11, 20, 10)], pa.timestamp("ms")), datetime(2026, 11, 20, 10)),
        (pa.array([datetime(2026, 11, 20, 10)], pa.timestamp("ns")), datetime(2026, 11, 20, 10)),
        (pa.array([AT], pa.timestamp("us", tz="Europe/Amsterdam")), AT),
        (pa.array([AT], pa.timestamp("us", tz="+01:00")), AT),
        (pa.array([date(2026, 11, 20)]), date(2026, 11, 20)),
        (pa.array([1763632800]), "1763632800"),
        (pa.array(["2026-11-20"]), "2026-11-20"),
    ],
)
def test_the_time_keeps_its_type(tmp_path: Path, values: pa.Array, expected: object) -> None:
    assert one_column(tmp_path, "occurred_at", values) == [expected]


def test_a_date_and_a_time(tmp_path: Path) -> None:
    columns = {"datum": pa.array([date(2026, 11, 20)]), "tijd": pa.array([time(14, 5)])}
    pq.write_table(pa.table(columns), tmp_path / "e.parquet")
    assert rows(tmp_path / "e.parquet")[0] == [{"row": 1, "occurred_at": "2026-11-20 14:05:00"}]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([{"a": {"b": True}, "c": "x"}]), '{"a":{"b":true},"c":"x"}'),
        (pa.array([{"a": date(2026, 11, 20), "b": b"\xff"}]), '{"a": "2026-11-20", "b": "ff"}'),
        (pa.array([{"a": [1, None]}]), '{"a": [1, null]}'),
        (pa.array([["a"]]), '["a"]'),
        (pa.array(['{"a": 1}']), '{"a": 1}'),
    ],
)
def test_structures_of_properties(tmp_path: Path, values: pa.Array, expected: str) -> None:
    assert one_column(tmp_path, "properties", values) == [expected]


def test_columns_of_properties(tmp_path: Path) -> None:
    path = table(tmp_path, **{"properties.form": pa.array(["alert", None]), "url.query": pa.array(["a", "b"])})
    sent, _ = rows(path)
    assert [row["properties"] for row in sent] == ['{"form":"alert"}', '{"form":null}']
    assert open_file(path).unused == ("url.query",)


def test_other_structures_are_unused(tmp_path: Path) -> None:
    path = table(tmp_path, vacancy=pa.array([{"a": 1}, None]), campaign=pa.array([["x"], None]))
    file = open_file(path)
    assert file.unused == ("vacancy", "campaign")
    assert file.columns == ("candidate", "name", "occurred_at", "vacancy", "campaign")
    assert set(rows(path)[0][0]) == {"row", "candidate", "name", "occurred_at"}


def test_nothing_recognised_is_still_received(tmp_path: Path) -> None:
    pq.write_table(pa.table({"shoe": pa.array([1, 2])}), tmp_path / "e.parquet")
    assert rows(tmp_path / "e.parquet")[0] == [{"row": 1}, {"row": 2}]


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array(["a"]), pa.array(["b"])], names=["name", "name"]), tmp_path / "e.parquet")
    with pytest.raises(MappingError, match="name"):
        open_file(tmp_path / "e.parquet")


def test_a_mapping(tmp_path: Path) -> None:
    mapping = parse_mapping("mapping: 1\ncolumns: {shoe: candidate}\nconstants: {name: bought}\n")
    sent, _ = rows(table(tmp_path, shoe=pa.array([41, 42])), mapping)
    assert sent == [{"row": 1, "candidate": "41", "name": "bought"}, {"row": 2, "candidate": "42", "name": "bought"}]


def test_a_column_called_row(tmp_path: Path) -> None:
    mapping = parse_mapping("mapping: 1\ncolumns: {row: candidate, at: occurred_at}\n")
    pq.write_table(pa.table({"row": pa.array(["K-1"]), "at": pa.array([AT])}), tmp_path / "e.parquet")
    assert rows(tmp_path / "e.parquet", mapping)[0] == [{"row": 1, "candidate": "K-1", "occurred_at": AT}]


def test_inspection(tmp_path: Path) -> None:
    path = table(tmp_path)
    file = open_file(path)
    assert (file.rows, file.sha256) == (2, hashlib.sha256(path.read_bytes()).hexdigest())
    chunk = next(file.chunks())
    assert chunk.raw.rows() == [(1, "7", "x", "2026-11-20 10:00:00.000000+00:00"), (2, "8", "y", None)]


def test_a_damaged_page(tmp_path: Path) -> None:
    names = pa.array([f"event number {n}" for n in range(1_000)])
    pq.write_table(pa.table({"name": names}), tmp_path / "e.parquet", compression="snappy")
    content = bytearray((tmp_path / "e.parquet").read_bytes())
    content[100:1_000] = bytes(900)
    with pytest.raises(InputError, match="damaged"):
        rows(written(tmp_path, bytes(content), "e.parquet"))


@given(st.lists(st.tuples(st.text(max_size=5) | st.none(), st.floats() | st.none()), max_size=9), st.integers(1, 10))
def test_chunks_do_not_change_what_is_read(records: list, size: int) -> None:
    names, numbers = [r[0] for r in records], [r[1] for r in records]
    columns = {"name": pa.array(names, pa.string()), "candidate": pa.array(numbers, pa.float64())}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "e.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=4)
        whole = rows(path)
        assert rows(path, size=size) == whole
    assert [row["row"] for row in whole[0]] == list(range(1, len(records) + 1))
    assert [row["name"] for row in whole[0]] == names


def test_a_long_file_is_not_kept_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    noise = [os.urandom(500).hex() for _ in range(400)]  # does not compress
    rows = {"candidate": noise, "name": ["page_viewed"] * 400, "occurred_at": ["2026-03-01T10:00:00Z"] * 400}
    table = pa.table(rows)
    with pq.ParquetWriter(path, table.schema) as writer:
        for _ in range(100):
            writer.write_table(table)
    held = []
    for _ in open_file(path).chunks(400):
        held.append(pa.total_allocated_bytes())
    assert path.stat().st_size > 15_000_000
    assert max(held[50:]) - held[10] < 5_000_000
