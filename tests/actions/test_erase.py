"""Erased means erased, and stays so: every file, every column, every name."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from journeyscore.actions.erase import Erased, erase
from journeyscore.actions.workspace import Workspace
from journeyscore.domain.errors import AmbiguousError, NotFoundError, UsageError
from journeyscore.intake.keys import candidate_pseudonym, visitor_pseudonym
from journeyscore.log import Batch
from journeyscore.records import PEOPLE_SCHEMA
from tests.log.events import events

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TRACES = (b"A-17-key", b"anna.erased", b"612345678", b"Anna Erased", b"A-old-key")


class Scene:
    """Anna (two keys, merged; a laptop of her own; a tablet at a fair) and Bram (the tablet too)."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.anna, self.old, self.bram = (
            candidate_pseudonym(workspace.key, k) for k in ("A-17-key", "A-old-key", "B-4")
        )
        self.laptop, self.tablet = (visitor_pseudonym(workspace.key, v) for v in ("laptop", "tablet"))
        self._people()
        self._events()
        self._refused()

    def _people(self) -> None:
        rows = [
            (self.anna, "A-17-key", "anna.erased@example.org", "+31612345678", "Anna Erased", NOW),
            (self.old, "A-old-key", None, None, None, NOW),
            (self.bram, "B-4", "info@example.org", None, "Bram", NOW),
        ]
        records = self.workspace.records
        records.people.put(pl.DataFrame(rows, schema=PEOPLE_SCHEMA, orient="row"))
        pairs = [(self.laptop, self.anna), (self.tablet, self.anna), (self.tablet, self.bram)]
        links = pl.DataFrame(pairs, schema=["person", "candidate"], orient="row")
        times = pl.Series("occurred_at", [NOW, NOW, NOW + timedelta(hours=1)])
        records.links.add(links.with_columns(times), NOW)
        records.links.merge(self.anna, self.old, NOW)

    def _events(self) -> None:
        persons = [self.anna, self.old, self.laptop, self.tablet, self.bram, self.bram]
        visitors = [self.laptop, None, self.laptop, self.tablet, self.tablet, None]
        self.workspace.log.append(events(range(1, 7), person=persons, visitor=visitors), Batch("a", 1))

    def _refused(self) -> None:
        folder = self.workspace.path / "refused"
        (folder / "one.csv").write_text(
            "\ufeffcandidate;note\n"
            'A-17-key;"two\nlines"\n'
            'B-4;"he said ""hello; you"""\n'
            "B-5;spoke with anna erased\n"
            "B-6;tel 06 12 34 56 78\n"
            "B-7;fine\n"
        )
        (folder / "two.csv").write_text("\ufeffcandidate;note\nB-8;fine\n")

    def log_ids(self) -> list[int]:
        return sorted(pl.read_parquet(self.workspace.log.files(), glob=False)["event_id"])


@pytest.fixture
def scene(workspace: Workspace) -> Scene:
    return Scene(workspace)


def everything(folder: Path) -> bytes:
    """Every byte of every file, and every cell of every Parquet file as text, folded."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    cells = [pl.read_parquet(p, glob=False).write_csv().encode() for p in files if p.suffix == ".parquet"]
    return b"\n".join([*(p.read_bytes() for p in files), *cells]).lower()


def left(workspace: Workspace, traces: Sequence[bytes]) -> list[bytes]:
    content = everything(workspace.path)
    return [trace for trace in traces if trace.lower() in content]


def test_every_row_and_every_byte_goes(scene: Scene) -> None:
    workspace = scene.workspace
    assert len(left(workspace, TRACES)) == len(TRACES)
    assert erase(workspace, candidate="A-17-key", now=NOW) == Erased(events=4, people=2, links=3, refused_rows=3)
    assert left(workspace, TRACES) == []
    assert scene.log_ids() == [5, 6]
    assert workspace.records.identity().rows() == [(scene.tablet, scene.bram)]
    logged = everything(workspace.log.path)
    assert not any(p.encode().lower() in logged for p in (scene.anna, scene.old, scene.laptop))


def test_the_rows_of_others_stay_as_they_were(scene: Scene) -> None:
    erase(scene.workspace, candidate="A-17-key")
    folder = scene.workspace.path / "refused"
    assert (folder / "one.csv").read_text() == '\ufeffcandidate;note\nB-4;"he said ""hello; you"""\nB-7;fine\n'
    assert (folder / "two.csv").read_text() == "\ufeffcandidate;note\nB-8;fine\n"
    assert sorted(p.name for p in folder.iterdir()) == ["one.csv", "two.csv"]


