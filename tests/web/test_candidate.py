"""The candidate's page: what it says is what the reports say, to whom it may be said."""

import re

import pytest
from django.core import signing

from journeyscore.web.access import ALLOWED, Can, Role


@pytest.fixture
def somebody(site):
    """A candidate in the middle of the ranking, and the explanation of the score."""
    from journeyscore.reports.explain import explain
    from journeyscore.web.kept import model, snapshot
    from journeyscore.web.reports import STANDING
    from journeyscore.web.workspace import today

    frame = STANDING.get().frame
    return explain(snapshot(), model(), frame.item(frame.height // 3, "candidate"), today())


def page_of(client, found) -> str:
    response = client.get(f"/candidates/{found.candidate}/")
    assert response.status_code == 200
    return response.content.decode()


def ledger(page: str) -> list[int]:
    """The last column of the ledger in millipoints, the sum at the end."""
    table = re.search(r'<table class="ledger">.*?</table>', page, re.DOTALL).group()
    numbers = re.findall(r'<td class="number[^"]*">([+−]?[\d,]+\.\d{3})</td>', table)
    return [round(float(n.replace(",", "").replace("−", "-")) * 1000) for n in numbers]


def test_the_lines_add_up_to_the_score(client_of, somebody) -> None:
    *lines, total = ledger(page_of(client_of("recruiter"), somebody))
    assert lines == [line.millipoints for line in somebody.lines]
    assert total == sum(lines) == somebody.millipoints


def test_names_are_for_those_who_may_see_people(client_of, somebody) -> None:
    from journeyscore.web.workspace import workspace

    key = workspace().records.keys([somebody.candidate])[somebody.candidate]
    for role in Role:
        assert (key in page_of(client_of(role.value), somebody)) == (Can.SEE_PEOPLE in ALLOWED[role])


def test_a_stranger_is_asked_to_log_in(client_of, somebody) -> None:
    response = client_of(None).get(f"/candidates/{somebody.candidate}/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("wrong", ["nobody", "c00000000000", "%00", "v" * 300])
def test_who_is_not_there_gives_a_page_that_says_so(client_of, site, wrong: str) -> None:
    response = client_of("owner").get(f"/candidates/{wrong}/")
    assert response.status_code == 404


def test_my_score_needs_the_link_only(client_of, somebody) -> None:
    made = client_of("recruiter").post(f"/candidates/{somebody.candidate}/link/").content.decode()
    link = re.search(r"http://testserver(/my-score/[^<\s]+)", made).group(1)
    response = client_of(None).get(link)
    page = response.content.decode()
    assert response.status_code == 200
    assert ledger(page)[-1] == somebody.millipoints
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "/priority/" not in page


def test_a_link_that_was_tampered_with_or_is_old_says_nothing(client_of, somebody) -> None:
    for token in ("x", signing.dumps(somebody.candidate, salt="another"), signing.dumps(somebody.candidate)):
        response = client_of(None).get(f"/my-score/{token}/")
        assert response.status_code == 404
        assert str(somebody.candidate) not in response.content.decode()


def test_erasing_needs_the_key_typed_and_the_right(client_of, somebody) -> None:
    place = f"/candidates/{somebody.candidate}/erase/"
    assert client_of("marketer").get(place).status_code == 403
    refused = client_of("privacy").post(place, {"key": "somebody else"})
    assert refused.status_code == 200
    assert 'aria-invalid="true"' in refused.content.decode()
    assert page_of(client_of("owner"), somebody)


def test_in_dutch(client_of, somebody) -> None:
    page = page_of(client_of("owner", "nl"), somebody)
    assert "Elke regel van de score" in page
    assert "Every line" not in page
