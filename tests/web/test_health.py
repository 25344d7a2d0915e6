"""What machines ask that watch: is it alive, is it ready, how does it do; and who may ask what."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from prometheus_client.parser import text_string_to_metric_families

from journeyscore.log import Lease
from journeyscore.web import health, requests
from journeyscore.web.api import keys
from journeyscore.web.health import PLACES, Health
from journeyscore.web.requests import Front, Pages
from journeyscore.web.site import Site

HERE = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}
SANNE = "sanne@example.org"


def ask(place: str, application: Callable | None = None, **environ: str) -> tuple[int, dict[str, str], bytes]:
    answer = []
    app = application or Health()
    body = b"".join(app({**HERE, "PATH_INFO": place, **environ}, lambda *given: answer.append(given)))
    return int(answer[0][0][:3]), dict(answer[0][1]), body


@contextmanager
def working(site: Site, as_what: str = "worker") -> Iterator[None]:
    with Lease(site.data_dir / "worker.lock").hold(as_what):
        yield


def wrong() -> list[str]:
    status, _, body = ask("/readyz")
    said = json.loads(body)
    assert (status == 200) == said["ready"] == all(check["ok"] for check in said["checks"])
    assert all(bool(check["message"]) != check["ok"] for check in said["checks"])
    assert str(health.workspace().path) not in body.decode()
    return [check["check"] for check in said["checks"] if not check["ok"]]


def test_it_is_alive_without_looking_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {})
    monkeypatch.setattr(health, "workspace", None)
    assert ask("/healthz", REMOTE_ADDR="192.0.2.1")[::2] == (200, b'{"alive": true}')


def test_it_is_ready_with_a_worker(site: Site, db: None) -> None:
    assert wrong() == ["worker"]
    with working(site):
        assert wrong() == []
    with working(site, "jobs"):  # a thread of the pages does one job; it lands no letters
        assert wrong() == ["worker"]
    assert wrong() == ["worker"]


def test_it_is_not_ready_with_records_of_a_newer_version(site: Site, db: None) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.create(app="records", name="9999_newer")
    with working(site):
        assert wrong() == ["records"]


def test_it_is_not_ready_without_its_log(site: Site, db: None) -> None:
    from journeyscore.web.workspace import workspace

    workspace().log._opened.__dict__.clear()
    folder = site.data_dir / "events"
    folder.rename(site.data_dir / "gone")
    try:
        with working(site):
            assert wrong() == ["event log"]
    finally:
        (site.data_dir / "gone").rename(folder)


def test_it_is_not_ready_when_letters_pile_up(site: Site, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "OVERFULL", 0)
    with working(site):
        assert wrong() == ["backlog"]


def test_who_asks_often_gets_the_same_answer(site: Site, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(health, "CHECKS", {"one": (lambda: bool(looked.append(1)) or True, "bad")})
    app = Health()
    for _ in range(5):
        assert ask("/readyz", app)[0] == 200
    assert len(looked) == 1


@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=192.0.2.1"},
        {"HTTP_HOST": "journeyscore.example.org"},
        {"HTTP_HOST": "127.0.0.1.example.org:8000"},
        {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer js_1_" + "x" * 43},
        {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Basic js_1_" + "x" * 43},
    ],
)
def test_strangers_measure_nothing(db: None, environ: dict[str, str]) -> None:
    status, headers, body = ask("/metrics", **environ)
    assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"journeyscore_" not in body


def test_a_key_of_the_api_measures_from_anywhere_until_it_is_revoked(key_of: Callable[..., str]) -> None:
    from journeyscore.web.models import ApiKey

    key = key_of([keys.Scope.MODEL])
    away = {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": f"Bearer {key}"}
    assert ask("/metrics", **away)[0] == 200
    keys.revoke(ApiKey.objects.get().pk)
    assert ask("/metrics", **away)[0] == 401


def test_the_numbers_are_those_of_the_records_and_the_log(site: Site, db: None) -> None:
    from journeyscore.records.models import IntakeCount
    from journeyscore.web.workspace import workspace

    odd = 'crm "two"\\\nof them'
    days = {"received": 9, "accepted": 4, "duplicate": 2, "no_name": 1, "too_old": 2}
    for outcome, rows in days.items():
        IntakeCount.objects.create(source=odd, day=date(2026, 11, 1), outcome=outcome, rows=rows)
    status, headers, body = ask("/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(body.decode())}
    rows = {(s.labels["source"], s.labels["outcome"]): s.value for s in families["journeyscore_intake_rows"].samples}
    known = {what: rows[odd, what] for what in ("received", "accepted", "duplicate", "refused")}
    assert known == {"received": 9, "accepted": 4, "duplicate": 2, "refused": 3}
    assert sum(n for (_, what), n in rows.items() if what == "received") == sum(
        n for (_, what), n in rows.items() if what != "received"
    )
    value = {name: family.samples[0].value for name, family in families.items() if len(family.samples) == 1}
    assert value["journeyscore_events"] == workspace().log.count() > 0
    assert value["journeyscore_inbox_letters"] == value["journeyscore_inbox_oldest_seconds"] == 0
    assert value["journeyscore_jobs_waiting"] == value["journeyscore_jobs_failed"] == 0
    assert value["process_resident_memory_bytes"] > 10_000_000
    assert {s.labels["check"]: s.value for s in families["journeyscore_ready"].samples}["worker"] == 0


@pytest.mark.parametrize("place", PLACES)
def test_they_are_for_getting(place: str, db: None) -> None:
    status, headers, _ = ask(place, REQUEST_METHOD="POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    assert ask(place, REQUEST_METHOD="HEAD")[2] == b""


class Busy:
    """Pages that are not made before they may be."""

    def __init__(self) -> None:
        self.go_on, self.inside = threading.Event(), threading.Semaphore(0)
        self.most, self.now, self._lock = 0, 0, threading.Lock()

    def __call__(self, environ: dict, start_response: Callable) -> list[bytes]:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.inside.release()
        self.go_on.wait(30)
        with self._lock:
            self.now -= 1
        start_response("200 OK", [])
        return [b"page"]


class Nobody:
    def knows(self, environ: dict) -> bool:
        return False


def test_machines_are_answered_while_pages_are_busy(db: None) -> None:
    busy = Busy()
    front = Front(Health(), {}, Pages(busy))
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask("/", front)[0])) for _ in range(requests.IN_LINE)]
    for thread in threads:
        thread.start()
    for _ in range(requests.AT_ONCE):
        busy.inside.acquire(timeout=30)
    while requests.IN_LINE - front._pages._line._value < requests.IN_LINE:  # all stand in line
        threading.Event().wait(0.01)
    assert ask("/healthz", front)[0] == 200
    status, headers, _ = ask("/", front)
    assert (status, headers["Retry-After"]) == (503, "5")
    busy.go_on.set()
    for thread in threads:
        thread.join()
    assert statuses == [200] * requests.IN_LINE and busy.most == requests.AT_ONCE
