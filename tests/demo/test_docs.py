"""The figures that docs/demo.md states are those of the default run."""

import json
from pathlib import Path

import polars as pl
import pytest

from journeyscore.demo import rates
from journeyscore.demo.employer import APPLICATION_FIELDS, CHANNELS, CONTACT_FIELDS, DEPARTMENTS

PAGE = Path(__file__).parents[2] / "docs" / "demo.md"


def stated(heading: str) -> dict[str, list[str]]:
    """The table under a heading of the page: first cell, the other cells."""
    section = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    return {first: rest for first, *rest in lines[2:]}


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def measured(events: pl.DataFrame, people: pl.DataFrame) -> dict[str, str]:
    """What was measured, by the words of the page."""
    size = dict(events["name"].value_counts().rows())
    applied = people.filter(pl.col("would_apply"))
    first = events.filter(pl.col("message_id").str.ends_with("-10-0"))
    answers = [json.loads(text) for text in events.filter(pl.col("name") == "survey_answered")["properties"]]
    devices = events.filter(~pl.col("machine"))["visitor"].drop_nulls().n_unique()
    waits = applied["reply_days"].drop_nulls()
    outcomes = {f"outcome: {name}": f"{count:,}" for name, count in people["outcome"].value_counts().rows()}
    causes = {f"cause: {name}": f"{count:,}" for name, count in people["cause"].value_counts().rows()}
    return (
        outcomes
        | causes
        | {
            "events": f"{events.height:,}",
            "events per candidate": f"{events.height / people.height:.1f}",
            "devices (visitors), machines not counted": f"{devices:,}",
            "people who become known": percent(people["known_at"].is_not_null().mean()),
            "machine rows": percent(events["machine"].mean()),
            "first visits with tags": percent(first["url"].str.contains("utm_source").mean()),
            "applications started": f"{size['application_started']:,}",
            "applications sent": f"{size['application_submitted']:,}",
            "would apply, if one waits": f"{applied.height:,}",
            "median days from first visit to application": f"{applied['days_to_apply'].median():.1f}",
            "median days to the reply": f"{waits.median():.1f}",
            "interviews held": f"{size['interview_held']:,}",
            "offers made": f"{size['offer_made']:,}",
            "hired": f"{size['hired']:,}",
            "surveys sent": f"{size['survey_sent']:,}",
            "surveys answered": f"{size['survey_answered']:,}",
            "mean clarity in surveys (1 to 5)": f"{sum(a['clarity'] for a in answers) / len(answers):.2f}",
        }
    )


def test_measured_figures_are_those_of_the_default_run(events: pl.DataFrame, people: pl.DataFrame) -> None:
    assert {key: cells[0] for key, cells in stated("Measured in the default run").items()} == measured(events, people)


@pytest.mark.parametrize("change", ["faster_replies", "shorter_form"])
def test_the_effect_of_each_change(people: pl.DataFrame, change: str) -> None:
    place = ["as it is", "faster_replies", "shorter_form"].index(change)
    after = dict(people[f"outcome_if_{change}"].value_counts().rows())
    assert {key: int(cells[place].replace(",", "")) for key, cells in stated("What a change does").items()} == after


def test_the_effect_table_starts_from_the_truth(people: pl.DataFrame) -> None:
    now = dict(people["outcome"].value_counts().rows())
    assert {key: int(cells[0].replace(",", "")) for key, cells in stated("What a change does").items()} == now


def test_departments_as_stated() -> None:
    table = {
        d.name: [percent(d.share), f"{d.reply_days:g}", f"{d.market:g}", percent(d.reject_cv)] for d in DEPARTMENTS
    }
    assert stated("Departments") == table


def test_channels_as_stated() -> None:
    assert stated("Channels") == {c.name: [percent(c.share), f"{c.quality:+.1f}"] for c in CHANNELS}


def test_fields_as_stated() -> None:
    form = {f"application: {f.name}": [percent(f.stop), "left out" if f.extra else ""] for f in APPLICATION_FIELDS}
    contact = {f"contact: {f.name}": [percent(f.stop), ""] for f in CONTACT_FIELDS}
    assert stated("Form fields") == form | contact


def test_the_hazard_is_stated() -> None:
    text = PAGE.read_text()
    assert f"{rates.GIVE_UP_PER_DAY} * market * ({rates.GIVE_UP_BASE} - interest)" in text
    assert f"multiplied by {rates.FASTER}" in text
