"""The page about events says what the code does."""

import re
from datetime import UTC, date, datetime

import polars as pl
import pytest
from tools.write_event_docs import PAGE, PARTS, page

from journeyscore.domain.event import EVENT_FIELDS
from journeyscore.domain.refusal import Reason
from journeyscore.intake.channels import CHANNELS
from journeyscore.intake.event_names import EVENT_NAMES
from journeyscore.intake.names import standard_name
from journeyscore.intake.steps import STEPS
from journeyscore.intake.times import local_day, read_times


def section(title: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return re.split(r"\n## ", text.split(f"\n## {title}\n")[1])[0]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize("name", PARTS)
def test_no_part_is_empty(name: str) -> None:
    assert len(PARTS[name]()) > 100


def test_every_reason_channel_and_column_has_its_row() -> None:
    assert first_cells(section("Why a row is refused")) == [r.value for r in Reason]
    assert first_cells(section("Channels")) == [c.name for c in CHANNELS]
    assert first_cells(section("The event log")) == [f.name for f in EVENT_FIELDS]
    assert set(first_cells(section("Event names"))) == {e.name for e in EVENT_NAMES}


def test_a_table_has_equally_many_cells_in_every_row() -> None:
    for write in PARTS.values():
        lines = [line for line in write().splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) <= 1


def test_every_time_on_the_page_is_read() -> None:
    rows = [line for line in section("Times").splitlines() if line.startswith("| ")][1:]
    examples = [example for line in rows for example in re.findall("`([^`]+)`", line.rsplit(" | ", 1)[1])]
    read = read_times(pl.Series(examples), "Europe/Amsterdam", datetime(2027, 1, 1, tzinfo=UTC))
    assert len(examples) >= 12
    assert dict(zip(examples, read["occurred_at"].is_null(), strict=True)) == dict.fromkeys(examples, False)


def test_the_day_comes_before_the_month_as_the_page_says() -> None:
    assert "`3/4/2026` is 3 April" in section("Times")
    read = read_times(pl.Series(["3/4/2026"]), "Europe/Amsterdam", datetime(2027, 1, 1, tzinfo=UTC))
    assert read.select(local_day("occurred_at", "Europe/Amsterdam")).item() == date(2026, 4, 3)


def test_names_that_are_one_on_the_page_are_one() -> None:
    spellings = re.findall("`([^`]+)`", section("Event names").split("are all")[0])
    assert len(spellings) == 4
    assert {standard_name(text) for text in spellings} == {"form_submitted"}


def test_every_step_says_what_it_does() -> None:
    assert all(re.match("(put|drop)_", step.__name__) and step.__doc__ for step in STEPS)
