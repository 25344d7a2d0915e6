"""A workspace with a small file of events, and a way to run commands in it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from journeyscore.cli.main import run

MODEL = """\
model: 1
name: Test
minimum: 0
groups:
  web: {maximum: 5}
bands:
  very_engaged: {at_least: 60}
  engaged: {at_least: 30}
  a_little: {at_least: 0}
touchpoints:
  form: {label: {en: Completed a form, nl: Formulier}, stage: interested, when: {event: form_submitted}, points: 30}
  ad: {label: {en: Clicked an ad, nl: Klik}, stage: aware, when: {event: ad_clicked}, points: 5, limit: 1 per day}
  page: {label: {en: Looked around, nl: Pagina}, stage: aware, when: {event: page_viewed}, points: 2, group: web}
"""

EVENTS = """\
message_id;candidate;name;occurred_at;visitor;email
1;K-1;form_submitted;2026-11-20T10:00:00Z;;
2;K-1;form_submitted;2026-11-21T10:00:00Z;v-1;ann@example.nl
3;K-2;ad_clicked;2026-11-21T10:00:00Z;;bob@example.nl
4;K-2;ad_clicked;2026-11-21T11:00:00Z;;
5;;page_viewed;2026-11-01T10:00:00Z;v-1;
6;;page_viewed;2026-11-01T10:00:01Z;v-1;
7;;page_viewed;2026-11-01T10:00:02Z;v-1;
8;;page_viewed;2026-11-01T10:00:03Z;v-2;
9;K-3;something_else;2026-11-21T10:00:00Z;;
10;K-4;form_submitted;2026-02-30;;
"""


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def bare(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Commands on the data directory `data`, which does not exist yet."""

    def command(*arguments: str | Path) -> Answer:
        capfd.readouterr()
        code = run(["--data", str(tmp_path / "data"), *map(str, arguments)])
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        return Answer(code, captured.out, captured.err)

    return command


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


@pytest.fixture
def empty(bare: Command, tmp_path: Path) -> Command:
    """A workspace without events, with the test's model."""
    assert bare("init").code == 0
    (tmp_path / "data" / "model.yaml").write_text(MODEL, encoding="utf-8")
    return bare


@pytest.fixture
def js(empty: Command, events: Path) -> Command:
    """A workspace with the events."""
    assert empty("import", events).code == 0
    return empty
