"""Keys of the JSON API: each scope, each end, each wrong key; made, shown once, used, revoked."""

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyscore.web.access import ALLOWED, Can, Role
from journeyscore.web.api import keys
from journeyscore.web.api.keys import End, Scope
from journeyscore.web.models import Account, ApiKey, AuditEntry
from tests.web.asking import OPERATIONS, reader


def status(token: str, place: str = "overview") -> int:
    return int(reader(token)(place).status_code)


def the_same_refusal(token: str) -> bytes:
    """What a wrong key is told, wherever it asks."""
    answers = [reader(token)(place) for place in ("overview", "model", "candidates/x")]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    return b"".join({answer.content for answer in answers})


def test_every_wrong_key_is_told_the_same(key_of) -> None:
    token = key_of()
    start, number, secret = token.split("_", 2)
    other = key_of().split("_", 2)[2]
    wrong = ["", "x", token[:-1], token + "x", token.upper(), f" {token}", f"{start}_{number}_{other}", secret]
    wrong += [f"js_0{number}_{'x' * 43}", f"js_{int(number) + 9}_{secret}", "js_" + "9" * 20 + f"_{secret}", "é", "\0"]
    assert len({the_same_refusal(one) for one in wrong}) == 1
    assert status(token) == 200


def test_a_revoked_expired_or_stopped_key_is_told_what_a_wrong_one_is(key_of) -> None:
    revoked, expired, stopped = key_of(), key_of(days=1), key_of(role="marketer")
    keys.revoke(int(revoked.split("_")[1]))
    ApiKey.objects.filter(pk=expired.split("_")[1]).update(expires_at=datetime.now(UTC))
    assert {the_same_refusal(one) for one in (revoked, expired, stopped)} == {the_same_refusal("x")}


@pytest.mark.parametrize("header", ["Basic {}", "bearer{}", "{}", "Bearer", "Token {}"])
def test_another_header_is_no_key(key_of, header: str) -> None:
    answer = reader("", Authorization=header.format(key_of()))("overview")
    assert answer.status_code == 401


def test_neither_a_session_nor_an_address_is_a_key(client_of, key_of) -> None:
    client = client_of("owner")
    assert client.get("/api/v1/overview").status_code == 401
    assert client.get("/api/v1/overview", {"key": key_of(), "access_token": key_of()}).status_code == 401


def test_each_operation_needs_its_scope(key_of) -> None:
    for place in OPERATIONS:
        needed = Scope.MODEL if place.startswith("model") else Scope.SCORES
        for scope in Scope:
            answer = reader(key_of([scope]))(place)
            assert (answer.status_code == 403) == (scope is not needed), (place, scope)
            assert scope is needed or (answer.json()["code"], str(needed) in answer.json()["detail"]) == ("scope", True)
        assert status(key_of([]), place) == 403


def test_a_key_ends(key_of) -> None:
    token, short = key_of(), key_of(days=1)
    assert (status(token), status(short)) == (200, 200)
    ApiKey.objects.filter(pk=short.split("_")[1]).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert keys.revoke(int(token.split("_")[1]))
    assert (status(token), status(short)) == (401, 401)
    assert not keys.revoke(int(token.split("_")[1]))


@pytest.mark.parametrize("role", [role for role in Role if Can.MANAGE not in ALLOWED[role]])
def test_a_demoted_maker_stops_the_key(key_of, role: Role) -> None:
    token = key_of()
    Account.objects.update(role=role)
    assert status(token) == 401
    assert keys.ended(ApiKey.objects.get()) is End.MAKER
    Account.objects.update(role=Role.OWNER)
    assert status(token) == 200


def test_a_closed_or_removed_maker_stops_the_key(key_of) -> None:
    token = key_of()
    Account.objects.update(is_active=False)
    assert status(token) == 401
    Account.objects.update(is_active=True)
    assert status(token) == 200
    Account.objects.all().delete()
    assert status(token) == 401


@given(st.sampled_from(Role), st.sampled_from(Scope))
def test_a_key_never_reads_what_its_maker_may_not(role: Role, scope: Scope) -> None:
    maker = Account(role=role)
    key = ApiKey(scopes=[str(scope)], made_by=maker)
    for one in Scope:
        expected = one is scope and keys.NEEDS[one] in ALLOWED[role]
        assert keys.allows(key, one) == expected
    assert (keys.ended(key) is None) == (Can.MANAGE in ALLOWED[role])


def test_who_makes_a_key_may_all_that_it_reads() -> None:
    """Whoever may manage keys has every right that a scope stands for, so no key is born with less than it says."""
    assert all(set(keys.NEEDS.values()) <= rights for rights in ALLOWED.values() if Can.MANAGE in rights)


def test_the_last_use_is_written_once_a_minute(key_of, django_now) -> None:
    token, start = key_of(), django_now.at
    for seconds, noted in ((0, 0), (30, 0), (60, 0), (61, 61), (121, 61), (122, 122)):
        django_now.at = start + timedelta(seconds=seconds)
        assert status(token) == 200
        assert ApiKey.objects.get().last_used_at == start + timedelta(seconds=noted)
    assert status("js_1_" + "x" * 43) == 401
    django_now.at += timedelta(hours=1)
    assert reader(token[:-1] + ("a" if token[-1] != "a" else "b"))("overview").status_code == 401
    assert ApiKey.objects.get().last_used_at == start + timedelta(seconds=122)


