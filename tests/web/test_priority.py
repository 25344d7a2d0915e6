"""The priority list: order, filters, search, views and files, for every role, in both languages."""

import csv
import io
import re

import openpyxl
import pytest
from django.http import QueryDict

from journeyscore.records.care import Cared


@pytest.fixture
def ranking(site):
    from journeyscore.web.reports import STANDING

    return STANDING.get().frame


def page(client, query: str = "") -> str:
    response = client.get(f"/priority/{query}")
    assert response.status_code == 200, query
    return response.content.decode()


def shown(html: str) -> list[str]:
    """The pseudonyms of the rows, in order."""
    return re.findall(r'<tr id="row-([\w-]+)"', html)


def narrow(frame, query: str, reader: int = 0):
    from journeyscore.web.kept import model
    from journeyscore.web.views.priority import narrowed

    return narrowed(frame, model(), QueryDict(query), reader)


def test_the_first_page_is_the_top_of_the_ranking_without_the_hired(client_of, ranking) -> None:
    expected = ranking.filter(ranking["stage"].ne_missing("hired"))["candidate"].to_list()
    html = page(client_of("marketer"))
    assert shown(html) == expected[:50]
    assert shown(page(client_of("recruiter"), "?page=2")) == expected[50:100]
    assert f"{len(expected)} of {ranking.height} candidates" in html


def test_every_row_has_its_score_beside_its_last_contact(client_of, ranking) -> None:
    html = page(client_of("marketer"), "?all=1")
    rows = re.findall(r'<td class="score">(.*?)</td>', html, re.DOTALL)
    assert len(rows) == 50
    assert all("<time" in row for row in rows)
    top = str(int(ranking["millipoints"][0] / 1000 + 0.5))
    assert f">{top}<" in rows[0]


@pytest.mark.parametrize("column", ["band", "stage"])
def test_a_filter_shows_exactly_those(client_of, ranking, column) -> None:
    client = client_of("owner")
    for value in ranking[column].drop_nulls().unique():
        expected = ranking.filter(ranking[column] == value)["candidate"].to_list()
        assert shown(page(client, f"?all=1&{column}={value}")) == expected[:50]


def test_moved_is_up_down_or_new(db, ranking) -> None:
    from journeyscore.web.bands import bands
    from journeyscore.web.kept import model

    order = [b.name for b in reversed(bands(model()))]
    ups = [
        r["candidate"]
        for r in ranking.iter_rows(named=True)
        if r["band_week_ago"] and order.index(r["band"]) > order.index(r["band_week_ago"])
    ]
    downs = [
        r["candidate"]
        for r in ranking.iter_rows(named=True)
        if r["band_week_ago"] and order.index(r["band"]) < order.index(r["band_week_ago"])
    ]
    assert ups or downs
    assert narrow(ranking, "moved=up&all=1")["candidate"].to_list() == ups
    assert narrow(ranking, "moved=down&all=1")["candidate"].to_list() == downs
    new = ranking.filter(ranking["band_week_ago"].is_null())["candidate"].to_list()
    assert narrow(ranking, "moved=new&all=1")["candidate"].to_list() == new


def test_other_orders(db, ranking) -> None:
    recent = narrow(ranking, "all=1&sort=recent")["last_event_at"].to_list()
    assert recent == sorted(ranking["last_event_at"], reverse=True)
    change = narrow(ranking, "all=1&sort=change")["change"].drop_nulls().to_list()
    assert change == sorted(change, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=99999999999999999999",
        "page=x",
        "page=²",
        "band=nope",
        "stage=%00",
        "owner=x",
        "owner=%E2%82%82",
        "sort=;DROP",
        "moved=sideways",
        "q=%25",
        "q=%00",
        "q=" + "a" * 3000,
        "touchpoint='",
        "q=%ED%A0%80",
        "all=%F0%9F",
    ],
)
def test_nonsense_in_the_address_is_no_error(client_of, query) -> None:
    page(client_of("owner"), f"?{query}")


def test_nonsense_narrows_nothing(db, ranking) -> None:
    query = "all=1&band=nope&stage=nope&touchpoint=nope&moved=nope&sort=nope"
    assert narrow(ranking, query)["candidate"].to_list() == ranking["candidate"].to_list()


