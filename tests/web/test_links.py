"""The pages of tracked links: building with the linter, one link, its QR code, the hosts, personal links."""

import csv
import io
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

TARGET = "https://werkenbij.example/vacature/12"
SAID = {"target": TARGET, "source": "linkedin", "medium": "social", "campaign": "zomer", "content": "", "vacancy": "v1"}


@pytest.fixture
def kept(db: None):
    from journeyscore.web.workspace import workspace

    kept = workspace().records.tracked_links
    kept.allow("werkenbij.example", below=False, parameter="gh_src")
    return kept


def test_the_builder_makes_a_link_that_its_page_shows(client_of, kept) -> None:
    client = client_of("marketer")
    answer = client.post("/links/new/", SAID, follow=True)
    (link,) = kept.newest_first()
    assert answer.redirect_chain == [(f"/links/{link.code}/", 302)]
    text = answer.content.decode()
    assert f"http://testserver/r/{link.code}" in text
    assert f"{TARGET}?utm_source=linkedin&amp;utm_medium=social&amp;utm_campaign=zomer&amp;gh_src=linkedin" in text
    assert (link.vacancy, link.source) == ("v1", "linkedin")
    assert link.code in client.get("/links/").content.decode()


@pytest.mark.parametrize("target", ["javascript:alert(1)", "//evil", "https://evil.example", TARGET + " ", ""])
def test_a_bad_target_is_told_and_what_was_typed_stays(client_of, kept, target: str) -> None:
    answer = client_of("marketer").post("/links/new/", SAID | {"target": target})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert 'value="zomer"' in answer.content.decode()
    assert kept.newest_first() == []


def test_findings_while_typing_and_taking_them_over(client_of, kept) -> None:
    client, typed = (
        client_of("marketer"),
        SAID | {"source": "FB", "medium": "nieuwsbrief", "target": f"{TARGET}?gclid=1"},
    )
    found = client.post("/links/check/", typed).content.decode()
    assert "<code>facebook</code>" in found and "<code>email</code>" in found and "<strong>e-mail</strong>" in found
    mended = client.post("/links/new/", typed | {"do": "mend"}).content.decode()
    assert 'value="facebook"' in mended and 'value="email"' in mended and f'value="{TARGET}"' in mended
    assert kept.newest_first() == []


def test_an_ended_link_says_so(client_of, kept) -> None:
    client = client_of("owner")
    client.post("/links/new/", SAID)
    code = kept.newest_first()[0].code
    answer = client.post(f"/links/{code}/end/", follow=True)
    assert "leads nowhere any more" in answer.content.decode()
    assert kept.get(code).ended_at is not None


def test_qr_codes_have_their_white_and_are_large_enough_to_print(client_of, kept) -> None:
    client = client_of("marketer")
    client.post("/links/new/", SAID)
    code = kept.newest_first()[0].code
    svg = client.get(f"/links/{code}/qr.svg")
    root = ElementTree.fromstring(svg.content)
    assert root.attrib["width"] == root.attrib["height"] and root.attrib["width"].endswith("mm")
    assert svg.headers["Content-Disposition"] == f'attachment; filename="qr-{code}.svg"'
    png = client.get(f"/links/{code}/qr.png").content
    assert png.startswith(b"\x89PNG") and int.from_bytes(png[16:20], "big") >= 1200
    assert client.get("/links/unknown/qr.png").status_code == 404


def test_owners_edit_the_list_of_hosts(client_of, kept) -> None:
    client = client_of("owner")
    assert client.post("/links/hosts/", {"name": "https://a.nl"}).status_code == 422
    client.post("/links/hosts/", {"name": "ATS.example", "below": "1", "parameter": "source"})
    assert [(h.name, h.below, h.parameter) for h in kept.hosts()] == [
        ("ats.example", True, "source"),
        ("werkenbij.example", False, "gh_src"),
    ]
    client.post("/links/hosts/", {"remove": "ats.example"})
    assert [h.name for h in kept.hosts()] == ["werkenbij.example"]


def test_personal_links_are_each_candidates_own(client_of, kept) -> None:
    from datetime import UTC, datetime

    from journeyscore.intake.link_tokens import clicked_by
    from journeyscore.web.workspace import workspace

    client = client_of("marketer")
    client.post("/links/new/", SAID)
    code = kept.newest_first()[0].code
    answer = client.post(f"/links/{code}/mail.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    records = workspace().records
    merged = set(records.identity().get_column("person"))
    wanted = {p for p, _key, email, *_ in records.people.frame().iter_rows() if email and p not in merged}
    tokens = [parse_qs(urlsplit(row["link"]).query)["t"][0] for row in rows]
    found = [clicked_by(workspace().key, code, token, datetime.now(UTC)) for token in tokens]
    assert set(found) == wanted and len(found) == len(wanted) > 0
    assert [records.keys([str(one)])[str(one)] for one in found] == [row["key"] for row in rows]
    assert client.get(f"/links/{code}/mail.csv").status_code == 405


def test_without_a_host_the_list_says_what_to_do_first(client_of) -> None:
    assert "Name the first host" in client_of("owner").get("/links/").content.decode()
    assert "An owner can do that" in client_of("marketer").get("/links/").content.decode()
