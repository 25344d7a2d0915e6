"""Files sent through the page: what is taken, what is refused in words, and that refused input changes nothing."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from journeyscore.web import jobs, uploads
from journeyscore.web.models import AuditEntry
from journeyscore.web.workspace import workspace

HEADER = "candidate,name,occurred_at"


def words(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


@pytest.fixture
def marketer(client_of, monkeypatch: pytest.MonkeyPatch) -> object:
    """A client that sends files; jobs are done when the test says so."""
    monkeypatch.setattr(jobs, "see_to_it", lambda: None)
    return client_of("marketer")


def send(client: object, content: bytes, name: str = "events.csv", **more: str) -> object:
    file = SimpleUploadedFile(name, content)
    return client.post("/import/upload/", {"file": file, **more})  # type: ignore[attr-defined]


def lines(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows, "")).encode()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def book(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    made.close()
    return out.getvalue()


REFUSED = {
    "unclosed quote": (lines('"K-1,x,2026-01-01', "K-2,x,2026-01-01"), "a.csv", "quote"),
    "the same header twice": (b"candidate,candidate\nK-1,K-1\n", "a.csv", "candidate"),
    "empty header": (b"candidate,,name\nK-1,x,y\n", "a.csv", "header"),
    "an old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "xls"),
    "a zip of something": (zipped(a=b"hello"), "a.xlsx", "a.xlsx"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a.csv", "a.csv"),
    "a PDF": (b"%PDF-1.7\n" + b"\0" * 100, "a.csv", "a.csv"),
    "broken JSON": (b'{"type": "track", ', "a.json", "JSON"),
}


IN_DUTCH = {"quote": "aanhalingsteken", "header": "van de kop"}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", list(REFUSED))
def test_a_file_that_cannot_be_taken(client_of, site, kind: str, language: str) -> None:
    content, name, word = REFUSED[kind]
    word = IN_DUTCH.get(word, word) if language == "nl" else word
    version = workspace().log.version
    client = client_of("marketer", language)
    answer = send(client, content, name)
    if answer.status_code == 302:  # it is looked at: then the page says what is wrong, and cannot import
        answer = client.get(answer.headers["Location"])
    page = words(answer)
    assert answer.status_code in (200, 422) and word.casefold() in page.casefold(), page[-1500:]
    assert "Traceback" not in page
    assert workspace().log.version == version


@pytest.mark.parametrize("content", [b"", b"\n", HEADER.encode(), HEADER.encode() + b"\n"])
def test_a_file_with_nothing_in_it(marketer, content: bytes) -> None:
    answer = send(marketer, content)
    page = words(marketer.get(answer.headers["Location"]) if answer.status_code == 302 else answer)
    assert "0 rows" in page or "empty" in page


def test_no_file_at_all(marketer) -> None:
    assert marketer.post("/import/upload/", {}).status_code == 400


def test_the_token_of_the_form_is_asked_for(account) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(account("marketer"))
    assert send(client, lines("K-1,ad clicked,2026-01-01")).status_code == 403
    assert not [path for path in uploads.folder().iterdir() if path.suffix == ".csv"]


def test_a_file_that_is_too_large_is_cut_off(marketer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    assert send(marketer, b"x" * 5000).status_code == 413
    assert send(marketer, b"x" * (2 * 1024**2)).status_code == 413


def test_a_full_disk_is_said(marketer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "room_for", lambda length: False)
    assert send(marketer, lines()).status_code == 507


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a\0b.csv", "<img src=x onerror=alert(1)>.csv", "x" * 400 + ".csv"]
)
def test_hostile_names_are_text(marketer, name: str) -> None:
    answer = send(marketer, lines("K-1,ad clicked,2026-01-01"), name)
    page = words(marketer.get(answer.headers["Location"]))
    assert "<img src=x" not in page and "etc/passwd" not in page.replace("../../etc/passwd", "")


def test_hostile_cells_are_text(marketer) -> None:
    content = lines('<script>alert(1)</script>,"\'); DROP TABLE events;--",2026-01-01')
    page = words(marketer.get(send(marketer, content).headers["Location"]))
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_from_file_to_scores_with_a_row_to_repair(marketer) -> None:
    rows = ("W-1,form submitted,2026-01-05T10:00:00", "W-2,ad clicked,31-02-2026 11:00", "W-3,,2026-01-05T10:00:00")
    place = send(marketer, lines(*rows)).headers["Location"]
    assert "1 are good" in words(marketer.get(place))
    page = words(marketer.get(place))
    start = re.search(r'action="([^"]+)"[^>]*>(?:(?!</form>).)*value="import"', page)[1]
    job = marketer.post(start, {"do": "import"}).headers["Location"]
    assert jobs.run_due() == 1
    done = words(marketer.get(job))
    assert "1 of 3 rows are processed." in done
    refused = re.search(r'href="(/import/[^"]*refused[^"]*)"', done)[1]
    page = words(marketer.get(refused))
    assert "31-02-2026" in page
    assert AuditEntry.objects.filter(action="import").count() == 1


def test_a_spreadsheet_with_dates_and_numbers(marketer) -> None:
    rows = [["candidate", "name", "occurred_at"], ["X-1", "ad clicked", 46000], ["X-2", "ad clicked", "2026-02-30"]]
    page = words(marketer.get(send(marketer, book(rows), "a.xlsx").headers["Location"]))
    assert "The first 2 rows: 1 are good" in page


def test_somebody_elses_file_is_not_found(marketer, client_of) -> None:
    place = send(marketer, lines("K-1,ad clicked,2026-01-01")).headers["Location"]
    assert client_of("owner").get(place).status_code == 404
    assert client_of("viewer").get(place).status_code == 403


def test_two_imports_by_one_click(marketer) -> None:
    page = words(marketer.get(send(marketer, lines("K-9,ad clicked,2026-01-01")).headers["Location"]))
    start = re.search(r'action="([^"]+)"[^>]*>(?:(?!</form>).)*value="import"', page)[1]
    places = {marketer.post(start, {"do": "import"}).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    jobs.run_due()


@pytest.fixture(autouse=True)
def swept(site, db) -> None:
    """No upload of another test lies about."""
    for path in Path(uploads.folder()).iterdir():
        if path.is_file():
            path.unlink()
