"""What is logged: a line an event, and nobody's data in it, wherever they were put."""

import http.client
import json
import logging
import logging.config
import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from journeyscore.actions.workspace import init
from journeyscore.web import logs
from journeyscore.web.logs import FACTS, JsonLine, TextLine
from journeyscore.web.requests import GIVEN_ID, Front
from tests.browser.conftest import free_port
from tests.live.kill_server import answers

SECRETS = ("sanne", "Jansen", "K-1-secret", "hunter2hunter2", "tok-en-secret", "0612345678")
SANNE = "sanne.Jansen@example.org"


def line_of(formatter: logging.Formatter, *given: object, logger: str = "journeyscore.x", **more: object) -> str:
    record = logging.LogRecord(logger, logging.WARNING, __file__, 1, *given, None, None)  # type: ignore[arg-type]
    for name, value in more.items():
        setattr(record, name, value)
    return formatter.format(record)


def raised() -> tuple:
    try:
        try:
            raise KeyError(SANNE)
        except KeyError as problem:
            raise ValueError(f"no {SANNE}") from problem
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("formatter", [JsonLine(), TextLine()])
def test_of_an_error_its_kinds_and_places_are_said_and_not_its_words(formatter: logging.Formatter) -> None:
    line = line_of(formatter, "it went wrong", (), exc_info=raised())
    assert "ValueError from KeyError" in line and "test_logs.py" in line and "raised" in line
    assert "sanne" not in line


def test_of_others_the_template_is_said_and_not_the_values() -> None:
    said = json.loads(line_of(JsonLine(), "Not Found: %s\nmore about sanne", (SANNE,), logger="django.request"))
    assert said["message"] == "Not Found: %s"
    assert "sanne" not in line_of(JsonLine(), ValueError(SANNE), (), logger="other")


def test_a_line_is_one_line_of_json_with_its_facts() -> None:
    line = line_of(JsonLine(), "two\nlines “of” %d", (3,), **{FACTS: {"status": 200}})
    said = json.loads(line)
    assert "\n" not in line
    assert (said["message"], said["status"], said["level"]) == ("two\nlines “of” 3", 200, "warning")
    assert datetime.fromisoformat(said["time"]).tzinfo == UTC


def test_the_lines_of_a_request_have_its_id() -> None:
    seen = []

    def page(environ: dict, start: object) -> list[bytes]:
        seen.append(json.loads(line_of(JsonLine(), "inside", ()))["request"])
        start("200 OK", [])  # type: ignore[operator]
        return []

    class Nobody:
        def knows(self, environ: dict) -> bool:
            return False

    front = Front(Nobody(), {}, page)  # type: ignore[arg-type]
    given: list[dict[str, str]] = []
    for mark in ("", "0123456789abcdef", SANNE, "x" * 16):
        front({"PATH_INFO": "/", "HTTP_X_REQUEST_ID": mark}, lambda _, headers: given.append(dict(headers)))
    assert seen == [headers["X-Request-ID"] for headers in given] and len(set(seen)) == 4
    assert seen[1] == "0123456789abcdef" and all(GIVEN_ID.fullmatch(mark) for mark in seen)
    assert "request" not in json.loads(line_of(JsonLine(), "outside", ()))


SCRIPT = """
import logging, sys, threading, warnings
from journeyscore.web.logs import set_up
set_up()
def fail(): raise ValueError("sanne Jansen")
thread = threading.Thread(target=fail); thread.start(); thread.join()
warnings.warn("sanne Jansen")
logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header: 'sanne'.")
fail()
"""


@pytest.mark.parametrize("how", ["json", "text"])
def test_threads_warnings_and_ends_are_logged_alike(how: str) -> None:
    environment = {**os.environ, logs.SETTING: how}
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment)
    assert found.returncode == 1 and not found.stdout
    assert "a thread ended" in found.stderr and "the process ends" in found.stderr
    assert "sanne" not in found.stderr
    if how == "json":
        assert {json.loads(line)["level"] for line in found.stderr.splitlines()} == {"error", "warning", "critical"}


def test_a_run_with_people_everywhere_logs_none_of_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    workspace = init(data)
    key = workspace.records.write_keys.make("crm", "server", [], None, datetime.now(UTC))[1]
    workspace.close()
    port = free_port()
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(data), "up", "--port", str(port)]
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=out)
    try:
        answers(port)
        everywhere(port, key)
        (data / "model.yaml").write_text("name: sanne Jansen\n")
        everywhere(port, key)
        (data / "events").rename(data / "gone")
        everywhere(port, key)
        (data / "inbox.sqlite3").write_bytes(b"sanne Jansen " * 500)
        everywhere(port, key)
        time.sleep(2)  # the worker meets it all, too
    finally:
        server.terminate()
        assert server.wait(10) == 0
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert not [secret for secret in (*SECRETS, key) if secret.lower() in text.lower()]
    asked = [line for line in lines if line["message"] == "answered"]
    assert {line["status"] for line in asked} >= {302, 400, 401, 403, 404}
    assert all(line["request"] and line["milliseconds"] >= 0 for line in asked)
    assert any("error" in line for line in lines)


def everywhere(port: int, key: str) -> None:
    """Ask with people's data in every place that a request has."""
    who = quote(SANNE)
    form = f"email={who}&password=hunter2hunter2&csrfmiddlewaretoken=tok-en-secret"
    call = {"userId": "K-1-secret", "event": "sanne Jansen", "traits": {"phone": "0612345678", "email": SANNE}}
    headers = {"User-Agent": SANNE, "Referer": f"http://x/?{who}", "Cookie": f"sessionid={who}", "X-Request-ID": SANNE}
    headers |= {"Accept-Language": SANNE, "X-Forwarded-For": SANNE, "Authorization": f"Bearer {SANNE}"}
    places = ("/", "/login/", f"/login/?next={who}", f"/{who}/", f"/candidates/{who}/", f"/invitation/{who}/")
    places += (f"/new-password/{who}/", f"/my-score/{who}/", f"/api/v1/candidates/{who}", f"/import/?q={who}")
    places += (f"/readyz?{who}", f"/metrics?{who}", f"/v1/projects/{who}/settings", f"/sourceConfig/?writeKey={who}")
    for place in places:
        for method, body in (("GET", None), ("POST", form), (SANNE.replace("@", ""), form)):
            ask(port, method, place, body, headers)
    for body in (json.dumps(call), json.dumps({"batch": [call, SANNE, {"type": SANNE}]}), "{" + SANNE, SANNE * 9_000):
        for mark in (f"Bearer {key}", f"Bearer {SANNE}"):
            place = "/v1/batch" if "batch" in body else "/v1/track"
            ask(port, "POST", place, body, {"Authorization": mark, "Content-Type": "application/json"})
    ask(port, "GET", "/", None, {"Host": SANNE})


def ask(port: int, method: str, place: str, body: str | None, headers: dict[str, str]) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, place, body, kind | headers)
        connection.getresponse().read()
