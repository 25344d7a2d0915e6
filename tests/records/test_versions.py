"""The models that were in force, as they are kept."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from journeyscore.records.store import Records
    from journeyscore.records.versions import Versions

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def versions(records: "Records") -> "Versions":
    from journeyscore.records.versions import Versions

    return Versions(records.alias)


def test_nothing_is_there_at_first(versions: "Versions") -> None:
    assert versions.newest_first() == []
    assert versions.last() is None


def test_a_version_comes_back_as_it_was_kept(versions: "Versions") -> None:
    kept = versions.add("model: 1\nname: É\n", "0123456789ab", 7, "More for forms", AT)
    assert versions.get(kept.number) == kept
    assert (kept.text, kept.author, kept.note) == ("model: 1\nname: É\n", 7, "More for forms")
    assert kept.published_at == AT


def test_newest_first_and_the_one_before(versions: "Versions") -> None:
    first, second, third = (versions.add(text, text, None, "", AT) for text in ("a", "b", "c"))
    assert [v.text for v in versions.newest_first()] == ["c", "b", "a"]
    assert versions.last() == third
    assert versions.last(before=third.number) == second
    assert versions.last(before=first.number) is None


@pytest.mark.parametrize("number", [0, -1, 4, 2**63, 10**30])
def test_numbers_of_nothing(versions: "Versions", number: int) -> None:
    versions.add("a", "a", None, "", AT)
    assert versions.get(number) is None