@pytest.mark.parametrize("whom", [{"candidate": "A-old-key"}, {"email": "ANNA.erased@example.org"}])
def test_any_of_her_names_will_do(scene: Scene, whom: dict[str, str]) -> None:
    assert erase(scene.workspace, **whom).events == 4  # type: ignore[arg-type]
    assert left(scene.workspace, TRACES) == []


def test_her_keys_her_address_and_her_own_device_are_kept_away(scene: Scene) -> None:
    erase(scene.workspace, candidate="A-17-key")
    address = candidate_pseudonym(scene.workspace.key, "Anna.Erased@example.org")
    assert scene.workspace.records.erased() == {scene.anna, scene.old, scene.laptop, address}


def test_a_candidate_whose_key_is_her_address_is_she(scene: Scene) -> None:
    workspace, address = scene.workspace, candidate_pseudonym(scene.workspace.key, "anna.erased@example.org")
    row = (address, "anna.erased@example.org", "anna.erased@example.org", None, None, NOW)
    workspace.records.people.put(pl.DataFrame([row], schema=PEOPLE_SCHEMA, orient="row"))
    workspace.log.append(events([7], person=address), Batch("b", 1))
    assert erase(workspace, candidate="A-17-key").people == 3
    assert left(workspace, TRACES) == []
    assert scene.log_ids() == [5, 6]


def test_a_dry_run_counts_the_same_and_changes_nothing(scene: Scene) -> None:
    scene.workspace.close()
    before = {p: p.read_bytes() for p in scene.workspace.path.rglob("*") if p.is_file()}
    would = erase(scene.workspace, candidate="A-17-key", dry_run=True)
    scene.workspace.close()
    assert {p: p.read_bytes() for p in scene.workspace.path.rglob("*") if p.is_file()} == before
    assert would == erase(scene.workspace, candidate="A-17-key")


def test_nobody_is_said(scene: Scene) -> None:
    for whom in ({"candidate": "nobody"}, {"email": "nobody@example.org"}):
        with pytest.raises(NotFoundError):
            erase(scene.workspace, **whom)  # type: ignore[arg-type]
    erase(scene.workspace, candidate="A-17-key")
    with pytest.raises(NotFoundError):
        erase(scene.workspace, candidate="A-17-key")


def test_two_people_with_one_address_are_both_named_and_nobody_is_erased(scene: Scene) -> None:
    row = (candidate_pseudonym(scene.workspace.key, "C-5"), "C-5", "INFO@example.org", None, None, NOW)
    scene.workspace.records.people.put(pl.DataFrame([row], schema=PEOPLE_SCHEMA, orient="row"))
    with pytest.raises(AmbiguousError, match="B-4, C-5"):
        erase(scene.workspace, email="info@example.org")
    assert scene.log_ids() == [1, 2, 3, 4, 5, 6]
    erase(scene.workspace, candidate="B-4")
    shared = candidate_pseudonym(scene.workspace.key, "info@example.org")
    assert shared not in scene.workspace.records.erased(), "an address that somebody else has, too, names nobody"


def test_one_of_two_names_has_to_be_given(scene: Scene) -> None:
    for whom in ({}, {"candidate": "A-17-key", "email": "x@example.org"}):
        with pytest.raises(UsageError, match="say whom"):
            erase(scene.workspace, **whom)  # type: ignore[arg-type]


def test_what_a_crash_left_half_written_goes_too(scene: Scene) -> None:
    draft = scene.workspace.path / "refused" / ".one.csv.draft"
    draft.write_text("A-17-key")
    erase(scene.workspace, candidate="A-17-key")
    assert not draft.exists()


def test_a_header_is_never_taken_for_a_person(workspace: Workspace) -> None:
    pseudonym = candidate_pseudonym(workspace.key, "candidate")
    row = (pseudonym, "candidate", None, None, None, NOW)
    workspace.records.people.put(pl.DataFrame([row], schema=PEOPLE_SCHEMA, orient="row"))
    (workspace.path / "refused" / "one.csv").write_text("\ufeffcandidate;note\ncandidate;x\nB-4;y\n")
    assert erase(workspace, candidate="candidate").refused_rows == 1
    assert (workspace.path / "refused" / "one.csv").read_text() == "\ufeffcandidate;note\nB-4;y\n"


@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_refused_rows_that_a_spreadsheet_saved_in_its_own_way(scene: Scene, delimiter: str, encoding: str) -> None:
    path = scene.workspace.path / "refused" / "saved.csv"
    rows = [("refused_row", "candidate", "visitor"), ("2", "Zoë", "laptop"), ("3", "Zoë", "another")]
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    erase(scene.workspace, candidate="A-17-key", now=NOW)
    with path.open(encoding=encoding, newline="") as file:
        assert [tuple(row) for row in csv.reader(file, delimiter=delimiter)] == [rows[0], rows[2]]
