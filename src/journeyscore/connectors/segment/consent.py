"""Consent as it is said with a call: by journeyscore's own script, and by the SDKs of Segment and RudderStack.

A browser that asks not to be tracked (Global Privacy Control, Do Not Track) has none, whatever the page says.
"""

from collections.abc import Mapping
from typing import Any

PURPOSES = frozenset({"analytics", "statistics", "performance", "measurement", "journeyscore", "c0002"})
"""Names that consent managers give to measuring what visitors do; in small letters."""
WITHDRAWN, GIVEN = "consent withdrawn", "consent given"
"""The events that take a consent back, and give it again."""
YES = (True, "true", "1", 1, "granted", "yes")
SIGNALS = ("HTTP_SEC_GPC", "HTTP_DNT")


def objects(environ: Mapping[str, Any]) -> bool:
    """Whether the browser itself asks not to be tracked."""
    return any(str(environ.get(name, "")).strip() == "1" for name in SIGNALS)


def given(call: Mapping[str, Any]) -> bool:
    """Whether the call says that the visitor agreed to being measured.

    `context.consent` is true or has a purpose that is; Segment has `consent.categoryPreferences`, RudderStack
    `consentManagement.allowedConsentIds`. What is denied by one is not given by another.
    """
    context = call.get("context")
    context = context if isinstance(context, dict) else {}
    said = [*_segment(context.get("consent")), *_rudder(context.get("consentManagement"))]
    return bool(said) and all(said)


def is_withdrawal(call: Mapping[str, Any]) -> bool:
    """Whether the call takes a consent back."""
    return _named(call) == WITHDRAWN


def is_consent(call: Mapping[str, Any]) -> bool:
    """Whether the call gives a consent that was taken back."""
    return _named(call) == GIVEN


def _named(call: Mapping[str, Any]) -> str:
    return str(call.get("event", "")).strip().casefold().replace("_", " ")


def _segment(consent: object) -> list[bool]:
    if isinstance(consent, dict):
        preferences = consent.get("categoryPreferences", consent)
        if not isinstance(preferences, dict):
            return [False]
        named = {str(name).casefold(): value in YES for name, value in preferences.items() if _plain(value)}
        return [any(named.get(name, False) for name in PURPOSES)]
    return [] if consent is None else [_plain(consent) and consent in YES]


def _rudder(consent: object) -> list[bool]:
    if not isinstance(consent, dict):
        return []
    allowed, denied = (_names(consent.get(key)) for key in ("allowedConsentIds", "deniedConsentIds"))
    return [bool(PURPOSES & allowed) and not PURPOSES & denied]


def _names(value: object) -> set[str]:
    return {str(one).casefold() for one in value} if isinstance(value, list) else set()


def _plain(value: object) -> bool:
    return isinstance(value, str | bool | int)
