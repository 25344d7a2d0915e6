"""Identity: visitors that became known, and candidates that turned out to be one."""

from collections.abc import Collection, Iterator
from datetime import datetime

import polars as pl
from django.db.models import Max, Q, QuerySet

from journeyscore.domain.errors import NotFoundError, UsageError
from journeyscore.domain.event import VISITOR_PREFIX
from journeyscore.records.models import Link
from journeyscore.records.resolve import IDENTITY_SCHEMA, merged_into, resolve
from journeyscore.records.sql import AT_ONCE, LINK, put_rows, slices

BY_EVENT, BY_PERSON = "event", "merge"

FEW = 20
"""For so many it is faster to look around each of them than to read every merge."""


class Links:
    """The links of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def add(self, links: pl.DataFrame, made_at: datetime) -> None:
        """Links as events gave them: person, candidate, occurred_at.

        A known one can only become older, and one that was undone stays so.
        """
        since = pl.col("occurred_at").dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
        rows = links.select("person", "candidate", since).sort("person", "candidate").iter_rows()
        at = made_at.replace(tzinfo=None).isoformat(sep=" ")
        put_rows(self.alias, LINK, ((*row, BY_EVENT, at) for row in rows), key=2)

    def merge(self, winner: str, loser: str, at: datetime) -> None:
        """From now on `loser` (a pseudonym) stands for `winner`. Again: nothing. Raises UsageError for a circle."""
        into = self._merges()
        link = self._all().filter(person=loser, candidate=winner).first()
        if link and link.undone_at is None:
            return
        if into.get(winner, winner) == loser:
            raise UsageError("these two are merged already, the other way round; undo that merge first")
        if loser in into:
            raise UsageError("the one to be merged was merged into another candidate before; undo that merge first")
        self._all().update_or_create(
            person=loser,
            candidate=winner,
            defaults={"undone_at": None, "made_by": BY_PERSON, "made_at": at},
            create_defaults={"since": at, "made_by": BY_PERSON, "made_at": at},
        )

    def undo_merge(self, winner: str, loser: str, at: datetime) -> None:
        """Both are themselves again; events that say otherwise do not merge them again. Raises NotFoundError."""
        if not self._active().filter(person=loser, candidate=winner).update(undone_at=at):
            raise NotFoundError("these two were not merged")

    def identity(self) -> pl.DataFrame:
        """One row (person, candidate) for each visitor and merged candidate; the candidate stands for nobody else.

        A visitor with several links belongs to the earliest one (by the event's time, then by pseudonym). Merges that
        somebody made go before what events say.
        """
        return resolve(self._pairs(self._active()))

    def identity_around(self, *candidates: str) -> pl.DataFrame:
        """The rows of `identity` for whoever hangs together with these candidates: no need to read every link."""
        around, new = set(candidates), set(candidates)
        while new:
            found = {name for naming in self._pairs_naming(new) for pair in naming for name in pair}
            new = found - around
            around |= new
        if len(around) > AT_ONCE:
            return self.identity()
        naming = Q(person__in=around) | Q(candidate__in=around)
        return resolve(self._pairs(self._active().filter(naming)))

    def _pairs_naming(self, persons: Collection[str]) -> Iterator[list[tuple[str, str]]]:
        for some in slices(persons):
            naming = self._active().filter(Q(person__in=some) | Q(candidate__in=some))
            yield list(naming.values_list("person", "candidate"))

    def group_of(self, candidate: str) -> list[str]:
        """The pseudonym, and all that stand for it, itself first."""
        identity = self.identity_around(candidate)
        return [candidate, *identity.filter(pl.col("candidate") == candidate).get_column("person").to_list()]

    def end_of(self, persons: Collection[str]) -> dict[str, str]:
        """The candidate that each of these candidates stands for, itself if it was not merged."""
        into = dict(self.identity_around(*persons).iter_rows()) if len(persons) <= FEW else self._merges()
        return {person: into.get(person, person) for person in persons}

    def shared(self, persons: Collection[str]) -> set[str]:
        """The visitors among `persons` that are linked, too, to a candidate who is not."""
        elsewhere = (
            self._active().filter(person__in=some).values_list("person", "candidate") for some in slices(persons)
        )
        return {person for some in elsewhere for person, candidate in some if candidate not in persons}

    def visitors_of(self, candidates: Collection[str]) -> set[str]:
        """The visitors that are linked to one of these candidates themselves, and not by a merge."""
        pairs = (pair for naming in self._pairs_naming(candidates) for pair in naming)
        return {person for person, candidate in pairs if candidate in candidates and person[0] == VISITOR_PREFIX}

    def count(self, persons: Collection[str]) -> int:
        """How many links name one of these."""
        return sum(1 for _ in self._naming(persons))

    def forget(self, persons: Collection[str]) -> None:
        """Delete the links that name one of these."""
        for some in slices(self._naming(persons)):
            self._all().filter(id__in=some).delete()

    def newest(self) -> datetime | None:
        """When a link was last made or undone; None where there are none."""
        # asked apart, each is one look into an index
        undone = self._all().filter(undone_at__isnull=False).aggregate(at=Max("undone_at"))["at"]
        found = (self._all().aggregate(at=Max("made_at"))["at"], undone)
        return max((at for at in found if at), default=None)

    def changed_since(self, at: datetime | None) -> set[str]:
        """Everybody whom a link names that was made or undone at that moment or later; all, where it is None."""
        found = self._all() if at is None else self._all().filter(Q(made_at__gte=at) | Q(undone_at__gte=at))
        return {name for pair in found.values_list("person", "candidate") for name in pair}

    def _naming(self, persons: Collection[str]) -> set[int]:
        names = (Q(person__in=some) | Q(candidate__in=some) for some in slices(persons))
        return {link for name in names for link in self._all().filter(name).values_list("id", flat=True)}

    def _merges(self) -> dict[str, str]:
        pairs = self._pairs(self._active().filter(person__startswith="c"))
        return merged_into(pairs.rows())

    def _pairs(self, links: "QuerySet[Link]") -> pl.DataFrame:
        ranked = links.order_by("-made_by", "since", "candidate", "person").values_list("person", "candidate")
        return pl.DataFrame(list(ranked), schema=IDENTITY_SCHEMA, orient="row")

    def _active(self) -> "QuerySet[Link]":
        return self._all().filter(undone_at=None)

    def _all(self) -> "QuerySet[Link]":
        return Link.objects.using(self.alias)
