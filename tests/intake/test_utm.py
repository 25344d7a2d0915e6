"""The linter of UTM tags: each finding once, its mended value, and mending that needs no second time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.intake.channels import CHANNELS
from journeyscore.intake.utm import (
    ERROR,
    MEDIUMS,
    MENDED_MEDIUMS,
    TAGS,
    Finding,
    channel_of,
    lint,
    mended,
    mended_target,
)

GOOD = {"source": "linkedin", "medium": "social", "campaign": "zomer-2026", "content": "post-1"}


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in found]


def test_good_tags_have_no_findings() -> None:
    assert lint(GOOD, "https://werkenbij.example/vacature/12?jk=1") == []


@pytest.mark.parametrize(
    ("field", "text", "code", "better"),
    [
        ("source", "fb", "canonical_source", "facebook"),
        ("source", "LinkedIn", "capitals", "linkedin"),
        ("source", "mijn bron", "signs", "mijn-bron"),
        ("source", "", "no_source", None),
        ("medium", "", "no_medium", None),
        ("medium", "Social", "capitals", "social"),
        ("medium", "nieuwsbrief", "canonical_medium", "email"),
        ("medium", "iets", "unknown_medium", None),
        ("campaign", "", "no_campaign", None),
        ("campaign", "Zomer 2026", "signs", "zomer-2026"),
        ("campaign", "zomer_2026", "signs", "zomer-2026"),
        ("content", "café", "signs", "cafe"),
        ("content", "a" * 150, "long", "a" * 100),
        ("content", "jan@voorbeeld.nl", "personal", ""),
        ("campaign", "06-12345678", "personal", ""),
    ],
)
def test_each_finding_says_which_field_and_what_instead(field: str, text: str, code: str, better: str | None) -> None:
    (found,) = (one for one in lint(GOOD | {field: text}) if one.code == code)
    assert (found.field, found.mended) == (field, better)
    assert text not in found.message or code != "personal" or not text


def test_facebook_in_capitals_is_one_source() -> None:
    for spelled in ("fb", "Facebook", "FACEBOOK", "facebook.com", "fb "):
        assert mended(GOOD | {"source": spelled})["source"] == "facebook"


@pytest.mark.parametrize(
    ("target", "field", "code", "better"),
    [
        ("https://a.nl/x?gclid=1&b=2#c", "target", "click_id", "https://a.nl/x?b=2#c"),
        ("https://a.nl/x?fbclid=1", "target", "click_id", "https://a.nl/x"),
        ("https://a.nl/x?b=2&UTM_Source=x", "target", "own_tag", "https://a.nl/x?b=2"),
        ("https://a.nl/x?mail=jan@voorbeeld.nl", "target", "personal", None),
        ("https://www.linkedin.com/jobs", "source", "internal", None),
    ],
)
def test_findings_about_the_target(target: str, field: str, code: str, better: str | None) -> None:
    tags = GOOD | ({"source": "linkedin.com"} if code == "internal" else {})
    (found,) = (one for one in lint(tags, target) if one.code == code)
    assert (found.field, found.mended) == (field, better)


def test_a_mended_target_keeps_the_rest_as_it_stood() -> None:
    mended_one = mended_target("https://a.nl/x?b=%20&gclid=1&UTM_source=y&c&fbclid=2#d?gclid=3")
    assert mended_one == "https://a.nl/x?b=%20&c#d?gclid=3"
    assert lint(GOOD, mended_one) == []


@given(st.fixed_dictionaries({name: st.text(max_size=130) for name in TAGS}), st.text(max_size=40))
def test_mended_tags_are_good_or_missing(tags: dict[str, str], target: str) -> None:
    lint(tags, target)
    once = mended(tags)
    assert mended(once) == once
    left = {one.code for one in lint(once)}
    assert left <= {"no_source", "no_medium", "no_campaign", "unknown_medium"}


def test_every_medium_of_the_list_says_a_channel() -> None:
    names = {channel.name for channel in CHANNELS} - {"unknown", "direct"}
    for medium in MEDIUMS:
        assert channel_of({"source": "a-source", "medium": medium}) in names, medium
    assert set(MENDED_MEDIUMS.values()) <= set(MEDIUMS) and not set(MENDED_MEDIUMS) & set(MEDIUMS)


def test_what_a_medium_is_mended_to_is_the_same_channel() -> None:
    for wrong, better in MENDED_MEDIUMS.items():
        source = "google" if better == "cpc" else "a-source"
        channel = channel_of({"source": source, "medium": wrong})
        assert channel in ("unknown", channel_of({"source": source, "medium": better})), wrong


def test_without_source_and_medium_is_an_error_the_rest_advice() -> None:
    empty = dict.fromkeys(TAGS, "")
    assert {one.field for one in lint(empty) if one.weight == ERROR} == {"source", "medium"}
