"""The JSON API: the command line's answers, the pages' numbers, and no input that breaks it."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyscore.actions.publish import versions
from journeyscore.cli.main import run
from journeyscore.domain.errors import AmbiguousError, StorageError
from journeyscore.records.models import Person
from journeyscore.web.api import past, problems
from journeyscore.web.api.answers import api
from journeyscore.web.api.keys import Scope
from journeyscore.web.reports import COVERAGE, JOURNEYS, STANDING
from journeyscore.web.workspace import today, workspace
from tests.web.asking import OPERATIONS, reader


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


def test_a_merged_candidate_is_called_as_asked(key_of, cli, db) -> None:
    (one, _), (other, key) = [
        (workspace().records.candidate(row["candidate"]), row["candidate"]) for row in cli("score", "--top", "2")
    ]
    workspace().records.links.merge(one, other, datetime.now(UTC))
    found = reader(key_of())(f"candidates/{key}").json()
    assert found == cli("explain", key)
    assert found["candidate"] == key
    by_pseudonym = reader(key_of([Scope.SCORES]))(f"candidates/{other}").json()
    assert by_pseudonym == found | {"candidate": one}


def test_a_key_may_hold_anything(key_of, cli) -> None:
    row = cli("score", "--top", "1")[0]
    key = "a/b ?c&d=é%2F#"
    Person.objects.filter(key=row["candidate"]).update(key=key)
    assert reader(key_of())(f"candidates/{quote(key, safe='')}").json() == cli("explain", key)


@pytest.mark.parametrize("question", ["touchpoints", "overview", "journey"])
def test_other_reports_are_the_command_lines(key_of, cli, question: str) -> None:
    assert reader(key_of())(question).json() == cli(question)


def test_touchpoints_of_a_day_are_the_command_lines(key_of, cli) -> None:
    day = str(today() - timedelta(days=45))
    assert reader(key_of())("touchpoints", as_of=day).json() == cli("touchpoints", "--as-of", day)


def test_the_journey_of_a_period_is_the_command_lines(key_of, cli) -> None:
    assert reader(key_of())("journey", days="90").json() == cli("journey", "--days", "90")


def test_the_model_is_the_file(key_of, cli, site) -> None:
    found = reader(key_of())("model").json()
    assert found["text"] == (site.data_dir / "model.yaml").read_text("utf-8")
    assert found["fingerprint"] == cli("model", "check")["fingerprint"]
    assert found == cli("model", "show")
    text = reader(key_of())("model.yaml")
    assert (text.content.decode(), text.headers["Content-Type"]) == (found["text"], "application/yaml; charset=utf-8")


def test_versions_are_the_command_lines(key_of, cli, db) -> None:
    assert reader(key_of())("model/versions").json() == cli("model", "versions") == []
    for note in ("first", "tweede"):
        versions(workspace()).add("model: 1", "f", None, note, datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    found = reader(key_of())("model/versions").json()
    assert found == cli("model", "versions")
    assert [(v["note"], v["published_at"]) for v in found] == [
        ("tweede", "2026-11-02T09:30:00Z"),
        ("first", "2026-11-02T09:30:00Z"),
    ]


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


def test_every_operation_is_documented(site) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert {p.removeprefix("/api/v1/") for p in document["paths"]} == {
        place.replace("/x", "/{candidate}") for place in OPERATIONS
    }
    for operations in document["paths"].values():
        assert operations["get"]["summary"] and operations["get"]["security"]


def test_what_is_kept_is_not_made_again(key_of, monkeypatch) -> None:
    get = reader(key_of())
    for report in (STANDING, COVERAGE, *JOURNEYS.values()):
        report.get()

    def never(*_: object) -> None:
        raise AssertionError("the log is read again")

    monkeypatch.setattr("journeyscore.engines.duck.DuckEngine.run", never)
    for place in ("scores?limit=1000", "touchpoints", "overview", "journey?days=30"):
        assert get(place).status_code == 200, place
    assert any(row["reasons"] for row in get("scores").json())


def test_another_day_is_made_once_and_never_keeps_anybody_waiting_for_long(site, monkeypatch) -> None:
    made, go_on = [], threading.Event()

    def slow(_snapshot: object, _model: object, day: object) -> pl.DataFrame:
        made.append(day)
        go_on.wait(30)
        return pl.DataFrame({"day": [day]})

    day = today() - timedelta(days=3)
    monkeypatch.setattr(past, "PATIENCE", 0.01)
    for _ in range(3):
        with pytest.raises(past.BusyError):
            past.on(day, slow)
    go_on.set()
    monkeypatch.setattr(past, "PATIENCE", 30)
    assert past.on(day, slow).item() == day
    assert made == [day]


def test_what_failed_once_is_tried_again(site) -> None:
    tries = []

    def fails_first(*_: object) -> pl.DataFrame:
        tries.append(1)
        if len(tries) == 1:
            raise StorageError("not now")
        return pl.DataFrame()

    with pytest.raises(StorageError):
        past.on(today(), fails_first)
    assert past.on(today(), fails_first).is_empty()


@pytest.mark.parametrize("place", ["scores", "touchpoints", "overview", "journey"])
def test_a_report_of_another_model_is_not_given(key_of, monkeypatch, place: str) -> None:
    get = reader(key_of())
    for report in (STANDING, COVERAGE, JOURNEYS["all"]):
        old = report.get()
        other = replace(old, state=replace(old.state, model=(1, 1)), fresh=False)
        monkeypatch.setattr(report, "get", lambda other=other: other)
    answer = get(place)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "5"


def test_a_broken_model_is_not_the_askers_fault_and_is_not_shown(key_of, site) -> None:
    get, file = reader(key_of([Scope.SCORES])), site.data_dir / "model.yaml"
    text = file.read_bytes()
    try:
        file.write_text("secret_name: 7\n")
        for place in ("scores", "touchpoints", "overview", "journey"):
            answer = get(place)
            assert (answer.status_code, answer.json()["code"]) == (503, "no_model")
            assert b"secret_name" not in answer.content
    finally:
        file.write_bytes(text)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(AmbiguousError("two: K-1, K-2"), 409, "ambiguous"), (StorageError("/somewhere: full"), 503, "storage")],
)
def test_errors_of_ours_name_nobody_and_no_place(error: Exception, status: int, code: str) -> None:
    answer = problems.of_ours(RequestFactory().get("/api/v1/scores"), error)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (status, code)
    assert b"K-1" not in answer.content and b"somewhere" not in answer.content


def is_an_error(answer: Any, status: int, code: str) -> bool:
    body = answer.json()
    return (
        (answer.status_code, body["status"], body["code"]) == (status, status, code)
        and answer.headers["Content-Type"] == "application/problem+json"
        and set(body) - {"errors"} == {"title", "status", "code", "detail"}
    )


PLACES = ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/scores", "/api/v1/scores/"]


@pytest.mark.parametrize("place", PLACES)
def test_addresses_that_are_none(site, place: str) -> None:
    assert is_an_error(Client().get(place), 404, "no_such_address")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options", "trace"])
def test_other_methods(key_of, method: str) -> None:
    for place in (*OPERATIONS, "openapi.json"):
        answer = getattr(Client(), method)(f"/api/v1/{place}", headers={"Authorization": f"Bearer {key_of()}"})
        assert is_an_error(answer, 405, "method")
        assert answer.headers["Allow"] == "GET"


def test_another_hosts_name_is_refused_in_json_and_pages_as_before(site) -> None:
    assert is_an_error(Client().get("/api/v1/scores", headers={"host": "evil.example"}), 400, "bad_request")
    assert "html" in Client().get("/login/", headers={"host": "evil.example"}).headers["Content-Type"]


def test_a_defect_is_said_in_json_wherever_it_happens(key_of, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Jan Jansen")

    with monkeypatch.context() as patched:
        patched.setattr(STANDING, "get", broken)
        answer = reader(key_of())("overview")
        assert is_an_error(answer, 500, "defect") and b"Jansen" not in answer.content
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", broken)
    answer = reader("")("overview")
    assert is_an_error(answer, 500, "defect") and b"Jansen" not in answer.content
    assert "html" in Client(raise_request_exception=False).get("/login/").headers["Content-Type"]


@pytest.mark.parametrize("place", [*OPERATIONS, "openapi.json", "nothing", "scores?limit=0"])
def test_it_speaks_english_and_is_kept_in_no_cache(key_of, place: str) -> None:
    dutch = reader(key_of(), **{"Accept-Language": "nl"})(place)
    assert dutch.content == reader(key_of(), **{"Accept-Language": "en"})(place).content
    assert dutch.headers["Content-Language"] == "en"
    assert dutch.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in dutch.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("scores?limit=0", "limit"),
        ("scores?limit=1001", "limit"),
        ("scores?offset=-1", "offset"),
        ("scores?band=nope", "band"),
        ("scores?as_of=0", "as_of"),
        ("scores?as_of=1763856000", "as_of"),
        ("scores?as_of=2026-11-20T00:00:00", "as_of"),
        ("scores?as_of=2026-02-30", "as_of"),
        ("scores?as_of=9999-12-31", "as_of"),
        ("candidates/x?as_of=yesterday", "as_of"),
        ("touchpoints?as_of=9999-12-31", "as_of"),
        ("journey?days=7", "days"),
    ],
)
def test_a_wrong_parameter_is_named(key_of, place: str, field: str) -> None:
    answer = reader(key_of())(place)
    assert is_an_error(answer, 422, "not_valid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


NONSENSE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1e9", "NaN", "9" * 40, "2026-02-30", "9999-12-31", "0001-01-01", "' OR 1=1 --", "\0", "../.."]
    ),
)


def sent(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """What might be sent for a parameter of the OpenAPI document: some of it right, much of it not."""
    kinds = [kind for one in (schema, *schema.get("anyOf", ())) for kind in (one.get("type"), one.get("format"))]
    near = {
        "integer": st.integers(schema.get("minimum", 0) - 2, schema.get("maximum", 0) + 2).map(str),
        "date": st.dates().map(str),
        "string": st.sampled_from(schema.get("enum", ["engaged", "unknown"])),
    }
    return st.one_of(NONSENSE, *(near[kind] for kind in kinds if kind in near))


def question(place: str, operation: dict[str, Any]) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """An address and its query, from an operation of the document and with parameters that it does not have."""
    parameters = operation["parameters"]
    query = st.fixed_dictionaries({}, optional={p["name"]: sent(p["schema"]) for p in parameters if p["in"] == "query"})
    filled = NONSENSE.map(lambda text: place.replace("{candidate}", quote(text, safe="")))
    return st.tuples(filled, st.builds(dict, query) | st.dictionaries(NONSENSE, NONSENSE, max_size=3))


DOCUMENT = json.loads(json.dumps(api.get_openapi_schema()))
QUESTIONS = [question(place, operations["get"]) for place, operations in DOCUMENT["paths"].items()]


def test_the_document_describes_every_parameter_that_is_tried() -> None:
    named = {p["name"] for operations in DOCUMENT["paths"].values() for p in operations["get"]["parameters"]}
    assert named == {"limit", "offset", "band", "as_of", "days", "candidate"}
    assert all("default" in operations["get"]["responses"] for operations in DOCUMENT["paths"].values())


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.one_of(QUESTIONS), right=st.booleans())
def test_nothing_that_is_sent_breaks_it(both: tuple[Any, Any], asked: tuple[str, dict[str, str]], right: bool) -> None:
    place, query = asked
    answer = both[right](place.removeprefix("/api/v1/"), **query)
    assert answer.status_code in ((200, 404, 422) if right else (401, 404)), answer.content
    kind = answer.headers["Content-Type"]
    if place.endswith("model.yaml") and answer.status_code == 200:
        assert kind.startswith("application/yaml")
    else:
        assert "json" in kind
        json.loads(answer.content)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=NONSENSE, token=NONSENSE, method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]))
def test_no_address_no_key_and_no_method_breaks_it(db, place: str, token: str, method: str) -> None:
    client, header = Client(raise_request_exception=False), {"Authorization": f"Bearer {quote(token)}"}
    answer = client.generic(method, f"/api/{quote(place)}", headers=header)
    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture
def both(key_of) -> tuple[Any, Any]:
    """Without a key that works, and with one that may everything."""
    return reader("js_1_" + "x" * 43), reader(key_of())
