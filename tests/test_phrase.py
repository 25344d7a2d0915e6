"""Phrases: plain English text everywhere, and yet made of a template and values."""

import copy
import errno
import json
import pickle
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.domain.errors import InputError, ModelError, UsageError
from journeyscore.domain.phrase import Phrase, changed, joined, of_machine

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VALUES = st.fixed_dictionaries({"one": TEXT, "two": st.integers()})


@given(VALUES)
def test_a_phrase_is_its_text(values: dict[str, object]) -> None:
    phrase = Phrase("{one}: {two:,} of {one!r}", **values)
    text = "{one}: {two:,} of {one!r}".format(**values)
    assert phrase == text and hash(phrase) == hash(text) and str(UsageError(phrase)) == text
    assert json.loads(json.dumps(phrase)) == text
    assert pl.DataFrame([(1, phrase)], {"row": pl.Int64, "said": pl.String}, orient="row").item(0, 1) == text


@given(VALUES)
def test_a_copy_of_a_phrase_is_one(values: dict[str, object]) -> None:
    phrase = Phrase("in {where}: {two}", where=Phrase("row {one}", **values), two=values["two"])
    for again in (copy.copy(phrase), copy.deepcopy(phrase), pickle.loads(pickle.dumps(phrase))):
        assert (again, again.template, again.values) == (phrase, phrase.template, phrase.values)


def test_values_stay_what_they_are_and_other_things_become_text() -> None:
    phrase = Phrase("{path}: {count}", path=Path("a") / "b.csv", count=3)
    assert phrase.values == {"path": "a/b.csv", "count": 3} and phrase == "a/b.csv: 3"


def test_texts_inside_are_changed_at_any_depth() -> None:
    inner = Phrase("{path} has {count} rows", path="/tmp/x/a.csv", count=2)
    found = changed(Phrase("{said}; look", said=inner), lambda text: text.replace("/tmp/x/", ""))
    assert found == "a.csv has 2 rows; look"
    assert isinstance(found, Phrase) and found.template == "{said}; look"
    assert changed("in /tmp/x/a.csv", lambda text: text.replace("/tmp/x/", "")) == "in a.csv"


@given(st.lists(TEXT))
def test_joined_is_join(texts: list[str]) -> None:
    assert joined(texts, "\n") == "\n".join(texts)


def test_errors_say_what_they_said() -> None:
    error = InputError("{path}: {number:,} rows", path=Path("a.csv"), number=1234)
    assert (str(error), error.args, error.said) == ("a.csv: 1,234 rows", ("a.csv: 1,234 rows",), "a.csv: 1,234 rows")
    # a text without values is no template: the command line puts the user's own words into it
    assert str(UsageError("{not a hole}")) == "{not a hole}"
    model = ModelError([Phrase("line {line}", line=1), "line {2}"])
    assert str(model) == "line 1\nline {2}" and model.problems == ["line 1", "line {2}"]


@pytest.mark.parametrize(
    ("problem", "text", "known"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "No space left on device", True),
        (OSError(errno.EACCES, "Permission denied"), "Permission denied", True),
        (OSError(9999, "Whatever else"), "Whatever else", False),
        (OSError("no number"), "None", False),
        (RuntimeError("database is locked"), "database is locked", True),
    ],
)
def test_what_the_machine_says(problem: Exception, text: str, known: bool) -> None:
    assert of_machine(problem) == text
    assert isinstance(of_machine(problem), Phrase) is known
