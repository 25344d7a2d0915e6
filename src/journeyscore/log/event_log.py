"""The event log: appended exactly once, compacted, and purged of a person's rows."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.transaction import AddAction, RemoveAction

from journeyscore.domain.event import EVENT_FIELDS, Kind
from journeyscore.log.lease import Lease
from journeyscore.log.part_file import STATISTICS, PartFile, storing, sync, write_part
from journeyscore.log.verdict import Verdict, judge

TYPES: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "time": pl.Datetime("us", "UTC"),
    "date": pl.Date(),
    "flag": pl.Boolean(),
}
SCHEMA = pl.Schema({f.name: TYPES[f.kind] for f in EVENT_FIELDS})
"""The columns of the event log, in order."""

CONFIGURATION = {"delta.dataSkippingStatsColumns": ",".join(STATISTICS)}
METADATA = "journeyscore"
"""The key in a commit under which a batch's own metadata stands."""

TIERS = (10_000, 100_000)
"""Files with fewer rows than a tier are merged once the tier has MERGE_FROM of them."""
MERGE_FROM = 8
OVERRULED = "said_to_be_people"
"""The flag of an event that was judged to be a machine's, until somebody said otherwise."""
KEEP_FOR_READERS = 24
"""Hours that a compacted file stays, for a reader that has just listed it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is landed as one: `number` counts up from 1 within `id`; `metadata` (JSON) is kept with the commit."""

    id: str
    number: int
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Landed:
    """What a batch did: the verdict on its events, and whether it had been landed before (then nothing was done)."""

    verdict: Verdict
    before: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The log at one version: its files (absolute paths), number of events, and first and last local day."""

    version: int
    files: tuple[str, ...]
    count: int
    first_day: date | None
    last_day: date | None


class EventLog:
    """The Delta table in the folder `path`. Reading locks nothing; writing holds the `lease` (by default `../lock`)."""

    def __init__(self, path: Path, lease: Lease | None = None) -> None:
        self.path = path
        self.lease = lease or Lease(path.parent / "lock")
        self._opened = threading.local()

    def exists(self) -> bool:
        """Whether the table has been made."""
        return DeltaTable.is_deltatable(self._uri)

    def create(self) -> None:
        """Make the table, if it is not there yet."""
        if self.exists():
            return
        with self.lease.hold("init"):
            self.path.mkdir(parents=True, exist_ok=True)
            empty = pl.DataFrame(schema=SCHEMA).to_arrow(compat_level=pl.CompatLevel.oldest())
            DeltaTable.create(self._uri, empty.schema, mode="ignore", configuration=CONFIGURATION)
            self._sync_log(0.0)

    @property
    def version(self) -> int:
        """The number of the newest commit."""
        return self._table().version()

    def span(self) -> Span:
        """Files, count and days, all of the same version, from the table's log alone."""
        table = self._table()
        adds = _adds(table)
        files = tuple(str(self.path / name) for name in adds.get_column("path"))
        days = adds.select(pl.min("first_day"), pl.max("last_day")).row(0)
        return Span(table.version(), files, int(adds.get_column("rows").sum()), *days)

    def files(self) -> list[str]:
        """The paths of the Parquet files that make up the log now."""
        return list(self.span().files)

    def current(self) -> list[Path]:
        """Every file that the newest version needs: a copy of them is a log of its own. The lease is held."""
        folder = self.path / "_delta_log"
        last = folder / "_last_checkpoint"
        since = int(json.loads(last.read_text("utf-8"))["version"]) if last.exists() else 0
        numbered = (file for file in sorted(folder.iterdir()) if file.name[:20].isdigit())
        commits = [file for file in numbered if int(file.name[:20]) >= since and file.suffix != ".tmp"]
        return [*map(Path, self.files()), *commits, *([last] if last.exists() else [])]

    def count(self) -> int:
        """How many events there are."""
        return self.span().count

    def first_day(self) -> date | None:
        """The first local day with an event, or None."""
        return self.span().first_day

    def last_day(self) -> date | None:
        """The last local day with an event, or None."""
        return self.span().last_day

    def judge(self, events: pl.DataFrame, more: Sequence[str] = ()) -> Verdict:
        """Which events are new, against the log and against `more` Parquet files (event_id, fingerprint)."""
        return judge(events, [*self.files(), *more])

    def append(self, events: pl.DataFrame, batch: Batch) -> Landed:
        """Land what is new of `events` (the columns of EVENT_FIELDS, and any others, which are left out), once.

        When this returns the events are on disk. The same batch again does nothing. Raises BusyError, StorageError.
        """
        with self.lease.hold("append"):
            if self.landed(batch.id) >= batch.number:
                return Landed(Verdict(events.clear(), events, events.clear()), before=True)
            verdict = self.judge(events)
            self.land(verdict.accepted, batch)
            return Landed(verdict)

    def land(self, events: pl.DataFrame, batch: Batch) -> bool:
        """Append `events` that were judged to be new under the same lease.

        False if there was nothing to do: no events, or a batch that was landed before.
        """
        with self.lease.hold("append"):
            if events.is_empty() or self.landed(batch.id) >= batch.number:
                return False
            # a person's events side by side: grouping by person finds them in the cache (measured: a third faster)
            rows = events.select(SCHEMA.names()).match_to_schema(SCHEMA).sort("person", "occurred_at")
            part = write_part(self.path, rows)
            metadata = {METADATA: json.dumps({"id": batch.id, "number": batch.number, **batch.metadata})}
            self._commit([part.add_action(True)], metadata, [Transaction(batch.id, batch.number)])
            return True

    def landed(self, batch_id: str) -> int:
        """The number of the last batch under this id that is in the log, or 0."""
        return self._table().transaction_version(batch_id) or 0

    def metadata(self, batch_id: str, after: int) -> list[dict[str, object]]:
        """The metadata of the batches under `batch_id` with a number above `after`, oldest first."""
        found: list[dict[str, object]] = []
        for commit in self._table().history():
            said = json.loads(commit.get(METADATA, "{}"))
            if said.get("id") == batch_id:
                if said["number"] <= after:
                    break
                found.append(said)
        return found[::-1]

    def added_since(self, version: int) -> list[str] | None:
        """The files that were appended after this version, some of which may have been merged into others since.

        None where that cannot be told: events were erased meanwhile, or the table's log does not reach so far back.
        """
        files: list[str] = []
        for number in range(version + 1, self.version + 1):
            try:
                lines = (self.path / "_delta_log" / f"{number:020}.json").read_text(encoding="utf-8").splitlines()
            except FileNotFoundError:
                return None
            for said in map(json.loads, filter(None, lines)):
                if said.get("remove", {}).get("dataChange"):
                    return None
                if said.get("add", {}).get("dataChange"):
                    files.append(str(self.path / said["add"]["path"]))
        return files

    def compact(self) -> int:
        """Merge small files, so that their number stays bounded; gives how many were merged.

        A file that is merged away stays for a day, for readers that have listed it.
        """
        with self.lease.hold("compact"):
            groups = _small_groups(_adds(self._table()))
            for names in groups:
                whole = write_part(self.path, pl.scan_parquet([self.path / n for n in names], glob=False))
                self._commit([whole.add_action(False), *_removals(names, False)], {})
            if groups:
                self._table().vacuum(KEEP_FOR_READERS, dry_run=False, enforce_retention_duration=False, full=True)
            return sum(len(names) for names in groups)

    def matching(self, persons: Set[str], visitors: Set[str] | None = None) -> int:
        """How many events `erase` would delete."""
        hits = [_hits(Path(f), persons, persons if visitors is None else visitors) for f in self.files()]
        return sum(hits)

    def erase(self, persons: Set[str], visitors: Set[str] | None = None) -> int:
        """Delete, physically, every event of which `person` is in `persons` or `visitor` in `visitors`.

        `visitors` is `persons` where it is None. Gives the number of events deleted. Every file that the log does not
        use any more is removed at once: a query that runs meanwhile may have to be asked again.
        """
        devices = persons if visitors is None else visitors
        with self.lease.hold("erase"):
            hits = {n: _hits(self.path / n, persons, devices) for n in _adds(self._table()).get_column("path")}
            names = [n for n, rows in hits.items() if rows]
            kept = [part for n in names if (part := self._without(n, persons, devices)).rows]
            if names:
                self._commit([*(p.add_action(True) for p in kept), *_removals(names, True)], {})
            self._remove_unused()
            return sum(hits.values())

    def rejudge(self, which: pl.Expr, machine: bool) -> int:
        """Write another judgement into the events where `which` holds: that people did it, and no machines; or that
        back, for those of which people said so. Gives the number of events changed.
        """
        overruled = pl.col("flags").fill_null("").str.contains(OVERRULED, literal=True)
        wrong = (pl.col("machine") != machine) & (overruled if machine else pl.lit(True))
        change = which.fill_null(False) & wrong
        with self.lease.hold("rejudge"):
            names = [n for n in _adds(self._table()).get_column("path") if _count(self.path / n, change)]
            number = sum(_count(self.path / n, change) for n in names)
            parts = [write_part(self.path, self._judged(n, change, machine)) for n in names]
            if names:
                self._commit([*(p.add_action(True) for p in parts), *_removals(names, True)], {})
            return number

    def _judged(self, name: str, change: pl.Expr, machine: bool) -> pl.LazyFrame:
        said = pl.col("flags").fill_null("").str.replace(OVERRULED, "", literal=True).str.strip_chars()
        flags = said if machine else pl.concat_str(said, pl.lit(OVERRULED), separator=" ").str.strip_chars()
        rows = pl.scan_parquet(self.path / name, glob=False)
        return rows.with_columns(
            pl.when(change).then(pl.lit(machine)).otherwise("machine").alias("machine"),
            pl.when(change).then(pl.when(flags != "").then(flags)).otherwise("flags").alias("flags"),
        )

    def _without(self, name: str, persons: Set[str], visitors: Set[str]) -> PartFile:
        rows = pl.scan_parquet(self.path / name, glob=False).filter(~_is_of(persons, visitors))
        return write_part(self.path, rows)

    def _remove_unused(self) -> None:
        """Remove every Parquet file that is not part of the log: old versions and what a crash left."""
        used = set(self.files())
        for file in self.path.glob("*.parquet"):
            if str(file) not in used:
                file.unlink()
        sync([self.path])

    def _table(self) -> DeltaTable:
        """The table as it is now. Each thread reads of its log only what is new: the whole grows."""
        known: DeltaTable | None = getattr(self._opened, "table", None)
        if known is None:
            known = self._opened.table = DeltaTable(self._uri)
        else:
            known.update_incremental()
        return known

    @property
    def _uri(self) -> str:
        return self.path.absolute().as_uri()

    def _commit(
        self,
        actions: list[AddAction | RemoveAction],
        metadata: dict[str, str],
        transactions: list[Transaction] | None = None,
    ) -> None:
        """Commit, and force the table's log to the disk. The Parquet files have been synced before."""
        table = self._table()
        start = time.time()
        properties = CommitProperties(custom_metadata=metadata, app_transactions=transactions)
        commit = self._committer(table, actions, properties)
        storing(self.path / "_delta_log" / f"{table.version() + 1:020}.json.tmp", commit)
        self._sync_log(start - 1)

    def _committer(
        self, table: DeltaTable, actions: list[AddAction | RemoveAction], properties: CommitProperties
    ) -> Callable[[], None]:
        def commit() -> None:
            table.create_write_transaction(actions, "append", table.schema(), commit_properties=properties)

        return commit

    def _sync_log(self, since: float) -> None:
        folder = self.path / "_delta_log"
        sync([*(f for f in folder.iterdir() if f.stat().st_mtime >= since), folder, self.path, self.path.parent])


