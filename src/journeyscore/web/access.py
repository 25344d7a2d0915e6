"""Who may do what: roles, what each may do, and the mark that every page carries."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


class Role(StrEnum):
    """What somebody is to the employer."""

    OWNER = "owner"
    MARKETER = "marketer"
    RECRUITER = "recruiter"
    VIEWER = "viewer"
    PRIVACY = "privacy"


class Can(StrEnum):
    """Something that can be done."""

    SEE = "see"
    SEE_PEOPLE = "see_people"  # names, addresses and notes
    HANDLE = "handle"  # assign, note, snooze, handled, log a conversation
    CHANGE_MODEL = "change_model"
    IMPORT = "import"
    EXPORT = "export"
    MERGE = "merge"
    ERASE = "erase"
    SEE_AUDIT = "see_audit"
    MANAGE = "manage"  # accounts, keys


ALLOWED: dict[Role, frozenset[Can]] = {
    Role.OWNER: frozenset(Can),
    Role.MARKETER: frozenset(
        {Can.SEE, Can.SEE_PEOPLE, Can.HANDLE, Can.CHANGE_MODEL, Can.IMPORT, Can.EXPORT, Can.MERGE}
    ),
    Role.RECRUITER: frozenset({Can.SEE, Can.SEE_PEOPLE, Can.HANDLE, Can.EXPORT, Can.MERGE}),
    Role.VIEWER: frozenset({Can.SEE}),
    Role.PRIVACY: frozenset({Can.SEE, Can.SEE_PEOPLE, Can.EXPORT, Can.ERASE, Can.SEE_AUDIT}),
}


def may(account: Any, can: Can) -> bool:
    """Whether this account (or nobody) may do that."""
    return bool(account.is_authenticated and account.is_active and can in ALLOWED[Role(account.role)])


def needs(can: Can) -> Callable[[View], View]:
    """Mark a page with what it needs. Nobody is asked to log in; somebody without the right gets a 403."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect(f"/login/?next={request.path}")
            if not may(request.user, can):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.needs = can  # type: ignore[attr-defined]
        return guarded

    return mark


def for_everybody(view: View) -> View:
    """Mark a page that needs no login."""
    view.needs = None  # type: ignore[attr-defined]
    return view
