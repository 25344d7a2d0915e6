"""`journeyscore links`."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from journeyscore.cli.main import cli
from journeyscore.domain.errors import NotFoundError, UsageError


def run(data: Path, *arguments: str) -> str:
    """The output of a command; raises its error."""
    found = CliRunner().invoke(cli, ["--data", str(data), *arguments], catch_exceptions=False, standalone_mode=False)
    if found.exception:
        raise found.exception
    return found.stdout


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    run(data, "init")
    file = tmp_path / "people.csv"
    file.write_text("candidate,name,occurred_at,email\nK-1,form_submitted,2026-11-01T10:00:00Z,jan@voorbeeld.nl\n")
    run(data, "import", str(file))
    return data


def test_make_list_mail_and_end(data: Path, tmp_path: Path) -> None:
    run(data, "links", "allow", "werkenbij.example")
    target = "https://werkenbij.example/x"
    address = run(data, "links", "make", target, "--source", "linkedin", "--medium", "social").split()[-1]
    code = address.rpartition("/")[2]
    (row,) = json.loads(run(data, "links", "--json"))
    assert (row["address"], row["target"], row["clicks"], row["people"]) == (address, target, 0, 0)
    out = tmp_path / "out.csv"
    run(data, "links", "mail", code, "--out", str(out), "--base", "https://score.example/")
    (found,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (found["key"], found["email"]) == ("K-1", "jan@voorbeeld.nl")
    assert found["link"].startswith(f"https://score.example/r/{code}?t=c")
    run(data, "links", "end", code)
    assert "(ended)" in run(data, "links")


def test_mistakes(data: Path) -> None:
    with pytest.raises(UsageError, match="not on the list"):
        run(data, "links", "make", "https://evil.example", "--source", "a", "--medium", "social")
    with pytest.raises(NotFoundError, match="no link"):
        run(data, "links", "end", "abc")
