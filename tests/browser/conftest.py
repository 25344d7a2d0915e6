"""A real server over a demo employer, and a real browser. No request may leave this machine."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HERE = "http://127.0.0.1"


@dataclass(frozen=True)
class Server:
    """A running `journeyscore up`, and how to log in."""

    url: str
    data: Path
    email: str
    password: str


def journeyscore(data: Path, *arguments: str) -> str:
    """Run the command line in a process of its own; its output."""
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(data), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, *arguments: str) -> Iterator[str]:
    """The address of a server over `data`, which answers."""
    port = free_port()
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(data), "up", "--port", str(port)]
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"{HERE}:{port}"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended at once")
        try:
            urllib.request.urlopen(f"{url}/login/").close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo employer with 400 candidates."""
    data = tmp_path_factory.mktemp("demo") / "data"
    journeyscore(data, "demo", "--no-serve", "--candidates", "400")
    return data


@pytest.fixture
def server(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over a copy of the demo employer: a test may change what it likes."""
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    made = subprocess.run(
        [sys.executable, "-m", "journeyscore.web.demo_account", str(data)], check=True, capture_output=True, text=True
    ).stdout.split()
    with running(data) as url:
        yield Server(url, data, made[3], made[5])


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium; .ci/run installs it")
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        running_browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running_browser
        running_browser.close()


@pytest.fixture
def page_of(browser, server: Server) -> Iterator[Callable[..., object]]:
    """Opens a page that is logged in: `page_of("nl", theme="dark")`. Requests elsewhere are errors."""
    contexts, problems = [], []

    def on_request(request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            problems.append(f"a request to {request.url}")

    def make(language: str = "en", width: int = 1280, theme: str = "light", login: bool = True):
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": 900}, color_scheme=theme, base_url=server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", on_request)
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("response", lambda r: problems.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        if login:
            log_in(page, server)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not problems, json.dumps(problems, indent=1)


def log_in(page, server: Server) -> None:
    """Through the form, as anybody would."""
    page.goto("/login/")
    page.fill("#email", server.email)
    page.fill("#password", server.password)
    page.press("#password", "Enter")
    page.wait_for_url(f"{server.url}/")
