"""People: told again and again, found by key and by address."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from journeyscore.domain.errors import AmbiguousError, InputError, NotFoundError
from journeyscore.records import PEOPLE_SCHEMA, Person

if TYPE_CHECKING:
    from journeyscore.records.store import Records

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, 8, 30, 0, 5, tzinfo=UTC)
ANNA, BRAM, CEES = "cAnnaAnnaAnn", "cBramBramBra", "cCeesCeesCee"
Row = tuple[str, str, str | None, str | None, str | None, datetime | None]


def people(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=PEOPLE_SCHEMA, orient="row")


def anna(records: "Records") -> Person:
    return records.people.get([ANNA])[0]


def test_nothing_known_is_lost_when_less_is_sent(records: "Records") -> None:
    records.people.put(people((ANNA, "anna", "Anna@Example.org", "0612", "Anna", MARCH)))
    records.people.put(people((ANNA, "anna", None, None, None, None)))
    assert anna(records) == Person(ANNA, "anna", "anna@example.org", "0612", "Anna", MARCH)


def test_what_is_newest_wins_field_by_field(records: "Records") -> None:
    records.people.put(people((ANNA, "anna", "a@example.org", "0612", None, MARCH)))
    records.people.put(people((ANNA, "anna", "new@example.org", None, "Anna", APRIL)))
    assert anna(records) == Person(ANNA, "anna", "new@example.org", "0612", "Anna", MARCH)


def test_what_came_before_only_fills_gaps(records: "Records") -> None:
    records.people.put(people((ANNA, "anna", "new@example.org", None, None, APRIL)))
    records.people.put(people((ANNA, "anna", "old@example.org", "0612", None, MARCH)), newest_wins=False)
    assert anna(records) == Person(ANNA, "anna", "new@example.org", "0612", None, MARCH)


def test_the_last_of_a_batch_is_the_newest(records: "Records") -> None:
    batch = [(ANNA, "anna", f"{i}@example.org", None, None, None) for i in range(9)]
    records.people.put(people((BRAM, "bram", None, None, None, None), *batch))
    assert anna(records).email == "8@example.org"


def test_first_seen_is_the_earliest(records: "Records") -> None:
    for moment in (None, APRIL, MARCH, APRIL, None):
        records.people.put(people((ANNA, "anna", None, None, None, moment)))
    assert anna(records).first_seen == MARCH


@pytest.mark.parametrize("newest_wins", [True, False])
def test_another_key_under_the_same_pseudonym_is_refused_whole(records: "Records", newest_wins: bool) -> None:
    records.people.put(people((ANNA, "anna", None, None, None, None)))
    clash = people((BRAM, "bram", None, None, None, None), (ANNA, "annie", None, None, None, None))
    with pytest.raises(InputError, match="'anna' and 'annie' have the same pseudonym"):
        records.people.put(clash, newest_wins)
    assert records.people.count() == 1


def test_a_clash_within_one_batch_is_refused_too(records: "Records") -> None:
    with pytest.raises(InputError, match="'a' and 'b'"):
        records.people.put(people((ANNA, "a", None, None, None, None), (ANNA, "b", None, None, None, None)))


def test_candidates_are_found_by_key_and_by_address_in_any_case(records: "Records") -> None:
    records.people.put(people((ANNA, "A-17", "Anna.Strauß@Example.ORG", None, None, None)))
    assert records.candidate("A-17") == records.candidate(" A-17 ") == ANNA
    assert records.candidate_by_email("ANNA.STRAUSS@example.org ") == ANNA
    for nobody in ("a-17", "A-1", ""):
        with pytest.raises(NotFoundError, match="no candidate") as problem:
            records.candidate(nobody)
        assert problem.value.exit_code == 3


def test_a_key_that_is_an_address_is_the_same_in_any_case(records: "Records") -> None:
    for key in ("Anna@Example.org", "ANNA@example.org"):
        records.people.put(people((ANNA, key, None, None, None, None)))
    assert records.candidate("anna@EXAMPLE.org ") == ANNA
    assert records.keys([ANNA]) == {ANNA: "anna@example.org"}


def test_two_people_with_one_address_are_both_named(records: "Records") -> None:
    shared = "info@example.org"
    records.people.put(
        people((ANNA, "A-17", shared, None, None, None), (BRAM, "B-4", shared.upper(), None, None, None))
    )
    with pytest.raises(AmbiguousError, match="A-17, B-4") as problem:
        records.candidate_by_email(shared)
    assert problem.value.exit_code == 3


def test_two_keys_of_one_person_are_no_ambiguity(records: "Records") -> None:
    shared = "info@example.org"
    records.people.put(people((ANNA, "A-17", shared, None, None, None), (BRAM, "B-4", shared, None, None, None)))
    records.links.merge(ANNA, BRAM, MARCH)
    assert records.candidate_by_email(shared) == records.candidate("B-4") == ANNA
    assert records.pseudonym("B-4") == BRAM


def test_names_for_many_at_once(records: "Records") -> None:
    many = [(f"c{i:011}", f"key {i}", None, None, f"Name {i}", None) for i in range(25_000)]
    records.people.put(people(*many))
    asked = [f"c{i:011}" for i in range(0, 30_000, 2)]
    assert records.keys(asked) == {f"c{i:011}": f"key {i}" for i in range(0, 25_000, 2)}
    frame = records.people.frame(asked)
    assert (frame.height, frame.columns) == (12_500, ["person", "key", "email", "phone", "person_name"])
    assert records.people.frame().height == 25_000
    assert records.people.frame([]).height == 0


@pytest.mark.parametrize("key", ["'); DROP TABLE person; --", "<b>%s</b>", "%", "_", "\u202e", "é" * 2_000, "e\u0301"])
def test_any_text_can_be_a_key(records: "Records", key: str) -> None:
    records.people.put(people((ANNA, key, key, key, key, None), (CEES, "x" + key, None, None, None, None)))
    assert [p.pseudonym for p in records.people.find(key=key)] == [ANNA]
