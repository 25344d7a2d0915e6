"""Write the pictures of docs/gallery.md anew: `make gallery`. Each page over the demo employer, as a reader sees it."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import BROWSERS, journeyscore, running

TARGET = Path(__file__).parent.parent / "docs" / "gallery"
PAGES = {
    "overview": "/",
    "priority": "/priority/",
    "candidate": "",
    "journey": "/journey/",
    "model": "/model/",
    "import": "/import/",
}
SIGHTS = (("wide", "nl", 1280, "light"), ("phone", "nl", 390, "light"), ("dark", "en", 1280, "dark"))
"""Name, language, width, theme."""


def pages(page: Page) -> dict[str, str]:
    """The addresses: the candidate is the first of the list."""
    page.goto("/priority/")
    first = page.locator("tbody a[href^='/candidates/']").first.get_attribute("href")
    return PAGES | {"candidate": first or ""}


def take(browser: Browser, url: str, login: list[str]) -> None:
    """All pictures of a running server."""
    for sight, language, width, theme in SIGHTS:
        look = {"width": width, "height": 844 if width < 500 else 860}
        context = browser.new_context(base_url=url, locale=language, viewport=look, color_scheme=theme)
        page = context.new_page()
        page.goto("/login/")
        page.fill("#email", login[3])
        page.fill("#password", login[5])
        page.press("#password", "Enter")
        page.wait_for_url(f"{url}/")
        for name, place in pages(page).items():
            page.goto(place, wait_until="networkidle")
            page.screenshot(path=TARGET / f"{name}-{sight}.png")
        context.close()


def main() -> None:
    """A demo employer, a server over it, and its pictures."""
    TARGET.mkdir(exist_ok=True)
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        journeyscore(data, "demo", "--no-serve")
        command = [sys.executable, "-m", "journeyscore.web.demo_account", str(data)]
        login = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        with running(data) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            take(browser, url, login)
            browser.close()


if __name__ == "__main__":
    main()
