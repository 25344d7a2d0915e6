"""Putting right what a crash left between the event log and the records."""

from typing import TYPE_CHECKING, Any, cast

from journeyscore.log import EventLog
from journeyscore.records import PartCounts

if TYPE_CHECKING:
    from journeyscore.records.store import Records


def reconcile(log: EventLog, records: "Records", wait: float | None = None) -> int:
    """Count what was landed but not counted, from what the log's commits say; gives the number of parts.

    The lease is taken only where there is something to do. Raises BusyError after `wait` seconds.
    """
    if not any(log.landed(run.id) > run.parts for run in records.imports.unfinished()):
        return 0
    with log.lease.hold("reconcile", wait):
        return sum(_count(log, records, run.id, run.parts) for run in records.imports.unfinished())


def _count(log: EventLog, records: "Records", import_id: str, parts: int) -> int:
    if log.landed(import_id) <= parts:
        return 0
    said = [cast(dict[str, Any], s["part"]) for s in log.metadata(import_id, parts)]
    return sum(records.imports.land(import_id, PartCounts.from_json(part)) for part in said)
