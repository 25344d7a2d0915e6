"""P7: what was refused can be repaired and replayed; the scores are those of a file that was never broken."""

import json
from pathlib import Path

from tests.cli.conftest import EVENTS, Command

AS_OF = ("--as-of", "2026-11-23", "--json")


def test_a_repaired_row_counts(js: Command, tmp_path: Path) -> None:
    (refused,) = (tmp_path / "data" / "refused").glob("*.csv")
    text = refused.read_text(encoding="utf-8-sig")
    refused.write_text(text.replace("2026-02-30", "2026-11-20"), encoding="utf-8-sig")
    found = js("import", refused, "--json").json
    assert (found["received"], found["accepted"], found["refused"]) == (1, 1, 0)
    repaired = js("score", *AS_OF).json
    whole = tmp_path / "whole.csv"
    whole.write_text(EVENTS.replace("2026-02-30", "2026-11-20"), encoding="utf-8")
    assert js("import", whole, "--json").json["duplicate"] == 10
    assert js("score", *AS_OF).json == repaired
    assert ("K-4", 30_000) in {(r["candidate"], r["millipoints"]) for r in repaired}


def test_a_repaired_line_of_json_counts(empty: Command, tmp_path: Path) -> None:
    good = {"candidate": "K-1", "name": "form_submitted", "occurred_at": "2026-11-20", "message_id": "a"}
    lines = [json.dumps(good), json.dumps({**good, "message_id": "b", "occurred_at": "soon"}), "{"]
    (tmp_path / "e.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = empty("import", tmp_path / "e.jsonl", "--json").json
    assert (found["accepted"], found["reasons"]) == (1, {"bad_json": 1, "bad_time": 1})
    refused = Path(found["refused_file"])
    text = refused.read_text(encoding="utf-8-sig")
    refused.write_text(text.replace("soon", "2026-11-21"), encoding="utf-8-sig")
    again = empty("import", refused, "--json").json
    assert (again["accepted"], again["reasons"]) == (1, {"bad_json": 1})
    assert empty("score", *AS_OF).json[0]["millipoints"] == 60_000
