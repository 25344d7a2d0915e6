"""What people do about candidates is kept, taken back, and forgotten."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from journeyscore.records.care import CARE_SCHEMA, Cared

if TYPE_CHECKING:
    from journeyscore.records.store import Records

ANNA, BRAM = "cAnnaAnnaAnn", "cBramBramBra"
NOON, LATER = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)


def test_care_is_kept_as_it_was_put(records: "Records") -> None:
    cared = Cared(ANNA, owner=7, snoozed_until=date(2026, 4, 1), handled_at=NOON, handled_by=8)
    records.care.put(cared)
    assert records.care.of([ANNA, BRAM]) == {ANNA: cared}


def test_undoing_is_putting_back_what_was_there(records: "Records") -> None:
    before = Cared(ANNA, owner=7)
    records.care.put(before)
    records.care.put(Cared(ANNA, owner=9, handled_at=NOON, handled_by=9))
    records.care.put(before)
    assert records.care.of([ANNA]) == {ANNA: before}


def test_everybody_is_a_table(records: "Records") -> None:
    assert records.care.everybody().schema == CARE_SCHEMA
    records.care.put(Cared(ANNA, owner=7, snoozed_until=date(2026, 4, 1)))
    records.care.put(Cared(BRAM, handled_at=NOON, handled_by=8))
    rows = [(ANNA, 7, date(2026, 4, 1), None), (BRAM, None, None, NOON)]
    assert records.care.everybody().sort("candidate").equals(pl.DataFrame(rows, schema=CARE_SCHEMA, orient="row"))


def test_notes_are_newest_first_and_of_the_asked(records: "Records") -> None:
    first = records.care.note(ANNA, 7, "called", NOON)
    second = records.care.note(ANNA, 8, "called again", LATER)
    records.care.note(BRAM, 7, "somebody else", LATER)
    assert [(n.number, n.author, n.made_at, n.text) for n in records.care.notes([ANNA])] == [
        (second, 8, LATER, "called again"),
        (first, 7, NOON, "called"),
    ]


def test_only_the_author_takes_a_note_back(records: "Records") -> None:
    number = records.care.note(ANNA, 7, "called", NOON)
    assert not records.care.unnote(number, 8)
    assert len(records.care.notes([ANNA])) == 1
    assert records.care.unnote(number, 7)
    assert records.care.notes([ANNA]) == []
    assert not records.care.unnote(number, 7)


def test_forgetting_leaves_nothing_of_these_and_all_of_others(records: "Records") -> None:
    for candidate in (ANNA, BRAM):
        records.care.put(Cared(candidate, owner=7))
        records.care.note(candidate, 7, "called", NOON)
    records.care.forget([ANNA])
    assert set(records.care.of([ANNA, BRAM])) == {BRAM}
    assert records.care.notes([ANNA]) == []
    assert len(records.care.notes([BRAM])) == 1
