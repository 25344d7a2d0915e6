"""A workspace, whose messages go to loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from journeyscore.actions.workspace import Workspace, init


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = init(tmp_path / "data")
    yield made
    made.close()
