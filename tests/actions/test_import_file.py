"""Importing: every row has one outcome, and importing again adds nothing."""

import csv
import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyscore.actions import parts
from journeyscore.actions.erase import erase
from journeyscore.actions.import_file import Imported, import_file
from journeyscore.actions.merge import merge, undo_merge
from journeyscore.actions.workspace import Workspace, init, open_workspace
from journeyscore.domain.errors import BusyError
from journeyscore.intake.keys import candidate_pseudonym, visitor_pseudonym
from journeyscore.log import Lease
from tests.actions.conftest import nothing_vanished
from tests.actions.files import Row, sent, write

NOW = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
TODAY = date(2027, 1, 1)  # in Amsterdam


def totals(found: Imported) -> tuple[int, int, int, int]:
    return found.received, found.accepted, found.duplicate, found.refused


def log(workspace: Workspace) -> pl.DataFrame:
    files = workspace.log.files()
    return pl.read_parquet(files, glob=False).sort("event_id") if files else pl.DataFrame({"event_id": []})


def mixed() -> list[dict[str, str]]:
    """7 rows: 4 events, 1 duplicate (row 4), 1 conflict (row 6), 1 bad time (row 7)."""
    return [
        sent(1, visitor="phone"),
        sent(2),
        sent(2),
        sent(3, source="ats"),
        sent(2, name="vacancy_viewed", candidate="K-99", visitor="tablet"),
        sent(4, occurred_at="the day before yesterday", source="ats"),
        sent(5, source="ats", email="Five@example.org"),
    ]


def test_every_row_has_one_outcome(workspace: Workspace, tmp_path: Path) -> None:
    found = import_file(workspace, write(tmp_path / "a.csv", mixed()), now=NOW)
    assert totals(found) == (7, 4, 1, 2)
    assert found.reasons == {"bad_time": 1, "id_conflict": 1}
    assert found.seen_before is None
    assert workspace.records.imports.counts().rows() == [
        ("ats", TODAY, "accepted", 2),
        ("ats", TODAY, "bad_time", 1),
        ("ats", TODAY, "received", 3),
        ("import", TODAY, "accepted", 2),
        ("import", TODAY, "duplicate", 1),
        ("import", TODAY, "id_conflict", 1),
        ("import", TODAY, "received", 4),
    ]
    assert log(workspace).height == 4


def test_people_and_devices_are_known_afterwards(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, write(tmp_path / "a.csv", mixed()), now=NOW)
    records, key = workspace.records, workspace.key
    assert records.candidate_by_email("five@EXAMPLE.org") == candidate_pseudonym(key, "K-5")
    assert records.identity().rows() == [(visitor_pseudonym(key, "phone"), candidate_pseudonym(key, "K-1"))]
    first = records.people.find(key="K-1")[0]
    assert first.first_seen == datetime(2026, 1, 1, 1, tzinfo=UTC)


def test_a_row_that_is_refused_introduces_nobody(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, write(tmp_path / "a.csv", mixed()))
    assert workspace.records.people.find(key="K-99") == []
    assert workspace.records.people.find(key="K-4") == []
    assert sorted(workspace.records.people.frame()["key"]) == ["K-1", "K-2", "K-3", "K-5"]


def test_importing_twice_adds_nothing_and_says_when(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", mixed())
    import_file(workspace, file, now=NOW)
    before, people, version = log(workspace), workspace.records.people.frame(), workspace.log.version
    again = import_file(workspace, file, now=NOW + timedelta(days=90))
    assert totals(again) == (7, 0, 5, 2)
    assert again.seen_before == NOW
    assert log(workspace).equals(before)
    assert workspace.records.people.frame().equals(people)
    assert workspace.log.version == version


def test_a_renamed_superset_in_another_order_adds_only_what_is_new(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, write(tmp_path / "a.csv", [sent(i) for i in range(10)]))
    more = write(tmp_path / "renamed (1).csv", [sent(i) for i in reversed(range(14))])
    assert totals(import_file(workspace, more)) == (14, 4, 10, 0)


def test_the_same_id_from_another_source_is_another_event(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [sent(1)])
    import_file(workspace, file)
    assert totals(import_file(workspace, file, source="ats")) == (1, 1, 0, 0)


def test_k_bad_rows_do_not_sink_the_good_ones(workspace: Workspace, tmp_path: Path) -> None:
    bad = {3, 500, 501, 999}
    rows = [sent(i, occurred_at="never") if i in bad else sent(i) for i in range(1_000)]
    found = import_file(workspace, write(tmp_path / "a.csv", rows))
    assert totals(found) == (1_000, 996, 0, 4)
    assert found.refused_file
    with found.refused_file.open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file, delimiter=";"))
    assert [(int(r["refused_row"]), r["refused_reason"], r["candidate"], r["occurred_at"]) for r in refused] == [
        (i + 2, "bad_time", f"K-{i}", "never") for i in sorted(bad)
    ]


