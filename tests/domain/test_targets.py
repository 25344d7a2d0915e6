"""Targets of tracked links: whatever is sent, nothing leads off the list, and every parser agrees on that."""

from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AnyUrl, TypeAdapter

from journeyscore.domain.errors import UsageError
from journeyscore.domain.targets import Host, checked_host, checked_target, host_of, with_parameters

HOSTS = (Host("werkenbij.example"), Host("ats.example", below=True, parameter="gh_src"))
PIECES = (
    *("http:", "https:", "HTTPS:", "javascript:", "data:", "/", "//", "\\", "@", ":", ":443", ".", "%2e", "%40", "#"),
    *("?", "&", "\t", "\r\n", " ", "\x00", "werkenbij.example", "ats.example", "x.ats.example", "evil.example"),
    *("ſ", "K", "。", "\u200b", "é", "xn--", "[::1]", "127.0.0.1", "user", "t=", "\ufeff"),
)
ADDRESSES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)


def hosts_seen(address: str) -> set[str | None]:
    """The host of an address, as several parsers read it; the last one is the WHATWG parser, as in browsers."""
    joined = urlsplit(urljoin("https://journeyscore.example/r/abc", address)).hostname
    return {urlsplit(address).hostname, joined, TypeAdapter(AnyUrl).validate_python(address).host}


@given(ADDRESSES)
@example("https://werkenbij.example\\@evil.example")
@example("https://evil.example#@werkenbij.example")
@example("https://weſkenbij.example")
@example("https://werKenbij.example/")
def test_whatever_is_taken_leads_to_a_host_on_the_list(address: str) -> None:
    try:
        target = checked_target(address, HOSTS)
    except UsageError:
        return
    place = with_parameters(target, {"utm_source": "a b&c=d#e\r\n", "gh_src": "linkedin"})
    for found in (target, place):
        (host,) = hosts_seen(found)
        assert host and any(entry.covers(host) for entry in HOSTS)
        assert found.isascii() and found.isprintable() and " " not in found
        assert found.startswith(("http://", "https://"))


@given(st.sampled_from(["", "/", "/vacature/12", "/a?b=1&b=2", "?x", "#y", "/a?b#c/d?e"]), st.booleans())
def test_good_addresses_are_taken_as_they_are(rest: str, secure: bool) -> None:
    start = f"http{'s' if secure else ''}://werkenbij.example"
    assert checked_target(start + rest, HOSTS) == start + (rest if rest.startswith("/") else "/" + rest)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("javascript:alert(1)", "beginning with https://"),
        ("data:text/html,<b>", "beginning with https://"),
        ("//evil", "beginning with https://"),
        ("/\\evil", "backslash"),
        ("https:/\\evil", "backslash"),
        ("https:/evil", "beginning with https://"),
        ("https:///evil", "beginning with https://"),
        ("java\tscript:alert(1)", "space, a tab"),
        (" https://werkenbij.example", "space, a tab"),
        ("https://werkenbij.example/ ", "space, a tab"),
        ("https://werkenbij.example/\r\nSet-Cookie: a=b", "space, a tab"),
        ("https://werkenbij.example/\x00", "space, a tab"),
        ("https://werkenbij.example@evil.example", "before an @"),
        ("https://user:pass@werkenbij.example", "before an @"),
        ("https://werkenbіj.example", "accents"),  # a Cyrillic i
        ("https://werkenbij.example/é", "accents"),
        ("https://xn--werkenbj-7fg.example", "not on the list"),
        ("https://evil.example", "not on the list"),
        ("https://werkenbij.example.evil.example", "not on the list"),
        ("https://evilwerkenbij.example", "not on the list"),
        ("https://x.werkenbij.example", "not on the list"),
        ("https://evilats.example", "not on the list"),
        ("https://werkenbij.example.", "no address of a page"),
        ("https://werkenbij.example:99999", "no address of a page"),
        ("https://2130706433", "no address of a page"),
        ("https://127.0.0.1", "no address of a page"),
        ("https://[::1]", "no address of a page"),
        ("ftp://werkenbij.example", "beginning with https://"),
        ("", "beginning with https://"),
        ("werkenbij.example", "beginning with https://"),
        ("https://werkenbij.example/" + "a" * 2000, "more than 2000"),
    ],
)
def test_bad_targets_are_refused_with_a_sentence_that_helps(address: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        checked_target(address, HOSTS)
    assert host_of(address, HOSTS) is None


def test_hosts_below_count_only_where_it_says_so_and_the_longest_entry_counts() -> None:
    assert checked_target("HTTPS://A.B.ATS.Example:8443", HOSTS) == "https://a.b.ats.example:8443/"
    closer = (*HOSTS, Host("a.ats.example", parameter="source"))
    found = host_of("https://a.ats.example/", closer)
    assert found and found.parameter == "source"


@pytest.mark.parametrize(
    "text", ["", "localhost", "https://a.nl", "a.nl/b", "*.a.nl", "a..nl", "1.2.3.4", "é.nl", "a.1"]
)
def test_bad_hosts(text: str) -> None:
    with pytest.raises(UsageError, match="is no host"):
        checked_host(text, below=False, parameter="")


def test_parameters_of_hosts_are_names() -> None:
    assert checked_host(" Boards.Greenhouse.IO ", True, "gh_src") == Host("boards.greenhouse.io", True, "gh_src")
    with pytest.raises(UsageError, match="is no parameter"):
        checked_host("a.nl", below=False, parameter="a=b&c")


@given(st.dictionaries(st.sampled_from(["utm_source", "utm_medium", "source"]), st.text(max_size=9)))
def test_parameters_are_added_behind_what_is_there_and_override_nothing(parameters: dict[str, str]) -> None:
    place = with_parameters("https://a.nl/x?UTM_Source=own&q=%20#top?not=this", parameters)
    assert place.startswith("https://a.nl/x?UTM_Source=own&q=%20") and place.endswith("#top?not=this")
    said = parse_qsl(urlsplit(place).query, keep_blank_values=True)[2:]
    encodable = {k: v for k, v in parameters.items() if v and k != "utm_source"}
    assert dict(said) == encodable
