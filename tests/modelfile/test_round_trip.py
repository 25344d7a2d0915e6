"""A model survives being written and read, and has one spelling."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from journeyscore.domain.model import Condition, HalfLife, Label, Match, Model, Stage, Steps, Tier, Touchpoint
from journeyscore.modelfile import default_model, fingerprint, format_model, json_schema, parse_model
from tests.modelfile.strategies import models

TALK = Touchpoint(
    "talk", Label("Talk", "Gesprek"), Stage.INTERESTED, Condition((Match("name", ("talked",)),)), Decimal(5)
)


def as_other_readers_see_it(text: str) -> object:
    """The file as any YAML 1.2 reader gives it, with the keys as texts, as in JSON."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


@settings(max_examples=100, deadline=None)
@given(models())
def test_what_is_written_reads_back_equal_and_stable(model: Model) -> None:
    text = format_model(model)
    again = parse_model(text)
    assert again == model
    assert format_model(again) == text


@settings(max_examples=40, deadline=None)
@given(models())
def test_other_readers_and_the_schema_agree_with_what_is_written(model: Model) -> None:
    seen = as_other_readers_see_it(format_model(model))
    assert isinstance(seen, dict)
    Draft202012Validator(json_schema()).validate(seen)
    assert seen["name"] == model.name
    assert seen.get("description", "") == model.description
    for touchpoint in model.touchpoints:
        assert seen["touchpoints"][touchpoint.name]["label"] == {"en": touchpoint.label.en, "nl": touchpoint.label.nl}


def test_the_written_text_is_readable() -> None:
    model = Model(
        "Small",
        (
            replace(TALK, points=Decimal("30.500"), decay=HalfLife(90), window=1),
            replace(TALK, name="more", points=Decimal(0), tiers=(Tier(1, Decimal(5)), Tier(3, Decimal("1E+1")))),
            replace(TALK, name="fade", decay=Steps(Decimal(50), 30), channel="no"),
        ),
        (),
        maximum=None,
    )
    assert (
        format_model(model)
        == """\
model: 1
name: Small
minimum: 0
maximum: null
unknown:
  below_hits: 1
  label: {en: unknown, nl: onbekend}
touchpoints:
  talk:
    label: {en: Talk, nl: Gesprek}
    stage: interested
    when:
      event: talked
    points: 30.5
    window: 1 day
    decay: {half_life: 90 days}
  more:
    label: {en: Talk, nl: Gesprek}
    stage: interested
    when:
      event: talked
    tiers: {1: 5, 3: 10}
  fade:
    label: {en: Talk, nl: Gesprek}
    stage: interested
    channel: 'no'
    when:
      event: talked
    points: 5
    decay: {percent: 50, every: 30 days}
"""
    )


def test_bands_stand_from_low_to_high_however_they_were_written() -> None:
    head = "model: 1\nname: x\ntouchpoints: {a: {stage: aware, when: {event: a}, points: 1}}\nbands:\n"
    high_first = parse_model(head + "  high: {at_least: 10}\n  low: {at_least: 0}\n")
    low_first = parse_model(head + "  low: {at_least: 0}\n  high: {at_least: 10}\n")
    assert [band.name for band in high_first.bands] == ["low", "high"]
    assert fingerprint(high_first) == fingerprint(low_first)


def test_the_fingerprint_is_of_the_meaning_not_of_the_spelling() -> None:
    model = default_model()
    assert fingerprint(model) == fingerprint(parse_model(format_model(model)))
    assert len(fingerprint(model)) == 12
    assert set(fingerprint(model)) <= set("0123456789abcdef")
    one = Model("x", (TALK,), ())
    assert fingerprint(one) == fingerprint(replace(one, touchpoints=(replace(TALK, points=Decimal("5.000"), line=7),)))
    assert fingerprint(one) != fingerprint(replace(one, touchpoints=(replace(TALK, points=Decimal("5.001")),)))


def test_the_order_of_touchpoints_is_part_of_the_meaning() -> None:
    other = replace(TALK, name="other")
    assert fingerprint(Model("x", (TALK, other), ())) != fingerprint(Model("x", (other, TALK), ()))


def test_two_tests_on_one_field_have_no_words() -> None:
    twice = Condition((Match("name", ("a*",)), Match("name", ("*b",))))
    with pytest.raises(ValueError, match="two tests on event"):
        format_model(Model("x", (replace(TALK, when=twice),), ()))
