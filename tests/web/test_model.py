"""The model editor: looking, changing, trying, publishing, going back."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from shutil import rmtree

import pytest

from journeyscore.modelfile import parse_model
from journeyscore.web.site import Site

HTMX = {"HX-Request": "true"}
PAGES = ("/model/", "/model/preview/", "/model/events/", "/model/versions/", "/model/compare/?from=now&to=now")
EDITS = ("/model/contact/", "/model/contact/ad_clicked/", "/model/settings/", "/model/text/")
POSTS = ("inline", "check", "order", "settings/check", "publish", "undo", "draft", "restore")


@pytest.fixture(autouse=True)
def model_file(site: Site) -> Iterator[Path]:
    """The model's file, put back after the test together with the drafts."""
    file = site.data_dir / "model.yaml"
    before = file.read_bytes()
    yield file
    file.write_bytes(before)
    rmtree(site.data_dir / "drafts", ignore_errors=True)


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def draft(client: object) -> object:
    """The model in the client's draft."""
    return parse_model(words(client.get("/model/file/?which=draft")))  # type: ignore[attr-defined]


def set_points(client: object, points: str, name: str = "form_submitted", **more: str) -> object:
    return client.post("/model/inline/", {"name": name, "points": points, **more}, headers=HTMX)  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", ["owner", "marketer", "viewer", "recruiter"])
@pytest.mark.parametrize("page", PAGES)
def test_everybody_looks(client_of, page: str, role: str, language: str) -> None:
    assert client_of(role, language).get(page).status_code == 200


@pytest.mark.parametrize("page", EDITS)
def test_only_who_may_edits(client_of, page: str) -> None:
    assert client_of("marketer").get(page).status_code == 200
    assert client_of("viewer").get(page).status_code == 403
    assert client_of(None).get(page).status_code == 302


@pytest.mark.parametrize("name", POSTS)
def test_only_who_may_posts(client_of, name: str) -> None:
    assert client_of("recruiter").post(f"/model/{name}/").status_code == 403
    assert client_of(None).post(f"/model/{name}/").status_code == 302
    assert client_of("marketer").get(f"/model/{name}/").status_code == 405


def test_a_viewer_sees_no_fields(client_of) -> None:
    page = words(client_of("viewer").get("/model/"))
    assert 'name="points"' not in page
    assert "Completed a form" in page


def test_points_in_a_row_become_a_draft_and_change_nothing_yet(client_of, model_file: Path) -> None:
    client, before = client_of("marketer"), model_file.read_bytes()
    answer = set_points(client, "12,5", limit="2", per="week", half_life="10")
    assert answer.headers["HX-Trigger"] == "draft-changed"
    form = draft(client).touchpoint("form_submitted")
    assert (form.points, form.limit.count, str(form.limit.per), form.decay.days) == (Decimal("12.5"), 2, "week", 10)
    assert model_file.read_bytes() == before
    assert "differs from the model in force in one place" in words(client.get("/model/"))


@pytest.mark.parametrize("points", ["abc", "", "1e9", "99999", "1.23456", "1.000,5", "\x00", "９", "-5", "NaN"])
def test_wrong_points_are_said_and_not_kept(client_of, points: str) -> None:
    client = client_of("marketer")
    answer = set_points(client, points)
    assert answer.status_code == 200
    assert 'class="error"' in words(answer)
    assert "HX-Trigger" not in answer.headers
    assert draft(client).touchpoint("form_submitted").points == 30


def test_without_script_a_row_leads_back_to_itself(client_of) -> None:
    client = client_of("marketer")
    answer = client.post("/model/inline/", {"name": "form_submitted", "points": "20"})
    assert answer.headers["Location"] == "/model/#form_submitted"
    answer = client.post("/model/inline/", {"name": "form_submitted", "points": "no"}, follow=True)
    assert "Write a number such as 30" in words(answer)