def _adds(table: DeltaTable) -> pl.DataFrame:
    """The files of the table: path, rows, first_day, last_day."""
    adds = pl.DataFrame(table.get_add_actions(flatten=True))
    wanted = {"path": pl.String, "num_records": pl.Int64, "min.day": pl.Date, "max.day": pl.Date}
    columns = [(pl.col(c) if c in adds.columns else pl.lit(None)).cast(t).alias(c) for c, t in wanted.items()]
    return adds.select(columns).rename({"num_records": "rows", "min.day": "first_day", "max.day": "last_day"})


def _small_groups(adds: pl.DataFrame) -> list[list[str]]:
    """The files to merge, smallest first: per tier of sizes, if it has many."""
    groups, floor = [], 0
    for tier in TIERS:
        names = adds.filter(pl.col("rows") >= floor, pl.col("rows") < tier).get_column("path").to_list()
        if len(names) >= MERGE_FROM:
            groups.append(names)
        floor = tier
    return groups


def _removals(names: Sequence[str], data_change: bool) -> Iterator[RemoveAction]:
    now = time.time_ns() // 1_000_000
    return (RemoveAction(name, data_change, now) for name in names)


def _is_of(persons: Set[str], visitors: Set[str]) -> pl.Expr:
    by_person = pl.col("person").is_in(pl.Series(sorted(persons), dtype=pl.String).implode())
    by_visitor = pl.col("visitor").is_in(pl.Series(sorted(visitors), dtype=pl.String).implode())
    return by_person | by_visitor.fill_null(False)


def _hits(path: Path, persons: Set[str], visitors: Set[str]) -> int:
    return _count(path, _is_of(persons, visitors))


def _count(path: Path, which: pl.Expr) -> int:
    rows = pl.scan_parquet(path, glob=False).filter(which)
    return int(rows.select(pl.len()).collect(engine="streaming").item())
