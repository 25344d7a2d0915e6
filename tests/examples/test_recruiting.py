"""A recruitment process log by others: imported, scored and explained by the files in docs/examples/recruiting."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journeyscore.cli.main import run

ROOT = Path(__file__).parents[2]
LOG = ROOT.parent / "shared" / "data" / "recruiting" / "recruiting.csv"
EXAMPLE = ROOT / "docs" / "examples" / "recruiting"
KNOWN = {
    "application_submitted": 916,
    "recruiter_assigned": 916,
    "screening_done": 916,
    "rejected": 781,
    "references_checked": 729,
    "manager_consulted": 729,
    "vacancy_assigned": 458,
    "interview_invited": 446,
    "interview_held": 446,
    "offer_made": 135,
    "hired": 89,
    "offer_declined": 46,
}

pytestmark = pytest.mark.skipif(not LOG.exists(), reason="needs ../shared/data/recruiting beside the checkout")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recruiting") / "data"
    assert run(["--data", str(path), "init", "--time-zone", "UTC"]) == 0
    (path / "model.yaml").write_bytes((EXAMPLE / "model.yaml").read_bytes())
    return path


@pytest.fixture
def js(data: Path, capfd: pytest.CaptureFixture[str]):
    def command(*arguments: str | Path) -> object:
        capfd.readouterr()
        assert run(["--data", str(data), *map(str, arguments), "--json"]) == 0
        return json.loads(capfd.readouterr().out)

    return command


def test_the_known_counts_and_nothing_twice(js) -> None:
    first = js("import", LOG, "--mapping", EXAMPLE / "mapping.yaml")
    counts = {k: first[k] for k in ("received", "accepted", "duplicate", "refused")}
    assert counts in (
        {"received": 6607, "accepted": 6607, "duplicate": 0, "refused": 0},
        {"received": 6607, "accepted": 0, "duplicate": 6607, "refused": 0},  # another test was first
    )
    again = js("import", LOG, "--mapping", EXAMPLE / "mapping.yaml")
    assert (again["accepted"], again["duplicate"], again["refused"]) == (0, 6607, 0)


def test_touchpoints_have_the_known_hits(js) -> None:
    js("import", LOG, "--mapping", EXAMPLE / "mapping.yaml")
    found = js("touchpoints", "--as-of", "2019-11-30")
    seen = Counter({u["event"]: u["hits"] for u in found["unmapped"]})
    seen.update({t["touchpoint"]: t["hits"] for t in found["touchpoints"]})
    by_event = {name: seen[name] for name in KNOWN if name in seen}
    assert by_event == {name: KNOWN[name] for name in by_event}
    assert len(by_event) >= 10
    assert sum(seen.values()) == 6607


def test_every_application_has_a_score_that_adds_up(js) -> None:
    js("import", LOG, "--mapping", EXAMPLE / "mapping.yaml")
    ranking = js("score", "--as-of", "2019-11-30")
    with LOG.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    last: dict[str, datetime] = {}
    for row in rows:
        at = datetime.fromisoformat(row["Timestamp"]).astimezone(UTC)
        last[row["Application"]] = max(at, last.get(row["Application"], at))
    assert {r["candidate"] for r in ranking} == set(last)
    assert len(ranking) == 916
    for row in [*ranking[:3], *ranking[-3:]]:
        explained = js("explain", row["candidate"], "--as-of", "2019-11-30")
        assert sum(line["millipoints"] for line in explained["lines"]) == row["millipoints"]
        assert datetime.fromisoformat(explained["last_event_at"]) == last[row["candidate"]]