def test_a_draft_belongs_to_one_account_and_outlives_the_session(client_of, account) -> None:
    client = client_of("marketer")
    set_points(client, "20")
    assert draft(client_of("owner")).touchpoint("form_submitted").points == 30
    client.logout()
    from journeyscore.web.models import Account

    client.force_login(Account.objects.get(email="marketer@example.org"))
    assert draft(client).touchpoint("form_submitted").points == 20


def test_the_what_if_equals_the_report(client_of) -> None:
    from journeyscore.reports.model_diff import model_diff
    from journeyscore.web import kept
    from journeyscore.web.workspace import today

    client = client_of("marketer")
    set_points(client, "0")
    page = words(client.get("/model/preview/", headers=HTMX))
    diff = model_diff(kept.snapshot(), kept.model(), draft(client), today())
    order = ["unknown", "a_little", "engaged", "very_engaged"]
    up = sum(n for (a, b), n in diff.moves.items() if order.index(b) > order.index(a))
    down = sum(n for (a, b), n in diff.moves.items() if order.index(b) < order.index(a))
    assert down > 0
    assert f"{up} people go up a band, {down} down" in page
    assert page.count('href="/candidates/') >= len(diff.movers)
    assert "Completed a form −" in page


def publish(client: object, note: str = "") -> object:
    return client.post("/model/publish/", {"note": note}, follow=True)  # type: ignore[attr-defined]


def test_publishing_puts_the_draft_in_force_with_who_and_why(client_of, model_file: Path) -> None:
    from journeyscore.web import kept
    from journeyscore.web.models import AuditEntry

    client = client_of("marketer")
    set_points(client, "20")
    page = words(publish(client, "Forms <b>count</b> less"))
    assert kept.model().touchpoint("form_submitted").points == 20
    assert "Forms &lt;b&gt;count&lt;/b&gt; less" in page and "Marketer" in page and "by hand, in the file" in page
    assert AuditEntry.objects.get().action == "model_published"
    assert words(client.get("/model/file/?which=now")).encode() == model_file.read_bytes()


def test_take_back_is_one_click(client_of, model_file: Path) -> None:
    client, before = client_of("marketer"), model_file.read_bytes()
    set_points(client, "20")
    page = words(publish(client))
    number = page.split('name="number" value="')[1].split('"')[0]
    client.post("/model/undo/", {"number": number})
    assert model_file.read_bytes() == before


@pytest.mark.parametrize("number", ["", "x", "-1", "999999", "9" * 40, "²"])
def test_take_back_of_nothing(client_of, model_file: Path, number: str) -> None:
    before = model_file.read_bytes()
    assert client_of("marketer").post("/model/undo/", {"number": number}, follow=True).status_code == 200
    assert model_file.read_bytes() == before


def test_publishing_stops_where_the_file_changed_meanwhile(client_of, model_file: Path) -> None:
    client = client_of("marketer")
    set_points(client, "20")
    by_hand = model_file.read_text().replace("points: 5 ", "points: 6 ", 1)
    model_file.write_text(by_hand)
    page = words(publish(client))
    assert "changed by somebody else" in page and "Mine is right" in page
    assert model_file.read_text() == by_hand
    client.post("/model/draft/", {"do": "go_on"})
    publish(client)
    assert parse_model(model_file.read_text()).touchpoint("form_submitted").points == 20
    from journeyscore.actions.publish import versions
    from journeyscore.web.workspace import workspace

    assert [v.author is None for v in versions(workspace()).newest_first()] == [False, True]
    assert versions(workspace()).newest_first()[1].text == by_hand


def test_a_version_comes_back_as_a_draft(client_of, model_file: Path) -> None:
    client, before = client_of("marketer"), model_file.read_text()
    set_points(client, "20")
    publish(client)
    from journeyscore.actions.publish import versions
    from journeyscore.web.workspace import workspace

    first = versions(workspace()).newest_first()[-1]
    client.post("/model/restore/", {"number": str(first.number)})
    assert words(client.get("/model/file/?which=draft")) == before
    page = words(client.get(f"/model/compare/?from={first.number}&to=now"))
    assert "Points: <del>30</del> → <ins>20</ins>" in page


