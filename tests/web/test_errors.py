"""What goes wrong is said in the language of the reader: in Dutch on a Dutch page, as the command line says it else."""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.domain.errors import ModelError
from journeyscore.domain.phrase import Phrase
from journeyscore.log import Lease
from journeyscore.modelfile import parse_model
from journeyscore.web import jobs, uploads
from journeyscore.web.errors import in_words, packed, unpacked
from journeyscore.web.reports import STANDING
from journeyscore.web.site import Site
from journeyscore.web.workspace import workspace
from tests.web.test_imports import book, lines, send, zipped

SHEET = "xl/worksheets/sheet1.xml"


def speaking(client: object, language: str) -> object:
    """The client as somebody who has chosen a language."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language  # type: ignore[attr-defined]
    return client


def words(response: object) -> str:
    """What the reader of a page reads."""
    text = re.sub(r"<[^>]*>", " ", response.content.decode())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", unescape(text))


def broken_book() -> bytes:
    """A workbook whose sheet ends halfway."""
    with zipfile.ZipFile(io.BytesIO(book([["candidate", "name", "occurred_at"], ["K-1", "x", "2026-01-01"]]))) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2] if name == SHEET else content)
    return out.getvalue()


FILES = {
    "the same header twice": (
        (b"candidate,candidate\nK-1,K-1\n", "a.csv"),
        "a.csv: regel 1: twee kolommen heten “candidate”; geef er een een andere naam",
        "a.csv: line 1: two columns are called “candidate”; rename one",
    ),
    "an unclosed quote": (
        (lines('"K-1,x,2026-01-01', "K-2,x,2026-01-01"), "a.csv"),
        "a.csv: regel 2: een aanhalingsteken wordt geopend en nooit gesloten; er is niets ingelezen",
        "a.csv: line 2: a quote is opened and never closed; nothing was imported",
    ),
    "an old Excel": (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls"),
        "a.xls: is een oud .xls-bestand of heeft een wachtwoord; sla het op als .xlsx zonder wachtwoord, of als CSV",
        "a.xls: is an old .xls file or has a password; save it as .xlsx without one, or as CSV",
    ),
    "a Word document": (
        (zipped(word__document=b"", **{"word__document.xml": b"<x/>"}), "a.xlsx"),
        "a.xlsx: is een Word-document; sla het op als .xlsx of CSV",
        "a.xlsx: is a Word document; save it as .xlsx or CSV",
    ),
    "half a workbook": (
        (broken_book(), "a.xlsx"),
        "a.xlsx: het bestand is beschadigd (technische melding: ",
        "a.xlsx: the file is damaged (",
    ),
    "JSON with a key twice": (
        (b'[{"name": "x",\n "name": "y"}]', "a.json"),
        "a.json: een sleutel staat twee keer in één object; schrijf één object per regel",
        "a.json: a key stands twice in one object; write one object per line instead",
    ),
    "no JSON": (
        (b'[{"name": "x",\n', "a.json"),
        "a.json: het bestand is geen JSON; schrijf één object per regel",
        "a.json: the file is no JSON; write one object per line instead",
    ),
}


@pytest.fixture
def by_hand(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done when the test says so."""
    monkeypatch.setattr(jobs, "see_to_it", lambda: None)


@pytest.mark.parametrize("kind", list(FILES))
def test_a_file_that_cannot_be_read(client_of, kind: str) -> None:
    file, dutch, english = FILES[kind]
    client = client_of("marketer")
    nl, en = (words(send(speaking(client, language), *file)) for language in ("nl", "en"))
    assert dutch in nl and english not in nl
    assert english in en


MAPPINGS = {
    "mapping: 1\ncolums:\n  a: name\n": (
        'mapping-of-mine.yaml:2: onbekende sleutel "colums"; bedoelde je "columns"?',
        'mapping-of-mine.yaml:2: unknown key "colums"; did you mean "columns"?',
    ),
    "mapping: 1\ncolumns:\n  wat: nam\n": (
        'mapping-of-mine.yaml:2: columns: kolom "wat" noemt het onbekende veld "nam"; bedoelde je "name"?',
        'mapping-of-mine.yaml:2: columns: column "wat" names the unknown field "nam"; did you mean "name"?',
    ),
    "mapping: 1\ncolumns:\n  zzz: name\n": (
        "a.csv: de koppeling noemt een kolom “zzz” die er niet is; je kunt kiezen uit: candidate, name, occurred_at",
        "a.csv: the mapping names a column “zzz” that is not there; there is: candidate, name, occurred_at",
    ),
}


