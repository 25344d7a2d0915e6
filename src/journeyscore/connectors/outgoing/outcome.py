"""What came of one try to send something."""

from dataclasses import dataclass
from enum import StrEnum


class Ended(StrEnum):
    """How a try ended. UNKNOWN: it may have arrived, and must not be sent twice by itself."""

    SENT = "sent"
    AGAIN = "again"
    NEVER = "never"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended; `why` not well, as a phrase; and how many seconds the other side wants to be left alone."""

    ended: Ended
    why: str = ""
    wait: int | None = None
    everybody: bool = False
    """Whether what is wrong concerns the destination and not the message: others need not be tried now."""


SENT = Outcome(Ended.SENT)
