"""What an editor tells somebody who types a model."""

import json
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from journeyscore.modelfile import default_model_text, json_schema
from tests.modelfile.files import HEAD, problems_of, with_touchpoint

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(json_schema())


def errors_of(text: str) -> list[str]:
    """What the schema finds wrong with a file."""
    seen = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))
    return [error.message for error in VALIDATOR.iter_errors(seen)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_the_default_model_passes() -> None:
    assert errors_of(default_model_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "label: both", "points: 0.125", "points: -5\n    reason: because we say so", "tiers: {1: 5, 3: 10}",
        "window: 2 weeks",
        "window: 90", "decay: {percent: 50, every: 30 days}", "limit: 1 per ever", "repeat: 0.5",
        "when: {properties.form: [1, yes, b], vacancy: {is_set: true, not: x}, any: [{event: a}]}",
    ],
)  # fmt: skip
def test_what_the_parser_takes_the_schema_takes(line: str) -> None:
    text = with_touchpoint(*line.split("\n    "))
    assert problems_of(text) == []
    assert errors_of(text) == []


BAD_LINES = [
    "point: 3", "points: '30'", "points: NaN", "points: 10001", "points: -5", "points: yes", "points: null",
    "stage: intrested",
    "when: {}", "when: {evnt: a}", "when: {event: {regex: a}}", "when: {event: []}", "when: {event: a, any: []}",
    "when: {vacancy: {is_set: maybe}}", "limit: 1 per dag", "limit: 0 per day", "limit: 3", "repeat: 1", "repeat: 0",
    "window: 0", "window: 3 months", "window: 36501", "decay: {}", "decay: {percent: 50}",
    "decay: {half_life: 9, every: 9}",
    "decay: {percent: 101, every: 9}", "tiers: {0: 5}", "tiers: {}", "action: reject", "hide: true",
    "label: {en: a}", "label: ''", "group: Not A Name", "when: {properties: {a: b}}",
]  # fmt: skip


@pytest.mark.parametrize("line", BAD_LINES)
def test_what_the_schema_refuses_the_parser_refuses(line: str) -> None:
    text = with_touchpoint(line)
    assert errors_of(text)
    assert problems_of(text)


@pytest.mark.parametrize(
    "text",
    [
        with_touchpoint(head="name: x\n"),
        with_touchpoint(head="model: 2\nname: x\n"),
        with_touchpoint(head="model: 1\n"),
        HEAD,
        HEAD + "touchpoints: {}\n",
        with_touchpoint("tiers: {1: 5}", "points: 5"),
        with_touchpoint("tiers: {1: 5}", "repeat: 0.5"),
        with_touchpoint().replace("    points: 30\n", ""),
        with_touchpoint().replace("  form:", "  Form A:"),
        with_touchpoint(head=HEAD + "bands: {a: {}}\n"),
        with_touchpoint(head=HEAD + "bands: {a: {at_least: 0, action: reject}}\n"),
        with_touchpoint(head=HEAD + "groups: {a: {maximum: -1}}\n"),
        with_touchpoint(head=HEAD + "maximum: much\n"),
        with_touchpoint(head=HEAD + "unknown: {below_hits: -1}\n"),
    ],
)
def test_whole_files_that_both_refuse(text: str) -> None:
    assert errors_of(text)
    assert problems_of(text)


def test_every_key_is_described_somewhere() -> None:
    keys = json_schema()["$defs"]["touchpoint"]["properties"]
    definitions = json_schema()["$defs"]
    for key, schema in keys.items():
        target = definitions.get(schema.get("$ref", "").rpartition("/")[2], {})
        assert schema.get("description") or target.get("description"), key


def test_the_written_file_is_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_schema import PLACE, schema_text
    finally:
        sys.path.pop(0)
    assert PLACE.read_text(encoding="utf-8") == schema_text(), "run: python tools/write_schema.py"
