"""The JSON API: the command line's answers, the pages' numbers, keys with scopes, and no input that breaks it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyscore.cli.main import run
from journeyscore.web.api import keys
from journeyscore.web.api.keys import Scope
from journeyscore.web.models import Account, ApiKey, AuditEntry

OPERATIONS = ("scores", "candidates/x", "touchpoints", "overview", "journey", "model", "model/versions")
EVERY = list(Scope)


def reader(token: str) -> Callable[..., Any]:
    """Gets an address under /api/v1/ with a key."""

    def get(place: str, **query: object) -> Any:
        header = {"Authorization": f"Bearer {token}"} if token else {}
        return Client(raise_request_exception=False).get(f"/api/v1/{place}", query, headers=header)

    return get


@pytest.fixture
def key_of(account) -> Callable[..., str]:
    """A key with scopes, made by somebody with a role."""

    def make(scopes: list[Scope] = EVERY, role: str = "owner", days: int | None = None) -> str:
        made_by = Account.objects.filter(role=role).first() or account(role)
        return keys.make("test", scopes, made_by, days)[1]

    return make


@pytest.fixture
def cli(site, capsys) -> Callable[..., Any]:
    """What the command line prints as JSON."""

    def ask(*arguments: str) -> Any:
        capsys.readouterr()
        assert run(["--data", str(site.data_dir), *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return ask


def test_scores_are_the_command_lines(key_of, cli) -> None:
    get, expected = reader(key_of()), cli("score", "--top", "40")
    answer = get("scores", limit=40)
    assert answer.json() == expected
    assert int(answer.headers["X-Total-Count"]) == len(cli("score"))
    assert get("scores", limit=10, offset=30).json() == expected[30:]
    band = expected[0]["band"]
    assert {row["band"] for row in get("scores", band=band).json()} == {band}
    day = f"{datetime.now(UTC).date() - timedelta(days=60)}"
    assert get("scores", as_of=day, limit=25).json() == cli("score", "--top", "25", "--as-of", day)


def test_a_candidate_is_the_command_lines(key_of, cli) -> None:
    get = reader(key_of())
    for row in cli("score", "--top", "5"):
        assert get(f"candidates/{row['candidate']}").json() == cli("explain", row["candidate"])


@pytest.mark.parametrize("question", ["touchpoints", "overview", "journey"])
def test_other_reports_are_the_command_lines(key_of, cli, question: str) -> None:
    assert reader(key_of())(question).json() == cli(question)


def test_the_journey_of_a_period_is_the_command_lines(key_of, cli) -> None:
    assert reader(key_of())("journey", days="90").json() == cli("journey", "--days", "90")


def test_the_model_is_the_file(key_of, cli, site) -> None:
    found = reader(key_of())("model").json()
    assert found["text"] == (site.data_dir / "model.yaml").read_text("utf-8")
    assert found["fingerprint"] == cli("model", "check")["fingerprint"]


def test_the_pages_show_the_same_numbers(key_of, client_of) -> None:
    client, get = client_of("owner"), reader(key_of())
    text = re.sub(r"<[^>]+>", " ", client.get("/").content.decode())
    overview = get("overview").json()
    for band in overview["bands"]:
        assert re.search(rf"\b{band['candidates']:,}\b", text)
    for stage in overview["stages"]:
        assert f"{stage['candidates']:,}" in text
    listed = client.get("/priority/?all=1").content.decode()
    scores = get("scores", limit=20).json()
    shown = re.findall(r'<span class="strong number">([^<]+)</span>', listed)[:20]
    assert shown == [f"{(row['millipoints'] + 500) // 1000:,}" for row in scores]
    table = re.sub(r"\s+", " ", client.get("/journey/").content.decode())
    for touchpoint in get("journey").json()["touchpoints"]:
        cells = "".join(f'<td class="number">{touchpoint[k]:,}</td>' for k in ("people", "hits", "further"))
        assert cells in table


def test_the_candidates_page_shows_the_same_lines(key_of, client_of) -> None:
    from journeyscore.web.workspace import workspace

    client, row = client_of("owner"), reader(key_of())("scores", limit=1).json()[0]
    found = reader(key_of())(f"candidates/{row['candidate']}").json()
    page = client.get(f"/candidates/{workspace().records.candidate(row['candidate'])}/").content.decode()
    body = re.search(r'<table class="ledger">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)[1]
    shown = [cell.replace("−", "-").replace(",", "") for cell in re.findall(r">([+−0-9.,]+)</td></tr>", body)]
    assert [round(float(cell) * 1000) for cell in shown] == [line["millipoints"] for line in found["lines"]]


def test_without_the_scope_for_people_there_are_pseudonyms(key_of) -> None:
    get = reader(key_of([Scope.SCORES]))
    candidates = [row["candidate"] for row in get("scores").json()]
    assert all(re.fullmatch("c[A-Za-z0-9_-]{11}", candidate) for candidate in candidates)
    assert get(f"candidates/{candidates[0]}").json()["candidate"] == candidates[0]
    named = reader(key_of())("scores", limit=1).json()[0]["candidate"]
    assert get(f"candidates/{named}").status_code == 404


@pytest.mark.parametrize("place", OPERATIONS)
def test_no_key_no_answer(site, db, place: str) -> None:
    for token in ("", "x", "js_1_" + "x" * 43, "js_0_", "js_99999999999999999999_" + "x" * 43, "é"):
        answer = reader(token)(place)
        assert (answer.status_code, answer.json()["code"]) == (401, "no_key")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_key(client_of) -> None:
    assert client_of("owner").get("/api/v1/overview").status_code == 401


def test_each_operation_needs_its_scope(key_of) -> None:
    for place in OPERATIONS:
        needed = Scope.MODEL if place.startswith("model") else Scope.SCORES
        for scope in Scope:
            status = reader(key_of([scope]))(place).status_code
            assert (status == 403) == (scope is not needed), (place, scope, status)


def test_a_key_ends(key_of) -> None:
    token = key_of()
    get = reader(token)
    assert get("overview").status_code == 200
    assert ApiKey.objects.get().last_used_at is not None
    assert keys.revoke(ApiKey.objects.get().pk)
    assert get("overview").status_code == 401
    expired = key_of(days=1)
    ApiKey.objects.filter(revoked_at=None).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert reader(expired)("overview").status_code == 401


def test_a_key_may_never_more_than_its_maker(key_of) -> None:
    get = reader(key_of(role="marketer"))
    assert not get("scores", limit=1).json()[0]["candidate"].startswith("c")
    Account.objects.filter(role="marketer").update(role="viewer")
    assert re.fullmatch("c[A-Za-z0-9_-]{11}", get("scores", limit=1).json()[0]["candidate"])
    Account.objects.filter(role="viewer").update(is_active=False)
    assert get("scores").status_code == 401


def test_only_a_hash_is_kept(key_of) -> None:
    token = key_of()
    kept = ApiKey.objects.get()
    assert token.split("_", 2)[2] not in json.dumps(
        [kept.name, kept.hashed, kept.scopes, str(kept.made_at)]
    ) and re.fullmatch("[0-9a-f]{64}", kept.hashed)


def test_every_operation_is_documented(key_of) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert {p.removeprefix("/api/v1/") for p in document["paths"]} == {
        place.replace("/x", "/{candidate}") for place in OPERATIONS
    }
    for operations in document["paths"].values():
        assert operations["get"]["summary"] and operations["get"]["security"]


@pytest.mark.parametrize("place", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/scores", "/api/v1/scores/"])
def test_addresses_that_are_none(site, place: str) -> None:
    answer = Client().get(place)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_address")


def test_other_methods(key_of) -> None:
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(Client(), method)("/api/v1/scores", headers={"Authorization": f"Bearer {key_of()}"})
        assert answer.status_code == 405


NONSENSE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1e9", "NaN", "9" * 40, "2026-02-30", "9999-12-31", "0001-01-01", "' OR 1=1 --", "\0"]
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(OPERATIONS),
    query=st.dictionaries(st.sampled_from(["limit", "offset", "band", "as_of", "days", "x"]), NONSENSE, max_size=4),
    candidate=NONSENSE,
)
def test_nonsense_is_refused_in_json(fuzzed, place: str, query: dict[str, str], candidate: str) -> None:
    from urllib.parse import quote

    answer = fuzzed(place.replace("/x", f"/{quote(candidate, safe='')}"), **query)
    assert answer.status_code < 500, answer.content
    assert "json" in answer.headers["Content-Type"]
    json.loads(answer.content)


@pytest.fixture
def fuzzed(key_of) -> Callable[..., Any]:
    return reader(key_of())


def test_keys_are_made_seen_once_and_revoked(client_of) -> None:
    client = client_of("owner")
    assert client.post("/settings/keys/", {"name": "", "scopes": []}).status_code == 422
    made = client.post("/settings/keys/", {"name": "<b>BI</b>", "scopes": ["read:scores"], "days": "90"})
    token = re.search(r"js_\d+_[\w-]{43}", made.content.decode())[0]
    assert "&lt;b&gt;BI" in made.content.decode()
    assert reader(token)("overview").status_code == 200
    page = client.get("/settings/keys/").content.decode()
    assert token not in page and f"js_{ApiKey.objects.get().pk}_…" in page
    client.post(f"/settings/keys/{ApiKey.objects.get().pk}/revoke/")
    assert reader(token)("overview").status_code == 401
    assert [e.action for e in AuditEntry.objects.order_by("pk")] == ["key_made", "key_revoked"]
