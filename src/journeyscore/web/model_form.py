"""A touchpoint as a form: what is typed goes through the same readers as the model's file, and each problem finds its
field again."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Fields
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from journeyscore.domain.errors import ModelError
from journeyscore.domain.model import Condition, HalfLife, Match, Model, Steps, Touchpoint
from journeyscore.intake.names import standard_name
from journeyscore.modelfile import rewrite
from journeyscore.modelfile.conditions import PROPERTIES, read_condition
from journeyscore.modelfile.problems import Problems
from journeyscore.modelfile.scalars import format_decimal
from journeyscore.modelfile.touchpoints import read_touchpoint
from journeyscore.modelfile.tree import Mapping, Node, Scalar, Sequence, read_tree
from journeyscore.modelfile.write import KEYS, format_condition
from journeyscore.web.errors import in_words

MESSAGES = {
    "name": _("Write small letters, digits and underscores, a letter first, that no other contact has."),
    "label_en": _("Write what this contact is called in English, at most 200 characters."),
    "label_nl": _("Write what this contact is called in Dutch, at most 200 characters."),
    "stage": _("Choose a stage."),
    "channel": _("Write a short name of letters, digits and underscores, or leave this empty."),
    "when": _("Say which events count: a field and at least one value; numbers for “at least” and “at most”."),
    "points": _("Write a number such as 30, 0.5 or -10, with at most three decimals."),
    "tiers": _("Write one step on a line, as hits: points, with the hits going up, and leave the points above empty."),
    "limit": _("Write a whole number from 1 on and choose a period, or leave the number empty."),
    "repeat": _("Write a number between 0 and 1, such as 0.5, or leave this empty."),
    "window": _("Write a whole number of days from 1 on, or leave this empty."),
    "decay": _("Write whole days from 1 on; for steps also a percentage above 0 and at most 100."),
    "group": _("Choose a group of this model."),
    "reason": _("Points below zero need a reason of at least 10 characters: write why, for whoever asks."),
}
"""What to do about a field that is not right."""
LINES = {field: number for number, field in enumerate(MESSAGES, start=1)}
"""Each field's line in the tree that the readers get: so a problem's line says which field it is about."""
OPERATORS = {
    "is": _("is"),
    "not": _("is not"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "is_set": _("is there"),
    "is_not_set": _("is not there"),
}
PROPERTY = "properties"
FIELD_NAMES = {
    "event": _("what happened"),
    "channel": _("channel"),
    "campaign": _("campaign"),
    "content": _("content"),
    "vacancy": _("vacancy"),
    "source": _("system it came from"),
    "traffic_source": _("traffic source"),
    "url": _("page address"),
    "referrer": _("page before it"),
    PROPERTY: _("another property"),
}
MOST_TESTS = 12
TIER = re.compile(r"\s*(\d{1,9})\s*:\s*(\S+)\s*")

Errors = dict[str, str]


@dataclass(frozen=True, slots=True)
class Test:
    """One line of the condition builder; `values` stand one on a line."""

    field: str = ""
    key: str = ""
    operator: str = "is"
    values: str = ""


def filled(touchpoint: Touchpoint) -> dict[str, Any]:
    """The form's values for a touchpoint."""
    limit, decay = touchpoint.limit, touchpoint.decay
    raw = bool(touchpoint.when.any_of) or len(_tests(touchpoint.when)) > MOST_TESTS
    return {
        "name": touchpoint.name,
        "label_en": touchpoint.label.en,
        "label_nl": touchpoint.label.nl,
        "stage": str(touchpoint.stage),
        "channel": touchpoint.channel or "",
        "points": "" if touchpoint.tiers else shown(touchpoint.points),
        "tiers": "\n".join(f"{t.hits}: {shown(t.points)}" for t in touchpoint.tiers),
        "limit": str(limit.count) if limit else "",
        "per": str(limit.per) if limit else "day",
        "repeat": shown(touchpoint.repeat) if touchpoint.repeat is not None else "",
        "window": str(touchpoint.window or ""),
        "decay": "half_life" if isinstance(decay, HalfLife) else "steps" if isinstance(decay, Steps) else "",
        "half_life": str(decay.days) if isinstance(decay, HalfLife) else "",
        "percent": shown(decay.percent) if isinstance(decay, Steps) else "",
        "every": str(decay.every) if isinstance(decay, Steps) else "",
        "group": touchpoint.group or "",
        "reason": touchpoint.reason or "",
        "tests": [] if raw else _tests(touchpoint.when),
        "raw": format_condition(touchpoint.when) if raw else "",
    }


