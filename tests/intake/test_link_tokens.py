"""Tokens in links: one person, one link, one year."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from journeyscore.intake.keys import candidate_pseudonym
from journeyscore.intake.link_tokens import LASTS, clicked_by, link_token
from journeyscore.intake.tokens import candidate_in, token_for

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CODES = st.text("abcdefgh23456789", min_size=9, max_size=9)
PEOPLE = st.text(min_size=1, max_size=20).map(lambda text: candidate_pseudonym(KEY, text))


@given(CODES, PEOPLE)
def test_a_token_says_who_until_it_ends(code: str, candidate: str) -> None:
    token = link_token(KEY, code, candidate, NOW)
    assert clicked_by(KEY, code, token, NOW) == candidate
    assert clicked_by(KEY, code, token, NOW + LASTS - timedelta(seconds=1)) == candidate
    assert clicked_by(KEY, code, token, NOW + LASTS) is None
    assert clicked_by(OTHER, code, token, NOW) is None


@given(CODES, CODES, PEOPLE)
def test_a_token_opens_no_other_link(code: str, other: str, candidate: str) -> None:
    found = clicked_by(KEY, other, link_token(KEY, code, candidate, NOW), NOW)
    assert found == (candidate if code == other else None)


@given(CODES, PEOPLE)
def test_it_is_no_token_for_browsers_nor_the_other_way_round(code: str, candidate: str) -> None:
    assert candidate_in(KEY, link_token(KEY, code, candidate, NOW), NOW) is None
    assert clicked_by(KEY, code, token_for(KEY, candidate, NOW), NOW) is None


@given(CODES, PEOPLE, st.integers(0, 60), st.characters(codec="utf-8"))
def test_one_other_sign_and_it_says_nothing(code: str, candidate: str, place: int, sign: str) -> None:
    token = link_token(KEY, code, candidate, NOW)
    place %= len(token)
    changed = token[:place] + sign + token[place + 1 :]
    assert clicked_by(KEY, code, changed, NOW) == (candidate if changed == token else None)


@given(st.text(max_size=80))
def test_anything_else_says_nothing(text: str) -> None:
    assert clicked_by(KEY, "abc", text, NOW) is None