@pytest.fixture
def mapping(site: Site) -> Iterator[Path]:
    """The file of a mapping that was kept."""
    file = site.data_dir / "mappings" / "mapping-of-mine.yaml"
    file.parent.mkdir(exist_ok=True)
    yield file
    file.unlink()


@pytest.mark.parametrize("text", list(MAPPINGS))
def test_a_mapping_that_is_not_right(client_of, mapping: Path, text: str) -> None:
    mapping.write_text(text)
    dutch, english = MAPPINGS[text]
    client = client_of("marketer")
    for language, said in (("nl", dutch), ("en", english)):
        speaking(client, language)
        file = SimpleUploadedFile("a.csv", lines("K-1,x,2026-01-01"))
        assert said in words(client.post("/import/upload/", {"file": file, "mapping": "mapping-of-mine"}))


MODELS = {
    "model: 1\nname: x\nnmae: y\n": ('model.yaml:3: onbekende sleutel "nmae"; bedoelde je "name"?',),
    "model: 1\nname: x\n\ttouchpoints:\n": ("model.yaml:3: er staat een tab in deze regel; spring in met spaties",),
    "model: 1\nname: a: b\n": ("model.yaml:2: dit is geen YAML: hier kan geen dubbele punt met een waarde staan;",),
    "model: 1\nname: x\n  bands: y\n": ("model.yaml:3: dit is geen YAML: hier kan geen dubbele punt met een waarde",),
    "- model: 1\nname: x\n": ("model.yaml:2: dit is geen YAML: deze regel hoort niet bij wat erboven staat",),
    'model: 1\nname: "x\n': ("dit is geen YAML: een tekst tussen aanhalingstekens wordt nergens afgesloten",),
    "model: 1\nname: x\nmaximum: 1,5\ntouchpoints:\n  a:\n    stage: unaware\n    points: 2000000\n": (
        'model.yaml:3: maximum: "1,5" is geen getal; schrijf een getal zoals 30, 0.5 of -10: een punt voor de '
        "decimalen, en niets tussen de duizendtallen",
        'model.yaml:5: touchpoints.a: de sleutel "when" ontbreekt; schrijf welke gebeurtenissen tellen, zoals when: '
        "{event: form_submitted}",
        'model.yaml:6: touchpoints.a.stage: "unaware" is niet een van aware, interested, applying, selection, offer, '
        'hired; bedoelde je "aware"?',
        'model.yaml:7: touchpoints.a.points: "2000000" valt buiten de grenzen; schrijf een getal van -10.000 tot en '
        "met 10.000",
    ),
}


@pytest.mark.parametrize("text", list(MODELS))
def test_a_model_that_is_not_right(client_of, text: str) -> None:
    with pytest.raises(ModelError) as found:
        parse_model(text)
    client = client_of("marketer")
    pages = [words(speaking(client, code).post("/model/text/", {"text": text})) for code in ("nl", "en")]
    for said in MODELS[text]:
        assert said in pages[0]
    for problem in found.value.problems:
        assert str(problem) in pages[1] and str(problem) not in pages[0]


def test_a_condition_that_is_not_right(client_of) -> None:
    client = client_of("marketer", "nl")
    values = {"name": "new_one", "stage": "aware", "points": "1", "raw": "event: [x\n"}
    values |= {"label_en": "New", "label_nl": "Nieuw"}
    page = words(client.post("/model/contact/", values))
    assert "condition:" in page and "dit is geen YAML" in page


def test_a_merge_that_is_refused(client_of) -> None:
    one, other = STANDING.get().frame.get_column("candidate").head(2)
    keys = workspace().records.keys([one, other])
    client = client_of("owner")
    client.post(f"/candidates/{one}/merge/", {"other": keys[other]})
    for language, said in (
        ("nl", "deze twee zijn al samengevoegd, maar andersom; maak dat eerst ongedaan"),
        ("en", "these two are merged already, the other way round; undo that merge first"),
    ):
        speaking(client, language)
        assert said in words(client.post(f"/candidates/{other}/merge/", {"other": keys[one]}, follow=True))
        page = words(client.post(f"/candidates/{one}/merge/", {"other": "nobody-at-all"}, follow=True))
        assert ("er is geen kandidaat “nobody-at-all”" in page) is (language == "nl")
        assert ("there is no candidate 'nobody-at-all'" in page) is (language == "en")


