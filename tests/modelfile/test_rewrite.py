"""A text that is changed keeps what did not change, to the letter."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.domain.errors import ModelError
from journeyscore.domain.model import HalfLife, Label, Model, Touchpoint
from journeyscore.modelfile import default_model, default_model_text, format_model, parse_model, rewrite
from tests.modelfile.strategies import models, touchpoints

TEXT, MODEL = default_model_text(), default_model()
NAMES = [touchpoint.name for touchpoint in MODEL.touchpoints]
GROUPS = tuple(group.name for group in MODEL.groups)
Edit = Callable[[Model], Model]


def changed(model: Model, name: str, /, **parts: object) -> Model:
    """The model with parts of one touchpoint changed."""
    return with_touchpoint(model, name, lambda t: replace(t, **parts))  # type: ignore[arg-type]


def with_touchpoint(model: Model, name: str, change: Callable[[Touchpoint], Touchpoint]) -> Model:
    return replace(model, touchpoints=tuple(change(t) if t.name == name else t for t in model.touchpoints))


def moved(model: Model, name: str, to: int) -> Model:
    rest = [t for t in model.touchpoints if t.name != name]
    return replace(model, touchpoints=(*rest[:to], *(t for t in model.touchpoints if t.name == name), *rest[to:]))


def without(model: Model, name: str) -> Model:
    return replace(model, touchpoints=tuple(t for t in model.touchpoints if t.name != name) or model.touchpoints)


def with_totals(model: Model, minimum: Decimal | None, maximum: Decimal | None, description: str) -> Model:
    return replace(model, minimum=minimum, maximum=maximum, description=description)


def block(text: str, name: str) -> str:
    """The lines of a touchpoint as they stand, up to the next empty line."""
    found = re.search(rf"(?m)^  {name}:\n(?:    .*\n)+", text.partition("\ntouchpoints:\n")[2])
    return found[0] if found else f"no {name}"


def lines_that_differ(before: str, after: str) -> list[tuple[str, str]]:
    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new)
    return [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """One change that a form can make."""
    name = draw(st.sampled_from(NAMES))
    whole = draw(touchpoints(name, GROUPS))
    part = draw(st.sampled_from(["label", "stage", "channel", "when", "limit", "window", "group"]))
    amount = st.none() | st.integers(0, 100).map(Decimal)
    place = draw(st.integers(0, len(NAMES)))
    totals = draw(amount), draw(st.none() | st.integers(101, 900).map(Decimal)), draw(st.sampled_from(["", "a\n\n b"]))
    new = replace(whole, name=f"new_{name}")
    return draw(
        st.sampled_from(
            [
                lambda model: changed(model, name, **{part: getattr(whole, part)}),
                lambda model: with_touchpoint(model, name, lambda _: whole),
                lambda model: moved(model, name, place),
                lambda model: without(model, name),
                lambda model: with_totals(model, *totals),
                lambda model: replace(
                    without(model, new.name), touchpoints=(new, *without(model, new.name).touchpoints)
                ),
            ]
        )
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=4))
def test_after_any_edits_the_text_says_the_model_and_the_rest_keeps_its_lines(changes: list[Edit]) -> None:
    text, model = TEXT, MODEL
    for change in changes:
        model = change(model)
        text = rewrite(text, model)
        assert parse_model(text) == model
    same = [t.name for t in model.touchpoints if t == MODEL.touchpoint(t.name)]
    touched = {t.name for t in MODEL.touchpoints} - set(same)
    assert [name for name in same if block(text, name) != block(TEXT, name) and name not in touched] == []
    for line in ("# The scale: a click on an advertisement is 5", "  # --- Interested: somebody looks for more ---"):
        assert line in text


@settings(max_examples=60, deadline=None)
@given(models(), models())
def test_any_model_becomes_any_other_below_its_comments(old: Model, new: Model) -> None:
    text = rewrite("# ours\n\n" + format_model(old), new)
    assert parse_model(text) == new
    assert text.startswith("# ours\n\nmodel: 1\n")


@pytest.mark.parametrize("name", [t.name for t in MODEL.touchpoints])
def test_points_change_one_line(name: str) -> None:
    reason = MODEL.touchpoint(name).reason  # type: ignore[union-attr]
    after = rewrite(TEXT, changed(MODEL, name, points=Decimal("-7.5") if reason else Decimal("7.5")))
    [(old, new)] = lines_that_differ(TEXT, after)
    assert new.split("#")[0].strip() == ("points: -7.5" if reason else "points: 7.5")
    assert new.partition("#")[1:] == old.partition("#")[1:]
    assert new.find("#") == old.find("#")


def test_what_is_put_back_leaves_no_trace() -> None:
    gone = changed(MODEL, "form_submitted", points=Decimal(1), limit=replace(MODEL.touchpoints[0].limit, count=77))  # type: ignore[type-var]
    assert rewrite(rewrite(TEXT, gone), MODEL) == TEXT


def test_a_contact_that_goes_takes_its_lines_and_no_heading() -> None:
    start, stop = TEXT.index("  video_watched:"), TEXT.index("  # --- Interested")
    assert rewrite(TEXT, without(MODEL, "video_watched")) == TEXT[:start] + TEXT[stop:]
    last = TEXT.index("\n  hired:\n")
    assert rewrite(TEXT, without(MODEL, "hired")) == TEXT[:last]


def test_a_contact_that_comes_stands_before_the_others() -> None:
    new = replace(MODEL.touchpoints[0], name="new", limit=None, repeat=None, decay=None, group=None)
    text = rewrite(TEXT, replace(MODEL, touchpoints=(new, *MODEL.touchpoints)))
    start = TEXT.index("  ad_clicked:")
    assert (text[:start], text[-len(TEXT[start:]) :]) == (TEXT[:start], TEXT[start:])
    assert text[start:].startswith(
        "  new:\n    label: {en: Clicked an advertisement, nl: Op een advertentie geklikt}\n"
    )


def test_a_key_that_goes_takes_one_line_and_one_that_comes_adds_one() -> None:
    text = rewrite(TEXT, changed(MODEL, "page_viewed", limit=None, window=30))
    kept = block(TEXT, "page_viewed").replace("    limit: 5 per day\n", "    window: 30 days\n")
    assert block(text, "page_viewed") == kept


def test_two_contacts_change_places_and_the_headings_stay() -> None:
    text = rewrite(TEXT, moved(MODEL, "form_submitted", 4))
    video, form = block(TEXT, "video_watched"), block(TEXT, "form_submitted")
    assert text == TEXT.replace(video, "\0").replace(form, video).replace("\0", form)


def test_another_threshold_changes_one_line() -> None:
    top = replace(MODEL.bands[-1], at_least=Decimal(120))
    after = rewrite(TEXT, replace(MODEL, bands=(*MODEL.bands[:-1], top)))
    assert lines_that_differ(TEXT, after) == [
        (line, line.replace("at_least: 100", "at_least: 120")) for line in TEXT.splitlines() if "at_least: 100" in line
    ]


LAYOUTS = {
    "own indents and spellings": (
        "model: 1\nname: 'X'\ntouchpoints:\n    a:   # ours\n          label: \"A\"\n          # why 5\n"
        "          points:  5\n          when:\n             event: [ x,\n                     y ]\n"
        "          stage: aware\n          decay:\n              half_life: 2 weeks  # short\n",
        "points:  5",
        "points:  9",
    ),
    "one line": (
        "model: 1\nname: X\ntouchpoints:\n  a: {points: 5, stage: aware, when: {event: x}, decay: {half_life: 14}, "
        "label: A}  # all\n",
        "points: 5",
        "points: 9",
    ),
    "json": (
        '{"model": 1, "name": "X", "touchpoints": {"a": {"label": "A", "points": 5, "stage": "aware", "when": '
        '{"event": "x"}, "decay": {"half_life": 14}}}}\n',
        '"points": 5',
        '"points": 9',
    ),
    "windows": (
        "model: 1\r\nname: X\r\ntouchpoints:\r\n  a:\r\n    label: A\r\n    stage: aware\r\n    when: {event: x}\r\n"
        "    points: 5 # five\r\n    decay: {half_life: 14 days}\r\n",
        "points: 5",
        "points: 9",
    ),
    "quoted keys, folded text": (
        "# top\nmodel: 1\nname: >-\n  Long\n  name\ntouchpoints:\n  'a':\n    label: A\n    stage: aware\n"
        "    when: {event: x}\n    'points': 5\n    decay: {half_life: 14 days}\n"
        "    reason: |\n      one\n\n      two\n# end\n",
        "'points': 5",
        "'points': 9",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_kept(layout: str) -> None:
    text, old, new = LAYOUTS[layout]
    assert rewrite(text, changed(parse_model(text), "a", points=Decimal(9))) == text.replace(old, new)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_takes_every_change(layout: str) -> None:
    text, _old, _new = LAYOUTS[layout]
    before = parse_model(text)
    for parts in (
        {"label": Label("A: b", "{c}"), "decay": None, "channel": "site"},
        {"decay": HalfLife(1), "reason": "one\ntwo, three", "window": 3},
        {"when": MODEL.touchpoints[0].when, "name": "b"},
    ):
        model = changed(before, "a", **parts)
        assert parse_model(rewrite(text, model)) == model


def test_a_byte_order_mark_and_a_missing_last_line_end_do_no_harm() -> None:
    model = changed(MODEL, "hired", points=Decimal(1))
    assert rewrite("\ufeff" + TEXT.rstrip("\n"), model) == rewrite(TEXT, model)


def test_parts_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ModelError, match="no group of this model"):
        rewrite(TEXT, replace(MODEL, groups=()))
    with pytest.raises(ModelError, match=r"model\.yaml:1"):
        rewrite("a: [", MODEL)
