"""What holds for every page: accessible, in both languages and themes; light; nothing from elsewhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = (
    "/",
    "/priority/",
    "/journey/",
    "/model/",
    "/import/",
    "/account/",
    "/settings/people/",
    "/settings/keys/",
    "/settings/sources/",
)
PAGES += ("/settings/audit/", "/links/", "/links/new/", "/links/hosts/", "/design/")
SCRIPT = 100_000
"""Bytes of script on a page without charts."""


def first_candidate(page) -> str:
    page.goto("/priority/")
    return page.locator("a[href^='/candidates/']").first.get_attribute("href")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing(page_of, language: str, theme: str) -> None:
    page = page_of(language, theme=theme)
    found = {}
    for place in (*PAGES, first_candidate(page)):
        page.goto(place)
        results = Axe().run(page)
        if results.violations_count:
            found[place] = [(v["id"], v["nodes"][0]["html"][:200]) for v in results.response["violations"]]
    assert not found


def test_nothing_is_wider_than_a_phone(page_of) -> None:
    page = page_of("nl", width=390)
    for place in (*PAGES, first_candidate(page)):
        page.goto(place)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{place} is {wide} pixels wider than the screen"


def test_pages_are_light(page_of) -> None:
    page = page_of("en")
    sizes: dict[str, int] = {}

    def weigh(response) -> None:
        if response.request.resource_type == "script":
            sizes[response.url] = len(response.body())

    page.on("response", weigh)
    for place in PAGES:
        sizes.clear()
        page.goto(place, wait_until="networkidle")
        assert sum(sizes.values()) < SCRIPT, (place, sizes)


def test_each_page_has_one_title_and_one_main(page_of) -> None:
    page = page_of("nl")
    for place in (*PAGES, first_candidate(page)):
        page.goto(place)
        assert page.locator("h1").count() == 1, place
        assert page.locator("main").count() == 1, place
        assert page.locator("html").get_attribute("lang") == "nl"