def test_nothing_to_publish(client_of, model_file: Path) -> None:
    before = model_file.read_bytes()
    assert "nothing to publish" in words(client_of("marketer").post("/model/publish/", follow=True))
    assert model_file.read_bytes() == before


def test_dropping_a_draft_and_taking_it_back(client_of) -> None:
    client = client_of("marketer")
    set_points(client, "20")
    client.post("/model/draft/", {"do": "drop"})
    assert draft(client).touchpoint("form_submitted").points == 30
    client.post("/model/draft/", {"do": "back"})
    assert draft(client).touchpoint("form_submitted").points == 20
    assert "no draft" in words(client.post("/model/draft/", {"do": "zz"}, follow=True))


def fields(**more: str) -> dict[str, str]:
    given = {"name": "quiz_done", "label_en": "Did the quiz", "label_nl": "Quiz gedaan", "stage": "interested"}
    return {**given, "points": "7", "field-0": "event", "operator-0": "is", "values-0": "quiz_done", **more}


def test_a_new_contact_with_a_condition(client_of) -> None:
    client = client_of("marketer")
    more = {"field-1": "properties", "key-1": "score", "operator-1": "at_least", "values-1": "8"}
    assert client.post("/model/contact/", fields(**more)).status_code == 302
    first = draft(client).touchpoints[0]
    assert (first.name, first.label.nl, first.points) == ("quiz_done", "Quiz gedaan", 7)
    event, score = first.when.all_of
    assert (event.field, event.any_of) == ("name", ("quiz_done",))
    assert (score.field, score.at_least) == ("properties.score", 8)


def test_negative_points_need_a_reason(client_of) -> None:
    client = client_of("marketer")
    refused = client.post("/model/contact/", fields(points="-5", reason="no"))
    assert refused.status_code == 422 and "need a reason" in words(refused)
    assert client.post("/model/contact/", fields(points="-5", reason="They asked for no mail")).status_code == 302
    assert draft(client).touchpoints[0].reason == "They asked for no mail"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "form_submitted"},
        {"name": "Quiz Done"},
        {"name": ""},
        {"label_en": "x" * 201},
        {"stage": "zz"},
        {"group": "zz"},
        {"limit": "0"},
        {"limit": "1", "per": "year"},
        {"repeat": "1"},
        {"window": "soon"},
        {"decay": "half_life"},
        {"decay": "steps", "percent": "101", "every": "30"},
        {"decay": "zz"},
        {"tiers": "3: 5\n1: 9", "points": ""},
        {"tiers": "1: 5"},
        {"raw": "event: [quiz"},
        {"raw": "event: {regex: .*}"},
        {"raw": "&a [*a]"},
        {"values-0": ""},
        {"field-0": ""},
        {"field-0": "zz"},
        {"operator-0": "zz"},
        {"operator-0": "at_least", "values-0": "many"},
        {"field-0": "properties", "key-0": ""},
        {"values-0": "\n".join(map(str, range(600)))},
        {"values-0": "a\x00b"},
        {"label_nl": "\u202e\x07"},
    ],
)
def test_whatever_is_wrong_is_said_and_never_breaks(client_of, wrong: dict[str, str]) -> None:
    client = client_of("marketer")
    answer = client.post("/model/contact/", fields(**wrong))
    assert answer.status_code == 422, words(answer)
    assert client.post("/model/check/?asked=when", fields(**wrong), headers=HTMX).status_code == 200
    assert draft(client).touchpoint("quiz_done") is None


def test_a_field_is_checked_while_it_is_filled_in(client_of) -> None:
    client = client_of("marketer", "nl")
    answer = client.post("/model/check/?asked=points", fields(points="veel"), headers=HTMX)
    assert words(answer).strip() == "Schrijf een getal zoals 30, 0,5 of -10, met hoogstens drie decimalen."
    assert words(client.post("/model/check/?asked=points", fields(), headers=HTMX)).strip() == ""


