"""A message as people read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One line that says it, lines that say more, and a link (or "") with the name of it."""

    subject: str
    lines: tuple[str, ...] = ()
    link: str = ""
    link_name: str = ""
