"""Reactions and signals in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journeyscore.domain.model import Model
from journeyscore.domain.reaction import Happening, Reaction
from journeyscore.web.bands import bands
from journeyscore.web.templatetags.words import said


def rule_of(rule: Reaction, current: Model) -> str:
    """What the rule waits for."""
    match rule.kind:
        case Happening.ENTERED:
            return _("Somebody becomes “%(band)s” by doing something") % {"band": _band(rule, current)}
        case Happening.FELL:
            return _("Somebody is no longer “%(band)s”") % {"band": _band(rule, current)}
        case Happening.BACK:
            days = ngettext("%(days)d day", "%(days)d days", rule.days) % {"days": rule.days}
            return _("Somebody comes back after %(time)s of silence") % {"time": days}
    hours = ngettext("%(hours)d hour", "%(hours)d hours", rule.hours) % {"hours": rule.hours}
    names = {"start": _touchpoint(rule.start, current), "finish": _touchpoint(rule.finish, current), "time": hours}
    return _("“%(start)s” happens, and “%(finish)s” does not within %(time)s") % names


def title_of(rule: Reaction, facts: Mapping[str, Any], current: Model) -> str:
    """What happened."""
    match rule.kind:
        case Happening.ENTERED:
            return _("became “%(band)s”") % {"band": _band(rule, current)} if rule.band else rule.name
        case Happening.FELL:
            return _("is no longer “%(band)s”") % {"band": _band(rule, current)}
        case Happening.BACK:
            days = facts.get("days", 0)
            return ngettext("is back after %(days)d day", "is back after %(days)d days", days) % {"days": days}
        case Happening.UNFINISHED:
            start, finish = _touchpoint(rule.start, current), _touchpoint(rule.finish, current)
            return _("did “%(start)s”, but not yet “%(finish)s”") % {"start": start, "finish": finish}


def _band(rule: Reaction, current: Model) -> str:
    return next((said(band.label) for band in bands(current) if band.name == rule.band), rule.band)


def _touchpoint(name: str, current: Model) -> str:
    return next((said(t.label) for t in current.touchpoints if t.name == name), name)
