"""Who took their consent back."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from journeyscore.records.models import Withdrawn
from journeyscore.records.sql import slices


class Consents:
    """The withdrawals of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def withdrawn(self) -> set[str]:
        """The pseudonyms of everybody whose consent is taken back."""
        return set(self._all().values_list("pseudonym", flat=True))

    def withdraw(self, person: str, at: datetime) -> None:
        """From `at` on nothing may be kept."""
        self._all().update_or_create(pseudonym=person, defaults={"at": at})

    def give(self, person: str) -> None:
        """From now on things may be kept again."""
        self._all().filter(pseudonym=person).delete()

    def forget(self, persons: Collection[str]) -> None:
        """Delete what is known of these."""
        for some in slices(persons):
            self._all().filter(pseudonym__in=some).delete()

    def _all(self) -> "QuerySet[Withdrawn]":
        return Withdrawn.objects.using(self.alias)
