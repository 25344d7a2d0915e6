"""The door: what SDKs send is taken; a bad request is told what is wrong, and nothing of it is kept."""

import base64
import gzip
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.segment import Door, Sender
from journeyscore.connectors.segment.pace import Pace
from journeyscore.connectors.segment.senders import BROWSER, SERVER
from journeyscore.domain.errors import BusyError, StorageError
from journeyscore.inbox import Letter

SITE = "https://werkenbij.example"
SENDERS = {"server": Sender("crm", SERVER), "browser": Sender("site", BROWSER, (SITE,))}
EVENT = {"anonymousId": "v1", "event": "vacancy viewed", "messageId": "m1"}
Answered = tuple[int, dict[str, str], Any]


class Desk:
    """A door with a box behind it."""

    def __init__(self) -> None:
        self.kept: list[Letter] = []
        self.door = Door(SENDERS.get, self.put)

    def put(self, letters: Sequence[Letter]) -> None:
        self.kept += letters

    def ask(
        self, place: str, body: bytes = b"", method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """A request as a WSGI server hands it on."""
        place, _, query = place.partition("?")
        environ = {"PATH_INFO": place, "QUERY_STRING": query, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO(body)}
        environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": headers.pop("kind", "application/json")}
        environ |= {"HTTP_HOST": "127.0.0.1:8000", "wsgi.url_scheme": "http"}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        said: list[Any] = []
        answer = b"".join(self.door(environ, lambda status, found: said.append((status, found))))
        status, found = said[0]
        return int(status[:3]), dict(found), json.loads(answer) if answer else None

    def send(self, found: object, place: str = "/v1/track", key: str = "server", **headers: str):
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return self.ask(place, body, **({"authorization": basic(key)} | headers))


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@pytest.fixture
def desk() -> Desk:
    return Desk()


KINDS = {"track": "t", "page": "p", "screen": "s", "identify": "i", "alias": "a", "group": "g"}


@pytest.mark.parametrize("kind", list(KINDS))
def test_single_calls_at_their_long_and_short_address(desk: Desk, kind: str) -> None:
    for place in (f"/v1/{kind}", f"/v1/{KINDS[kind]}", f"/v1/{kind}/"):
        status, _, body = desk.send(EVENT, place)
        assert (status, body) == (200, {"success": True})
    assert [json.loads(letter.body)["type"] for letter in desk.kept] == [kind] * 3
    assert {(letter.source, letter.sender) for letter in desk.kept} == {("crm", "server")}


@pytest.mark.parametrize("place", ["/v1/batch", "/v1/import", "/v1/b"])
def test_batches(desk: Desk, place: str) -> None:
    calls = [EVENT | {"type": "track", "messageId": str(n)} for n in range(50)]
    assert desk.send({"batch": calls, "sentAt": "2026-11-23T10:00:00Z", "context": {"ip": "0"}}, place)[0] == 200
    assert [json.loads(letter.body)["messageId"] for letter in desk.kept] == [str(n) for n in range(50)]
    assert desk.send({"batch": []}, place)[0] == 200


@pytest.mark.parametrize(
    "said",
    [
        {"authorization": basic("server")},
        {"authorization": "Bearer server"},
        {"authorization": "bearer  server"},
    ],
)
def test_ways_to_say_the_key(desk: Desk, said: dict[str, str]) -> None:
    assert desk.send(EVENT, **said)[0] == 200
    assert desk.send(EVENT | {"writeKey": "server"}, authorization="")[0] == 200
    assert desk.send(EVENT, "/v1/track?writeKey=server", authorization="")[0] == 200


@pytest.mark.parametrize(
    "said", ["", "Basic", "Basic ???", basic("nobody"), basic(""), "Bearer ", "Digest x", "Basic \xff"]
)
def test_a_wrong_key(desk: Desk, said: str) -> None:
    status, _, body = desk.send(EVENT, authorization=said)
    assert (status, body["code"]) == (401, "no_key") and not desk.kept
    assert desk.send(EVENT | {"writeKey": 7}, authorization="")[0] == 401


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_gzip_whatever_it_is_called(desk: Desk, kind: str, encoding: str) -> None:
    body = gzip.compress(json.dumps({"batch": [EVENT | {"type": "track"}]}).encode())
    assert desk.send(body, "/v1/batch", kind=kind, content_encoding=encoding)[0] == 200
    assert len(desk.kept) == 1


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "application/json; charset=utf-8"])
def test_kinds_that_browsers_send(desk: Desk, kind: str) -> None:
    assert desk.send(EVENT, key="browser", kind=kind, origin=SITE)[0] == 200


