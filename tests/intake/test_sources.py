"""Sources: many spellings and hosts, one name; and how far the table agrees with Google's."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.intake.channels import Traffic, classify, classify_channels
from journeyscore.intake.sources import DOMAINS, SPELLINGS, category, compact, host_of, registrable

GOOGLE = Path(__file__).parents[3] / "shared" / "data" / "ga4-channel-grouping" / "ga4_source_categories.csv"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fb", ("facebook", "social")),
        ("Facebook", ("facebook", "social")),
        ("m.facebook.com", ("facebook", "social")),
        ("https://L.Facebook.com:443/l.php?u=1", ("facebook", "social")),
        ("facebook_ads", ("facebook", "social")),
        ("google.co.uk", ("google", "search")),
        ("mail.google.com", ("gmail", "email")),
        ("android-app://com.linkedin.android/", ("linkedin", "social")),
        ("android-app://com.google.android.gm/", ("gmail", "email")),
        ("linkedin.com/jobs", ("linkedin", "job_board")),
        ("https://www.linkedin.com/in/somebody", ("linkedin", "social")),
        ("LinkedIn Jobs", ("linkedin", "job_board")),
        ("nl.indeed.com", ("indeed", "job_board")),
        ("Nationale Vacaturebank", ("nationalevacaturebank", "job_board")),
        ("werk.nl", ("werk", "job_board")),
        ("werk.com", None),
        ("talent.com", ("talent_com", "job_board")),
        ("talent.example", None),
        ("t.co", ("twitter", "social")),
        ("not.co", None),
        ("randstad", ("randstad", "agency")),
        ("Tempo-Team", ("tempo_team", "agency")),
        ("groups.yahoo.com", ("yahoo_groups", "social")),
        ("shopping.yahoo.co.jp", ("yahoo", "shopping")),
        ("google.com.evil.example", None),
        ("ads", None),
        ("", None),
        (" . ", None),
    ],
)
def test_spellings(text: str, found: tuple[str, str] | None) -> None:
    assert category(text) == found


@pytest.mark.parametrize(
    ("address", "host", "own"),
    [
        ("https://www.voorbeeld.nl/pad", "voorbeeld.nl", "voorbeeld.nl"),
        ("//werken.bij.voorbeeld.nl:8080?x", "werken.bij.voorbeeld.nl", "voorbeeld.nl"),
        ("https://iemand@jobs.voorbeeld.co.uk/", "jobs.voorbeeld.co.uk", "voorbeeld.co.uk"),
        ("http://192.0.2.7/x", "192.0.2.7", "192.0.2.7"),
        ("voorbeeld.nl", "voorbeeld.nl", "voorbeeld.nl"),
    ],
)
def test_hosts(address: str, host: str, own: str) -> None:
    assert (host_of(address), registrable(host)) == (host, own)


@pytest.mark.parametrize("address", ["", "/vacatures", "geen adres", "localhost", "about:blank"])
def test_what_is_no_host(address: str) -> None:
    assert host_of(address) is None


def test_the_table_is_sound() -> None:
    assert all(compact(s) == s for s in SPELLINGS)
    assert all(d == d.lower() and "/" not in d for d in DOMAINS)
    assert all(category(name) == found for name, found in SPELLINGS.items())


@given(st.one_of(st.text(max_size=30), st.from_regex(r"(https?:)?//[a-z.@:]{1,20}/.{0,5}", fullmatch=True)))
def test_anything_can_be_asked(text: str) -> None:
    found = category(text)
    assert (
        found is None or found in DOMAINS.values() or found in SPELLINGS.values() or found[1] in ("shopping", "social")
    )


@pytest.mark.parametrize(
    ("traffic", "found"),
    [
        (Traffic(channel="Werving via medewerker"), ("employee_referral", None)),
        (Traffic(channel="referral"), ("employee_referral", None)),
        (Traffic(channel="Carrièrebeurs"), ("event", None)),
        (Traffic(channel="Indeed"), ("job_board", "indeed")),
        (Traffic(channel="Facebook Ads"), ("paid_social", "facebook")),
        (Traffic(channel="Randstad"), ("agency", "randstad")),
        (Traffic(channel="YouTube"), ("organic_video", "youtube")),
        (Traffic(channel="google / cpc"), ("paid_search", "google")),
        (Traffic(channel="Familie / vrienden"), ("familie_vrienden", None)),
        (Traffic(channel="n/a", source="indeed"), ("job_board", "indeed")),
        (Traffic(source="collega", medium="referral"), ("employee_referral", "collega")),
        (Traffic(source="WhatsApp"), ("messaging", "whatsapp")),
        (Traffic(source="nb", medium="paid-social"), ("paid_social", "nb")),
        (Traffic(source="weekblad", medium="online_video"), ("organic_video", "weekblad")),
        (Traffic(medium="(none)"), ("direct", None)),
        (Traffic(source="facebook_ads"), ("paid_social", "facebook")),
        (Traffic(source="randstad"), ("agency", "randstad")),
    ],
)
def test_what_senders_write(traffic: Traffic, found: tuple[str, str | None]) -> None:
    assert classify(traffic) == found


@pytest.mark.parametrize("personal", ["jan@voorbeeld.example", "06-12345678"])
def test_nobody_is_written_into_channel_or_source(personal: str) -> None:
    assert classify(Traffic(channel=personal)) == ("unknown", None)
    assert classify(Traffic(source=personal, medium="sms")) == ("sms", None)


def test_content_may_be_absent() -> None:
    columns = ("channel", "utm_source", "utm_medium", "campaign", "url", "referrer")
    row = {"url": "https://a.example/?utm_content=video%201"}
    sent = pl.DataFrame([{c: row.get(c) for c in columns}], schema=dict.fromkeys(columns, pl.String))
    assert classify_channels(sent).row(0) == ("direct", None, None, "video 1")


def test_the_table_agrees_with_google() -> None:
    if not GOOGLE.exists():
        pytest.skip("Google's list of sources is not beside the checkout")
    with GOOGLE.open(encoding="utf-8") as file:
        theirs = {
            r["source"]: r["source_category"].removeprefix("SOURCE_CATEGORY_").lower() for r in csv.DictReader(file)
        }
    ours = {source: found[1] for source in theirs if (found := category(source))}
    agreed = sum(ours[source] == theirs[source] for source in ours)
    assert len(ours) / len(theirs) >= 0.45
    assert agreed / len(ours) >= 0.95