def test_an_event_that_occurs_goes_into_the_condition(client_of) -> None:
    page = words(client_of("marketer").post("/model/contact/", fields(add="event:test_done")))
    assert ">quiz_done\ntest_done</textarea>" in page
    assert client_of("viewer").get("/model/contact/?event=x").status_code == 403


def test_every_contact_opens_and_comes_back_unchanged(client_of) -> None:
    from journeyscore.web.model_form import filled, read

    client = client_of("marketer")
    model = draft(client)
    for touchpoint in model.touchpoints:
        assert client.get(f"/model/contact/{touchpoint.name}/").status_code == 200
        assert read(filled(touchpoint), model, touchpoint.name) == (touchpoint, {})
    assert client.get("/model/contact/zz/").status_code == 404


def test_order_and_taking_out(client_of) -> None:
    client = client_of("marketer")
    client.post("/model/order/", {"name": "social_liked", "do": "up"})
    assert draft(client).touchpoints[0].name == "social_liked"
    client.post("/model/order/", {"name": "social_liked", "do": "remove"})
    assert draft(client).touchpoint("social_liked") is None
    assert client.post("/model/order/", {"name": "zz", "do": "up"}).status_code == 404


def settings_of(client: object) -> dict[str, str]:
    """The settings form as it would be sent unchanged."""
    from journeyscore.web.model_settings import filled

    values = filled(draft(client))
    post = {name: value for name, value in values.items() if isinstance(value, str)}
    for kind in ("band", "group"):
        for row in values[f"{kind}s"]:
            parts = {"was": row.was, "name": row.name, "en": row.en, "nl": row.nl, "amount": row.amount}
            post |= {f"{kind}-{part}-{row.place}": value for part, value in parts.items()}
    return post


def test_settings_come_back_unchanged_and_change(client_of) -> None:
    client = client_of("marketer")
    before, post = draft(client), settings_of(client)
    client.post("/model/settings/", post)
    assert draft(client) == before
    client.post("/model/settings/", {**post, "band-amount-0": "150", "maximum": "", "group-name-0": "notice"})
    after = draft(client)
    assert (after.bands[-1].at_least, after.maximum, after.groups[0].name) == (150, None, "notice")
    assert after.touchpoint("ad_clicked").group == "notice"


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": "x"},
        {"minimum": "600"},
        {"below_hits": "-1"},
        {"below_hits": ""},
        {"band-amount-0": ""},
        {"band-amount-0": "40"},
        {"band-name-0": "Very Engaged"},
        {"band-name-0": "unknown"},
        {"band-name-0": "engaged"},
        {"band-name-0": "rejected"},
        {"group-amount-0": "-1"},
        {"unknown_en": "\x00"},
        {"name": ""},
        {"description": "x" * 6000},
    ],
)
def test_wrong_settings_are_said(client_of, wrong: dict[str, str]) -> None:
    client = client_of("marketer")
    before = draft(client)
    assert client.post("/model/settings/", {**settings_of(client), **wrong}).status_code == 422
    assert draft(client) == before
    assert client.post("/model/settings/", {}).status_code == 422


def test_yaml_goes_in_and_out_unchanged(client_of, model_file: Path) -> None:
    client = client_of("marketer")
    text = model_file.read_text().replace("points: 30 ", "points: 31 ")
    client.post("/model/text/", {"text": text.replace("\n", "\r\n")})
    assert words(client.get("/model/file/?which=draft")) == text
    file = BytesIO(text.replace("points: 31 ", "points: 32 ").encode("utf-8-sig"))
    file.name = "model.yaml"
    client.post("/model/text/", {"file": file})
    assert draft(client).touchpoint("form_submitted").points == 32


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"model: 1\nname: x\nnmae: y\n", "model.yaml:3"),
        (b"a: [", "model.yaml:1"),
        (b"model: 1\nname: \xff\n", "Line 2 is not UTF-8"),
        (b"", "not right yet"),
        (b"x" * 1_000_001, "larger than a model may be"),
        (b"\x00\x01", "not right yet"),
    ],
)
def test_wrong_files_are_said_with_their_line(client_of, content: bytes, said: str) -> None:
    file = BytesIO(content)
    file.name = "model.yaml"
    answer = client_of("marketer").post("/model/text/", {"file": file})
    assert answer.status_code in (200, 422)
    assert said in words(answer) or not content


