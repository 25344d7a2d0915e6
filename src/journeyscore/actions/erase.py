"""Erasing a person: from the log, the records and the refused rows; and a tombstone, so that they stay away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from shutil import rmtree

from journeyscore.actions.erased_list import add_erased
from journeyscore.actions.mentions import Traces, traces
from journeyscore.actions.reconcile import reconcile
from journeyscore.actions.refused_rows import drop_mentions
from journeyscore.actions.workspace import CACHE, REFUSED, Workspace
from journeyscore.domain.errors import JourneyscoreError, StorageError, UsageError
from journeyscore.domain.event import VISITOR_PREFIX
from journeyscore.intake.keys import candidate_pseudonym
from journeyscore.records.sqlite_copy import BACKUPS, copies


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, or would be: events in the log, people and links in the records, rows in refused files, and
    automatic copies of the records, which go whole."""

    events: int
    people: int
    links: int
    refused_rows: int
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """All that one person is: `persons` are all pseudonyms, `devices` the visitors that nobody else is linked to.

    A device that others use too (a tablet at a fair) goes on: only what it did while it stood for this person goes.
    `known` are the candidates and own devices, which the records forget; `kept_away` has the addresses, too: the
    pseudonyms under which nothing may come in any more.
    """

    persons: frozenset[str]
    devices: frozenset[str]
    known: frozenset[str]
    kept_away: frozenset[str]


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
        group = _group(workspace, candidate, email)
        return _count(workspace, group, _traces(workspace, group))
    with workspace.lease.hold("erase"):
        reconcile(workspace.log, workspace.records)
        group, moment = _group(workspace, candidate, email), now or datetime.now(UTC)
        problem = _listed(workspace, group, moment)
        counted = _erase(workspace, group, moment)
    if problem:
        raise problem
    return counted


def erase_again(workspace: Workspace, stones: Mapping[str, datetime]) -> Erased:
    """Erase whoever was erased under these pseudonyms before the data were put back from a backup."""
    with workspace.lease.hold("erase"):
        reconcile(workspace.log, workspace.records)
        workspace.records.bury_all(stones)
        return _erase(workspace, _buried(workspace, frozenset(stones)), datetime.now(UTC))


def _buried(workspace: Workspace, stones: frozenset[str]) -> Group:
    """All that stands for these people in the present records; nobody else, whoever they were merged with then."""
    links = workspace.records.links
    visitors = {p for p in stones if p.startswith(VISITOR_PREFIX)} | links.visitors_of(stones)
    persons = stones | visitors
    devices = visitors - (links.shared(persons) - stones)
    known = stones | devices
    return Group(persons, frozenset(devices), known, known)


def _erase(workspace: Workspace, group: Group, now: datetime) -> Erased:
    """The records go last: until then the person can be found, and the erasure be finished after a crash."""
    traces = _traces(workspace, group)
    counted = _count(workspace, group, traces)
    workspace.records.bury(group.kept_away, now)
    workspace.log.erase(group.persons, group.devices)
    drop_mentions(workspace.path / REFUSED, traces)
    rmtree(workspace.path / CACHE, ignore_errors=True)
    rmtree(workspace.path / BACKUPS, ignore_errors=True)
    workspace.records.forget(group.known)
    return counted


def _listed(workspace: Workspace, group: Group, now: datetime) -> StorageError | None:
    """Note beside the backups who is erased; that they cannot be reached keeps nobody from being erased here."""
    folder = workspace.backups
    try:
        if folder:
            add_erased(folder, dict.fromkeys(group.kept_away, now))
    except (JourneyscoreError, OSError) as problem:
        return StorageError(
            "the person is erased here, but the list beside the backups could not be written: {reason}; "
            "make a backup as soon as {folder} can be written, or an older one would bring this person back",
            reason=str(problem),
            folder=folder,
        )
    return None


def _count(workspace: Workspace, group: Group, traces: Traces) -> Erased:
    return Erased(
        events=workspace.log.matching(group.persons, group.devices),
        people=len(workspace.records.people.get(group.known)),
        links=workspace.records.links.count(group.known),
        refused_rows=drop_mentions(workspace.path / REFUSED, traces, dry_run=True),
        copies=len(copies(workspace.path)),
    )


def _group(workspace: Workspace, candidate: str | None, email: str | None) -> Group:
    """The person, those merged into them, all their visitors, and a candidate whose key is their address."""
    records, links = workspace.records, workspace.records.links
    one = records.candidate(candidate) if candidate is not None else records.candidate_by_email(str(email))
    persons = set(links.group_of(one))
    addresses = _addresses(workspace, persons)
    for same in records.people.get(addresses - persons):
        persons |= set(links.group_of(links.end_of([same.pseudonym])[same.pseudonym]))
    visitors = {p for p in persons if p.startswith(VISITOR_PREFIX)}
    devices = visitors - links.shared(persons)
    known = frozenset((persons - visitors) | devices)
    return Group(frozenset(persons), frozenset(devices), known, known | addresses)


def _traces(workspace: Workspace, group: Group) -> Traces:
    return traces(workspace.key, group.kept_away, workspace.records.people.get(group.known))


def _addresses(workspace: Workspace, persons: set[str]) -> set[str]:
    """The pseudonyms of these people's addresses: an event may name a person by address alone.

    An address that somebody else has, too, names nobody.
    """
    people = workspace.records.people
    emails = {person.email for person in people.get(persons) if person.email}
    own = (e for e in emails if all(p.pseudonym in persons or p.key == e for p in people.find(email=e)))
    return {candidate_pseudonym(workspace.key, email) for email in own}
