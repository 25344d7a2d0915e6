"""Names of events: many spellings, one name."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.intake.event_names import ALIASES, EVENT_NAMES, SPELLINGS
from journeyscore.intake.names import normal_name, standard_name, standard_names

KNOWN = {e.name for e in EVENT_NAMES}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("form_submitted", "form_submitted"),
        ("Form Submitted", "form_submitted"),
        ("formSubmitted", "form_submitted"),
        ("FORM-SUBMITTED", "form_submitted"),
        ("  formulier ingevuld ", "form_submitted"),
        ("Formulier ingevuld!", "form_submitted"),
        ("submit application", "application_submitted"),
        ("Sollicitatie verstuurd", "application_submitted"),
        ("Ad Click", "ad_clicked"),
        ("CV Uploaded", "cv_uploaded"),
        ("cv geüpload", "cv_uploaded"),
        ("view_job_posting", "vacancy_viewed"),
        ("send rejection", "rejected"),
        ("HTTPRequest sent", "http_request_sent"),
        ("Onze eigen gebeurtenis 2", "onze_eigen_gebeurtenis_2"),
        ("click", "click"),
        ("open", "open"),
        ("", ""),
        (" !? ", ""),
        ("面接", "面接"),
    ],
)
def test_spellings(text: str, name: str) -> None:
    assert standard_name(text) == name


def test_the_dictionary_is_sound() -> None:
    assert len(KNOWN) == len(EVENT_NAMES) >= 45
    assert all(normal_name(e.name) == e.name and e.label.nl and e.meaning for e in EVENT_NAMES)
    assert set(SPELLINGS) <= KNOWN
    assert not set(ALIASES) & KNOWN
    assert all(normal_name(alias) == alias for alias in ALIASES)
    assert sum(len(s.split()) for s in SPELLINGS.values()) == len(ALIASES)  # none stands for two names


@given(st.text(max_size=40))
def test_a_standard_name_is_its_own(text: str) -> None:
    assert standard_name(standard_name(text)) == standard_name(text)


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=10))
def test_columns_are_the_same_as_single_values(values: list[str | None]) -> None:
    found = standard_names(pl.Series("name", values, pl.String)).to_list()
    assert found == [None if v is None else standard_name(v) for v in values]
