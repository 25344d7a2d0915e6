"""The one data directory that this process serves."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from journeyscore.actions.workspace import Workspace, open_workspace


@cache
def workspace() -> Workspace:
    """The open data directory."""
    return open_workspace(settings.DATA_DIR)


def zone() -> ZoneInfo:
    """The employer's time zone."""
    return ZoneInfo(workspace().settings.time_zone)


def today() -> date:
    """Today, where the employer is."""
    return datetime.now(zone()).date()