BAD = {
    "empty": (b"", 400, "empty_body"),
    "blank": (b"  \n", 400, "empty_body"),
    "null": (b"null", 400, "not_an_object"),
    "list": (b"[]", 400, "not_an_object"),
    "text": (b'"x"', 400, "not_an_object"),
    "number": (b"7", 400, "not_an_object"),
    "broken": (b'{"a":', 400, "bad_json"),
    "nan": (b'{"a": NaN}', 400, "bad_number"),
    "infinity": (b'{"a": -Infinity}', 400, "bad_number"),
    "huge": (b'{"a": 1e999}', 400, "bad_number"),
    "digits": (b'{"a": ' + b"9" * 5000 + b"}", 400, "bad_number"),
    "twice": (b'{"email": "a", "email": "b"}', 400, "duplicate_key"),
    "surrogate": (b'{"a": "\\ud800"}', 400, "bad_unicode"),
    "latin": (b'{"a": "\xe9"}', 400, "bad_unicode"),
    "utf-16": ('{"a": 1}'.encode("utf-16"), 415, "unknown_charset"),
    "deep": (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400, "bad_json"),
    "gzip cut": (gzip.compress(b'{"a": 1}')[:-9], 400, "bad_gzip"),
    "no gzip": (b"\x1f\x8b" + b"x" * 40, 400, "bad_gzip"),
    "bomb": (gzip.compress(b" " * 50_000_000), 413, "too_large"),
    "large": (b'{"a": "' + b"x" * 600_000 + b'"}', 413, "too_large"),
    "one of 33 KB": (json.dumps(EVENT | {"x": "y" * 33_000}).encode(), 413, "too_large"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_bodies(desk: Desk, name: str) -> None:
    body, status, code = BAD[name]
    found, headers, answer = desk.send(body)
    assert (found, answer["code"]) == (status, code)
    assert headers["Content-Type"] == "application/problem+json" and not desk.kept


def test_a_mark_of_byte_order_is_no_mistake(desk: Desk) -> None:
    assert desk.send(b"\xef\xbb\xbf" + json.dumps(EVENT).encode())[0] == 200


def test_the_smaller_ones_of_a_batch_are_taken(desk: Desk) -> None:
    calls = [EVENT | {"type": "track", "messageId": "small"}, EVENT | {"type": "track", "x": "y" * 40_000}]
    status, _, answer = desk.send({"batch": calls}, "/v1/batch")
    assert (status, answer["code"]) == (413, "too_large")
    assert [json.loads(letter.body)["messageId"] for letter in desk.kept] == ["small"]


@pytest.mark.parametrize(
    "kind", ["text/html", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x"]
)
def test_other_kinds(desk: Desk, kind: str) -> None:
    status, _, answer = desk.send(EVENT, kind=kind)
    assert (status, answer["code"]) == (415, "unknown_media_type")


@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE", "DELETE", "HEAD"])
def test_other_methods(desk: Desk, method: str) -> None:
    status, headers, _ = desk.send(EVENT, method=method)
    assert status == 405 and headers["Allow"] == "POST, OPTIONS"


def test_addresses_that_are_none(desk: Desk) -> None:
    for place in ("/v1/", "/v1/nothing", "/v1/track/x", "/v1/projects", "/v1//batch"):
        assert desk.send(EVENT, place)[0] == 404


def test_a_page_from_elsewhere_may_not_send(desk: Desk) -> None:
    for origin in ("https://evil.example", "null", SITE + ".evil.example", "http://werkenbij.example"):
        status, headers, answer = desk.send(EVENT, key="browser", origin=origin)
        assert (status, answer["code"]) == (403, "origin") and "Access-Control-Allow-Origin" not in headers
    status, headers, _ = desk.send(EVENT, key="browser", origin=SITE)
    assert status == 200 and headers["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_preflight(desk: Desk) -> None:
    status, headers, _ = desk.ask("/v1/t", method="OPTIONS", origin=SITE)
    assert status == 204
    for name in ("authorization", "content-type", "sentat", "anonymousid"):
        assert name in headers["Access-Control-Allow-Headers"]


def test_settings_for_browsers(desk: Desk) -> None:
    status, _, found = desk.ask("/v1/projects/browser/settings", method="GET", origin=SITE)
    assert (status, found["integrations"]["Segment.io"]["apiKey"]) == (200, "browser")
    assert found["integrations"]["Segment.io"]["apiHost"] == "127.0.0.1:8000/v1"
    status, _, found = desk.ask("/sourceConfig/?writeKey=browser&p=web", method="GET")
    assert (status, found["source"]["writeKey"]) == (200, "browser")
    for key in ("server", "nobody", ""):
        assert desk.ask(f"/v1/projects/{key}/settings", method="GET")[0] == 404


def test_a_browsers_agent_is_noted_where_the_call_has_none(desk: Desk) -> None:
    desk.send(EVENT, key="browser", user_agent="Googlebot/2.1")
    desk.send(EVENT | {"context": {"userAgent": "mine"}}, key="browser", user_agent="Googlebot/2.1")
    assert [json.loads(one.body)["context"]["userAgent"] for one in desk.kept] == ["Googlebot/2.1", "mine"]


@pytest.mark.parametrize(("error", "code"), [(BusyError("busy"), "busy"), (StorageError("full"), "not_stored")])
def test_what_is_not_stored_is_not_acknowledged(desk: Desk, monkeypatch, error: Exception, code: str) -> None:
    def refuse(letters: object) -> None:
        raise error

    monkeypatch.setattr(desk.door, "_put", refuse)
    status, headers, answer = desk.send(EVENT)
    assert (status, answer["code"]) == (503, code) and int(headers["Retry-After"]) > 0


def test_a_defect_is_no_traceback(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(desk.door, "_put", lambda letters: 1 / 0)
    status, _, answer = desk.send(EVENT)
    assert (status, answer["code"]) == (500, "defect") and "Zero" not in json.dumps(answer)


@given(
    body=st.binary(max_size=200) | st.text().map(str.encode),
    place=st.sampled_from(["/v1/batch", "/v1/track", "/v1/i"]),
    kind=st.sampled_from(["application/json", "text/plain", ""]) | st.text(max_size=20),
    encoding=st.sampled_from(["", "gzip", "br"]),
    said=st.text(max_size=20),
)
def test_no_body_gives_a_500(body: bytes, place: str, kind: str, encoding: str, said: str) -> None:
    desk = Desk()
    for authorization in (basic("server"), said):
        status, _, _ = desk.send(body, place, kind=kind, content_encoding=encoding, authorization=authorization)
        assert status < 500


def test_an_address_that_asks_too_much_is_told_when_to_come_back(desk: Desk) -> None:
    desk.door = Door(SENDERS.get, desk.put, proxied=True, pace=Pace(0.1, 2, lambda: 0.0))
    said = [desk.send(EVENT, X_FORWARDED_FOR=f"{n}.0.0.1, 10.0.0.9") for n in range(3)]
    assert [status for status, _, _ in said] == [200, 200, 429]
    assert said[2][1]["Retry-After"] == "10" and said[2][2]["code"] == "too_many_requests"
    assert desk.send(EVENT, X_FORWARDED_FOR="10.0.0.9, 10.0.0.8")[0] == 200
    assert len(desk.kept) == 3
