"""An event logged by hand is a file of one row."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from journeyscore.actions.import_file import import_file
from journeyscore.actions.log_event import Seen, log_event
from journeyscore.actions.workspace import Workspace
from journeyscore.domain.errors import NotFoundError, UsageError
from tests.actions.files import sent, write

AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


@pytest.fixture
def candidate(workspace: Workspace, tmp_path: Path) -> str:
    import_file(workspace, write(tmp_path / "a.csv", [sent(1)]))
    return workspace.records.pseudonym("K-1")


def _events(workspace: Workspace) -> pl.DataFrame:
    return pl.read_parquet(workspace.log.files()).filter(pl.col("source") == "by_hand")


def test_it_lands_in_the_log(workspace: Workspace, candidate: str) -> None:
    found = log_event(workspace, Seen("a1", candidate, "recruiter_talked", AT, "Monteur"))
    assert (found.received, found.accepted) == (1, 1)
    event = _events(workspace).row(0, named=True)
    assert (event["name"], event["occurred_at"], event["person"]) == ("recruiter_talked", AT, candidate)
    assert (event["channel"], event["vacancy"], event["source"]) == ("recruiter", "Monteur", "by_hand")
    assert event["day"].isoformat() == "2026-11-20"


def test_sent_twice_it_counts_once(workspace: Workspace, candidate: str) -> None:
    seen = Seen("a1", candidate, "call_held", AT)
    log_event(workspace, seen)
    again = log_event(workspace, seen)
    assert (again.accepted, again.duplicate) == (0, 1)
    assert _events(workspace).height == 1


def test_nobody_and_no_zone(workspace: Workspace, candidate: str) -> None:
    with pytest.raises(NotFoundError):
        log_event(workspace, Seen("a1", "c00000000000", "call_held", AT))
    with pytest.raises(UsageError):
        log_event(workspace, Seen("a1", candidate, "call_held", AT.replace(tzinfo=None)))
    assert _events(workspace).is_empty()


def test_a_vacancy_that_looks_like_csv_stays_one_cell(workspace: Workspace, candidate: str) -> None:
    log_event(workspace, Seen("a2", candidate, "interview_held", AT, 'a,"b";c'))
    assert _events(workspace).row(0, named=True)["vacancy"] == 'a,"b";c'