def test_a_broken_file_is_mended_as_text(client_of, model_file: Path) -> None:
    good = model_file.read_text()
    model_file.write_text("model: 1\nname: [\n")
    client = client_of("marketer")
    page = words(client.get("/model/", follow=True))
    assert "model.yaml:" in page
    client.post("/model/text/", {"text": good})
    assert "cannot be read" in words(client.get("/model/"))
    publish(client, "mended")
    assert model_file.read_text() == good


@pytest.mark.parametrize("which", ["", "zz", "0", "99999", "9" * 30, "../key", "²"])
def test_no_such_version(client_of, which: str) -> None:
    client = client_of("marketer")
    assert client.get("/model/file/", {"which": which}).status_code == 404
    assert client.get("/model/compare/", {"from": which}).status_code == 404
    assert client.post("/model/restore/", {"number": which}).status_code == 404


HOSTILE = "<script>alert(1)</script>\"'> {{ x }} {% now %} \u202e👋"


def model_versions() -> list[object]:
    from journeyscore.actions.publish import versions
    from journeyscore.web.workspace import workspace

    return list(versions(workspace()).newest_first())


def test_the_forms_keep_the_comments_of_the_file(client_of, model_file: Path) -> None:
    client, before = client_of("marketer"), model_file.read_text()
    set_points(client, "20")
    row = next(line for line in before.splitlines() if "points: 30" in line)
    assert words(client.get("/model/file/?which=draft")) == before.replace(row, row.replace("30", "20"))
    set_points(client, "30")
    assert words(client.get("/model/file/?which=draft")) == before
    client.post("/model/settings/", settings_of(client))
    assert words(client.get("/model/file/?which=draft")) == before
    client.post("/model/contact/", fields())
    client.post("/model/order/", {"name": "quiz_done", "do": "remove"})
    assert words(client.get("/model/file/?which=draft")) == before


def test_numbers_are_dutch_in_dutch(client_of) -> None:
    client = client_of("marketer", "nl")
    assert client.post("/model/contact/", fields(points="12,5", repeat="0,25")).status_code == 302
    first = draft(client).touchpoints[0]
    assert (first.points, first.repeat) == (Decimal("12.5"), Decimal("0.25"))
    page = words(client.get("/model/contact/quiz_done/"))
    assert 'value="12,5"' in page and 'value="0,25"' in page
    assert 'value="12,5"' in words(client.get("/model/"))
    post = settings_of(client)
    client.post("/model/settings/", {**post, "minimum": "−2,5", "maximum": "500,125"})
    assert (draft(client).minimum, draft(client).maximum) == (Decimal("-2.5"), Decimal("500.125"))


def test_points_below_zero_in_a_row_lead_to_the_reason(client_of) -> None:
    client = client_of("marketer")
    page = words(set_points(client, "-5"))
    assert "need a reason" in page and 'href="/model/contact/form_submitted/"' in page and 'value="-5"' in page
    assert set_points(client, "-11", name="unsubscribed").headers["HX-Trigger"] == "draft-changed"


def test_a_name_that_is_taken_is_said_at_its_field(client_of) -> None:
    client = client_of("marketer")
    page = words(client.post("/model/contact/", fields(name="form_submitted")))
    assert 'role="alert">Write small letters, digits and underscores, a letter first, that no other' in page
    assert 'value="Quiz gedaan"' in page
    assert draft(client).touchpoint("form_submitted").points == 30


