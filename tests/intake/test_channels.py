"""Channels: tags, click ids, referrers and what senders say."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyscore.intake.channels import CHANNELS, SAYINGS, classify_channels
from journeyscore.intake.sources import SPELLED, category

COLUMNS = ("channel", "utm_source", "utm_medium", "campaign", "content", "url", "referrer")
PAGE = Path(__file__).parents[2] / "docs" / "events.md"
OWN = "https://www.voorbeeldhoven.nl/vacatures/12"
GA4 = Path(__file__).parents[3] / "shared" / "data" / "ga4-channel-grouping" / "ga4_source_categories.csv"


def rows_of(*rows: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame([{c: row.get(c) for c in COLUMNS} for row in rows], schema=dict.fromkeys(COLUMNS, pl.String))


def classified(**row: str | None) -> tuple[str, str | None]:
    found = classify_channels(rows_of(row)).row(0, named=True)
    return found["channel"], found["traffic_source"]


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("E-mail", "email"),
        ("Nieuwsbrief", "email"),
        ("Vacaturebank", "job_board"),
        ("JobBoard", "job_board"),
        ("LinkedIn", "organic_social"),
        ("Social Media", "organic_social"),
        ("Social ads", "paid_social"),
        ("Betaalde social", "paid_social"),
        ("Google", "organic_search"),
        ("SEO", "organic_search"),
        ("SEA", "paid_search"),
        ("Google Ads", "paid_search"),
        ("Referral recruitment", "employee_referral"),
        ("Aanbrenger", "employee_referral"),
        ("via medewerker", "employee_referral"),
        ("Open dag", "event"),
        ("banenbeurs", "event"),
        ("WhatsApp", "messaging"),
        ("Uitzendbureau", "agency"),
        ("Werken-bij site", "career_site"),
        ("website", "career_site"),
        ("Overig", "unknown"),
        ("onbekend", "unknown"),
        ("QR", "print"),
        ("paid_job_board", "paid_job_board"),
        ("Organic Search", "organic_search"),
        ("Radio 538", "radio_538"),
        ("Kantine (2e etage)", "kantine_2e_etage"),
    ],
)
def test_what_the_sender_says_comes_first(said: str, channel: str) -> None:
    assert classified(channel=said, utm_source="bing", utm_medium="cpc", url=OWN)[0] == channel


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("LinkedIn", ("organic_social", "linkedin")),
        ("LinkedIn ads", ("paid_social", "linkedin")),
        ("linkedin / paid_social", ("paid_social", "linkedin")),
        ("LinkedIn Jobs", ("job_board", "linkedin")),
        ("FB", ("organic_social", "facebook")),
        ("Indeed", ("job_board", "indeed")),
        ("nl.indeed.com", ("job_board", "indeed")),
        ("https://nl.indeed.com/viewjob", ("job_board", "indeed")),
        ("Indeed sponsored", ("paid_job_board", "indeed")),
        ("Nationale Vacaturebank", ("job_board", "nationalevacaturebank")),
        ("Randstad", ("agency", "randstad")),
        ("google / cpc", ("paid_search", "google")),
        ("Google/CPC", ("paid_search", "google")),
        ("mailchimp / email", ("email", "mailchimp")),
        ("partner.example / referral", ("referral", "partner.example")),
        ("(direct) / (none)", ("direct", None)),
        ("nieuwsbrief", ("email", "nieuwsbrief")),
        ("WhatsApp", ("messaging", "whatsapp")),
        ("Werkenbij-site", ("career_site", "werkenbij-site")),
        ("werkenbijvoorbeeldhoven.nl", ("career_site", "werkenbijvoorbeeldhoven.nl")),
        ("Carrièrebeurs", ("event", "carrièrebeurs")),
        ("Via via", ("employee_referral", "via via")),
        ("YouTube", ("organic_video", "youtube")),
        ("ChatGPT", ("ai_assistant", "chatgpt")),
        ("E-mail", ("email", None)),
        ("Werken-bij-site", ("career_site", None)),
        ("Overig", ("unknown", None)),
        ("Direct", ("direct", None)),
        ("Familie / vrienden", ("familie_vrienden", None)),
    ],
)
def test_a_channel_that_names_a_source(said: str, expected: tuple[str, str | None]) -> None:
    """The channel is one of ours, and what was written stays as the source."""
    for text in (said, said.upper(), said.lower(), f" {said} "):
        assert classified(channel=text) == expected


@pytest.mark.parametrize("said", ["(not set)", "-", "null", " "])
def test_a_channel_that_says_nothing(said: str) -> None:
    assert classified(channel=said, utm_source="indeed", utm_medium="cpc") == ("paid_job_board", "indeed")


def test_the_source_of_a_channel() -> None:
    """A tag names it before the channel does, and the channel before the page that somebody came from."""
    assert classified(channel="LinkedIn", utm_source="zomer") == ("organic_social", "zomer")
    assert classified(channel="LinkedIn", url=OWN, referrer="https://www.google.nl/") == ("organic_social", "linkedin")
    assert classified(channel="Social", url=OWN, referrer="https://t.co/a") == ("organic_social", "twitter")


def test_the_page_says_what_becomes_of_a_channel() -> None:
    lines = PAGE.read_text(encoding="utf-8").split("| `channel` as sent |")[1].split("\n\n")[0].splitlines()[2:]
    assert len(lines) == 10
    for line in lines:
        sent, channels, source = (re.findall("`([^`]+)`", cell) for cell in line.strip("|").split("|"))
        for text, channel in zip(sent, channels if len(channels) > 1 else channels * len(sent), strict=True):
            assert classified(channel=text) == (channel, source[0] if source else None)


KNOWN = st.sampled_from([word for words in SAYINGS.values() for word in words.split()] + list(SPELLED))


@given(KNOWN, st.sampled_from(["", " ", "-", "_"]))
def test_every_known_text_means_a_channel(text: str, sign: str) -> None:
    channel, _ = classified(channel=f"{sign}{text}{sign}")
    assert channel in {c.name for c in CHANNELS}


@pytest.mark.parametrize(
    ("source", "medium", "expected"),
    [
        ("google", "cpc", ("paid_search", "google")),
        ("google", "CPC", ("paid_search", "google")),
        ("FB", "paid_social", ("paid_social", "facebook")),
        ("Facebook", "paidsocial", ("paid_social", "facebook")),
        ("facebook.com", "ppc", ("paid_social", "facebook")),
        ("youtube", "cpv", ("paid_video", "youtube")),
        ("youtube", "cpc", ("paid_video", "youtube")),
        ("bol.com", "retargeting", ("paid_shopping", "bol")),
        ("indeed", "cpc", ("paid_job_board", "indeed")),
        ("nationale vacaturebank", "paid", ("paid_job_board", "nationalevacaturebank")),
        ("weekblad", "cpc", ("paid_other", "weekblad")),
        ("weekblad", "cpm", ("display", "weekblad")),
        ("weekblad", "banner", ("display", "weekblad")),
        ("ig", "social", ("organic_social", "instagram")),
        ("IG", None, ("organic_social", "instagram")),
        ("spotler", "e-mail", ("email", "spotler")),
        ("nieuwsbrief", None, ("email", "nieuwsbrief")),
        ("linkedin", "email", ("email", "linkedin")),
        ("partner", "affiliate", ("affiliates", "partner")),
        ("spotify", "audio", ("audio", "spotify")),
        ("sms", None, ("sms", "sms")),
        ("onze app", "push", ("mobile_push", "onze app")),
        ("ats", "mobile notification", ("mobile_push", "ats")),
        ("whatsapp", None, ("messaging", "whatsapp")),
        ("recruiter", "whatsapp", ("messaging", "recruiter")),
        ("bushokje", "qr", ("print", "bushokje")),
        ("indeed", "jobboard", ("job_board", "indeed")),
        ("indeed", None, ("job_board", "indeed")),
        ("werk.nl", "referral", ("job_board", "werk")),
        ("gemeenteblad.example", "referral", ("referral", "gemeenteblad.example")),
        ("bing", "organic", ("organic_search", "bing")),
        ("tiktok", "organic", ("organic_social", "tiktok")),
        ("zoekmachine", "organic", ("organic_search", "zoekmachine")),
        ("LinkedIn Jobs", None, ("job_board", "linkedin")),
        ("google_jobs_apply", "organic", ("job_board", "google")),
        ("randstad", None, ("agency", "randstad")),
        ("chatgpt.com", None, ("ai_assistant", "chatgpt")),
        ("(direct)", "(none)", ("direct", None)),
        ("(not set)", "(not set)", ("direct", None)),
        ("zomer", "groen", ("unknown", "zomer")),
        ("jan@voorbeeld.example", None, ("unknown", None)),
    ],
)
def test_tags(source: str, medium: str | None, expected: tuple[str, str | None]) -> None:
    assert classified(utm_source=source, utm_medium=medium, url=OWN) == expected
    tags = f"utm_source={source.replace(' ', '%20')}&utm_medium={medium or ''}"
    assert classified(url=f"{OWN}?{tags}#top") == expected


@pytest.mark.parametrize(
    ("url", "referrer", "expected"),
    [
        (f"{OWN}?gclid=a1", None, ("paid_search", "google")),
        (f"{OWN}?x=1&GBRAID=a1", None, ("paid_search", "google")),
        (f"{OWN}?msclkid=a1", "https://www.bing.com/", ("paid_search", "bing")),
        (f"{OWN}?fbclid=a1", None, ("organic_social", "facebook")),
        (f"{OWN}?fbclid=a1", "https://l.instagram.com/", ("organic_social", "instagram")),
        (f"{OWN}?li_fat_id=a1", None, ("paid_social", "linkedin")),
        (f"{OWN}?ttclid=a1", None, ("paid_social", "tiktok")),
        (f"{OWN}?fbclid=", None, ("direct", None)),
        (f"{OWN}?utm_source=linkedin&amp;utm_medium=cpc", None, ("paid_social", "linkedin")),
        (OWN, "https://www.google.nl/", ("organic_search", "google")),
        (OWN, "https://www.google.co.uk:443/search?q=baan", ("organic_search", "google")),
        (OWN, "http://m.facebook.com/", ("organic_social", "facebook")),
        (OWN, "https://lm.facebook.com/l.php", ("organic_social", "facebook")),
        (OWN, "https://out.reddit.com/", ("organic_social", "reddit")),
        (OWN, "https://t.co/abc", ("organic_social", "twitter")),
        (OWN, "https://lnkd.in/abc", ("organic_social", "linkedin")),
        (OWN, "https://www.linkedin.com/jobs/view/1", ("job_board", "linkedin")),
        (OWN, "https://nl.indeed.com/viewjob", ("job_board", "indeed")),
        (OWN, "https://www.youtube.com/watch", ("organic_video", "youtube")),
        (OWN, "https://www.perplexity.ai/", ("ai_assistant", "perplexity")),
        (OWN, "https://blog.buurman.example/post", ("referral", "buurman.example")),
        (OWN, "https://werkenbij.voorbeeldhoven.nl/", ("direct", None)),
        (OWN, "HTTPS://VOORBEELDHOVEN.NL", ("direct", None)),
        (OWN, None, ("direct", None)),
        (OWN, "geen adres", ("direct", None)),
        ("/vacatures/12", None, ("direct", None)),
        ("/vacatures/12", "https://www.bing.com/", ("organic_search", "bing")),
        (None, "https://www.bing.com/", ("organic_search", "bing")),
        (None, None, ("unknown", None)),
        (f"{OWN}?utm_source=zomer", None, ("unknown", "zomer")),
        (f"{OWN}?utm_source=zomer", "https://www.google.nl/", ("organic_search", "zomer")),
    ],
)
def test_addresses(url: str | None, referrer: str | None, expected: tuple[str, str | None]) -> None:
    assert classified(url=url, referrer=referrer) == expected


def test_campaign_and_content_come_from_the_address_where_they_are_missing() -> None:
    url = f"{OWN}?UTM_Campaign=Zorg%202026+zomer&utm_content=&utm_source=fb"
    found = classify_channels(rows_of({"url": url}, {"url": url, "campaign": "Eigen", "content": "Video"}))
    assert found.columns == ["channel", "traffic_source", "campaign", "content"]
    assert found.rows() == [
        ("organic_social", "facebook", "Zorg 2026 zomer", None),
        ("organic_social", "facebook", "Eigen", "Video"),
    ]


def test_no_rows() -> None:
    assert classify_channels(rows_of()).shape == (0, 4)


SAYINGS = "Facebook fb GOOGLE indeed linkedin.com/jobs cpc Organic (none) (direct) referral x.com een-é e-mail beurs"
WORDS = st.sampled_from(SAYINGS.split())
ADDRESSES = st.sampled_from(
    ["https://A.nl/?utm_source=IG", "//t.co", "https://b.a.nl/x?gclid=1#y", "http://[", "?utm_medium=cp%zz", "a.nl:x"]
)
SENT = st.one_of(st.none(), WORDS, ADDRESSES, st.text(max_size=12))
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, SENT)), max_size=6)
PLAIN = st.one_of(st.none(), WORDS, ADDRESSES, st.text("abzé.:/?=&%_- (", max_size=12))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_one_row_or_many(rows: list[dict[str, str | None]]) -> None:
    together = classify_channels(rows_of(*rows))
    assert together.height == len(rows)
    assert together.get_column("channel").null_count() == 0
    assert together.rows() == [classify_channels(rows_of(row)).row(0) for row in rows]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, PLAIN)))
def test_case_never_matters(row: dict[str, str | None]) -> None:
    found = classified(**row)
    assert classified(**{c: text.upper() if text else text for c, text in row.items()}) == found
    assert classified(**{c: text.lower() if text else text for c, text in row.items()}) == found


def test_names_are_written_once() -> None:
    names = [channel.name for channel in CHANNELS]
    assert len(set(names)) == len(names) == 30
    assert all(classified(channel=name) == (name, None) for name in names)


@pytest.mark.skipif(not GA4.exists(), reason="the list of sources by Google Analytics is not on this machine")
def test_categories_agree_with_google_analytics(record_property: Callable[[str, object], None]) -> None:
    with GA4.open(encoding="utf-8") as lines:
        theirs = {row["source"]: row["source_category"] for row in csv.DictReader(lines)}
    ours = {source: found[1] for source in theirs if (found := category(source))}
    compared = {source: group for source, group in ours.items() if group != "job_board"}
    agreed = sum(theirs[source] == f"SOURCE_CATEGORY_{group.upper()}" for source, group in compared.items())
    record_property("recognised", len(ours) / len(theirs))
    record_property("agreed", agreed / len(compared))
    assert agreed >= 0.95 * len(compared), f"{agreed} of {len(compared)}; {len(ours)} of {len(theirs)} recognised"
