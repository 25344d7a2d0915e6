"""An event log in a directory of its own."""

from pathlib import Path

import pytest

from journeyscore.log import EventLog


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    made = EventLog(tmp_path / "data dir" / "events")
    made.path.parent.mkdir()
    made.create()
    return made
