"""Two candidates who are one person, and two who turn out not to be."""

from datetime import UTC, datetime

from journeyscore.actions.workspace import Workspace
from journeyscore.domain.errors import NotFoundError, UsageError


def merge(workspace: Workspace, candidate: str, other: str, now: datetime | None = None) -> None:
    """From now on `other` (a key) is the same person as `candidate`: the events of both are scored together.

    No event is changed, so that it can be undone. Merging twice does nothing. Raises NotFoundError, UsageError.
    """
    winner, loser = _pair(workspace, candidate, other)
    with workspace.lease.hold("merge"):
        workspace.records.links.merge(winner, loser, now or datetime.now(UTC))


def undo_merge(workspace: Workspace, candidate: str, other: str, now: datetime | None = None) -> None:
    """`other` and `candidate` are two people again. Raises NotFoundError where they were not merged."""
    winner, loser = _pair(workspace, candidate, other)
    with workspace.lease.hold("merge"):
        try:
            workspace.records.links.undo_merge(winner, loser, now or datetime.now(UTC))
        except NotFoundError:
            raise NotFoundError(
                "{other!r} was not merged into {candidate!r}", other=other, candidate=candidate
            ) from None


def _pair(workspace: Workspace, candidate: str, other: str) -> tuple[str, str]:
    winner, loser = workspace.records.pseudonym(candidate), workspace.records.pseudonym(other)
    if winner == loser:
        raise UsageError("{candidate!r} and {other!r} are the same key; give two", candidate=candidate, other=other)
    return winner, loser
