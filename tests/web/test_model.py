"""The model editor: what is typed, what it would do, and what is in force after it."""

import pytest
from django.test import Client

from journeyscore.actions.publish import publish, text_in_force
from journeyscore.domain.errors import ModelError, UsageError
from journeyscore.modelfile.parse import parse_model
from journeyscore.records.versions import fingerprint_of
from journeyscore.web.site import Site


@pytest.fixture
def restored(site: Site):
    """The model file as it was, and no drafts, whatever the test does."""
    import shutil

    from journeyscore.web.workspace import workspace

    before = text_in_force(workspace())
    yield workspace()
    (site.data_dir / "model.yaml").write_text(before, encoding="utf-8")
    shutil.rmtree(site.data_dir / "drafts", ignore_errors=True)


def points(workspace, name: str) -> str:
    model = parse_model(text_in_force(workspace))
    return f"{next(t for t in model.touchpoints if t.name == name).points:f}"


def test_change_try_publish_undo(client_of, restored) -> None:
    client: Client = client_of("marketer")
    assert client.post("/model/", {"points-form_submitted": "300,5"}).status_code == 302
    tried = client.get("/model/").content.decode()
    assert "would go up a band" in tried and 'value="300.5"' in tried
    assert points(restored, "form_submitted") == "30"
    client.post("/model/publish/", {"note": "forms matter"})
    assert points(restored, "form_submitted") == "300.5"
    newest, before = restored.records.versions.all()[:2]
    assert (newest.note, before.author, before.note) == ("forms matter", None, "")
    client.post(f"/model/versions/{before.number}/restore/")
    client.post("/model/publish/", {"note": "back"})
    assert points(restored, "form_submitted") == "30"
    assert text_in_force(restored) == before.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points-form_submitted", "many"),
        ("points-form_submitted", ""),
        ("points-form_submitted", "1e999"),
        ("points-form_submitted", "NaN"),
        ("points-form_submitted", "0.0001"),
        ("points-page_viewed", "-5"),
        ("limit-page_viewed", "0"),
        ("limit-page_viewed", "1.5"),
        ("half-page_viewed", "-3"),
        ("band-engaged", "x"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(client_of, restored, field: str, value: str) -> None:
    before = text_in_force(restored)
    response = client_of("owner").post("/model/", {field: value})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()
    assert text_in_force(restored) == before
    assert not (restored.path / "drafts").exists()


def test_negative_points_with_a_reason_are_taken(client_of, restored) -> None:
    sent = {"points-chat_started": "-5", "reason-chat_started": "rude"}
    assert client_of("owner").post("/model/", sent).status_code == 302


def test_text_with_mistakes_names_the_lines(client_of, restored) -> None:
    response = client_of("owner").post("/model/text/", {"text": "model: 1\nname: x\ntouchpoint: {}\n"})
    assert response.status_code == 200
    assert "model.yaml:3" in response.content.decode()


def test_the_file_is_the_one_that_the_command_line_takes(client_of, restored) -> None:
    assert client_of("viewer").get("/model/model.yaml").content.decode() == text_in_force(restored)


def test_who_may_only_look_cannot_change(client_of, restored) -> None:
    before = text_in_force(restored)
    for role in ("viewer", "recruiter", "privacy"):
        client = client_of(role)
        page = client.post("/model/", {"points-form_submitted": "1"}).content.decode()
        assert "<input class=" not in page
        for place in ("publish", "drop", "text"):
            assert client.post(f"/model/{place}/").status_code == 403
    assert text_in_force(restored) == before


def test_somebody_else_was_faster(client_of, restored) -> None:
    client = client_of("owner")
    client.post("/model/", {"points-form_submitted": "31"})
    other = text_in_force(restored).replace("points: 5", "points: 6", 1)
    publish(restored, other, None, "faster", fingerprint_of(text_in_force(restored)))
    assert "Another model has come into force" in client.get("/model/").content.decode()
    client.post("/model/publish/", {"note": "late"})
    assert text_in_force(restored) == other


def test_publishing_refuses_what_is_no_model_and_changes_nothing(restored) -> None:
    before = text_in_force(restored)
    with pytest.raises(ModelError):
        publish(restored, "model: 1\n", None, "", fingerprint_of(before))
    with pytest.raises(UsageError, match="meanwhile"):
        publish(restored, before, None, "", "another")
    assert text_in_force(restored) == before