def test_who_was_handled_rests_until_a_new_contact(db, ranking) -> None:
    from datetime import timedelta

    from journeyscore.web.workspace import today, workspace

    waiting = narrow(ranking, "")
    done, stirred, resting, awake = waiting["candidate"][:4].to_list()
    last = dict(ranking.select("candidate", "last_event_at").iter_rows())
    room = workspace().records.care
    room.put(Cared(done, handled_at=last[done], handled_by=1))
    room.put(Cared(stirred, handled_at=last[stirred] - timedelta(seconds=1), handled_by=1))
    room.put(Cared(resting, snoozed_until=today() + timedelta(days=1)))
    room.put(Cared(awake, snoozed_until=today()))
    left = narrow(ranking, "")["candidate"].to_list()
    assert left == [c for c in waiting["candidate"] if c not in (done, resting)]
    assert narrow(ranking, "all=1").height == ranking.height


def test_by_owner(client_of, account, ranking) -> None:
    from journeyscore.web.workspace import workspace

    colleague, client = account("recruiter"), client_of("owner")
    from journeyscore.web.models import Account

    me = Account.objects.get(role="owner", email="owner@example.org")
    first, second = ranking["candidate"][0], ranking["candidate"][1]
    workspace().records.care.put(Cared(first, owner=me.pk))
    workspace().records.care.put(Cared(second, owner=colleague.pk))
    assert shown(page(client, "?all=1&owner=me")) == [first]
    assert shown(page(client, f"?all=1&owner={colleague.pk}")) == [second]
    nobodys = narrow(ranking, "all=1&owner=nobody")["candidate"].to_list()
    assert nobodys == ranking["candidate"][2:].to_list()
    assert shown(page(client, "?owner=999999")) == []


def test_search_by_name_key_and_address(client_of, ranking) -> None:
    from journeyscore.records import models

    candidate = ranking["candidate"][5]
    models.Person.objects.filter(pk=candidate).update(name="Zoë Wxyz'); DROP--", email="wxyz.q@example.org")
    key = models.Person.objects.get(pk=candidate).key
    client = client_of("owner")
    for text in ("Wxyz", "wXYZ'); drop", "wxyz.q@", key):
        assert candidate in shown(page(client, "?all=1&q=" + text.replace(";", "%3B").replace("'", "%27")))
    assert "Nobody fits these filters" in page(client, "?q=nobody-has-this-name")


def test_too_many_found_is_said(client_of, monkeypatch) -> None:
    monkeypatch.setattr("journeyscore.web.views.priority.MOST_FOUND", 3)
    assert "More than 3 people fit" in page(client_of("owner"), "?q=e&all=1")
    assert "Er passen meer dan 3 mensen" in page(client_of("recruiter", "nl"), "?q=e&all=1")


def test_a_viewer_sees_no_names_does_nothing_and_takes_nothing_along(client_of, ranking) -> None:
    from journeyscore.records import models

    client, html = client_of("viewer"), ""
    html = page(client, "?all=1")
    people = models.Person.objects.filter(pk__in=ranking["candidate"][:50].to_list())
    assert not any(p.key in html or (p.name and p.name in html) for p in people)
    assert f"Candidate {ranking['candidate'][0][-4:]}" in html
    assert "/care/" not in html
    assert "export" not in html
    assert client.get("/priority/export.csv").status_code == 403
    assert shown(page(client, "?all=1&q=e")) == shown(html)


def test_a_stranger_is_asked_to_log_in(client_of) -> None:
    for place in ("/priority/", "/priority/export.csv", "/priority/export.xlsx", "/priority/views/"):
        assert client_of(None).get(place).headers["Location"].startswith("/login/")


def test_dutch(client_of) -> None:
    html = page(client_of("marketer", "nl"))
    for text in ("Spreek eerst met deze mensen", "Laatste", "Begeleid door", "ook aangenomen, later en afgehandeld"):
        assert text.lower() in html.lower()


def test_hostile_names_are_text(client_of, ranking) -> None:
    from journeyscore.records import models

    models.Person.objects.filter(pk=ranking["candidate"][0]).update(name="<img src=x onerror=alert(1)>")
    html = page(client_of("owner"), "?all=1")
    assert "<img" not in html
    assert "&lt;img src=x" in html


