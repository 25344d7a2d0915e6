"""Erasing a person: from the log, the records and the refused rows; and a tombstone, so that they stay away."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from journeyscore.actions.mentions import Traces, traces_of
from journeyscore.actions.reconcile import reconcile
from journeyscore.actions.refused_rows import drop_mentions
from journeyscore.actions.workspace import REFUSED, Workspace
from journeyscore.domain.errors import UsageError
from journeyscore.domain.event import VISITOR_PREFIX

if TYPE_CHECKING:
    from journeyscore.records.store import Records


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, or would be: events in the log, people and links in the records, rows in refused files."""

    events: int
    people: int
    links: int
    refused_rows: int


@dataclass(frozen=True, slots=True)
class Group:
    """All that one person is: `persons` are all pseudonyms, `devices` the visitors that nobody else is linked to.

    A device that others use too (a tablet at a fair) goes on: only what it did while it stood for this person goes.
    """

    persons: frozenset[str]
    devices: frozenset[str]

    @property
    def kept_away(self) -> frozenset[str]:
        """The pseudonyms under which nothing may come in any more."""
        return frozenset(p for p in self.persons if not p.startswith(VISITOR_PREFIX)) | self.devices


def erase(
    workspace: Workspace,
    *,
    candidate: str | None = None,
    email: str | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Erased:
    """Erase the person with the key `candidate` or the address `email`, whole: merged candidates and visitors too.

    Nothing that names them is left in any file of the workspace, and no later import brings them back. After a crash
    it can be run again. Raises NotFoundError, AmbiguousError (naming the keys), BusyError, StorageError.
    """
    if (candidate is None) == (email is None):
        raise UsageError("say whom to erase: by key, or by e-mail address")
    if dry_run:
        group = _group(workspace.records, candidate, email)
        return _count(workspace, group, traces_of(workspace, group.persons))
    with workspace.lease.hold("erase"):
        reconcile(workspace.log, workspace.records)
        return _erase(workspace, _group(workspace.records, candidate, email), now or datetime.now(UTC))


def _erase(workspace: Workspace, group: Group, now: datetime) -> Erased:
    """The records go last: until then the person can be found, and the erasure be finished after a crash."""
    traces = traces_of(workspace, group.persons)
    counted = _count(workspace, group, traces)
    workspace.records.bury(group.kept_away, now)
    workspace.log.erase(group.persons, group.devices)
    drop_mentions(workspace.path / REFUSED, traces)
    workspace.records.forget(group.persons)
    return counted


def _count(workspace: Workspace, group: Group, traces: Traces) -> Erased:
    return Erased(
        events=workspace.log.matching(group.persons, group.devices),
        people=len(workspace.records.people.get(group.persons)),
        links=workspace.records.links.count(group.persons),
        refused_rows=drop_mentions(workspace.path / REFUSED, traces, dry_run=True),
    )


def _group(records: "Records", candidate: str | None, email: str | None) -> Group:
    one = records.candidate(candidate) if candidate is not None else records.candidate_by_email(str(email))
    persons = frozenset(records.links.group_of(one))
    visitors = {p for p in persons if p.startswith(VISITOR_PREFIX)}
    return Group(persons, frozenset(visitors - records.links.shared(persons)))
