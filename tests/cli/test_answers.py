"""Each command's answer on a handful of events, worked out by hand."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from tests.cli.conftest import EVENTS, MODEL, Command

AS_OF = ("--as-of", "2026-11-23")


def test_import_counts_every_row(empty: Command, events: Path) -> None:
    first = empty("import", events, "--json").json
    assert {k: first[k] for k in ("received", "accepted", "duplicate", "refused")} == {
        "received": 10,
        "accepted": 9,
        "duplicate": 0,
        "refused": 1,
    }
    assert first["reasons"] == {"bad_time": 1}
    again = empty("import", events, "--json").json
    assert (again["accepted"], again["duplicate"], again["refused"]) == (0, 9, 1)
    assert again["seen_before"] is not None


def test_json_before_or_after_the_command(js: Command) -> None:
    assert js("--json", "score").json == js("score", "--json").json


def test_a_dry_run_changes_nothing(empty: Command, events: Path) -> None:
    would = empty("import", events, "--dry-run", "--json").json
    assert (would["accepted"], would["refused"], would["dry_run"]) == (9, 1, True)
    assert empty("score", "--json").json == []
    assert empty("import", events, "--json").json["accepted"] == 9


def test_score(js: Command) -> None:
    found = js("score", *AS_OF, "--json").json
    assert [(r["candidate"], r["millipoints"], r["band"]) for r in found] == [
        ("K-1", 65_000, "very_engaged"),  # two forms, and three pages of v-1 cut at 5
        ("K-2", 5_000, "a_little"),  # one ad of two
        ("K-3", 0, "unknown"),
    ]
    assert found[0]["last_event_at"] == "2026-11-21T10:00:00Z"
    assert found[0]["reasons"] == [
        {"touchpoint": "form", "millipoints": 60_000, "hits": 2},
        {"touchpoint": "page", "millipoints": 6_000, "hits": 3},
    ]


def test_score_of_the_past_and_the_top(js: Command) -> None:
    assert [r["millipoints"] for r in js("score", "--as-of", "2026-11-20", "--json").json] == [35_000]
    assert [r["candidate"] for r in js("score", *AS_OF, "--top", "1", "--json").json] == ["K-1"]
    assert js("score", "--as-of", "2020-01-01", "--json").json == []


def test_score_as_people_read_it(js: Command) -> None:
    shown = js("score", *AS_OF).out
    assert "3 candidates on 2026-11-23: 1 Very engaged, 0 Engaged, 1 A little, 1 unknown." in shown
    assert "Completed a form 2 times (60.0), Looked around 3 times (6.0)" in shown


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_score_as_a_file(js: Command, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"scores.{kind}"
    assert js("score", *AS_OF, "-o", path).code == 0
    rows = {
        "csv": lambda: list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())),
        "json": lambda: json.loads(path.read_text(encoding="utf-8")),
        "parquet": lambda: pl.read_parquet(path).to_dicts(),
    }[kind]()
    assert [(r["candidate"], int(r["millipoints"]), r["band"]) for r in rows] == [
        ("K-1", 65_000, "very_engaged"),
        ("K-2", 5_000, "a_little"),
        ("K-3", 0, "unknown"),
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["data", "events.csv", path.name])


def test_cells_that_a_spreadsheet_would_compute_are_text(empty: Command, tmp_path: Path) -> None:
    file = tmp_path / "evil.csv"
    file.write_text("candidate,name,occurred_at\n=1+1,form_submitted,2026-11-20\n", encoding="utf-8")
    empty("import", file)
    empty("score", "-o", tmp_path / "x.csv")
    assert "'=1+1" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")


def test_explain(js: Command) -> None:
    found = js("explain", "K-1", *AS_OF, "--json").json
    assert found["lines"] == [
        {"touchpoint": "page", "day": "2026-11-01", "hits": 3, "counted": 3, "millipoints": 6_000},
        {"touchpoint": "form", "day": "2026-11-20", "hits": 1, "counted": 1, "millipoints": 30_000},
        {"touchpoint": "form", "day": "2026-11-21", "hits": 1, "counted": 1, "millipoints": 30_000},
        {"touchpoint": "cap:web", "day": None, "hits": 0, "counted": 0, "millipoints": -1_000},
    ]
    assert (found["candidate"], found["as_of"], found["millipoints"]) == ("K-1", "2026-11-23", 65_000)
    limited = js("explain", "K-2", *AS_OF, "--json").json
    assert limited["lines"] == [
        {"touchpoint": "ad", "day": "2026-11-21", "hits": 2, "counted": 1, "millipoints": 5_000}
    ]
    assert limited["outlook"]["missing_millipoints"] == 25_000
    assert limited["outlook"]["one_more"][0] == {"touchpoint": "form", "millipoints": 30_000, "band": "engaged"}


def test_explain_as_people_read_it(js: Command) -> None:
    shown = js("explain", "K-2", *AS_OF).out
    assert "K-2: 5.000 points, A little, on 2026-11-23." in shown
    assert "25.000 points more make it Engaged." in shown
    assert "One more of “Completed a form” today: +30.000, which makes it Engaged." in shown


def test_touchpoints(js: Command) -> None:
    found = js("touchpoints", *AS_OF, "--json").json
    assert [(t["touchpoint"], t["hits"], t["people"]) for t in found["touchpoints"]] == [
        ("form", 2, 1),
        ("ad", 2, 1),
        ("page", 4, 2),
    ]
    assert [(u["event"], u["hits"]) for u in found["unmapped"]] == [("something_else", 1)]


def test_merge_replays_both_and_can_be_undone(js: Command) -> None:
    assert js("merge", "K-1", "K-2").code == 0
    assert [(r["candidate"], r["millipoints"]) for r in js("score", *AS_OF, "--json").json] == [
        ("K-1", 70_000),
        ("K-3", 0),
    ]
    assert js("explain", "K-2", *AS_OF, "--json").json["millipoints"] == 70_000
    js("merge", "K-1", "K-2", "--undo")
    assert [r["millipoints"] for r in js("score", *AS_OF, "--json").json] == [65_000, 5_000, 0]


def test_model_check_and_show(js: Command, tmp_path: Path) -> None:
    found = js("model", "check", *AS_OF, "--json").json
    assert (found["model"], found["touchpoints"]) == ("Test", 3)
    assert ("rules_the_score", "form") in {(w["code"], w["touchpoint"]) for w in found["warnings"]}
    canonical = js("model", "show").out
    (tmp_path / "copy.yaml").write_text(canonical, encoding="utf-8")
    assert js("model", "show", tmp_path / "copy.yaml").out == canonical
    assert js("model", "schema").json["$schema"].startswith("https://json-schema.org/")


def test_model_diff(js: Command, tmp_path: Path) -> None:
    kinder = tmp_path / "kinder.yaml"
    kinder.write_text(MODEL.replace("points: 5, limit", "points: 40, limit"), encoding="utf-8")
    found = js("model", "diff", tmp_path / "data" / "model.yaml", kinder, *AS_OF, "--json").json
    assert found["changed"] == 1
    assert {"from": "a_little", "to": "engaged", "candidates": 1} in found["moves"]
    assert found["movers"] == [
        {
            "candidate": "K-2",
            "before": 5_000,
            "after": 40_000,
            "band_before": "a_little",
            "band_after": "engaged",
            "why": [{"touchpoint": "ad", "millipoints": 35_000}],
        }
    ]
    shown = js("model", "diff", tmp_path / "data" / "model.yaml", kinder, *AS_OF).out
    assert "1 scores change; 1 candidates change band" in shown


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_sql(js: Command, dialect: str) -> None:
    shown = js("sql", "score", "--dialect", dialect).out
    assert "WITH classified AS (" in shown
    assert shown.rstrip().endswith(";")


def test_erase(js: Command, events: Path) -> None:
    assert js("erase", "K-1", "--dry-run", "--json").json["events"] == 5
    assert js("erase", "--email", "ann@example.nl", "--yes", "--json").json["events"] == 5
    assert [r["candidate"] for r in js("score", *AS_OF, "--json").json] == ["K-2", "K-3"]
    again = js("import", events, "--json").json
    assert (again["accepted"], again["reasons"]) == (0, {"bad_time": 1, "erased": 5})
    assert js("explain", "K-1").code == 3


def test_doctor(js: Command, tmp_path: Path) -> None:
    found = js("doctor", "--json")
    assert found.code == 0
    assert all(check["ok"] for check in found.json)
    (tmp_path / "data" / "model.yaml").write_text(MODEL.replace("stage: aware", "stage: awake"), encoding="utf-8")
    ill = js("doctor")
    assert ill.code == 1
    assert "BAD  model: model.yaml:" in ill.out


def test_an_empty_workspace_says_what_to_do(empty: Command) -> None:
    assert "journeyscore import FILE" in empty("score").out
    assert "journeyscore import FILE" in empty("touchpoints").out
    assert empty("score", "--json").json == []


def test_several_files(empty: Command, events: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text(EVENTS.replace("\n1;", "\n101;").replace("\n2;", "\n102;"), encoding="utf-8")
    found = empty("import", events, more, "--json").json
    assert (found["received"], found["accepted"], found["duplicate"], found["refused"]) == (20, 11, 7, 2)
    assert len(found["files"]) == 2


def test_overview(js: Command) -> None:
    found = js("overview", *AS_OF, "--json").json
    assert (found["as_of"], found["candidates"]) == ("2026-11-23", 3)
    assert [(b["band"], b["candidates"], b["week_ago"]) for b in found["bands"]] == [
        ("very_engaged", 1, 0),  # K-1 has two forms of this week
        ("engaged", 0, 0),
        ("a_little", 1, 1),  # K-2 now; a week ago K-1, with pages only
        ("unknown", 1, 0),
    ]
    assert [(s["stage"], s["candidates"]) for s in found["stages"]][:3] == [
        ("aware", 2),
        ("interested", 1),
        ("applying", 0),
    ]
    shown = js("overview", *AS_OF).out
    assert "3 candidates on 2026-11-23." in shown
    assert any(line.split() == ["A", "little", "1", "1"] for line in shown.splitlines())


def test_journey(js: Command) -> None:
    found = js("journey", *AS_OF, "--json").json
    assert (found["since"], found["as_of"], found["people"]) == (None, "2026-11-23", 2)
    assert [(s["stage"], s["people"], s["further"]) for s in found["stages"]][:2] == [
        ("aware", 2, 1),  # K-1 and K-2; K-1 went on
        ("interested", 1, 0),
    ]
    assert [(t["touchpoint"], t["stage"], t["people"], t["further"]) for t in found["touchpoints"]] == [
        ("form", "interested", 1, 0),
        ("ad", "aware", 1, 0),
        ("page", "aware", 1, 1),
    ]
    lately = js("journey", *AS_OF, "--days", "3", "--json").json
    assert (lately["since"], lately["people"]) == ("2026-11-20", 2)
    assert [t["people"] for t in lately["touchpoints"]] == [1, 1, 0]
    assert "2 people with a touchpoint." in js("journey", *AS_OF).out


def test_overview_and_journey_of_days_without_events(js: Command) -> None:
    day = ("--as-of", "2020-01-01")
    assert js("overview", *day, "--json").json["candidates"] == 0
    assert js("journey", *day, "--json").json["people"] == 0
    assert js("overview", *day).code == js("journey", *day).code == 0


@pytest.mark.parametrize("question", ["overview", "journey"])
def test_the_first_day_of_the_calendar_is_a_day_too(js: Command, question: str) -> None:
    days = ("--days", "30") if question == "journey" else ()
    assert js(question, "--as-of", "0001-01-01", *days, "--json").code == 0


def test_the_model_as_json(js: Command, tmp_path: Path) -> None:
    found = js("model", "show", "--json").json
    assert found["model"] == "Test"
    assert found["text"] == MODEL
    assert found["fingerprint"] == js("model", "check", "--json").json["fingerprint"]
    (tmp_path / "other.yaml").write_bytes(MODEL.replace("name: Test", "name: Anders").replace("\n", "\r\n").encode())
    other = js("model", "show", tmp_path / "other.yaml", "--json").json
    assert (other["model"], other["text"].count("\r\n")) == ("Anders", MODEL.count("\n"))
    assert js("model", "show", "--default", "--json").json["text"] == js("model", "show", "--default").out


def test_versions(js: Command, tmp_path: Path) -> None:
    from journeyscore.actions.publish import mark_of, publish
    from journeyscore.actions.workspace import open_workspace

    assert js("model", "versions", "--json").json == []
    assert "Nothing was published yet" in js("model", "versions").out
    publish(open_workspace(tmp_path / "data"), MODEL.replace("30}", "40}"), None, "more for a form", mark_of(MODEL))
    found = js("model", "versions", "--json").json
    assert [(v["version"], v["note"]) for v in found] == [(2, "more for a form"), (1, "")]
    assert "more for a form" in js("model", "versions").out
