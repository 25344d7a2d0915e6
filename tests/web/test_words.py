"""Every text of the pages is there in Dutch too, and no Dutch text is left over."""

import re

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from tools.messages import TARGET, catalogue, faults

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
