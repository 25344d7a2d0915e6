"""A personal link for each candidate, for a mail tool."""

from collections.abc import Iterator
from datetime import datetime

from journeyscore.actions.workspace import Workspace
from journeyscore.domain.cells import harmless
from journeyscore.domain.link import TrackedLink
from journeyscore.intake.link_tokens import link_token

HEAD = ("key", "email", "name", "link")


def mail_rows(workspace: Workspace, link: TrackedLink, base: str, now: datetime) -> Iterator[tuple[str, ...]]:
    """The rows of HEAD, of every candidate whose address is known; of those merged, one. `base` has no / at its end."""
    merged = set(workspace.records.identity().get_column("person"))
    for person, key, email, _phone, name in workspace.records.people.frame().iter_rows():
        if email and person not in merged:
            token = link_token(workspace.key, link.code, person, now)
            address = f"{base}/r/{link.code}?t={token}"
            yield harmless(key), harmless(email), harmless(name or ""), address
