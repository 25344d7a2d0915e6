"""One try, with other sides that misbehave."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from journeyscore.connectors.outgoing.address import Gate
from journeyscore.connectors.outgoing.post import LONGEST_WAIT, post, wait_of
from tests.outgoing import hostile
from tests.outgoing.hostile import side, status

HERE = Gate(development=True, resolve=lambda host, port: ["127.0.0.1"])
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("code", [200, 201, 202, 204])
def test_2xx_is_success(code: int) -> None:
    with side(status(code)) as other:
        assert post(HERE, other.url, b'{"a":1}', {"webhook-id": "m"}).ended == "sent"
        assert [(g.path, g.body, g.headers["webhook-id"]) for g in other.got] == [("/in?x=1", b'{"a":1}', "m")]


def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    with side(status(200)) as inner, side(status(301, Location=inner.url)) as other:
        outcome = post(HERE, other.url, b"{}", {})
        assert (outcome.ended, "redirect" in outcome.why) == ("again", True)
        assert (len(other.got), len(inner.got)) == (1, 0)


def test_gone_is_gone() -> None:
    with side(status(410)) as other:
        assert post(HERE, other.url, b"{}", {}).ended == "gone"


@pytest.mark.parametrize(("code", "wait"), [(429, 86400), (503, 86400), (500, None)])
def test_who_is_busy_says_for_how_long(code: int, wait: int | None) -> None:
    with side(status(code, Retry_After="86400")) as other:
        outcome = post(HERE, other.url, b"{}", {})
        assert (outcome.ended, outcome.wait, outcome.everybody) == ("again", wait, True)


def test_the_answer_of_a_refusal_is_shown() -> None:
    with side(status(400, b"invalid_payload")) as other:
        outcome = post(HERE, other.url, b"{}", {})
        assert (outcome.why, outcome.everybody) == ("answered 400: invalid_payload", False)


@pytest.mark.parametrize("answer", [hostile.reset, hostile.ok_then_reset])
def test_a_connection_that_breaks_is_tried_again(answer: Callable[[hostile.Handler], None]) -> None:
    with side(answer) as other:
        assert post(HERE, other.url, b"{}", {}).ended == "again"


@pytest.mark.parametrize("answer", [hostile.ok_then_reset_in_body, hostile.endless(200), hostile.bomb(200)])
def test_after_a_200_nothing_more_is_read(answer: Callable[[hostile.Handler], None]) -> None:
    with side(answer) as other:
        assert post(HERE, other.url, b"{}", {}).ended == "sent"


@pytest.mark.parametrize("answer", [hostile.endless(500), hostile.bomb(500)])
def test_an_answer_is_cut_and_never_decompressed(
    answer: Callable[[hostile.Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from http.client import HTTPResponse

    read: list[int] = []
    original = HTTPResponse.read

    def counted(self: HTTPResponse, amt: int | None = None) -> bytes:
        said = original(self, amt)
        read.append(len(said))
        return said

    monkeypatch.setattr(HTTPResponse, "read", counted)
    with side(answer) as other:
        outcome = post(HERE, other.url, b"{}", {})
        assert (outcome.ended, outcome.why[:12]) == ("again", "answered 500")
        assert read == [64 * 1024]
        assert len(outcome.why) < 300


@pytest.mark.parametrize("answer", [hostile.silent, hostile.drip(b""), hostile.drip(b"HTTP/1.1 200 OK\r\nX: ")])
def test_slow_ones_are_left_when_their_time_is_over(answer: Callable[[hostile.Handler], None]) -> None:
    with side(answer) as other:
        outcome = post(HERE, other.url, b"{}", {}, total=0.3)
        assert (outcome.ended, outcome.everybody) == ("again", True)
        assert "did not answer within" in outcome.why


def test_nobody_listening_is_tried_again() -> None:
    with side(status(200)) as other:
        url = other.url
    assert post(HERE, url, b"{}", {}).ended == "again"


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with side(status(500)) as proxy, side(status(200)) as other:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert post(HERE, other.url, b"{}", {}).ended == "sent"
        assert not proxy.got


WAITS = [("0", 0), ("30", 30), ("86400", 86400), ("9" * 18, LONGEST_WAIT), ("9" * 30, None), ("-5", None), ("x", None)]
WAITS += [("1.5", None), (None, None), ("", None)]
WAITS += [("Mon, 23 Nov 2026 12:01:40 GMT", 100), ("Mon, 23 Nov 2020 12:01:40 GMT", 0)]


@pytest.mark.parametrize(("text", "seconds"), WAITS)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: int | None) -> None:
    assert wait_of(text, NOW) == seconds