def test_repaired_and_imported_again_it_is_as_if_it_had_never_broken(workspace: Workspace, tmp_path: Path) -> None:
    good = [sent(i) for i in range(200)]
    broken = [
        {**row, "occurred_at": row["occurred_at"].replace("2026", "Y")} if i % 7 == 0 else row
        for i, row in enumerate(good)
    ]
    found = import_file(workspace, write(tmp_path / "a.csv", broken), now=NOW)
    assert found.refused == 29
    assert found.refused_file
    repaired = tmp_path / "repaired.csv"
    repaired.write_text(found.refused_file.read_text().replace("Y-", "2026-"))
    assert totals(import_file(workspace, repaired, now=NOW)) == (29, 29, 0, 0)
    other = init(tmp_path / "never broke")
    (other.path / "key").write_bytes(workspace.key)
    other = open_workspace(other.path)
    import_file(other, write(tmp_path / "b.csv", good), now=NOW)
    assert log(workspace).equals(log(other))
    assert workspace.records.people.frame().equals(other.records.people.frame())
    other.close()


def test_a_dry_run_says_the_same_and_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, write(tmp_path / "a.csv", [sent(3, source="ats"), sent(50)]))
    file = write(tmp_path / "b.csv", mixed())
    workspace.close()
    before = {p: p.read_bytes() for p in workspace.path.rglob("*") if p.is_file()}
    would = import_file(workspace, file, dry_run=True)
    workspace.close()
    assert {p: p.read_bytes() for p in workspace.path.rglob("*") if p.is_file()} == before
    assert totals(would) == (7, 3, 2, 2)
    did = import_file(workspace, file)
    assert (totals(did), did.reasons) == (totals(would), would.reasons)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_the_size_of_parts_changes_nothing(
    workspace: Workspace, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", size)
    monkeypatch.setattr(parts, "CHUNK_ROWS", size)
    file = write(tmp_path / "a.csv", mixed())
    dry = import_file(workspace, file, dry_run=True, now=NOW)
    found = import_file(workspace, file, now=NOW)
    assert (totals(dry), totals(found)) == ((7, 4, 1, 2), (7, 4, 1, 2))
    assert workspace.records.people.find(key="K-99") == []
    assert log(workspace).height == 4


def test_progress_is_told_and_ends_at_all_rows(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 2)
    monkeypatch.setattr(parts, "CHUNK_ROWS", 2)
    told: list[int] = []
    import_file(workspace, write(tmp_path / "a.csv", mixed()), progress=lambda done, _: told.append(done))
    assert told == [2, 4, 6, 7]


def test_a_line_that_holds_several_events_is_counted_by_its_events(workspace: Workspace, tmp_path: Path) -> None:
    track = {"type": "track", "event": "form_submitted", "timestamp": "2026-03-01T10:00:00Z"}
    batch = [
        {**track, "messageId": "a", "userId": "K-1"},
        {**track, "messageId": "b"},
        {**track, "messageId": "c"},
        {**track, "messageId": "a", "userId": "K-2"},
    ]
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"batch": batch}) + "\n")
    found = import_file(workspace, file)
    assert totals(found) == (4, 1, 0, 3)
    assert found.reasons == {"id_conflict": 1, "no_person": 2}


def test_an_empty_file_is_no_error(workspace: Workspace, tmp_path: Path) -> None:
    found = import_file(workspace, write(tmp_path / "a.csv", []))
    assert totals(found) == (0, 0, 0, 0)
    assert found.refused_file is None
    assert workspace.records.imports.unfinished() == []


