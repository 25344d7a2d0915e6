"""Imports: every part counted once, per source and day."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from journeyscore.records import Counted, ImportRun, PartCounts, Seen

if TYPE_CHECKING:
    from journeyscore.records.store import Records

NOW = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
DAY = date(2026, 3, 2)
RUN = ImportRun("a" * 32, "years of events.csv", "f" * 64, "ats", "m" * 64, NOW)
PART = PartCounts(
    1,
    900,
    DAY,
    (
        Counted("ats", "received", 10),
        Counted("ats", "accepted", 6),
        Counted("ats", "duplicate", 1),
        Counted("ats", "bad_time", 2),
        Counted("ats", "id_conflict", 1),
        Counted("web", "received", 3),
        Counted("web", "accepted", 3),
    ),
)


def test_a_part_is_counted_once(records: "Records") -> None:
    records.imports.begin(RUN)
    assert records.imports.land(RUN.id, PART)
    assert not records.imports.land(RUN.id, PART)
    run = records.imports.get(RUN.id)
    assert (run.parts, run.last_row, run.ended) == (1, 900, None)
    assert (run.received, run.accepted, run.duplicate, run.refused) == (13, 9, 1, 3)
    assert run.reasons == {"bad_time": 2, "id_conflict": 1}


def test_parts_add_up_per_source_and_day(records: "Records") -> None:
    records.imports.begin(RUN)
    records.imports.land(RUN.id, PART)
    records.imports.land(
        RUN.id, PartCounts(2, 950, DAY, (Counted("web", "received", 1), Counted("web", "accepted", 1)))
    )
    later = (Counted("web", "received", 1), Counted("web", "duplicate", 1))
    records.imports.land(RUN.id, PartCounts(3, 990, DAY + timedelta(days=1), later))
    assert records.imports.counts().rows() == [
        ("ats", DAY, "accepted", 6),
        ("ats", DAY, "bad_time", 2),
        ("ats", DAY, "duplicate", 1),
        ("ats", DAY, "id_conflict", 1),
        ("ats", DAY, "received", 10),
        ("web", DAY, "accepted", 4),
        ("web", DAY, "received", 4),
        ("web", DAY + timedelta(days=1), "duplicate", 1),
        ("web", DAY + timedelta(days=1), "received", 1),
    ]


def test_counts_go_through_the_logs_metadata_unchanged() -> None:
    assert PartCounts.from_json({**PART.as_json(), "id": "x"}) == PART


def test_an_import_is_unfinished_until_it_ends(records: "Records") -> None:
    records.imports.begin(RUN)
    assert records.imports.unfinished() == [RUN]
    assert records.imports.seen(RUN.sha256) is None
    records.imports.end(RUN.id, NOW, "refused/years.csv")
    assert records.imports.unfinished() == []
    assert records.imports.get(RUN.id).refused_file == "refused/years.csv"
    assert records.imports.seen(RUN.sha256) == Seen("years of events.csv", NOW)
    assert records.imports.seen("0" * 64) is None


@pytest.mark.parametrize("number", [0, 1])
def test_an_old_part_does_not_come_again(records: "Records", number: int) -> None:
    records.imports.begin(RUN)
    records.imports.land(RUN.id, PART)
    assert not records.imports.land(RUN.id, PartCounts(number, 5, DAY, (Counted("ats", "received", 5),)))
    assert records.imports.get(RUN.id).received == 13
