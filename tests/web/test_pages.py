"""Every page answers, in both languages, with the headers that keep it safe."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

PAGES = (
    "overview",
    "priority",
    "journey",
    "model",
    "imports",
    "account",
    "people",
    "audit",
    "api_keys",
    "write_keys",
    "links",
    "new_link",
    "link_hosts",
    "messages",
    "design",
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_answer(client_of, name: str, language: str) -> None:
    response = client_of("owner", language).get(reverse(name))
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_every_view_says_what_it_needs() -> None:
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern):  # the API asks for keys: test_api.py
            continue
        assert hasattr(pattern.callback, "needs"), f"{pattern.name}: mark it with @needs(...) or @for_everybody"
