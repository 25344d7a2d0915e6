"""Records in a directory of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from journeyscore.records import open_records

if TYPE_CHECKING:
    from journeyscore.records.store import Records


@pytest.fixture
def records(tmp_path: Path) -> "Iterator[Records]":
    opened = open_records(tmp_path)
    yield opened
    opened.close()