def test_what_is_wrong_with_the_decay_is_said_where_it_is_seen(client_of) -> None:
    page = words(client_of("marketer").post("/model/contact/", fields(decay="steps", percent="101", every="30")))
    decay = page.split('<select id="decay"')[1].split("</div>")[0]
    assert "a percentage above 0 and at most 100" in decay


def test_one_takes_out_what_another_is_changing(client_of, model_file: Path) -> None:
    marketer, owner = client_of("marketer"), client_of("owner")
    set_points(marketer, "20")
    owner.post("/model/order/", {"name": "form_submitted", "do": "remove"})
    publish(owner, "No forms")
    assert parse_model(model_file.read_text()).touchpoint("form_submitted") is None
    assert "Somebody else changed the model" in words(marketer.get("/model/"))
    assert marketer.get("/model/preview/", headers=HTMX).status_code == 200
    assert "changed by somebody else" in words(publish(marketer))
    assert parse_model(model_file.read_text()).touchpoint("form_submitted") is None
    assert set_points(owner, "9").status_code == 404
    marketer.post("/model/draft/", {"do": "drop"})
    assert draft(marketer).touchpoint("form_submitted") is None


def test_publishing_twice_makes_one_version(client_of) -> None:
    client = client_of("marketer")
    set_points(client, "20")
    publish(client)
    count = len(model_versions())
    assert "nothing to publish" in words(publish(client))
    assert len(model_versions()) == count


def test_what_is_taken_back_twice_is_taken_back_once(client_of, model_file: Path) -> None:
    client, before = client_of("marketer"), model_file.read_bytes()
    set_points(client, "20")
    publish(client)
    number = str(model_versions()[0].number)  # type: ignore[attr-defined]
    assert "in force again" in words(client.post("/model/undo/", {"number": number}, follow=True))
    assert "not the newest version" in words(client.post("/model/undo/", {"number": number}, follow=True))
    assert model_file.read_bytes() == before


def test_an_old_version_goes_back_in_force_as_it_was(client_of, model_file: Path) -> None:
    client, before = client_of("marketer"), model_file.read_bytes()
    for points in ("20", "21"):
        set_points(client, points)
        publish(client, points)
    oldest = model_versions()[-1]
    client.post("/model/restore/", {"number": str(oldest.number)})  # type: ignore[attr-defined]
    assert model_file.read_bytes() != before
    publish(client, "back")
    assert model_file.read_bytes() == before
    assert [v.note for v in model_versions()] == ["back", "21", "20", ""]  # type: ignore[attr-defined]


def test_hostile_texts_are_texts(client_of, model_file: Path) -> None:
    client = client_of("owner")
    texts = {"label_en": HOSTILE, "label_nl": HOSTILE, "reason": HOSTILE, "values-0": "form_submitted\n" + HOSTILE}
    assert client.post("/model/contact/", fields(**texts)).status_code == 302
    assert draft(client).touchpoints[0].label.nl == HOSTILE
    pages = ["/model/", "/model/contact/quiz_done/", "/model/preview/", "/model/compare/", "/model/text/"]
    for page in pages:
        shown = words(client.get(page))
        assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown, page
    shown = words(publish(client, HOSTILE + "\x00\r\n" + "x" * 600))
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown
    assert len(model_versions()[0].note) == 500  # type: ignore[attr-defined]
    assert parse_model(model_file.read_text("utf-8")).touchpoints[0].reason == HOSTILE


def test_a_viewer_may_look_and_finds_nothing_to_change(client_of) -> None:
    marketer, viewer = client_of("marketer"), client_of("viewer")
    set_points(marketer, "20")
    publish(marketer)
    set_points(marketer, "21")
    for page in PAGES:
        main = words(viewer.get(page)).split("<main")[1].split("</main>")[0]
        assert "<form" not in main and "<button" not in main, page
        assert "/model/contact/" not in main and "/model/text/" not in main, page
    assert viewer.post("/model/contact/", fields()).status_code == 403
    assert viewer.get("/model/file/").status_code == 200
