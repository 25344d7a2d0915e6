"""What lint sees, and what it leaves alone."""

import time

import pytest

from journeyscore.modelfile import default_model, lint_model, parse_model
from journeyscore.modelfile.warning import TEXTS
from tests.modelfile.files import HEAD, with_touchpoint


def codes(text: str) -> list[str]:
    """The codes of the warnings about a model."""
    return [warning.code for warning in lint_model(parse_model(text))]


def of_conditions(*whens: str) -> list[str]:
    """The codes for touchpoints a, b, c ... with these conditions, in this order."""
    rows = [
        f"  {name}: {{stage: aware, when: {when}, points: 1}}\n" for name, when in zip("abcdef", whens, strict=False)
    ]
    return codes(HEAD + "touchpoints:\n" + "".join(rows))


def test_the_default_model_has_no_warnings() -> None:
    assert lint_model(default_model()) == []


def test_a_warning_says_which_touchpoint_where_and_what_to_do_in_two_languages() -> None:
    model = parse_model(
        HEAD + "touchpoints:\n"
        "  any_page: {stage: aware, when: {event: page_*}, points: 1}\n"
        "  jobs_page: {stage: aware, when: {event: page_viewed, url: '*/jobs/*'}, points: 3}\n"
    )
    (warning,) = lint_model(model)
    assert (warning.code, warning.touchpoint, warning.line) == ("shadowed", "jobs_page", 5)
    assert warning.message.en == "every event of this touchpoint goes to any_page (line 4) before it, so it never fires"
    assert warning.message.nl == (
        "alle gebeurtenissen van dit contactmoment gaan al naar any_page (regel 4) erboven, dus het telt nooit"
    )
    assert warning.advice.en == "put it above, or narrow the earlier one"


@pytest.mark.parametrize(
    ("whens", "expected"),
    [
        (["{event: a}", "{event: a, channel: email}"], ["shadowed"]),
        (["{event: a, channel: email}", "{event: a}"], []),
        (["{event: a*}", "{event: [ab, ac]}"], ["shadowed"]),
        (["{event: a}", "{event: b}", "{event: [a, b]}"], ["shadowed"]),
        (["{event: a}", "{event: [a, b]}"], []),
        (["{event: a}", "{event: a}"], ["identical_condition"]),
        (["{event: [a, b]}", "{event: [b, a]}"], ["identical_condition"]),
        (["{event: a, channel: b}", "{channel: b, event: a}"], ["identical_condition"]),
        (["{event: a, properties.n: {at_least: 5}}", "{event: a, properties.n: {at_least: 6}}"], ["shadowed"]),
        (["{event: a, properties.n: {at_least: 5}}", "{event: a, properties.n: {at_least: 4}}"], []),
        (["{event: a, properties.n: {at_least: 5}}", "{event: a, properties.n: [5, 7]}"], ["shadowed"]),
        (
            ["{event: a, properties.n: {at_most: 5}}", "{event: a, properties.n: {at_most: 5, at_least: 1}}"],
            ["shadowed"],
        ),
        (["{event: a, vacancy: {is_set: true}}", "{event: a, vacancy: v*}"], ["shadowed"]),
        (["{event: a, vacancy: {is_set: true}}", "{event: a, vacancy: {not: v*}}"], []),
        (["{event: a, channel: {not: email}}", "{event: a, channel: direct}"], ["shadowed"]),
        (["{event: a, channel: {not: email}}", "{event: a, channel: '*'}"], []),
        (["{event: a, campaign: {not: x}}", "{event: a, campaign: {is_set: false}}"], ["shadowed"]),
        (["{source: '*'}", "{event: {not: x}, channel: y}"], ["shadowed"]),
        (["{event: a, campaign: '*'}", "{event: a}"], []),
        (["{event: a, channel: {is_set: true}}", "{event: a}"], ["identical_condition"]),
        (["{event: a, channel: {is_set: false}}"], ["impossible_condition"]),
        (["{event: a, campaign: {is_set: false}}"], []),
        (["{any: [{event: a}, {event: b}]}", "{event: b}"], ["shadowed"]),
        (["{event: a, any: [{channel: x}, {channel: y}]}", "{event: a, channel: [y, x]}"], ["identical_condition"]),
        (["{event: a, any: [{channel: x}, {channel: y}]}", "{event: a}"], []),
        (
            ["{event: a, channel: x}", "{event: a, any: [{channel: x, source: s}, {channel: x}]}"],
            ["identical_condition"],
        ),
        (["{event: a, channel: {is: b, not: b}}"], ["impossible_condition"]),
        (["{event: a, channel: {is: b*, not: '*'}}"], ["impossible_condition"]),
        (["{event: a, any: [{event: b}, {event: c}]}"], ["impossible_condition"]),
        (["{event: a, any: [{event: b}, {event: a}]}"], []),
        (["{event: a, properties.n: {is: 3, at_least: 5}}"], ["impossible_condition"]),
        (["{event: [a, b], channel: {is: [c, d], not: d}}", "{event: a}", "{event: b, channel: c}"], ["shadowed"]),
    ],
)
def test_overlaps(whens: list[str], expected: list[str]) -> None:
    assert of_conditions(*whens) == expected


