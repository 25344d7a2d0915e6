"""Keeping the event log quick: many small files become few."""

from journeyscore.actions.workspace import Workspace


def compact(workspace: Workspace) -> int:
    """Merge the log's small files; gives how many were merged. What they were made of stays for a day, for readers."""
    return workspace.log.compact()
