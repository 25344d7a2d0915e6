"""Tracked links: the short address that keeps the click and sends on."""

from journeyscore.connectors.links.redirect import Desk, Redirect

__all__ = ["Desk", "Redirect"]
