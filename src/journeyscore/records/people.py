"""People: the only table with names and addresses."""

from collections.abc import Collection, Iterable

import polars as pl
from django.db import IntegrityError
from django.db.models import Q, QuerySet

from journeyscore.domain.errors import InputError
from journeyscore.records import models
from journeyscore.records.shapes import PEOPLE_SCHEMA, Person
from journeyscore.records.sql import FIRST_WINS, NEWEST_WINS, put_rows, slices

FIELDS = ("pseudonym", "key", "email", "phone", "name", "first_seen")


class People:
    """The people of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def put(self, people: pl.DataFrame, newest_wins: bool = True) -> None:
        """Add people (PEOPLE_SCHEMA), or fill in what is known of them; a null never takes anything away.

        With `newest_wins` what is sent replaces what was there; without, it only fills gaps. Addresses are held
        case-folded. Raises InputError where another key has the same pseudonym; nothing is kept then.
        """
        seen = pl.col("first_seen").dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
        rows = (
            people.select("person", "key", "email", "phone", "person_name", seen)
            .sort("person", maintain_order=True)
            .iter_rows()
        )
        try:
            put_rows(self.alias, NEWEST_WINS if newest_wins else FIRST_WINS, _folded(rows))
        except IntegrityError as problem:
            raise self._collision(people) from problem

    def find(self, *, key: str | None = None, email: str | None = None) -> list[Person]:
        """The people with this key, or with this address in any case, by key."""
        wanted = self._all().filter(key=fold_key(key)) if key is not None else self._all()
        if email is not None:
            wanted = wanted.filter(email=fold_email(email))
        return [_person(p) for p in wanted.order_by("key")]

    def search(self, text: str, most: int) -> list[str]:
        """The pseudonyms of people whose name, key or address contains `text`, in any case; at most so many."""
        wanted = Q(name__icontains=text) | Q(key__icontains=text) | Q(email__icontains=text)
        return list(self._all().filter(wanted).values_list("pseudonym", flat=True)[:most])

    def get(self, pseudonyms: Collection[str]) -> list[Person]:
        """The people under these pseudonyms, as far as they are known."""
        return [_person(p) for some in slices(pseudonyms) for p in self._all().filter(pseudonym__in=some)]

    def frame(self, pseudonyms: Collection[str] | None = None) -> pl.DataFrame:
        """person, key, email, phone, person_name of these (None: of all), sorted by pseudonym."""
        columns = FIELDS[:-1]
        if pseudonyms is None:
            rows = list(self._all().values_list(*columns))
        else:
            found = (self._all().filter(pseudonym__in=some).values_list(*columns) for some in slices(pseudonyms))
            rows = [row for some in found for row in some]
        schema = {name: pl.String() for name in PEOPLE_SCHEMA if name != "first_seen"}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("person")

    def count(self) -> int:
        """How many people there are."""
        return int(self._all().count())

    def forget(self, pseudonyms: Collection[str]) -> None:
        """Delete these people."""
        for some in slices(pseudonyms):
            self._all().filter(pseudonym__in=some).delete()

    def _collision(self, people: pl.DataFrame) -> InputError:
        keys: dict[str, set[str]] = {}
        for person, key in people.select("person", "key").iter_rows():
            keys.setdefault(person, set()).add(key)
        for person in self.get(keys):
            keys[person.pseudonym].add(person.key)
        clash = next((sorted(k) for k in keys.values() if len(k) > 1), ["?", "?"])
        return InputError(
            "the candidates {one!r} and {other!r} have the same pseudonym; change one of the keys",
            one=clash[0],
            other=clash[1],
        )

    def _all(self) -> "QuerySet[models.Person]":
        return models.Person.objects.using(self.alias)


def fold_email(email: str) -> str:
    """An address as it is held and looked up: addresses that differ in case only are one."""
    return email.strip().casefold()


def fold_key(key: str) -> str:
    """A key as it is held and looked up: addresses that differ in case only are one candidate, as in intake."""
    return fold_email(key) if "@" in key else key.strip()


def _folded(rows: Iterable[tuple[str | None, ...]]) -> Iterable[tuple[str | None, ...]]:
    for person, key, email, *rest in rows:
        yield person, fold_key(str(key)), fold_email(email) if email else None, *rest


def _person(row: models.Person) -> Person:
    return Person(*(getattr(row, field) for field in FIELDS))
