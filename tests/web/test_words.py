"""Every text of the pages is there in Dutch too, and no Dutch text is left over."""

import ast
import builtins
import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from tools.messages import ROOMS, TARGET, catalogue, faults

HOLE = re.compile(r"%\(\w+\)s|%%|</?\w+|\{\{|\{\w+")


def strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def pairs(whole: Catalog) -> dict[object, list[str]]:
    return {(message.context, *strings(message.id)): strings(message.string) for message in whole if message.id}


def test_every_text_has_its_dutch_and_nothing_is_left_over() -> None:
    assert faults() == []


def test_the_dutch_fills_in_what_the_english_fills_in() -> None:
    for message in (message for message in catalogue() if message.id):
        wanted = {hole for text in strings(message.id) for hole in HOLE.findall(text)}
        given = {hole for text in strings(message.string) for hole in HOLE.findall(text)}
        assert given == wanted, message.id


def test_a_text_of_one_and_of_many_has_both_in_dutch() -> None:
    for message in (message for message in catalogue() if message.id):
        assert len(strings(message.string)) == len(strings(message.id)), message.id
        assert all(text.strip() for text in strings(message.string)), message.id


def test_the_compiled_texts_are_those_of_the_catalogues() -> None:
    with TARGET.open("rb") as file:
        assert pairs(read_mo(file)) == pairs(catalogue())


def raised() -> Iterator[tuple[str, ast.expr]]:
    """Every error of ours that a room below the command line raises: where, and what it is given first.

    The JSON API, too, answers in English.
    """
    english = {file for room in ("cli", "web/api") for file in (ROOMS / room).rglob("*.py")}
    for file in sorted(set(ROOMS.rglob("*.py")) - english):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            # Django's ValidationError is a form's own
            if name.endswith("Error") and name != "ValidationError" and not hasattr(builtins, name):
                yield f"{file.relative_to(ROOMS)}:{call.lineno}", call.args[0]


def test_every_error_that_is_raised_is_said_in_dutch() -> None:
    dutch = {message.id for message in catalogue()}
    found = list(raised())
    assert len(found) > 80
    for place, said in found:
        if isinstance(said, ast.Constant):
            assert said.value in dutch, place
        else:  # a phrase that was made before, which `faults` looks at, or the problems of a model
            assert isinstance(said, ast.Name | ast.Attribute | ast.List | ast.Call), place
