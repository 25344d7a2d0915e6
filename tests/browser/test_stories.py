"""What people come for, from the empty directory to the published model: in a real browser, in Dutch and in English."""

import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.browser.conftest import journeyscore, running

SAID = {
    "en": {
        "empty": "Welcome. There is nobody to see yet",
        "processed": "5 of 6 rows are processed.",
        "repair": "Look and repair",
        "published": "Published.",
        "taken_back": "Taken back",
        "ledger": "Every line",
        "handled": "Handled",
    },
    "nl": {
        "empty": "Welkom. Er is nog niemand te zien",
        "processed": "5 van 6 rijen zijn verwerkt.",
        "repair": "Bekijken en herstellen",
        "published": "Gepubliceerd.",
        "taken_back": "Teruggedraaid",
        "ledger": "Elke regel",
        "handled": "Afgehandeld",
    },
}
PASSWORD = "een paardenbloem in mei"


@pytest.fixture
def visit(browser, tmp_path: Path):
    """A new employer's server and a browser in some language; problems on the way are errors."""
    data, problems = tmp_path / "data", []
    journeyscore(data, "init")
    with running(data) as url:

        def open_page(language: str):
            context = browser.new_context(locale=language, viewport={"width": 1280, "height": 900}, base_url=url)
            page = context.new_page()
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("response", lambda r: problems.append(f"{r.status} {r.url}") if r.status >= 500 else None)
            page.on("request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else problems.append(r.url))
            return page

        yield open_page, data, url
    assert not problems


def events_file(folder: Path) -> Path:
    """Two candidates as a Dutch spreadsheet would say it, and a row that cannot be."""
    yesterday = f"{date.today() - timedelta(days=1):%d-%m-%Y}"
    rows = [
        "Kandidaat;E-mail;Naam;Gebeurtenis;Datum",
        f"K-1;sanne@example.org;Sanne Bakker;form submitted;{yesterday} 10:00",
        f"K-1;sanne@example.org;Sanne Bakker;ad clicked;{yesterday} 09:00",
        f"K-1;sanne@example.org;Sanne Bakker;job alert created;{yesterday} 11:00",
        f"K-2;bram@example.org;Bram de Wit;event attended;{yesterday} 18:00",
        f"K-2;bram@example.org;Bram de Wit;ad clicked;{yesterday} 12:00",
        "K-3;eva@example.org;Eva Smit;ad clicked;32-13-2026 12:00",
    ]
    file = folder / "export.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def ranking(page) -> list[str]:
    """Names from the top down."""
    page.goto("/priority/")
    return page.locator("tbody tr th a").all_inner_texts()


def number(text: str, language: str) -> Decimal:
    """A number as the page writes it."""
    text = text.replace("−", "-").replace("+", "").strip()
    return Decimal(text.replace(".", "").replace(",", ".") if language == "nl" else text.replace(",", ""))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_from_an_empty_directory_to_a_published_model(visit, tmp_path: Path, language: str) -> None:
    open_page, data, url = visit
    said, page = SAID[language], open_page(language)
    command = [sys.executable, "-m", "journeyscore.web.login_link", str(data), url]
    page.goto(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    for field, value in {"#name": "Anna", "#email": "anna@example.org", "#password": PASSWORD}.items():
        page.fill(field, value)
    page.press("#password", "Enter")
    assert page.locator("h1").inner_text() == said["empty"]

    page.locator(".menu summary").click()
    page.locator(".menu form button").click()  # log out, and in again
    page.fill("#email", "anna@example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")

    page.goto("/import/")
    page.set_input_files("#file", events_file(tmp_path))
    page.locator("form.drop button.main").click()
    page.locator("button[name=do][value=import]").click()
    page.get_by_text(said["processed"]).wait_for(timeout=60_000)
    assert page.get_by_role("link", name=said["repair"]).is_visible()

    assert ranking(page) == ["Sanne Bakker", "Bram de Wit"]
    page.get_by_role("link", name="Sanne Bakker").click()
    if not page.locator("table.ledger").is_visible():
        page.locator("details", has=page.locator("table.ledger")).locator("summary").click()
    lines = [number(cell.inner_text(), language) for cell in page.locator("table.ledger tbody td:last-child").all()]
    total = number(page.locator("table.ledger tfoot td").inner_text(), language)
    assert len(lines) == 3 and sum(lines) == total and 50 < total <= 55  # 30 + 20 + 5, a day ago

    page.goto("/model/")
    row = page.locator("form#form_submitted input[name=points]")
    row.fill("1,5" if language == "nl" else "1.5")
    row.press("Enter")
    page.locator("section.publish").wait_for(timeout=30_000)
    assert "Sanne Bakker" in page.locator("#preview").inner_text()
    assert ranking(page)[0] == "Sanne Bakker"  # nothing has changed for anybody yet
    page.goto("/model/preview/")
    page.fill("#note", "Trying it out")
    page.locator("section.publish button.main").click()
    assert said["published"] in page.locator(".toast").inner_text()
    assert ranking(page) == ["Bram de Wit", "Sanne Bakker"]

    page.goto("/model/versions/")
    page.locator("button[name=number]").first.click()
    assert said["taken_back"] in page.locator(".toast").inner_text()
    assert ranking(page) == ["Sanne Bakker", "Bram de Wit"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_looking_after_a_candidate_with_undo(page_of, language: str) -> None:
    page = page_of(language)
    before = ranking(page)
    page.locator("tbody tr").first.locator(".row-menu summary").click()
    page.locator("tbody tr").first.get_by_role("button", name=SAID[language]["handled"]).click()
    undo = page.locator("tbody tr").first.locator(".said button")
    undo.wait_for()
    undo.click()
    undo.wait_for(state="detached")
    assert ranking(page) == before


def test_the_keyboard_alone(page_of) -> None:
    page = page_of("en")
    page.goto("/priority/")
    first = page.locator("tbody tr").first
    first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("tbody tr").nth(1)
    assert second.evaluate("row => row === document.activeElement")
    name = second.locator("th a").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/candidates/"))
    assert name in page.locator("h1").inner_text()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_the_map_as_a_picture(page_of) -> None:
    page = page_of("en")
    page.goto("/journey/")
    with page.expect_download() as got:
        page.locator("[data-png]").click()
    content = Path(got.value.path()).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") > 2000  # pixels across
    page.locator("svg a").first.click()
    page.wait_for_url(re.compile("/journey/[a-z_]+/"))


def test_without_script_every_page_still_works(browser, server) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False, base_url=server.url)
    page = context.new_page()
    page.goto("/login/")
    page.fill("#email", server.email)
    page.fill("#password", server.password)
    page.locator("button.main").click()
    for place in ("/", "/priority/", "/journey/", "/model/", "/model/preview/", "/import/", "/account/"):
        assert page.goto(place).status == 200
        assert page.locator("h1").inner_text()
    context.close()
