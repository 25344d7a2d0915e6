"""People and roles, and what was done by whom."""

import re
from pathlib import Path

import pytest

from journeyscore.web.audit import ACTIONS
from journeyscore.web.models import Account, AuditEntry, Invitation

VIEWS = Path(__file__).parents[2] / "src" / "journeyscore" / "web"


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def change(client: object, account: Account, do: str, **more: str) -> object:
    return client.post(f"/settings/people/{account.pk}/", {"do": do, **more})  # type: ignore[attr-defined]


def test_a_role_is_changed(client_of, account) -> None:
    owner, who = client_of("owner"), account("viewer")
    change(owner, who, "role", role="marketer")
    assert Account.objects.get(pk=who.pk).role == "marketer"
    assert AuditEntry.objects.get().details == {"before": "viewer", "after": "marketer"}
    assert change(owner, who, "role", role="king").status_code == 404
    assert change(owner, who, "dance").status_code == 404


def test_there_is_always_an_owner(client_of, account) -> None:
    owner = client_of("owner")
    me = Account.objects.get(role="owner")
    for answer in (change(owner, me, "close"), change(owner, me, "role", role="viewer")):
        assert answer.status_code == 302
    me.refresh_from_db()
    assert me.is_active and me.role == "owner"
    assert "one owner at least" in words(owner.get("/settings/people/"))
    other = account("owner", "second@example.org")
    change(owner, me, "role", role="viewer")
    assert Account.objects.get(pk=me.pk).role == "viewer" and other.is_active


def test_closing_ends_the_sessions_and_can_be_undone(client_of, account) -> None:
    owner, viewer = client_of("owner"), client_of("viewer")
    who = Account.objects.get(role="viewer")
    change(owner, who, "close")
    assert viewer.get("/").status_code == 302
    change(owner, who, "open")
    assert Account.objects.get(pk=who.pk).is_active


@pytest.mark.parametrize(
    "form", [{}, {"email": "x"}, {"email": "a@b.nl", "role": "king"}, {"email": "owner@example.org", "role": "viewer"}]
)
def test_who_cannot_be_invited(client_of, form: dict[str, str]) -> None:
    answer = client_of("owner").post("/settings/people/", form)
    assert answer.status_code == 422 and not Invitation.objects.exists()


def test_the_audit_log_says_who_did_what(client_of, account) -> None:
    owner = client_of("owner", "nl")
    change(owner, account("viewer"), "role", role="recruiter")
    page = words(owner.get("/settings/audit/"))
    assert "Owner" in page and "Viewer" in page and "changed a role" not in page
    assert "wijzigde een rol" in page
    assert "wijzigde een rol" not in re.sub(r"<select.*?</select>", "", words(owner.get("/settings/audit/?who=99999")))
    for nonsense in ("who=x", "who=%00", "action=drop", "page=-1", "page=%F0", "who=²"):
        assert owner.get(f"/settings/audit/?{nonsense}").status_code == 200


def test_every_action_has_words() -> None:
    said = re.compile(r'record\(request, f?"(\w+)[{"]')
    used = {name for file in VIEWS.rglob("*.py") for name in said.findall(file.read_text("utf-8"))}
    assert len(used) > 15
    assert {name for name in used if not any(action.startswith(name) for action in ACTIONS)} == set()