def test_two_thousand_touchpoints_are_looked_at_in_seconds() -> None:
    rows = (f"  t{n}: {{stage: aware, when: {{event: e{n % 500}, channel: c{n}}}, points: 1}}\n" for n in range(2_000))
    model = parse_model(HEAD + "touchpoints:\n" + "".join(rows))
    start = time.perf_counter()
    assert lint_model(model) == []
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("groups: {spare: {}}\n", ["unused_group"]),
        ("maximum: 50\nbands: {low: {at_least: 0}, high: {at_least: 51}}\n", ["band_too_high"]),
        ("maximum: 50\nbands: {low: {at_least: 0}, high: {at_least: 50}}\n", []),
        ("bands: {low: {at_least: -10}, zero: {at_least: 0}}\n", ["band_too_low"]),
        ("minimum: -10\nbands: {low: {at_least: -10}, zero: {at_least: 0}}\n", []),
        ("bands: {high: {at_least: 5}}\n", ["scores_without_band"]),
        ("minimum: null\nbands: {high: {at_least: 0}}\n", ["scores_without_band"]),
    ],
)
def test_groups_and_bands(head: str, expected: list[str]) -> None:
    assert codes(with_touchpoint(head=HEAD + head)) == expected


@pytest.mark.parametrize(
    ("lines", "most"),
    [
        (["points: 10", "limit: 3 per ever"], 30),
        (["points: 10", "limit: 1 per day", "window: 9 days"], 100),
        (["points: 10", "limit: 1 per week", "window: 1 day"], 20),
        (["points: 10", "limit: 1 per month", "window: 29 days"], 30),
        (["tiers: {1: 5, 3: 40, 6: 20}"], 40),
        (["tiers: {1: 5, 3: 40}", "limit: 2 per ever"], 5),
        (["points: 10", "limit: 5 per ever", "group: g"], 45),
        (["points: -10", "reason: because we say so"], 0),
    ],
)
def test_the_highest_score_that_limits_tiers_and_groups_allow(lines: list[str], most: int) -> None:
    head = HEAD + ("groups: {g: {maximum: 45}}\n" if "group: g" in lines else "")
    at, above = (
        f"bands: {{low: {{at_least: -5}}, high: {{at_least: {score}}}}}\nminimum: -5\n" for score in (most, most + 1)
    )
    assert "band_too_high" not in codes(with_touchpoint(*lines, head=head + at))
    assert "band_too_high" in codes(with_touchpoint(*lines, head=head + above))


@pytest.mark.parametrize(
    "lines", [["points: 10"], ["points: 10", "limit: 1 per day"], ["points: 10", "window: 9 days"]]
)
def test_without_bounds_every_band_can_be_reached(lines: list[str]) -> None:
    assert codes(with_touchpoint(*lines, head=HEAD + "bands: {low: {at_least: 0}, high: {at_least: 9999999}}\n")) == []


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        ("age", "age"), ("leeftijd", "age"), ("candidate.birthDate", "age"), ("Gender", "gender"), ("geslacht",
        "gender"),
        ("name", "name"), ("naam", "name"), ("firstName", "name"), ("nationality", "nationality or origin"),
        ("nationaliteit", "nationality or origin"), ("postcode", "address"), ("zipCode", "address"), ("postal-code",
        "address"),
        ("device", "device"), ("user_agent", "device"), ("os", "device"), ("hour", "time of day"), ("hour_of_day",
        "time of day"),
        ("language", "language"), ("ip", "network address"), ("photo", "photo"), ("marital_status", "family"),
        ("religion", "belief or politics"), ("health", "health"), ("candidate_gender_code", "gender"),
    ],
)  # fmt: skip
def test_signals_of_who_somebody_is(key: str, signal: str) -> None:
    for when in (f"{{event: a, properties.{key}: x}}", f"{{event: a, any: [{{properties.{key}: {{at_least: 1}}}}]}}"):
        (warning,) = lint_model(parse_model(with_touchpoint(f"when: {when}")))
        assert (warning.code, warning.touchpoint) == ("sensitive_signal", "form")
        assert f"a signal of {signal}:" in warning.message.en


