"""Live intake of this data directory: the door before it, and the lander behind it."""

import logging
import threading
from contextlib import suppress
from functools import cache, partial
from time import monotonic

from django.conf import settings

from journeyscore.actions.follow import follow, look_for_unfinished
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.connectors.links import Desk, Redirect
from journeyscore.connectors.segment import Door, Sender
from journeyscore.domain.errors import BusyError
from journeyscore.inbox import Inbox, Writer, open_inbox
from journeyscore.web.workspace import workspace

REST = 0.2
"""Seconds between two looks into an empty inbox."""
BETWEEN_LOOKS = 60.0
"""Seconds between two looks for what somebody began and left."""
LANDED = threading.Event()
"""Something was landed by this process. What others land is seen by looking."""
PATIENCE = 1.0
"""Seconds that somebody who clicks a link waits for the disk."""
log = logging.getLogger(__name__)


@cache
def inbox() -> Inbox:
    """The inbox."""
    return open_inbox(workspace().path)


@cache
def writer() -> Writer:
    """The one writer of this process."""
    return Writer(inbox())


@cache
def make_door() -> Door:
    """The door of this process."""
    return Door(_sender, writer().put, proxied=settings.SECURE_PROXY_SSL_HEADER is not None)


def make_redirect(forwarded: bool) -> Redirect:
    """What answers tracked links in this process. `forwarded`: a proxy stands before it."""
    opened = workspace()
    records, keep = opened.records, partial(writer().put, patience=PATIENCE)
    links, language = records.tracked_links, opened.settings.language
    return Redirect(Desk(links.find, links.hosts, records.is_erased, keep, opened.key, language, forwarded))


def _sender(text: str) -> Sender | None:
    key = workspace().records.write_keys.find(text)
    return Sender(key.source, key.kind, key.origins, key.consent) if key else None


def land_until(stop: threading.Event) -> None:
    """Land what comes in until `stop` is set. While somebody else writes, letters wait where they are safe."""
    while not stop.is_set():
        landed = 0
        try:
            with suppress(BusyError):
                landed = land_inbox(workspace(), inbox(), wait=0).letters
        except Exception:
            log.exception("the lander could not go on; it tries again")
            stop.wait(REST * 10)
        if not landed:
            stop.wait(REST)
        if landed:
            LANDED.set()
    inbox().close()
    workspace().close()


def follow_until(stop: threading.Event) -> None:
    """Notice what comes of the events in the log until `stop` is set; and, now and then, what does not come."""
    looked = 0.0
    while not stop.is_set():
        LANDED.clear()
        try:
            follow(workspace())
            if monotonic() - looked > BETWEEN_LOOKS:
                look_for_unfinished(workspace())
                looked = monotonic()
        except Exception:
            log.exception("the log could not be followed; it is tried again")
            stop.wait(REST * 10)
        LANDED.wait(REST)
    workspace().close()
