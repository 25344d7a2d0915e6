"""The reports that pages share."""

from journeyscore.reports.standing import standing
from journeyscore.web.kept import Kept

STANDING = Kept("standing", standing)
"""Where every candidate stands: `reports.standing.SCHEMA`, in the order of the ranking."""

KEPT = (STANDING,)
"""What the worker keeps ready."""
