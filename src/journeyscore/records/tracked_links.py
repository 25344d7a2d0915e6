"""Tracked links, and the hosts to which they may lead."""

import secrets
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from journeyscore.domain.errors import NotFoundError, UsageError
from journeyscore.domain.link import ALPHABET, CODE_LENGTH, TrackedLink
from journeyscore.domain.targets import Host, checked_host, checked_target
from journeyscore.records import models

if TYPE_CHECKING:
    from django.db.models import QuerySet

LETTERS = ALPHABET.lstrip("0123456789")
MOST = {"source": 100, "medium": 100, "campaign": 200, "content": 200, "vacancy": 200, "ats_source": 200}
"""Characters of each text."""


class TrackedLinks:
    """The links and the list of hosts of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def make(self, link: TrackedLink, at: datetime) -> TrackedLink:
        """Keep a new link, under a code of its own. Raises UsageError for a target or text that may not be."""
        target = checked_target(link.target, self.hosts())
        texts = {name: getattr(link, name).strip() for name in MOST}
        for name, most in MOST.items():
            if len(texts[name]) > most or not (texts[name] or "x").isprintable():
                raise UsageError("{field}: {most} characters at most, on one line", field=name, most=most)
        if not texts["source"] or not texts["medium"]:
            raise UsageError("a link has a source and a medium: from them follows the channel of its clicks")
        kept = replace(link, code=_new_code(), target=target, made_at=at, ended_at=None, **texts)
        self._all().create(**{one.name: getattr(kept, one.name) for one in fields(TrackedLink)})
        return kept

    def find(self, code: str) -> TrackedLink | None:
        """The link with this code, ended or not."""
        row = self._all().filter(code=code).first()
        return _link(row) if row else None

    def get(self, code: str) -> TrackedLink:
        """The link with this code. Raises NotFoundError."""
        if link := self.find(code.strip().lower()):
            return link
        raise NotFoundError("there is no link with the code {code!r}", code=code)

    def end(self, code: str, at: datetime) -> bool:
        """Let a link lead nowhere any more; False when there is none that does."""
        return bool(self._all().filter(code=code, ended_at=None).update(ended_at=at))

    def newest_first(self) -> list[TrackedLink]:
        """All of them."""
        return [_link(row) for row in self._all().order_by("-id")]

    def hosts(self) -> list[Host]:
        """The list of hosts, by name."""
        rows = models.LinkHost.objects.using(self.alias).order_by("name")
        return [Host(row.name, row.below, row.parameter) for row in rows]

    def allow(self, name: str, below: bool, parameter: str) -> Host:
        """Put a host on the list, or change how it stands there. Raises UsageError."""
        host = checked_host(name, below, parameter)
        facts = {"below": host.below, "parameter": host.parameter}
        models.LinkHost.objects.using(self.alias).update_or_create(name=host.name, defaults=facts)
        return host

    def disallow(self, name: str) -> bool:
        """Take a host off the list: links that lead there lead nowhere. False when it is not on it."""
        return bool(models.LinkHost.objects.using(self.alias).filter(name=name).delete()[0])

    def _all(self) -> "QuerySet[models.TrackedLink]":
        return models.TrackedLink.objects.using(self.alias)


def _new_code() -> str:
    """It begins with a letter, or it could be all digits and be taken for a telephone number."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))


def _link(row: models.TrackedLink) -> TrackedLink:
    return TrackedLink(**{one.name: getattr(row, one.name) for one in fields(TrackedLink)})
