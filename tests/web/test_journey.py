"""The journey map, a card of it, and the drawing as a file."""

import re
from xml.etree import ElementTree

import pytest

from journeyscore.web import kept
from journeyscore.web.models import AuditEntry
from journeyscore.web.reports import JOURNEYS, STANDING, flow


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("period", list(JOURNEYS))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_card_leads_to_its_page_with_the_same_number_of_people(client_of, language: str, period: str) -> None:
    client = client_of("marketer", language)
    page = words(client.get(f"/journey/?period={period}"))
    whole = flow(period, kept.model())[1]
    cards = dict(zip([t.name for t in kept.model().touchpoints], whole.touchpoints, strict=True))
    for name, reach in list(cards.items())[::5]:
        assert f'href="/journey/{name}/?period={period}"' in page
        card = words(client.get(f"/journey/{name}/?period={period}"))
        group = "." if language == "nl" else ","
        assert f'<div class="figure">{f"{reach.people:,}".replace(",", group)}</div>' in card


def test_the_list_has_exactly_the_people_of_a_card(client_of) -> None:
    from journeyscore.sql.journey import had

    whole = flow("all", kept.model())[1]
    for place, reach in enumerate(whole.touchpoints):
        assert STANDING.get().frame.filter(had(place)).height == reach.people
    page = words(client_of("recruiter").get("/priority/?touchpoint=form_submitted&all=1"))
    place = [t.name for t in kept.model().touchpoints].index("form_submitted")
    assert f"of {whole.touchpoints[place].people}" in re.sub(r"<[^>]+>|\s+", " ", page).replace("  ", " ")


def test_points_are_changed_from_a_card(client_of) -> None:
    marketer, viewer = client_of("marketer"), client_of("viewer")
    assert 'name="points" class="short" inputmode="decimal" value="30"' in words(
        marketer.get("/journey/form_submitted/")
    )
    assert 'name="points"' not in words(viewer.get("/journey/form_submitted/"))


def test_a_viewer_sees_no_names(client_of) -> None:
    page = words(client_of("viewer").get("/journey/form_submitted/"))
    assert "Candidate " in page and "@" not in re.sub(r'"who">.*?<br>', "", page)


def test_nonsense_is_not_found_or_left_out(client_of) -> None:
    client = client_of("viewer")
    assert client.get("/journey/nothing/").status_code == 404
    for query in ("period=x", "candidate=x", "candidate=%00", "period=%F0"):
        assert client.get(f"/journey/?{query}").status_code == 200


def test_the_drawing_as_a_file(client_of) -> None:
    answer = client_of("viewer").get("/journey/map.svg")
    root = ElementTree.fromstring(answer.content)
    assert root.tag.endswith("svg") and float(root.attrib["width"]) > 1000
    assert not re.search(rb"<script|<a |https?://(?!www\.w3\.org)", answer.content)
    assert AuditEntry.objects.get().action == "export"
