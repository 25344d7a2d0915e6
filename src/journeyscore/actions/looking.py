"""What reports look at: the events and the identity map of a data directory as they are now."""

from collections.abc import Collection
from datetime import date

import polars as pl

from journeyscore.actions.workspace import Workspace
from journeyscore.engines.duck import DuckEngine
from journeyscore.log.event_log import SCHEMA
from journeyscore.reports.snapshot import Snapshot


def look(workspace: Workspace, today: date) -> Snapshot:
    """Everybody."""
    return _snapshot(workspace, workspace.records.identity(), today)


def look_at(workspace: Workspace, candidates: Collection[str], today: date) -> Snapshot:
    """These candidates' events only, and who stands for whom among those who hang together with them."""
    return _snapshot(workspace, workspace.records.links.identity_around(*candidates), today).of(*candidates)


def _snapshot(workspace: Workspace, identity: pl.DataFrame, today: date) -> Snapshot:
    log = workspace.log.span()
    events = list(log.files) or pl.DataFrame(schema=SCHEMA)
    return Snapshot(DuckEngine(), events, identity, log.first_day or today)
