"""What a wrong file gets to hear: what, where, what to do. Never a traceback, and never silence."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.modelfile import default_model_text
from tests.modelfile.files import HEAD, problem_of, problems_of, with_touchpoint


def test_all_problems_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = """\
model: 2
name: Test
bandz: {}
groups:
  attention: {maximum: -1}
touchpoints:
  form:
    stage: intrested
    when: {event: form_submitted}
    points: 1,5
    group: atention
  Bad Name: {stage: aware, when: {event: a}, points: 1}
  empty:
"""
    found = problems_of(text)
    assert [problem.split(": ")[0] for problem in found] == [f"model.yaml:{n}" for n in (1, 3, 5, 8, 10, 11, 12, 13)]
    assert "format 2 is not known here" in found[0]
    assert 'unknown key "bandz"; did you mean "bands"?' in found[1]
    assert "groups.attention.maximum: -1 is below zero" in found[2]
    assert 'touchpoints.form.stage: "intrested" is not one of' in found[3]
    assert 'did you mean "interested"?' in found[3]
    assert "a point before the decimals" in found[4]
    assert '"atention" is no group of this model; did you mean "attention"?' in found[5]
    assert '"Bad Name" is no name for a touchpoint' in found[6]
    assert "touchpoints.empty: must hold keys with values" in found[7]


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("point: 3", "points"),
        ("lable: x", "label"),
        ("decey: 3", "decay"),
        ("limits: 1 per day", "limit"),
        ("Stage: aware", "stage"),
    ],
)
def test_an_unknown_key_names_the_nearest(line: str, nearest: str) -> None:
    problem = problem_of(line)
    assert problem.startswith("model.yaml:5: touchpoints.form: unknown key")
    assert f'did you mean "{nearest}"?' in problem


def test_a_duplicate_key_names_both_lines() -> None:
    assert problem_of("points: 3", "limit: 1 per day", "points: 30") == (
        'model.yaml:7: key "points" stands here twice (first in line 5); keep one'
    )
    two = HEAD + "touchpoints:\n" + 2 * "  a: {stage: aware, when: {event: a}, points: 1}\n"
    assert problems_of(two) == ['model.yaml:5: key "a" stands here twice (first in line 4); keep one']


@pytest.mark.parametrize("written", ["&a 5", "*a", "!!int 5", "!points 5"])
def test_anchors_aliases_and_tags_are_refused(written: str) -> None:
    found = problems_of(with_touchpoint(f"points: {written}"))
    assert found
    assert found[0].startswith("model.yaml:5: ")
    assert "refused" in found[0]


def test_merge_keys_are_refused() -> None:
    assert "merge keys are refused; write the keys out" in problem_of("<<: {points: 5}")


def test_an_alias_bomb_is_refused_at_once() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    start = time.perf_counter()
    found = problems_of("\n".join(rows))
    assert time.perf_counter() - start < 2
    assert len(found) == 40 + 39, "an anchor in each of 40 lines, and aliases of one anchor in each but the first"
    assert "anchor &a0 is refused" in found[0]


def test_no_more_than_a_hundred_problems_are_told() -> None:
    found = problems_of(with_touchpoint(*(f"key_{n}: 1" for n in range(150))))
    assert len(found) == 101
    assert found[-1] == "model.yaml: and 50 more; mend these first"


@pytest.mark.parametrize(
    "written",
    ["NaN", ".nan", ".inf", "-.inf", "1e308", "1E5", "1_000", "0x1F", "0o17", "017", "12:30", "NO", "+5", ".5",
    "5.", "5%", "1,5",
     "1.000,5", "٣", "'30'", '"30"', "[30]", "{a: 30}", "10000.001", "10001", "-10001", "0.0001", "9" * 400,
     "null", "true"],
)  # fmt: skip
def test_points_are_ordinary_numbers_within_bounds(written: str) -> None:
    problem = problem_of(f"points: {written}", "reason: because we say so")
    assert problem.startswith("model.yaml:5: touchpoints.form.points: ")
    assert "write" in problem
    assert len(problem) < 250


@pytest.mark.parametrize("reason", [(), ("reason: spam",), ("reason: '         '",)])
def test_points_below_zero_need_a_reason(reason: tuple[str, ...]) -> None:
    found = problems_of(with_touchpoint("points: -5", *reason))
    assert "points below zero need a reason of at least 10 characters" in found[0]
    assert "points below zero need a reason" in problem_of("tiers: {1: 5, 2: -0.001}")


@pytest.mark.parametrize("line", ["repeat: 0", "repeat: 1", "repeat: -0.5", "repeat: 0.0001", "repeat: half"])
def test_repeat_lies_between_0_and_1(line: str) -> None:
    assert "touchpoints.form.repeat: " in problem_of(line)


@pytest.mark.parametrize(
    "written",
    ["0", "0 days", "-1", "1.5 days", "36501", "6000 weeks", "3 months", "1 jaar", "365days", "9" * 99, "P90D", "null"],
)
def test_windows_are_whole_days(written: str) -> None:
    assert "touchpoints.form.window: " in problem_of(f"window: {written}")


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("1 per dag", '"dag" is no period; did you mean "day"?'),
        ("1 per Day", 'did you mean "day"?'),
        ("daily", "a limit such as 1 per day"),
        ("0 per day", "out of bounds"),
        ("1.5 per day", "too many decimals"),
        ("-1 per day", "out of bounds"),
        ("1", "a limit such as 1 per day"),
        ("{day: 1}", "is not a single value but keys"),
        ("1 per year", "is no period"),
    ],
)
def test_limits(written: str, part: str) -> None:
    assert part in problem_of(f"limit: {written}")


@pytest.mark.parametrize(
    "decay",
    ["{}", "{half_life: 0}", "{half_life: 9, every: 9}", "{percent: 50}", "{every: 30}", "{percent: 0, every: 30}",
     "{percent: 100.5, every: 30}", "{percent: 50, every: 0}", "{percent: 50, every: 30, half_life: 9}",
     "90 days", "{halflife: 9}"],
)  # fmt: skip
def test_decay_is_a_half_life_or_steps(decay: str) -> None:
    found = problems_of(with_touchpoint(f"decay: {decay}"))
    assert found
    assert all(problem.startswith("model.yaml:5: touchpoints.form.decay") for problem in found)


@pytest.mark.parametrize(
    "tiers", ["{}", "{0: 5}", "{3: 5, 1: 2}", "{1.5: 5}", "{one: 5}", "{'1': 5}", "[1, 2]", "5", "{-1: 3}", "{1: x}"]
)
def test_tiers_are_rising_whole_hits(tiers: str) -> None:
    assert problem_of(f"tiers: {tiers}").startswith("model.yaml:5: touchpoints.form.tiers: ")


@pytest.mark.parametrize("line", ["points: 5", "repeat: 0.5", "decay: {half_life: 9}"])
def test_tiers_stand_alone(line: str) -> None:
    key = line.split(":")[0]
    assert problem_of("tiers: {1: 5}", line) == (
        f"model.yaml:6: touchpoints.form.{key}: does not go together with tiers; keep one of the two"
    )


def test_points_or_tiers_must_be_there() -> None:
    text = HEAD + "touchpoints:\n  a: {stage: aware, when: {event: a}}\n"
    assert problems_of(text) == [
        'model.yaml:4: touchpoints.a: the key "points" (or "tiers") is missing; '
        "write what it is worth, such as points: 5"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "action: reject", "reject: true", "hide: true", "archive: true", "on_reach: {mail: x}", "on_below: x",
        "auto_reject: 10",
        "Actions: []", "then: reject", "rejection: x", "steps: [{do: {reject: now}}]", "hide-from-list: true",
        "afwijzen: true",
        "decay: {half_life: 9, archive: true}", "label: {en: a, nl: b, hide: true}", "when: {event: a, action: hide}",
    ],
)  # fmt: skip
def test_there_is_no_way_from_a_score_to_a_rejection(line: str) -> None:
    assert "no_automatic_rejection: " in problem_of(line)


@pytest.mark.parametrize(
    "head",
    ["bands:\n  low: {at_least: 0, action: reject}\n", "bands:\n  reject: {at_least: 0}\n", "actions: [reject]\n",
     "groups:\n  a: {maximum: 5, on_reach: archive}\n", "unknown: {below_hits: 2, hide: true}\n",
     "thresholds: [{at: 9, do: reject}]\n"],
)  # fmt: skip
def test_nor_anywhere_else_in_the_file(head: str) -> None:
    assert "no_automatic_rejection: " in problem_of(head=HEAD + head)


def test_words_that_only_look_like_it_are_allowed_where_they_are_names() -> None:
    text = with_touchpoint("when: {event: application_rejected, properties.action: click}").replace(
        "  form:", "  rejected:"
    )
    assert problems_of(text) == []
    assert "no_automatic_rejection" not in problem_of("descriptoin: we never reject or hide anybody")


@pytest.mark.parametrize("key", ["regex", "matches", "pattern"])
def test_regular_expressions_are_refused(key: str) -> None:
    for line in (f"when: {{event: {{{key}: '(a+)+$'}}}}", f"when: {{event: a, {key}: '(a+)+$'}}"):
        found = problems_of(with_touchpoint(line))
        assert any(
            "regular expressions are refused; list the texts, and write * for any characters" in p for p in found
        )


@pytest.mark.parametrize(
    ("when", "part"),
    [
        ("{}", "holds no test"),
        ("form_submitted", "must hold keys with values"),
        ("{event: }", "has no value"),
        ("{event: []}", "is an empty list"),
        ("{event: ''}", "has no value"),
        ("{event: '   '}", "holds only spaces"),
        ("{event: null}", "is no text"),
        ("{event: {}}", "holds no test"),
        ("{event: [[a]]}", "but a list"),
        ("{event: {is: a, nott: b}}", 'did you mean "not"?'),
        ("{evnt: a}", 'did you mean "event"?'),
        ("{properties: {form: a}}", 'unknown key "properties"'),
        ("{properties.: a}", 'unknown key "properties."'),
        ("{vacancy: {is_set: yes}}", "is not true or false"),
        ("{vacancy: {is_set: 'true'}}", "is not true or false"),
        ("{vacancy: {is_set: false, is: a}}", "never holds together"),
        ("{properties.n: {at_least: 5, at_most: 4}}", "nothing is at least 5 and at most 4"),
        ("{properties.n: {at_least: five}}", "is no number"),
        ("{properties.n: {at_least: 1.0000001}}", "too many decimals"),
        ("{event: a, any: []}", "must be a list of conditions"),
        ("{event: a, any: {event: b}}", "must be a list of conditions"),
        ('{event: "a\\nb"}', "control character"),
        ('{event: "\\ud800"}', "control character"),
        ("{event: " + "x" * 501 + "}", "write at most 500"),
        ("{event: [" + "a, " * 501 + "]}", "write at most 500"),
    ],
)
def test_conditions(when: str, part: str) -> None:
    problem = problem_of(f"when: {when}")
    assert part in problem
    assert problem.startswith("model.yaml:5: touchpoints.form.when")


@pytest.mark.parametrize("name", ["Form", "1st", "_a", "a-b", "a b", "cap:attention", "é", "a" * 65, "''", "a.b"])
def test_names_are_snake_case(name: str) -> None:
    for text in (
        with_touchpoint().replace("  form:", f"  {name}:"),
        with_touchpoint(head=f"{HEAD}bands:\n  {name}: {{at_least: 1}}\n"),
        with_touchpoint(head=f"{HEAD}groups:\n  {name}: {{maximum: 1}}\n"),
    ):
        (problem,) = problems_of(text)
        assert "is no name for a" in problem or "has no value" in problem


@pytest.mark.parametrize(
    ("head", "part"),
    [
        ("minimum: 10\nmaximum: 10\n", "maximum: 10 is not above the minimum, 10"),
        ("maximum: -1\n", "maximum: -1 is not above the minimum, 0"),
        ("maximum: 10000001\n", "is out of bounds"),
        ("minimum:\n", "minimum: has no value"),
        ("bands: {a: {at_least: 5}, b: {at_least: 5.0}}\n", "a starts at 5 too"),
        ("bands: {a: {}}\n", 'the key "at_least" is missing'),
        ("bands: {a: {at_least: null}}\n", "is no number"),
        ("bands: {unknown: {at_least: 5}}\n", "this name is kept"),
        ("bands: [5, 10]\n", "bands: must hold names"),
        ("unknown: {below_hits: 1.5}\n", "too many decimals"),
        ("unknown: 2\n", "must hold keys with values"),
        ("groups: {a: {label: {en: x}}}\n", 'the key "nl" is missing; give both en and nl'),
        ("groups: {a: {label: {en: x, nl: y, de: z}}}\n", 'unknown key "de"'),
        ("groups: {a: {label: ''}}\n", "has no value"),
    ],
)
def test_the_rest_of_the_model(head: str, part: str) -> None:
    assert part in problem_of(head=HEAD + head)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "model.yaml:1: the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("- a\n- b\n", "must hold keys with values"),
        ("just a text", "must hold keys with values"),
        ("name: x\ntouchpoints:\n\ta: 1\n", "model.yaml:3: there is a tab in this line; indent with spaces"),
        ("name: 'x\n", "this is no YAML"),
        ("a: b: c\n", "model.yaml:1: this is no YAML: mapping values are not allowed here"),
        ("name: [1, 2\n", "this is no YAML"),
        ("name: \x00\n", "this is no YAML text"),
        ("[" * 100_000, "nested deeper than 24 levels"),
        ("{a: " * 1_000, "nested deeper than 24 levels"),
        ("- " * 1_000, "nested deeper than 24 levels"),
        ("a: " + "x" * 1_000_001, "larger than 1,000,000 bytes"),
        ("[" + "a," * 200_000 + "]", "more than 2,000 entries"),
        ("[" + ("[" + "a," * 1_999 + "],") * 51 + "]", "more than 100,000 values"),
    ],
)
def test_files_that_are_no_model_at_all(text: str, part: str) -> None:
    assert part in problems_of(text)[0]


def test_a_second_document_and_a_list_as_key_are_refused() -> None:
    assert "a second document starts here" in problems_of(with_touchpoint() + "---\nmodel: 1\n")[0]
    assert any("a key must be a text" in problem for problem in problems_of(with_touchpoint() + "? [a]\n: b\n"))


def test_what_is_missing_is_named() -> None:
    assert [problem.split(": ", 1)[1][:30] for problem in problems_of("minimum: 0\n")] == [
        'the key "model" is missing; it',
        'the key "name" is missing; wri',
        'the key "touchpoints" is missi',
    ]
    assert "is empty; write at least one touchpoint" in problems_of(HEAD + "touchpoints: {}\n")[0]


def test_a_hundred_thousand_touchpoints_are_refused_in_one_line() -> None:
    many = HEAD + "touchpoints:\n" + "".join(f" a{n}:\n" for n in range(100_000))
    assert problems_of(many) == ["model.yaml:4: more than 2,000 entries start here; a model has no more touchpoints"]


def test_two_thousand_touchpoints_are_allowed() -> None:
    many = (
        HEAD
        + "touchpoints:\n"
        + "".join(f" a{n}: {{stage: aware, when: {{event: a}}, points: 1}}\n" for n in range(2_000))
    )
    assert problems_of(many) == []


def test_a_condition_cannot_refer_to_another_touchpoint_so_there_are_no_cycles() -> None:
    """`any` holds conditions, never names: what would be a reference is a wrong condition."""
    assert "must hold keys with values" in problem_of("when: {event: a, any: [form]}")
    assert 'unknown key "touchpoint"' in problem_of("when: {touchpoint: form}")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_problems_or_a_model_and_nothing_else(data: st.DataObject) -> None:
    text = (
        default_model_text()[-3_000:]
        if data.draw(st.booleans())
        else with_touchpoint("label: {en: a, nl: b}", "limit: 1 per day")
    )
    start = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 5))
    junk = data.draw(
        st.text(max_size=4)
        | st.sampled_from(["- ", ": ", "{", "]", "*a", "&a ", "? ", "|", "\t", "\n", '"', "%", "---\n"])
    )
    for problem in problems_of(text[:start] + junk + text[start + cut :]):
        assert problem.startswith("model.yaml:")
        assert "\n" not in problem
