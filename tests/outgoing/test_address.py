"""Nothing is sent into our own network, however it is asked for."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.outgoing.address import Gate, is_public
from journeyscore.connectors.outgoing.post import post
from journeyscore.domain.errors import UsageError
from tests.outgoing.hostile import side, status

PUBLIC = "93.184.216.34"


def to(*addresses: str) -> Gate:
    return Gate(resolve=lambda host, port: list(addresses))


def literal(host: str, port: int) -> list[str]:
    """What the machine makes of a host without asking anybody: decimal, octal and hex forms of IPv4 too."""
    return [str(f[4][0]) for f in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)]


INWARD = """
127.0.0.1 127.1 127.0.0.1. 0.0.0.0 0 2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1 10.0.0.1 172.16.0.1
192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1
255.255.255.255 ①②⑦.⓪.⓪.① [::] [::1] [::ffff:7f00:1] [::ffff:127.0.0.1] [::ffff:8.8.8.8] [64:ff9b::7f00:1]
[64:ff9b::8.8.8.8] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:808:808::1] [2001:0:7f00:1::] [2001:db8::1] [fe80::1]
[fe80::1%25eth0] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1] [::7f00:1] [::127.0.0.1] [100::1]
"""


@pytest.mark.parametrize("host", INWARD.split())
def test_hosts_that_lead_inward_are_refused(host: str) -> None:
    with pytest.raises(UsageError):
        Gate(resolve=literal).check(f"https://{host}/hook")


@pytest.mark.parametrize("host", ["3232235777", "0x08080808", "010.8.8.8", "8.8.2056", "8.8.8.0x8", "1.2.3.4.5"])
def test_numbers_that_are_no_plain_address_are_refused_wherever_they_lead(host: str) -> None:
    with pytest.raises(UsageError, match="no web address"):
        to(PUBLIC).check(f"https://{host}/")


WRONG = [
    "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "example.org", "",
    "https://", "https:///x", "https://user@example.org/", "https://user:pw@example.org/", "https://example.org:8443/",
    "https://example.org:80/", "https://example.org:99999/", "https://exa mple.org/", "https://example.org/\r\nHost: x",
    "https://example.org\t/", "https://example.org\\@127.0.0.1/", "https://a..b/", f"https://{'a' * 64}.org/",
    "https://[::1/", "https://example.org/" + "a" * 2000, "https://-/", "https://%6c/", "HTTPS://:@x/",
]  # fmt: skip


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        to(PUBLIC).check(url)


def test_an_everyday_address_is_taken_apart() -> None:
    target = to(PUBLIC, "2606:4700::1").check("https://Hooks.Example.org:443/in/é?a=b c".replace(" ", "%20"))
    assert (target.tls, target.host, target.port) == (True, "hooks.example.org", 443)
    assert target.path == "/in/%C3%A9?a=b%20c"
    assert target.addresses == (PUBLIC, "2606:4700::1")


@pytest.mark.parametrize("bad", ["10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "nonsense"])
def test_one_address_that_leads_inward_spoils_a_name(bad: str) -> None:
    with pytest.raises(UsageError):
        to(PUBLIC, bad).check("https://example.org/")
    with pytest.raises(UsageError):
        to(bad, PUBLIC).check("https://example.org/")


def test_a_name_without_an_address_is_refused() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(UsageError, match=r"no example\.org on the internet"):
        Gate(resolve=nowhere).check("https://example.org/")


def test_a_name_that_changes_is_connected_where_it_was_checked_and_asked_once() -> None:
    """Rebinding: the first answer is checked and used; the second would lead to another server."""
    with side(status(200)) as good, side(status(200)) as bad:
        answers = [["127.0.0.1"], ["127.0.0.9"]]
        asked = []

        def rebinding(host: str, port: int) -> list[str]:
            asked.append(host)
            return answers.pop(0)

        port = good.server_address[1]
        outcome = post(Gate(True, rebinding), f"http://inner.example:{port}/x", b"{}", {}, 5)
        assert outcome.ended == "sent"
        assert asked == ["inner.example"]
        assert good.got[0].headers["host"] == f"inner.example:{port}"
        assert not bad.got


def test_a_name_that_leads_inward_at_the_second_time_is_refused_at_sending() -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]
    gate = Gate(resolve=lambda host, port: answers.pop(0))
    gate.check("https://example.org/")
    outcome = post(gate, "https://example.org/", b"{}", {}, 5)
    assert outcome.ended == "again"
    assert "not on the public internet" in outcome.why


def test_development_allows_this_machine_and_nothing_else_inside() -> None:
    assert Gate(True, literal).check("http://127.0.0.1:8080/").port == 8080
    for host in ("10.0.0.1", "169.254.169.254", "192.168.0.1"):
        with pytest.raises(UsageError):
            Gate(True, literal).check(f"http://{host}/")


@given(st.ip_addresses(v=4))
def test_no_form_of_an_inner_ipv4_address_in_ipv6_is_public(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    forms = [number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80]
    assert not any(is_public(ipaddress.IPv6Address(form)) for form in forms)


@given(st.ip_addresses())
def test_what_is_public_is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast)