def _tests(condition: Condition) -> list[Test]:
    return [test for match in condition.all_of for test in _lines_of(match)]


def _lines_of(match: Match) -> list[Test]:
    is_property = match.field.startswith(PROPERTIES)
    field = PROPERTY if is_property else KEYS.get(match.field, match.field)
    key = match.field.removeprefix(PROPERTIES) if is_property else ""
    given = {
        "is": "\n".join(match.any_of),
        "not": "\n".join(match.none_of),
        "at_least": "" if match.at_least is None else shown(match.at_least),
        "at_most": "" if match.at_most is None else shown(match.at_most),
    }
    lines = [Test(field, key, operator, values) for operator, values in given.items() if values]
    if match.is_set is not None:
        lines.append(Test(field, key, "is_set" if match.is_set else "is_not_set"))
    return lines


TEXTS = (
    "name", "label_en", "label_nl", "stage", "channel", "points", "tiers", "limit", "per", "repeat", "window", "decay",
    "half_life", "percent", "every", "group", "reason", "raw",
)  # fmt: skip


def sent(post: Fields[str, Any]) -> dict[str, Any]:
    """The form's values as they were sent; what is missing is empty."""
    values = {name: str(post.get(name, "")).replace("\r\n", "\n").strip() for name in TEXTS}
    tests = [
        Test(*(str(post.get(f"{part}-{number}", "")).strip() for part in ("field", "key", "operator", "values")))
        for number in range(MOST_TESTS)
    ]
    return {**values, "tests": [test for test in tests if test.field]}


def read(values: Fields[str, Any], model: Model, was: str = "") -> tuple[Touchpoint | None, Errors]:
    """The touchpoint that the form describes, or what is wrong with which field. `was` is its name until now."""
    problems = Problems("form")
    groups = tuple(group.name for group in model.groups)
    name = was or values["name"]
    touchpoint = None
    try:
        tree = Mapping(tuple(_pairs(values, problems)), LINES["name"])
        touchpoint = read_touchpoint(Scalar("form", True, LINES["name"]), tree, problems, standard_name, groups)
    except ModelError as error:
        return None, {"when": in_words(error.problems[0])}
    errors = _errors(problems)
    taken = {other.name for other in model.touchpoints} - {was}
    if name in taken or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        errors["name"] = str(MESSAGES["name"])
    if errors:
        return None, errors
    return replace(touchpoint, name=name, line=0), {}


def _errors(problems: Problems) -> Errors:
    fields = {number: field for field, number in LINES.items()}
    errors: Errors = {}
    for line in problems.lines():
        found = re.match(r"form:(\d+): (.*)", line)
        field = fields.get(int(found[1]), "name") if found else "name"
        said = found[2] if found else line
        if field in ("points", "tiers") and "need a reason" in said:
            field = "reason"
        errors.setdefault(field, str(MESSAGES[field]))
    return errors


def _pairs(values: Fields[str, Any], problems: Problems) -> Iterator[tuple[Scalar, Node]]:
    label = Mapping((_pair("en", "label_en", values["label_en"]), _pair("nl", "label_nl", values["label_nl"])), 2)
    yield Scalar("label", True, LINES["label_en"]), label
    for key in ("stage", "channel", "group", "window", "reason"):
        if values[key]:
            yield _pair(key, key, values[key])
    yield Scalar("when", True, LINES["when"]), _when(values)
    for key in ("points", "repeat"):
        if values[key]:
            yield _pair(key, key, number(values[key]))
    if values["tiers"]:
        yield Scalar("tiers", True, LINES["tiers"]), _tiers(values["tiers"])
    if values["limit"]:
        yield _pair("limit", "limit", f"{values['limit']} per {values['per']}")
    if values["decay"]:
        yield Scalar("decay", True, LINES["decay"]), _decay(values)


