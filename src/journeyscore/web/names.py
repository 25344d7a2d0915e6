"""What a candidate is called on a page, for this reader."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from journeyscore.records.shapes import Person
from journeyscore.web.access import Can, may
from journeyscore.web.workspace import workspace


@dataclass(frozen=True, slots=True)
class Called:
    """A candidate's name, and what stands under it in small letters."""

    name: str
    under: str = ""


def called(request: HttpRequest, pseudonyms: Collection[str]) -> dict[str, Called]:
    """Names for all of these: to who may see people their own, to others the end of the pseudonym."""
    known = {p.pseudonym: p for p in workspace().records.people.get(pseudonyms)} if _may(request) else {}
    return {pseudonym: _called(pseudonym, known.get(pseudonym)) for pseudonym in pseudonyms}


def _may(request: HttpRequest) -> bool:
    return may(request.user, Can.SEE_PEOPLE)


def _called(pseudonym: str, person: Person | None) -> Called:
    if person is None:
        return Called(_("Candidate %(end)s") % {"end": pseudonym[-4:]})
    return Called(person.name, person.key) if person.name else Called(person.key, person.email or "")