@pytest.mark.parametrize(
    "key", ["form", "form_name", "job_title", "pages", "image_id", "page_language_switch", "campaign.name_x", "stage"]
)
def test_ordinary_properties_are_no_such_signals(key: str) -> None:
    assert codes(with_touchpoint(f"when: {{event: a, properties.{key}: x}}")) == []


@pytest.mark.parametrize("event", ["mail_opened", "mail_*", "email_opened", "'*'", "[mail_clicked, mail_opened]"])
def test_points_for_opened_mail(event: str) -> None:
    assert codes(with_touchpoint(f"when: {{event: {event}}}")) == ["mail_opens_scored"]
    assert codes(with_touchpoint(f"when: {{event: {event}}}", "points: 0")) == []


@pytest.mark.parametrize("stage", ["applying", "selection", "offer", "hired"])
def test_the_application_stands_apart(stage: str) -> None:
    groups = HEAD + "groups: {g: {}}\n"
    assert codes(with_touchpoint(f"stage: {stage}")) == ["application_not_apart"]
    assert codes(with_touchpoint(f"stage: {stage}", "points: 0")) == []
    assert codes(with_touchpoint(f"stage: {stage}", "group: g", head=groups)) == []
    mixed = with_touchpoint(f"stage: {stage}", "group: g", head=groups)
    mixed += "  page: {stage: aware, when: {event: page_viewed}, points: 1, group: g}\n"
    assert codes(mixed) == ["application_not_apart"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["group: g", "points: 41"], ["always_capped"]),
        (["group: g", "points: 40"], []),
        (["group: g", "tiers: {1: 41}"], ["always_capped"]),
        (["limit: 1 per day", "repeat: 0.5"], ["repeat_without_effect"]),
        (["limit: 2 per day", "repeat: 0.5"], []),
        (["limit: 2 per ever", "tiers: {1: 5, 3: 10}"], ["tier_out_of_reach"]),
        (["limit: 3 per ever", "tiers: {1: 5, 3: 10}"], []),
        (["limit: 1 per day", "window: 4", "tiers: {1: 5, 6: 10}"], ["tier_out_of_reach"]),
        (["limit: 1 per day", "window: 5", "tiers: {1: 5, 6: 10}"], []),
        (["tiers: {1: 5, 3: 10, 6: 7}"], ["tiers_up_and_down"]),
        (["tiers: {1: 10, 3: 5}"], []),
        (["window: 14", "decay: {half_life: 90}"], ["window_before_decay"]),
        (["window: 90", "decay: {half_life: 90}"], []),
        (["window: 29", "decay: {percent: 10, every: 30}"], ["window_before_decay"]),
        (["window: 59", "decay: {percent: 50, every: 30}"], []),
        (["window: 60", "decay: {percent: 50, every: 30}"], ["window_without_effect"]),
        (["window: 119", "decay: {percent: 30, every: 30}"], []),
        (["window: 120", "decay: {percent: 30, every: 30}"], ["window_without_effect"]),
        (["when: {event: a, url: '^/jobs/.*$'}"], ["looks_like_regular_expression"]),
        (["when: {event: a, url: '*/jobs/*'}"], []),
    ],
)
def test_parts_that_cancel_each_other_out(lines: list[str], expected: list[str]) -> None:
    head = HEAD + ("groups: {g: {maximum: 40}}\n" if "group: g" in lines else "")
    assert codes(with_touchpoint(*lines, head=head)) == expected


def test_every_code_has_words_that_differ_by_language() -> None:
    for message, advice in TEXTS.values():
        assert message.en != message.nl
        assert advice.en != advice.nl
