"""What a message says to a recruiter: in the workspace's language, short, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journeyscore.connectors.outgoing.text import Text

WORDS: dict[str, dict[str, str]] = {
    "nl": {
        "candidate.entered_band": "{who} is nu {band} ({points} punten)",
        "candidate.fell_band": "{who} is gezakt naar {band} ({points} punten)",
        "candidate.came_back": "{who} is terug na {days} dagen stilte ({points} punten)",
        "candidate.unfinished": "{who} begon ergens aan en maakte het niet af ({points} punten)",
        "candidate": "Nieuws over {who} ({points} punten)",
        "test": "Dit is een testbericht van journeyscore",
        "digest": "Nieuws over {count} kandidaten",
        "digest.one": "Nieuws over 1 kandidaat",
        "nobody": "Kandidaat {end}",
        "why": "Vooral door: {why}",
        "more": "en nog {count} meer",
        "open": "Bekijk de kandidaat",
        "list": "Open de lijst",
        "works": "Berichten komen hier aan.",
    },
    "en": {
        "candidate.entered_band": "{who} is now {band} ({points} points)",
        "candidate.fell_band": "{who} fell to {band} ({points} points)",
        "candidate.came_back": "{who} is back after {days} days of silence ({points} points)",
        "candidate.unfinished": "{who} began something and did not finish it ({points} points)",
        "candidate": "News about {who} ({points} points)",
        "test": "This is a test message from journeyscore",
        "digest": "News about {count} candidates",
        "digest.one": "News about 1 candidate",
        "nobody": "Candidate {end}",
        "why": "Mostly because of: {why}",
        "more": "and {count} more",
        "open": "Open the candidate",
        "list": "Open the list",
        "works": "Messages arrive here.",
    },
}
MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about one candidate. `name` is None where the destination gets no names.

    `data` has `band`, `millipoints`, `why` (texts, or {touchpoint, ...}), and what belongs to the topic, such as
    `days`.
    """

    topic: str
    candidate: str
    key: str | None
    name: str | None
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Speech:
    """A language, labels of bands and touchpoints in it, and where the pages are ("": no links)."""

    language: str
    labels: Mapping[str, str]
    pages: str = ""

    def one(self, told: Told) -> Text:
        """One candidate's message."""
        why = self._why(told.data.get("why"))
        return Text(self._line(told), (why,) if why else (), self.place(told.candidate), self._say("open"))

    def several(self, items: Sequence[Told]) -> Text:
        """One message with all of these, each with its link."""
        subject = self._say("digest", count=len(items)) if len(items) != 1 else self._say("digest.one")
        lines = [line for told in items[:MOST_ITEMS] for line in self._item(told)]
        if len(items) > MOST_ITEMS:
            lines.append(self._say("more", count=len(items) - MOST_ITEMS))
        return Text(subject, tuple(lines), f"{self.pages}/priority/" if self.pages else "", self._say("list"))

    def test(self) -> Text:
        """A message that shows that messages arrive."""
        return Text(self._say("test"), (self._say("works"),), self.pages, "journeyscore" if self.pages else "")

    def place(self, candidate: str) -> str:
        """The page of a candidate, or ""."""
        return f"{self.pages}/candidates/{candidate}/" if self.pages else ""

    def points(self, millipoints: int) -> str:
        """Points with one decimal at most: 82, 82,5."""
        tenths = (millipoints + 50) // 100
        whole, rest = divmod(tenths, 10)
        return f"{whole}{',' if self.language == 'nl' else '.'}{rest}" if rest else str(whole)

    def _item(self, told: Told) -> list[str]:
        why, place = self._why(told.data.get("why")), self.place(told.candidate)
        return [f"• {self._line(told)}", *([why] if why else []), *([place] if place else [])]

    def _line(self, told: Told) -> str:
        who = told.name or self._say("nobody", end=told.candidate[-4:])
        template = told.topic if told.topic in WORDS[self.language] else "candidate"
        band = str(told.data.get("band", ""))
        label = self.labels.get(band, band)
        label = label[:1].lower() + label[1:] if self.language == "nl" else label
        facts = {"who": who, "band": label, "days": told.data.get("days", "")}
        return self._say(template, points=self.points(int(told.data.get("millipoints", 0))), **facts)

    def _why(self, given: object) -> str:
        reasons = given if isinstance(given, list) else [given] if given else []
        named = [str(r.get("touchpoint", "") if isinstance(r, Mapping) else r) for r in reasons]
        why = ", ".join(self.labels.get(name, name) for name in named if name)
        return self._say("why", why=why) if why else ""

    def _say(self, what: str, **values: object) -> str:
        return WORDS[self.language][what].format(**values)
