"""The reference tells the truth: its files are read, and its sums are what an independent reckoning gives."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from journeyscore.domain.model import Model
from journeyscore.modelfile import lint_model, parse_model, read_model
from journeyscore.modelfile.bounds import MOST_BANDS, MOST_GROUPS, MOST_TIERS
from journeyscore.modelfile.conditions import FIELDS
from journeyscore.modelfile.parse import MODEL_KEYS
from journeyscore.modelfile.touchpoints import TOUCHPOINT_KEYS
from journeyscore.modelfile.warning import TEXTS
from tests.modelfile.files import HEAD
from tests.scoring.cases import event
from tests.scoring.oracle import oracle

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml\n(.*?)```\n(?:\n(\| hits, in days ago .*?)\n\n)?", re.DOTALL)
EXAMPLE = ROOT / "docs" / "examples" / "recruiting" / "model.yaml"
TODAY = date(2026, 11, 23)
ANN = "c00000000001"


@dataclass(frozen=True)
class Sum:
    """A row of a worked example: the model above it, the hits, and what should come of them."""

    model: Model
    hits: str
    score: Decimal
    band: str | None


def models() -> list[tuple[str, str]]:
    """Every YAML block as a whole file, with the table that follows it."""
    found = [(match[1], match[2] or "") for match in BLOCK.finditer(REFERENCE)]
    return [(text if text.startswith("model:") else HEAD + text, table) for text, table in found]


def sums() -> list[Sum]:
    """Every row of every worked example."""
    found = []
    for text, table in models():
        rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
        for row in rows[2:]:
            found.append(Sum(parse_model(text), row[0], Decimal(row[1]), row[2] if rows[0][2] == "band" else None))
    return found


def events_of(example: Sum) -> list[dict]:
    """The events of a row: `0, 90` or `ad_clicked 0, form_submitted 3`."""
    first = example.model.touchpoints[0].when.all_of[0].any_of[0]
    named = [hit.split() if " " in hit else [first, hit] for hit in example.hits.split(", ")]
    return [event(ANN, name, TODAY - timedelta(days=int(age))) for name, age in named]


@pytest.mark.parametrize("text", [text for text, _ in models()])
def test_every_file_in_the_reference_is_read(text: str) -> None:
    assert parse_model(text).touchpoints


@pytest.mark.parametrize("example", sums(), ids=lambda example: f"{example.model.touchpoints[0].name}: {example.hits}")
def test_every_sum_in_the_reference_comes_out(example: Sum) -> None:
    result = oracle(example.model, events_of(example), TODAY, {})[ANN]
    assert Decimal(result.millipoints) / 1000 == example.score
    assert example.band in (None, result.band)


def test_the_sums_were_found() -> None:
    assert len(sums()) == 23


def test_every_key_bound_and_code_is_in_the_reference() -> None:
    for key in (*MODEL_KEYS, *TOUCHPOINT_KEYS, *FIELDS, *TEXTS):
        assert f"`{key}`" in REFERENCE, key
    told = f"200 groups, {MOST_BANDS} bands, {MOST_TIERS} tiers"
    assert MOST_GROUPS == 200
    assert told in " ".join(REFERENCE.split())


def test_the_example_for_a_recruitment_log() -> None:
    model = read_model(EXAMPLE)
    assert lint_model(model) == []
    assert {touchpoint.when.all_of[0].any_of[0] for touchpoint in model.touchpoints} == {
        "application_submitted", "recruiter_assigned", "screening_done", "references_checked", "manager_consulted",
        "vacancy_assigned", "interview_invited", "interview_held", "offer_made", "hired", "offer_declined", "rejected",
    }  # fmt: skip
    rejected = model.touchpoint("rejected")
    assert rejected is not None
    assert rejected.points == 0


def test_in_that_example_a_rejection_changes_nothing() -> None:
    model = read_model(EXAMPLE)
    steps = ["application_submitted", "screening_done", "interview_invited", "interview_held"]
    so_far = [event(ANN, name, TODAY) for name in steps]
    before = oracle(model, so_far, TODAY, {})[ANN]
    after = oracle(model, [*so_far, event(ANN, "rejected", TODAY)], TODAY, {})[ANN]
    assert before.millipoints == after.millipoints == 75_000  # 30 + 0 + 5 + 40
    assert before.band == after.band == "engaged"
