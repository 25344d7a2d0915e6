"""Which column is which field, by its name alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.files.columns import ALIASES, FIELDS, HALVES, recognise
from journeyscore.connectors.files.layout import layout_for
from journeyscore.domain.errors import MappingError


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Kandidaatnummer", "candidate"),
        ("userId", "candidate"),
        ("ANONYMOUS ID", "visitor"),
        ("gebeurtenis", "name"),
        ("Event Name", "name"),
        ("Tijdstip", "occurred_at"),
        ("created-at", "occurred_at"),
        ("messageId", "message_id"),
        ("id", "message_id"),
        ("Vacature ID", "vacancy"),
        ("E-mailadres", "email"),
        ("é-mail", "email"),
        ("Mobiel", "phone"),
        ("Naam", "person_name"),
        ("utm_campaign", "campaign"),
        ("Eigenschappen", "properties"),
        ("properties.Form Name", "properties.Form Name"),
        ("Opmerkingen", None),
        ("BSN", None),
        ("", None),
        ("候选人", None),
        ("properties.", "properties"),
    ],
)
def test_names_as_people_write_them(column: str, field: str | None) -> None:
    assert recognise(column)[0] == field


def layout(*columns: str) -> tuple[dict[str, str], tuple[str, ...]]:
    found = layout_for(columns, None, Path("e.csv"))
    return found.recognised, found.unused


def test_what_is_not_recognised_is_left_out() -> None:
    assert layout("candidate", "BSN", "event") == ({"candidate": "candidate", "event": "name"}, ("BSN",))


def test_a_fields_own_name_goes_first_wherever_it_stands() -> None:
    assert (
        layout("user_id", "candidate") == layout("candidate", "user_id") == ({"candidate": "candidate"}, ("user_id",))
    )


def test_a_moment_goes_before_a_date_and_a_time() -> None:
    assert layout("datum", "tijdstip", "tijd") == ({"tijdstip": "occurred_at"}, ("datum", "tijd"))
    assert layout("datum", "tijd") == ({"datum": "date", "tijd": "time"}, ())
    assert layout("tijd") == ({"tijd": "occurred_at"}, ())


@pytest.mark.parametrize("twice", [("kandidaat", "user_id"), ("properties.a", "Properties.a"), ("Name", "name ")])
def test_two_names_of_the_same_kind_are_an_error(twice: tuple[str, str]) -> None:
    with pytest.raises(MappingError, match=f"“{twice[0]}” and “{twice[1]}” both mean"):
        layout(*twice)


def test_the_columns_of_refused_rows_are_neither_taken_nor_told() -> None:
    assert layout("refused_row", "refused_reason", "refused_field", "refused_what_to_do", "name") == (
        {"name": "name"},
        (),
    )


@given(st.sampled_from(sorted(ALIASES | dict.fromkeys(FIELDS, ""))), st.sampled_from(" _-."), st.booleans())
def test_case_and_separators_do_not_matter(name: str, separator: str, upper: bool) -> None:
    spelled = separator.join(name.split("_"))
    assert recognise(f" {spelled.upper() if upper else spelled} ")[0] == recognise(name)[0]
    assert recognise(name)[0] in FIELDS | set(HALVES)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Datum actie", "date"),
        ("Datum van de gebeurtenis", "date"),
        ("Event date", "date"),
        ("tijdstip_activiteit", "occurred_at"),
        ("Tijd contact", "time"),
        ("E-mail kandidaat", "email"),
        ("Naam van de kandidaat", "person_name"),
        ("candidate phone", "phone"),
        ("Naam gebeurtenis", None),
        ("Datum kandidaat", None),
        ("Geboortedatum", None),
        ("Datum indiensttreding", None),
        ("E-mail recruiter", None),
        ("actie", "name"),
    ],
)
def test_words_that_say_no_more_may_stand_beside(column: str, field: str | None) -> None:
    assert recognise(column)[0] == field
