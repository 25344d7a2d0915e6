"""The SQL of a score changes only when somebody means it to."""

from pathlib import Path

import pytest
from tests.sql.golden_files import FOLDER, texts


@pytest.mark.parametrize(("path", "text"), list(texts()), ids=lambda x: x.name if isinstance(x, Path) else "")
def test_golden(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "the SQL changed: `make golden`, and read the difference"


def test_nothing_is_left_over() -> None:
    assert {p.name for p in FOLDER.iterdir()} == {path.name for path, _ in texts()}
