"""The inbox: what was sent over HTTP, on disk before the sender is told so, until it is in the event log."""

from journeyscore.inbox.inbox import Inbox, Letter
from journeyscore.inbox.opening import open_inbox
from journeyscore.inbox.writer import Writer

__all__ = ["Inbox", "Letter", "Writer", "open_inbox"]
