"""Who may open what: the whole cast at every address, by getting it and by sending to it."""

import pytest
from django.urls import get_resolver

from journeyscore.web.access import ALLOWED, Can, Role

ROLES = {
    Can.SEE: "owner marketer recruiter viewer privacy",
    Can.SEE_PEOPLE: "owner marketer recruiter privacy",
    Can.HANDLE: "owner marketer recruiter",
    Can.CHANGE_MODEL: "owner marketer",
    Can.IMPORT: "owner marketer",
    Can.EXPORT: "owner marketer recruiter privacy",
    Can.MERGE: "owner marketer recruiter",
    Can.ERASE: "owner privacy",
    Can.SEE_AUDIT: "owner privacy",
    Can.MANAGE: "owner",
}
"""Written out once more by hand, so that a change of `access` is noticed."""
PUBLIC = {"login", "login_code", "logout", "set_up", "invitation", "new_password", "language", "my_score"}
FILLED = {"pseudonym": "0" * 32, "number": "1", "token": "x", "job": "x", "run": "x", "name": "x", "kind": "csv"}


def pages() -> list[tuple[str, str, Can | None]]:
    """Every named page: its name, an address, and what it needs."""
    found = []
    for pattern in get_resolver().url_patterns:
        if getattr(pattern, "name", None):
            place = "/" + str(pattern.pattern)
            for parameter in pattern.pattern.converters:
                place = __import__("re").sub(rf"<[^>]*{parameter}>", FILLED.get(parameter, "1"), place)
            found.append((pattern.name, place, pattern.callback.needs))
    return found


def test_roles_may_what_is_written_here() -> None:
    assert {can: {Role(r) for r in roles.split()} for can, roles in ROLES.items()} == {
        can: {role for role in Role if can in ALLOWED[role]} for can in Can
    }


def test_only_these_pages_are_for_everybody() -> None:
    assert {name for name, _, needs in pages() if needs is None} == PUBLIC


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_sees_no_page(client_of, method: str) -> None:
    client = client_of(None)
    for name, place, needs in pages():
        if needs is not None:
            answer = getattr(client, method)(place)
            assert (answer.status_code, answer.headers.get("Location", "")[:7]) == (302, "/login/"), (name, place)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_refused_exactly_what_is_not_its_own(client_of, role: Role, method: str) -> None:
    client = client_of(role.value)
    client.raise_request_exception = False
    for name, place, needs in pages():
        if needs is None:
            continue
        status = getattr(client, method)(place).status_code
        assert (status == 403) == (role.value not in ROLES[needs].split()), (name, place, status)
        assert status < 500, (name, place, status)


def test_a_form_without_its_token_changes_nothing(account) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(account("owner"))
    for _name, place, needs in pages():
        if needs is not None:
            assert client.post(place).status_code in (403, 405), place
