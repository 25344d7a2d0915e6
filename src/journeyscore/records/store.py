"""The records of one data directory, opened."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import DatabaseError, OperationalError, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from journeyscore.domain.database import Postgres, postgres_of
from journeyscore.domain.errors import AmbiguousError, NotFoundError, StorageError, UsageError
from journeyscore.domain.phrase import Phrase, of_machine
from journeyscore.inbox.postgres import harmless
from journeyscore.log.lease import Lease
from journeyscore.records import postgres
from journeyscore.records.care import Care
from journeyscore.records.consents import Consents
from journeyscore.records.destinations import Destinations
from journeyscore.records.imports import Imports
from journeyscore.records.links import Links
from journeyscore.records.models import Tombstone
from journeyscore.records.outbox import Outbox
from journeyscore.records.people import People
from journeyscore.records.reactions import Reactions
from journeyscore.records.setup import FILE
from journeyscore.records.shapes import Person
from journeyscore.records.sqlite_copy import keep_copy
from journeyscore.records.standings import Standings
from journeyscore.records.tracked_links import TrackedLinks
from journeyscore.records.versions import Versions
from journeyscore.records.write_keys import WriteKeys


@dataclass(frozen=True)
class Records:
    """People, identity, imports and tombstones. Each thread has a connection of its own; `close` ends it."""

    path: Path
    alias: str
    place: Postgres | None = field(init=False)
    people: People = field(init=False)
    links: Links = field(init=False)
    imports: Imports = field(init=False)
    care: Care = field(init=False)
    versions: Versions = field(init=False)
    write_keys: WriteKeys = field(init=False)
    standings: Standings = field(init=False)
    reactions: Reactions = field(init=False)
    consents: Consents = field(init=False)
    tracked_links: TrackedLinks = field(init=False)
    destinations: Destinations = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", postgres_of(self.path))
        for name, room in (
            ("people", People),
            ("links", Links),
            ("imports", Imports),
            ("care", Care),
            ("versions", Versions),
            ("write_keys", WriteKeys),
            ("standings", Standings),
            ("reactions", Reactions),
            ("consents", Consents),
            ("tracked_links", TrackedLinks),
            ("destinations", Destinations),
            ("outbox", Outbox),
        ):
            object.__setattr__(self, name, room(self.alias))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing; on disk when this ends. Raises StorageError."""
        with self._stored(), transaction.atomic(using=self.alias):
            yield

    def migrate(self, lease: Lease) -> None:
        """Bring the tables up to date, under the lease; nothing is locked where they are."""
        with self._stored():
            if self.place:
                postgres.make_schema(self.alias, self.place)
            if not self._behind():
                return
            with lease.hold("migrate"):
                executor = MigrationExecutor(connections[self.alias])
                self._keep_copy(executor)
                executor.migrate(self._wanted(executor))

    def _keep_copy(self, executor: MigrationExecutor) -> None:
        """Before records change their shape they are copied, under the name of the first migration that is due."""
        due = [step.name for step, _ in executor.migration_plan(self._wanted(executor))]
        if due and executor.loader.applied_migrations:  # another process may have migrated meanwhile
            if self.place:
                postgres.keep_copy(self.alias, self.place)
            else:
                keep_copy(self.path / FILE, f"before-{due[0]}")

    def database(self) -> str:
        """Which database it is, for people. Raises StorageError where it does not answer."""
        with self._stored(), connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT version()" if self.place else "SELECT sqlite_version()")
            version = str(cursor.fetchone()[0])
        return f"{version.partition(' on ')[0]}, schema {self.place.schema}" if self.place else f"SQLite {version}"

    def in_shape(self) -> bool:
        """Whether the tables can be read, and are of this version. Raises UsageError, StorageError."""
        with self._stored():
            return not self._behind() and Tombstone.objects.using(self.alias).count() >= 0

    def identity(self) -> pl.DataFrame:
        """One row (person, candidate) for each visitor and merged candidate: see `Links.identity`."""
        return self.links.identity()

    def keys(self, pseudonyms: Collection[str]) -> dict[str, str]:
        """The senders' own keys of these candidates, as far as they are known."""
        return {person.pseudonym: person.key for person in self.people.get(pseudonyms)}

    def pseudonym(self, key: str) -> str:
        """The candidate's own pseudonym, merged or not. Raises NotFoundError."""
        found = self.people.find(key=key)
        if not found:
            raise NotFoundError("there is no candidate {key!r}", key=key)
        return found[0].pseudonym

    def candidate(self, key: str) -> str:
        """The pseudonym of the candidate with this key, after merges. Raises NotFoundError."""
        return self._one(self.people.find(key=key), Phrase("there is no candidate {key!r}", key=key))

    def candidate_by_email(self, email: str) -> str:
        """The pseudonym of the candidate with this address, in any case, after merges.

        Raises NotFoundError, and AmbiguousError (naming the keys) where two candidates have it.
        """
        return self._one(
            self.people.find(email=email), Phrase("there is no candidate with the address {email!r}", email=email)
        )

    def _one(self, found: list[Person], nobody: str) -> str:
        ends = self.links.end_of([person.pseudonym for person in found])
        if not ends:
            raise NotFoundError(nobody)
        if len(set(ends.values())) > 1:
            keys = ", ".join(person.key for person in found)
            raise AmbiguousError("more than one candidate answers to that: {keys}; say which, by its key", keys=keys)
        return next(iter(ends.values()))

    def erased(self) -> frozenset[str]:
        """The pseudonyms of everybody who was erased."""
        return frozenset(Tombstone.objects.using(self.alias).values_list("pseudonym", flat=True))

    def is_erased(self, pseudonym: str) -> bool:
        """Whether this is a pseudonym of somebody who was erased."""
        return bool(Tombstone.objects.using(self.alias).filter(pseudonym=pseudonym).exists())

    def bury(self, pseudonyms: Collection[str], at: datetime) -> None:
        """Keep these pseudonyms away for ever."""
        with self.transaction():
            stones = [Tombstone(pseudonym=p, erased_at=at) for p in sorted(pseudonyms)]
            Tombstone.objects.using(self.alias).bulk_create(stones, ignore_conflicts=True, batch_size=10_000)

    def bury_all(self, stones: Mapping[str, datetime]) -> None:
        """Keep these pseudonyms away, each since its own moment."""
        for at in set(stones.values()):
            self.bury([p for p, when in stones.items() if when == at], at)

    def forget(self, pseudonyms: Collection[str]) -> None:
        """Delete these people and every link that names them, so that no byte of them stays in the file."""
        with self.transaction():
            self.people.forget(pseudonyms)
            self.links.forget(pseudonyms)
            self.care.forget(pseudonyms)
            self.standings.forget(pseudonyms)
            self.reactions.forget(pseudonyms)
            self.consents.forget(pseudonyms)
            self.outbox.forget(pseudonyms)
        self.scrub()

    def scrub(self) -> None:
        """Write the database anew, and empty its write-ahead log: nothing deleted can be read from the files."""
        if self.place:
            with self._stored():
                return postgres.scrub(self.alias, self.place)
        with self._stored(), connections[self.alias].cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone()
        if busy:
            raise StorageError("{path}: another command is reading; run this again when it has ended", path=self._where)
        return None

    def close(self) -> None:
        """Close this thread's connection."""
        connections[self.alias].close()

    @property
    def _where(self) -> object:
        return "PostgreSQL" if self.place else self.path / FILE

    def _behind(self) -> bool:
        executor = MigrationExecutor(connections[self.alias])
        known = set(executor.loader.disk_migrations)
        rooms = executor.loader.migrated_apps  # the web application's tables are not for the command line to judge
        applied = executor.loader.applied_migrations
        newer = sorted(name for app, name in applied if app in rooms and (app, name) not in known)
        if newer:
            raise UsageError(
                "{path} was written by a newer version ({name}); install that one",
                path=self._where,
                name=newer[-1],
            )
        return bool(executor.migration_plan(self._wanted(executor)))

    def _wanted(self, executor: MigrationExecutor) -> list[tuple[str, str]]:
        """The last migrations of this room; of all rooms in the web application's own database."""
        return list(executor.loader.graph.leaf_nodes(None if self.alias == "default" else "records"))

    @contextmanager
    def _stored(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as problem:
            reason = harmless(problem) if self.place else of_machine(problem)
            raise StorageError(
                "{path}: {reason}; free some space or check the rights", path=self._where, reason=reason
            ) from problem
        except DatabaseError as problem:
            if "malformed" in str(problem) or "not a database" in str(problem):
                raise StorageError(
                    "{path} is damaged: {reason}; restore a backup", path=self._where, reason=of_machine(problem)
                ) from problem
            raise
