"""Parquet: typed columns as they should be read."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.domain.errors import InputError

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
