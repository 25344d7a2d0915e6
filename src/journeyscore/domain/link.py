"""A tracked link: where it leads, and what is said of whoever clicks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from journeyscore.domain.targets import Host, host_of, with_parameters

SOURCE = "links"
"""The source of clicks in the log."""
EVENT = "link_clicked"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without what looks like something else on paper: 0 and o, 1, i and l."""
CODE_LENGTH = 9
"""A letter and eight signs: with 20,000 links, a billion codes have to be tried to find one."""

ASKED = ("target", "source", "medium", "campaign", "content", "vacancy", "ats_source")
"""What whoever makes a link says of it, in the order of the fields."""


@dataclass(frozen=True, slots=True)
class TrackedLink:
    """A link as it is kept. `source` and the rest are UTM tags; `ats_source` is the source as the ATS calls it."""

    code: str
    target: str
    source: str
    medium: str
    campaign: str = ""
    content: str = ""
    vacancy: str = ""
    ats_source: str = ""
    made_by: int | None = None
    made_at: datetime | None = None
    ended_at: datetime | None = None

    @classmethod
    def of(cls, said: Mapping[str, str], made_by: int | None = None) -> "TrackedLink":
        """A link to be made, as it was asked for: a text for each of ASKED, of which it may lack some."""
        return cls("", *(said.get(name, "") for name in ASKED), made_by=made_by)  # type: ignore[misc, arg-type]

    def place(self, hosts: Iterable[Host]) -> str | None:
        """Where a click goes: the target with the tags, and the source for the ATS. None where it may not go."""
        host = host_of(self.target, hosts)
        if host is None or self.ended_at is not None:
            return None
        tags = {"utm_source": self.source, "utm_medium": self.medium, "utm_campaign": self.campaign}
        tags |= {"utm_content": self.content}
        if host.parameter:
            tags[host.parameter] = self.ats_source or self.source
        return with_parameters(self.target, tags)