# Views


def test_a_view_is_saved_shared_and_removed(client_of) -> None:
    from journeyscore.web.models import SavedView

    mine, other = client_of("owner"), client_of("recruiter", "nl")
    mine.post("/priority/views/", {"name": " Hot  leads ", "query": "band=engaged&page=3&evil=1&sort=recent"})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.shared) == ("Hot leads", "band=engaged&sort=recent", False)
    assert "Hot leads" in page(mine)
    assert "Hot leads" not in page(other)
    mine.post("/priority/views/", {"share": view.pk})
    assert "Hot leads" in page(other)
    other.post("/priority/views/", {"remove": view.pk})
    other.post("/priority/views/", {"share": view.pk})
    assert SavedView.objects.get().shared
    mine.post("/priority/views/", {"remove": view.pk})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "form",
    [{}, {"name": "  "}, {"name": "x", "query": "q=" + "a" * 1500}, {"remove": "\u00b2"}, {"share": "9" * 30}],
)
def test_a_view_that_cannot_be_kept(client_of, form) -> None:
    from journeyscore.web.models import SavedView

    response = client_of("owner").post("/priority/views/", form)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/priority/")
    assert not SavedView.objects.exists()


# Files


def rows_of_csv(client, query: str = "", delimiter: str = ",") -> list[list[str]]:
    response = client.get(f"/priority/export.csv{query}")
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def test_the_csv_has_the_rows_of_the_list(client_of, ranking) -> None:
    from journeyscore.web.models import AuditEntry

    rows = rows_of_csv(client_of("marketer"), "?all=1")
    assert [row[1] for row in rows[1:]] == ranking["candidate"].to_list()
    assert [row[0] for row in rows[1:3]] == ["1", "2"]
    assert [round(float(row[5]) * 1000) for row in rows[1:]] == ranking["millipoints"].to_list()
    entry = AuditEntry.objects.get(action="export")
    assert entry.details == {"rows": ranking.height, "kind": "csv", "filters": ["all"]}


def test_the_dutch_csv_opens_in_a_dutch_excel(client_of, ranking) -> None:
    rows = rows_of_csv(client_of("marketer", "nl"), "?all=1", ";")
    assert rows[0][0] == "Plaats"
    assert [round(float(r[5].replace(",", ".")) * 1000) for r in rows[1:]] == ranking["millipoints"].to_list()
    assert not any("." in row[5] for row in rows)


HOSTILE = [
    "=1+1",
    "+31 6",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    "  =1+1",
    "\x00=1",
    "x;=1+1",
    "x,@y",
    "a\tb\t=2",
    "\uff1d1+1",
    "{=1+1}",
    "http://x.example",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_begins_a_formula_whatever_the_separator(name) -> None:
    from journeyscore.web.exports import harmless

    for cell in re.split("[,;\t\r\n]", harmless(name)):
        assert not cell.strip().startswith(("=", "+", "-", "@", "\uff1d"))


def test_names_that_need_no_change_stay_as_they_are() -> None:
    from journeyscore.web.exports import harmless

    for name in ("Anne-Marie d'Été", "a@b.nl", "Jansen, Jan", "K-000123", "x = y"):
        assert harmless(name) == name


def test_files_with_hostile_names(client_of, ranking) -> None:
    from journeyscore.records import models

    some = ranking["candidate"][: len(HOSTILE)].to_list()
    for candidate, name in zip(some, HOSTILE, strict=True):
        models.Person.objects.filter(pk=candidate).update(name=name)
    client = client_of("marketer")
    names = [row[2] for row in rows_of_csv(client, "?all=1")[1:]]
    assert names[0] == "'=1+1"
    response = client.get("/priority/export.xlsx?all=1")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    assert not any(isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@")) for c in cells)
    assert book.active.max_row == ranking.height + 1
    assert [row[1].value for row in book.active.iter_rows(min_row=2)] == ranking["candidate"].to_list()


def test_the_file_is_narrowed_like_the_page(client_of, ranking) -> None:
    rows = rows_of_csv(client_of("recruiter"), "?band=engaged")
    expected = narrow(ranking, "band=engaged")["candidate"].to_list()
    assert [row[1] for row in rows[1:]] == expected
