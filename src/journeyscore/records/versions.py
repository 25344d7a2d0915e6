"""The scoring models that were in force, oldest first: their texts as published."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from journeyscore.records import models


@dataclass(frozen=True, slots=True)
class Version:
    """One model that was in force. `author` is an account's number; None: somebody changed the file by hand."""

    number: int
    text: str
    fingerprint: str
    author: int | None
    note: str
    published_at: datetime


class Versions:
    """The versions of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def add(self, text: str, fingerprint: str, author: int | None, note: str, at: datetime) -> Version:
        """Keep a text as the newest version."""
        row = self._all().create(text=text, fingerprint=fingerprint, author=author, note=note, published_at=at)
        return _version(row)

    def newest_first(self) -> list[Version]:
        """All of them."""
        return [_version(row) for row in self._all().order_by("-number")]

    def get(self, number: int) -> Version | None:
        """The version of that number, or None."""
        row = self._all().filter(number=number).first() if 0 < number < 2**63 else None
        return _version(row) if row else None

    def last(self, before: int | None = None) -> Version | None:
        """The newest version, or the newest one before a number."""
        rows = self._all() if before is None else self._all().filter(number__lt=before)
        row = rows.order_by("-number").first()
        return _version(row) if row else None

    def _all(self) -> "QuerySet[models.ModelVersion]":
        return models.ModelVersion.objects.using(self.alias)


def _version(row: models.ModelVersion) -> Version:
    return Version(row.number, row.text, row.fingerprint, row.author, row.note, row.published_at)
