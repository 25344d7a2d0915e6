"""Importing a file: read, judged, landed, counted; again, and nothing is added."""

import hashlib
import re
import tempfile
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from journeyscore.actions import parts as file_parts
from journeyscore.actions.landing import DryLanding, Landing, RealLanding
from journeyscore.actions.parts import ahead, parts
from journeyscore.actions.reconcile import reconcile
from journeyscore.actions.spool import Spool
from journeyscore.actions.taking import Taking
from journeyscore.actions.workspace import REFUSED, Workspace
from journeyscore.connectors.files import open_file
from journeyscore.connectors.files.chunk import SentFile
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.refused import write_refused
from journeyscore.intake.batch import Context
from journeyscore.log.part_file import storing, sync
from journeyscore.records import ImportRun, PartCounts

DEFAULT_SOURCE = "import"
"""Not the name of the file: a file that was renamed must not count twice."""

Progress = Callable[[int, int | None], None]
"""Told the rows done, and the rows in all where the file says."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of every row: received == accepted + duplicate + refused.

    `reasons` counts the refused rows; `refused_file` has them as they stood. `seen_before`: when a file with the same
    content was imported last. `notes` and `unused` (columns) come from the reader.
    """

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    refused_file: Path | None = None
    seen_before: datetime | None = None
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def import_file(
    workspace: Workspace,
    path: Path,
    *,
    mapping: Mapping | None = None,
    source: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Imported:
    """Take in every event of the file `path`; `dry_run` says what would become of it, and changes nothing.

    An import of the same content, mapping and source that was interrupted is taken up where it ended; the answer is
    then about both together. `now` (aware) is the moment of receipt. Raises InputError for a file that cannot be read,
    BusyError, StorageError.
    """
    sent = open_file(path, mapping)
    name = source or (mapping and mapping.source) or DEFAULT_SOURCE
    run = ImportRun(uuid.uuid4().hex, path.name, sent.sha256, name, _fingerprint(mapping), now or datetime.now(UTC))
    seen = workspace.records.imports.seen(sent.sha256)
    found = _dry(workspace, sent, run, progress) if dry_run else _real(workspace, sent, run, progress)
    return _imported(found, sent, seen.ended if seen else None)


def _real(workspace: Workspace, sent: SentFile, new: ImportRun, progress: Progress | None) -> ImportRun:
    records = workspace.records
    with workspace.lease.hold(f"import {new.file_name}"):
        reconcile(workspace.log, records)
        run = _interrupted(workspace, new) or records.imports.begin(new)
        spool = Spool.of(workspace.path / REFUSED, run.id)
        taking = _taking(workspace, new)
        landing = RealLanding(workspace, run, taking, new.started, _day(workspace, new), spool)
        for _ in _land(landing, sent, taking, run, progress):
            pass
        refused_file = publish_refused(workspace, run, spool)
        spool.clear()
        workspace.log.compact()
        records.imports.end(run.id, new.started, str(refused_file or ""))
        return records.imports.get(run.id)


def _dry(workspace: Workspace, sent: SentFile, new: ImportRun, progress: Progress | None) -> ImportRun:
    run = _interrupted(workspace, new) or new
    taking = _taking(workspace, new)
    with tempfile.TemporaryDirectory(prefix="journeyscore-") as folder:
        landing = DryLanding(workspace, taking, _day(workspace, new), Path(folder))
        for counts in _land(landing, sent, taking, run, progress):
            run = run.plus(counts)
    return run


def _land(
    landing: Landing, sent: SentFile, taking: Taking, run: ImportRun, progress: Progress | None
) -> Iterable[PartCounts]:
    done = run.received
    for part in ahead(parts(sent.chunks(file_parts.CHUNK_ROWS), taking, run.last_row)):
        yield landing.land(part)
        done += part.received
        if progress:
            progress(done, sent.rows)


def _taking(workspace: Workspace, run: ImportRun) -> Taking:
    zone, erased = workspace.settings.time_zone, workspace.records.erased()
    return Taking(Context(workspace.key, zone, run.source, run.started, erased))


def _day(workspace: Workspace, run: ImportRun) -> date:
    """The local day of receipt."""
    return run.started.astimezone(ZoneInfo(workspace.settings.time_zone)).date()


def _interrupted(workspace: Workspace, new: ImportRun) -> ImportRun | None:
    """An import that began as this one and did not come to its end."""
    same = [r for r in workspace.records.imports.unfinished() if _identity(r) == _identity(new)]
    return same[-1] if same else None


def _identity(run: ImportRun) -> tuple[str, str, str]:
    return run.sha256, run.source, run.mapping


def _fingerprint(mapping: Mapping | None) -> str:
    return hashlib.sha256(repr(mapping).encode()).hexdigest()


def publish_refused(workspace: Workspace, run: ImportRun, spool: Spool) -> Path | None:
    """The refused rows as a file that can be repaired and imported; None where nothing was kept."""
    name = re.sub(r"[^\w.-]+", "_", Path(run.file_name).stem)[:60]
    path = workspace.path / REFUSED / f"{name}-{run.id[:8]}.csv"
    kept = list(spool.parts())
    if not kept:  # or they were published just before a crash
        return path if path.exists() else None
    raw = pl.concat((raw for raw, _ in kept), how="diagonal_relaxed")
    why = pl.concat(why for _, why in kept)
    storing(path, lambda: write_refused(path, raw, why))
    sync([path, path.parent])
    return path


def _imported(run: ImportRun, sent: SentFile, seen_before: datetime | None) -> Imported:
    return Imported(
        received=run.received,
        accepted=run.accepted,
        duplicate=run.duplicate,
        refused=run.refused,
        reasons=dict(run.reasons),
        refused_file=Path(run.refused_file) if run.refused_file else None,
        seen_before=seen_before,
        notes=sent.notes,
        unused=sent.unused,
    )