def test_an_undone_merge_stays_undone_when_the_file_comes_again(workspace: Workspace, tmp_path: Path) -> None:
    rows = [sent(1), sent(2), sent(3, candidate="K-1", call="alias", previous="K-2", name="")]
    file = write(tmp_path / "a.csv", rows)
    import_file(workspace, file)
    assert workspace.records.candidate("K-2") == candidate_pseudonym(workspace.key, "K-1")
    undo_merge(workspace, "K-1", "K-2")
    import_file(workspace, file)
    assert workspace.records.identity().height == 0
    merge(workspace, "K-1", "K-2")
    merge(workspace, "K-1", "K-2")
    assert workspace.records.candidate("K-2") == candidate_pseudonym(workspace.key, "K-1")


def test_an_older_file_does_not_bring_back_an_old_address(workspace: Workspace, tmp_path: Path) -> None:
    old = write(tmp_path / "old.csv", [sent(1, email="old@example.org")])
    import_file(workspace, old)
    import_file(workspace, write(tmp_path / "new.csv", [sent(2, candidate="K-1", email="new@example.org")]))
    import_file(workspace, old)
    assert [p.email for p in workspace.records.people.find(key="K-1")] == ["new@example.org"]


def test_lost_names_and_links_come_back_with_the_file(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", mixed())
    import_file(workspace, file)
    people, identity = workspace.records.people.frame(), workspace.records.identity()
    workspace.records.forget(people["person"].to_list())
    assert workspace.records.people.count() == 0
    import_file(workspace, file)
    assert workspace.records.people.frame().equals(people)
    assert workspace.records.identity().equals(identity)


def test_an_erased_person_does_not_come_back_with_the_old_file(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        sent(1, visitor="phone-of-hers", email="Anna.Gone@example.org"),
        sent(2, candidate="", visitor="phone-of-hers"),
        sent(3, candidate="", email="anna.gone@EXAMPLE.org"),
        sent(4, candidate="K-1", occurred_at="never"),
        sent(5, candidate="", visitor="phone-of-hers", occurred_at="never"),
        sent(6, occurred_at="never"),
        sent(7),
    ]
    file = write(tmp_path / "a.csv", rows)
    assert totals(import_file(workspace, file)) == (7, 4, 0, 3)
    erase(workspace, candidate="K-1")
    again = import_file(workspace, file)
    assert totals(again) == (7, 0, 1, 6)
    assert again.reasons == {"bad_time": 1, "erased": 5}
    assert sorted(workspace.records.people.frame()["key"]) == ["K-7"]
    workspace.close()
    content = b"".join(p.read_bytes() for p in workspace.path.rglob("*") if p.is_file()).lower()
    assert b"anna.gone" not in content
    assert b"phone-of-hers" not in content
    assert b"k-6" in content


def test_two_at_once_both_end_and_the_counts_add_up(workspace: Workspace, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.csv", [sent(i) for i in range(n * 50, n * 50 + 100)]) for n in range(4)]
    found: list[Imported] = []

    def work(file: Path) -> None:
        own = open_workspace(workspace.path)
        found.append(import_file(own, file))
        own.close()

    threads = [threading.Thread(target=work, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(f.accepted for f in found) == workspace.log.count() == 250
    assert sum(f.duplicate for f in found) == 150


def test_a_second_import_gives_up_with_the_name_of_the_first(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [sent(1)])
    workspace.lease.wait = 0
    with Lease(workspace.lease.path).hold("import years.csv"), pytest.raises(BusyError, match=r"import years\.csv"):
        import_file(workspace, file)
    assert workspace.log.count() == 0


ROWS = st.lists(
    st.builds(
        lambda n, name, time, visitor, source: sent(n, name=name, visitor=visitor, source=source, **time),
        st.integers(0, 8),
        st.sampled_from(["form_submitted", "vacancy_viewed"]),
        st.sampled_from([{}, {}, {}, {"occurred_at": "never"}, {"candidate": ""}]),
        st.sampled_from(["", "phone", "tablet"]),
        st.sampled_from(["", "ats"]),
    ),
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(ROWS, min_size=1, max_size=3))
def test_whatever_comes_nothing_vanishes(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Row]]) -> None:
    folder = tmp_path_factory.mktemp("any")
    workspace = init(folder / "data")
    accepted = 0
    for number, rows in enumerate([*batches, *batches]):
        file = write(folder / f"{number}.csv", rows)
        dry = import_file(workspace, file, dry_run=True)
        found = import_file(workspace, file)
        assert totals(dry) == totals(found)
        assert found.received == len(rows) == found.accepted + found.duplicate + found.refused
        assert number < len(batches) or not found.accepted
        accepted += found.accepted
        nothing_vanished(workspace)
    assert workspace.log.count() == accepted
    workspace.close()