def test_a_directory_in_which_somebody_writes(client_of, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace().lease, "wait", 0.25)
    client = client_of("owner")
    for language, said in (
        ("nl", r": hier schrijft import \(proces \d+\), al \d s, en dat was niet klaar binnen 0,25 s; probeer"),
        ("en", r": import \(process \d+\), for \d s is writing here, and did not end within 0\.25 s; try again later"),
    ):
        speaking(client, language)
        client.post("/model/inline/", {"name": "form_submitted", "points": "41"})
        with Lease(site.data_dir / "lock").hold("import"):
            answer = client.post("/model/publish/", {"note": ""})
        assert answer.status_code == 503 and re.search(said, words(answer))


def test_a_job_is_read_by_everybody_in_a_language_of_their_own(by_hand, client_of, tmp_path: Path) -> None:
    file = tmp_path / "sent.csv"
    file.write_bytes(lines('"K-1,x,2026-01-01'))
    upload = uploads.keep("broken file.csv", file, None)
    job = jobs.ask("import", {"upload": upload.token, "name": upload.name}, None)
    jobs.run_due()
    assert jobs.jobs().get(job.id).error == (
        "broken file.csv: line 2: a quote is opened and never closed; nothing was imported"
    )
    client = client_of("marketer")
    nl, en = (words(speaking(client, code).get(f"/import/jobs/{job.id}/")) for code in ("nl", "en"))
    assert "broken file.csv: regel 2: een aanhalingsteken wordt geopend en nooit gesloten" in nl
    assert jobs.jobs().get(job.id).error in en and jobs.jobs().get(job.id).error not in nl


def test_notes_are_read_in_ones_own_language(by_hand, client_of, tmp_path: Path) -> None:
    content = lines(*(f"6,1E+08,x{n},2026-01-01" for n in range(1234))).replace(b"6,1E", b"6.1E")
    client = client_of("marketer", "nl")
    where = send(client, content).headers["Location"]
    assert "looks_like" not in words(client.get(where))
    client.post(f"{where}start/", {"do": "try"})
    jobs.run_due()
    job = jobs.jobs().answered("dry_run")[0]
    nl, en = (words(speaking(client, code).get(f"/import/jobs/{job.id}/")) for code in ("nl", "en"))
    assert "candidate is door Excel afgekapt (aantal rijen: 1.234); kijk in rij 2, 3, 4" in nl
    assert job.answer["notes"] == [
        "looks_like_excel_number: candidate was shortened by Excel in 1,234 rows; see row 2, 3, 4"
    ]
    assert job.answer["notes"][0] in en


def test_a_job_from_before_says_what_it_said_then(by_hand, client_of) -> None:
    room, client = jobs.jobs(), client_of("marketer", "nl")
    for number, (answer, error) in enumerate((({}, "a.csv: is odd"), ({"notes": ["sheet “x” is hidden"]}, ""))):
        job = room.ask(f"{number:032x}", "import", {"name": "a.csv"}, None, jobs.now())
        counts = {"received": 0, "accepted": 0, "duplicate": 0, "refused": 0, "reasons": {}} if answer else {}
        room.end(job.id, jobs.now(), answer | counts, error)
        said = error or answer["notes"][0]
        assert said in words(client.get(f"/import/jobs/{job.id}/"))


TEXT = st.text(max_size=20)


@given(TEXT, st.integers(), st.floats(allow_nan=False))
def test_what_is_kept_is_what_was_said(name: str, count: int, share: float) -> None:
    inner = Phrase("sheet “{name}” is hidden and was not read", name=name)
    said = Phrase("{what} of {count:,}: {share}", what=inner, count=count, share=share)
    again = unpacked(packed(said))
    assert (again, in_words(again)) == (said, in_words(said))
    with translation.override("nl"):
        assert in_words(again) == in_words(said) and f"het blad “{name}” is verborgen" in in_words(again)
    assert unpacked(packed(name)) == name
