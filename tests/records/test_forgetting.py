"""Forgotten: no row and no byte, but a tombstone that keeps them away."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from journeyscore.records import PEOPLE_SCHEMA

if TYPE_CHECKING:
    from journeyscore.records.store import Records

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANNA, BRAM, LAPTOP = "cAnnaAnnaAnn", "cBramBramBra", "vLaptopLapto"


def fill(records: "Records") -> None:
    crowd = [(f"c{i:011}", f"key-{i}", f"{i}@example.org", None, f"Somebody {i}", NOW) for i in range(400)]
    anna = (ANNA, "anna-secret-key", "anna.secret@example.org", "+31 6 98765432", "Anna Secret", NOW)
    bram = (BRAM, "bram-key", None, None, None, NOW)
    records.people.put(pl.DataFrame([*crowd[:200], anna, bram, *crowd[200:]], schema=PEOPLE_SCHEMA, orient="row"))
    links = pl.DataFrame({"person": [LAPTOP, LAPTOP], "candidate": [ANNA, BRAM], "occurred_at": [NOW, NOW]})
    records.links.add(links, NOW)
    records.links.merge(BRAM, ANNA, NOW)


def bytes_of(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()).lower()


def test_no_byte_is_left_in_the_database_or_its_log(records: "Records", tmp_path: Path) -> None:
    fill(records)
    traces = [b"secret", b"98765432", ANNA.lower().encode()]
    assert all(trace in bytes_of(tmp_path) for trace in traces)
    records.forget({ANNA})
    assert not any(trace in bytes_of(tmp_path) for trace in traces)
    assert records.people.count() == 401
    assert records.identity().rows() == [(LAPTOP, BRAM)]


def test_links_are_counted_before_they_go(records: "Records") -> None:
    fill(records)
    assert records.links.count({ANNA}) == 2
    assert records.links.count({LAPTOP}) == 2
    assert records.links.count({"cNobodyNobod"}) == 0


def test_a_tombstone_is_set_once_and_stays(records: "Records") -> None:
    records.bury({ANNA, LAPTOP}, NOW)
    records.bury({ANNA}, NOW)
    records.forget({ANNA, LAPTOP})
    assert records.erased() == {ANNA, LAPTOP}