@pytest.fixture
def django_now(monkeypatch: pytest.MonkeyPatch):
    """The clock of `keys`: `django_now.at` is what it shows."""

    class Clock(datetime):
        at = datetime(2026, 11, 23, 12, tzinfo=UTC)

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return cls.at

    monkeypatch.setattr(keys, "datetime", Clock)
    return Clock


def test_an_answer_does_not_fail_because_somebody_is_writing(key_of, monkeypatch) -> None:
    token = key_of()

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", locked)
    assert status(token) == 200


def test_a_key_that_may_read_people_gives_keys_and_another_pseudonyms(key_of) -> None:
    get = reader(key_of([Scope.SCORES]))
    candidates = [row["candidate"] for row in get("scores").json()]
    assert all(re.fullmatch("c[A-Za-z0-9_-]{11}", candidate) for candidate in candidates)
    assert get(f"candidates/{candidates[0]}").json()["candidate"] == candidates[0]
    named = [row["candidate"] for row in reader(key_of([Scope.SCORES, Scope.PEOPLE]))("scores").json()]
    assert all(re.fullmatch(r"K-\d+", candidate) for candidate in named)
    unknown, known = get("candidates/nobody"), get(f"candidates/{named[0]}")
    assert (known.status_code, known.content) == (404, unknown.content)


def test_only_a_hash_is_kept(key_of, site) -> None:
    token = key_of()
    row = json.dumps(list(ApiKey.objects.values()), default=str)
    secret = token.split("_", 2)[2]
    assert secret not in row and re.fullmatch("[0-9a-f]{64}", ApiKey.objects.get().hashed)
    assert not [f for f in Path(site.data_dir).rglob("*") if f.is_file() and secret.encode() in f.read_bytes()]


@pytest.fixture
def token(key_of) -> str:
    """A key that works."""
    return key_of()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 60), character=st.characters(exclude_categories=["Cs"]))
def test_no_other_secret_opens(token: str, place: int, character: str) -> None:
    place %= len(token)
    other = token[:place] + character + token[place + 1 :]
    assert (keys.find(other) is not None) == (other == token)


def test_secrets_have_256_bits(key_of, monkeypatch) -> None:
    asked = []
    real = secrets.token_urlsafe
    monkeypatch.setattr(keys.secrets, "token_urlsafe", lambda size: asked.append(size) or real(size))
    key_of()
    assert asked == [32]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_only_who_manages_sees_and_makes_keys(client_of, role: Role) -> None:
    client = client_of(role)
    for answer in (
        client.get("/settings/keys/"),
        client.post("/settings/keys/", {"name": "x", "scopes": ["read:scores"]}),
        client.post("/settings/keys/1/revoke/"),
    ):
        assert answer.status_code == 403
    assert not ApiKey.objects.exists()


def test_keys_are_made_seen_once_and_revoked(client_of) -> None:
    client = client_of("owner")
    assert client.post("/settings/keys/", {"name": "", "scopes": []}).status_code == 422
    assert client.post("/settings/keys/", {"name": "x", "scopes": ["read:everything"]}).status_code == 422
    made = client.post("/settings/keys/", {"name": "<b>BI</b>", "scopes": ["read:scores"], "days": "90"})
    token = re.search(r"js_\d+_[\w-]{43}", made.content.decode())[0]
    assert "&lt;b&gt;BI" in made.content.decode() and 'data-copy="#key"' in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    assert status(token) == 200
    key = ApiKey.objects.get()
    assert timedelta(days=89) < key.expires_at - datetime.now(UTC) <= timedelta(days=90)
    page = client.get("/settings/keys/").content.decode()
    assert token not in page and f"js_{key.pk}_…" in page
    client.post(f"/settings/keys/{key.pk}/revoke/")
    assert status(token) == 401
    entries = [(e.action, e.about, e.details) for e in AuditEntry.objects.order_by("pk")]
    assert entries == [("key_made", str(key.pk), {"scopes": ["read:scores"]}), ("key_revoked", str(key.pk), {})]
    assert client.get(f"/settings/keys/{key.pk}/revoke/").status_code == 405


def test_the_page_says_why_a_key_does_not_work(client_of, key_of) -> None:
    client, (working, revoked, expired) = client_of("owner"), (key_of() for _ in range(3))
    keys.revoke(int(revoked.split("_")[1]))
    ApiKey.objects.filter(pk=expired.split("_")[1]).update(expires_at=datetime.now(UTC) - timedelta(days=1))
    stopped = key_of(role="marketer")
    page = re.sub(r"\s+", " ", client.get("/settings/keys/").content.decode())
    rows = {token: re.search(rf"js_{token.split('_')[1]}_….*?</tr>", page)[0] for token in (working, revoked, expired)}
    rows[stopped] = re.search(rf"js_{stopped.split('_')[1]}_….*?</tr>", page)[0]
    said = {
        working: "until it is revoked",
        revoked: "revoked <time",
        expired: "ended <time",
        stopped: "its maker may not make keys any more",
    }
    for token, words in said.items():
        assert words in rows[token]
        assert ("/revoke/" in rows[token]) == (token in (working, stopped))
