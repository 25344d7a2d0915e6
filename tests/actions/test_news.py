"""What the records are told, part by part."""

from datetime import UTC, datetime

import polars as pl
import pytest

from journeyscore.actions import news as news_module
from journeyscore.actions.news import News

SCHEMA = {"person": pl.String, "email": pl.String, "fresh": pl.Boolean, "first_seen": pl.Datetime("us", "UTC")}


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def rows(*people: tuple[str, str | None, bool, datetime | None]) -> pl.DataFrame:
    return pl.DataFrame(list(people), SCHEMA, orient="row")


def told(*parts: pl.DataFrame) -> list[list[str]]:
    news = News(["person"], ["email"], "first_seen", "fresh")
    return [news.of(part).get_column("person").to_list() for part in parts]


def test_everybody_is_news_once() -> None:
    first = rows(("a", "a@x.nl", True, day(1)), ("b", None, True, day(1)))
    second = rows(("b", None, True, day(2)), ("c", None, True, day(2)), ("a", "a@x.nl", True, day(2)))
    assert told(first, second, second) == [["a", "b"], ["c"], []]


def test_another_value_is_news_and_so_is_the_old_one_after_it() -> None:
    one, other = rows(("a", "a@x.nl", True, day(1))), rows(("a", "b@x.nl", True, day(1)))
    assert told(one, other, other, one) == [["a"], ["a"], [], ["a"]]


def test_nothing_said_is_no_news_and_forgets_nothing() -> None:
    one, nothing = rows(("a", "a@x.nl", True, day(1))), rows(("a", None, True, day(1)))
    assert told(one, nothing, one) == [["a"], [], []]
    assert told(nothing, one, nothing, one) == [["a"], ["a"], [], []]


def test_an_earlier_time_is_news_a_later_one_is_not() -> None:
    first, second, none = (rows(("a", None, True, moment)) for moment in (day(5), day(3), None))
    assert told(first, second, first, second, none) == [["a"], ["a"], [], [], []]
    assert told(none, first, first) == [["a"], ["a"], []]


def test_the_same_value_is_news_when_it_is_taken_in_another_way() -> None:
    known, fresh = rows(("a", "a@x.nl", False, day(1))), rows(("a", "a@x.nl", True, day(1)))
    assert told(known, fresh, fresh) == [["a"], ["a"], []]


def test_what_was_forgotten_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news_module, "REMEMBERED", 1)
    one, two = rows(("a", None, True, day(1))), rows(("b", None, True, day(1)))
    assert told(one, two, two, one) == [["a"], ["b"], [], ["a"]]