def _pair(key: str, field: str, text: str) -> tuple[Scalar, Node]:
    line = LINES[field]
    plain = field not in ("label_en", "label_nl", "reason")
    return Scalar(key, True, line), Scalar(text, plain, line)


def number(text: str) -> str:
    """A number as the model's file spells it: a comma before the decimals and a real minus sign are all right too."""
    plain = text.strip().replace("\u2212", "-").removeprefix("+")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    return plain


def shown(amount: Decimal) -> str:
    """A number as the reader writes it, with nothing between thousands: `number` reads it back."""
    return format_decimal(amount).replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _tiers(text: str) -> Node:
    line, pairs = LINES["tiers"], []
    for row in filter(str.strip, text.split("\n")):
        found = TIER.fullmatch(row)
        hits, points = (found[1], number(found[2])) if found else (row.strip(), "")
        pairs.append((Scalar(hits, True, line), Scalar(points, True, line)))
    return Mapping(tuple(pairs), line)


def _decay(values: Fields[str, Any]) -> Node:
    line = LINES["decay"]
    given = {"half_life": values["half_life"]}
    if values["decay"] != "half_life":
        given = {"percent": number(values["percent"]), "every": values["every"]}
    return Mapping(tuple((Scalar(k, True, line), Scalar(v, True, line)) for k, v in given.items()), line)


def _when(values: Fields[str, Any]) -> Node:
    """The condition: what stands in the raw text, else the lines of the builder. Raises ModelError for no YAML."""
    if values["raw"]:
        problems = Problems("condition")
        tree = read_tree(values["raw"], problems)
        problems.check()
        read_condition(tree, "when", problems, standard_name)
        problems.check()
        return _moved(tree, LINES["when"])
    line = LINES["when"]
    fields: dict[str, dict[str, Node]] = {}
    for test in values["tests"]:
        field = PROPERTIES + test.key if test.field == PROPERTY else test.field
        key, node = _test(test, line)
        fields.setdefault(field, {})[key] = node
    pairs = [
        (Scalar(field, True, line), Mapping(tuple((Scalar(key, True, line), n) for key, n in tests.items()), line))
        for field, tests in fields.items()
    ]
    return Mapping(tuple(pairs), line)


def _test(test: Test, line: int) -> tuple[str, Node]:
    if test.operator in ("is_set", "is_not_set"):
        return "is_set", Scalar("true" if test.operator == "is_set" else "false", True, line)
    if test.operator in ("at_least", "at_most"):
        return test.operator, Scalar(number(test.values), True, line)
    texts = [text.strip() for text in test.values.splitlines() if text.strip()]
    return test.operator, Sequence(tuple(Scalar(text, False, line) for text in texts), line)


def _moved(node: Node, line: int) -> Node:
    if isinstance(node, Scalar):
        return replace(node, line=line)
    if isinstance(node, Sequence):
        return Sequence(tuple(_moved(inner, line) for inner in node.items), line)
    return Mapping(tuple((replace(key, line=line), _moved(value, line)) for key, value in node.pairs), line)


def put(model: Model, touchpoint: Touchpoint, was: str = "") -> Model:
    """The model with this touchpoint in the place of `was`, or first of all."""
    others = model.touchpoints
    if not any(t.name == was for t in others):
        return replace(model, touchpoints=(touchpoint, *others))
    return replace(model, touchpoints=tuple(touchpoint if t.name == was else t for t in others))


def without(model: Model, name: str) -> Model:
    """The model without a touchpoint."""
    return replace(model, touchpoints=tuple(t for t in model.touchpoints if t.name != name))


def moved(model: Model, name: str, step: int) -> Model:
    """The model with a touchpoint tried one place earlier (-1) or later (1)."""
    order = list(model.touchpoints)
    place = next((n for n, t in enumerate(order) if t.name == name), None)
    if place is not None and 0 <= place + step < len(order):
        order[place], order[place + step] = order[place + step], order[place]
    return replace(model, touchpoints=tuple(order))


def text_of(text: str, model: Model) -> str:
    """A model's text, changed so that it says `model`. Raises ModelError where the parts do not go together."""
    return rewrite(text, model, standard_name=standard_name)
