"""Refused rows: written, repaired, read again."""

from pathlib import Path

import polars as pl
from tests.connectors.test_csv import rows, written

from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.refused import write_refused

TEXT = "candidate;name;occurred_at\n=1+1;x;soon\n'quoted;y;2026-11-20\n-5;z;2026-11-20\n"


def refused(*found: tuple[int, str]) -> pl.DataFrame:
    return pl.DataFrame([(r, why, "f", "m") for r, why in found], ["row", "reason", "field", "message"], orient="row")


def test_a_refused_row_comes_back_as_it_was(tmp_path: Path) -> None:
    raw = next(open_file(written(tmp_path, TEXT)).chunks()).raw
    path = tmp_path / "refused.csv"
    write_refused(path, raw, refused((2, "bad_time"), (3, "no_name"), (4, "erased")))
    text = path.read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert "write the time as" in text
    assert "-5" not in text  # of an erased person nothing is kept
    path.write_text(text.replace("soon", "2026-11-21"), encoding="utf-8-sig")
    sent, bad = rows(path)
    assert [(r["candidate"], r["occurred_at"]) for r in sent] == [("=1+1", "2026-11-21"), ("'quoted", "2026-11-20")]
    assert bad == []


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    raw = next(open_file(written(tmp_path, TEXT)).chunks()).raw
    write_refused(tmp_path / "refused.csv", raw, refused((2, "bad_time")))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["e.csv", "refused.csv"]
