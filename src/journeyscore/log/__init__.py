"""The event log: a Delta table of Parquet, written by one process at a time and read by anybody."""

from journeyscore.log.event_log import Batch, EventLog, Landed, Span
from journeyscore.log.lease import Lease, Owner
from journeyscore.log.verdict import Verdict

__all__ = ["Batch", "EventLog", "Landed", "Lease", "Owner", "Span", "Verdict"]
