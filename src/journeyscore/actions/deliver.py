"""Delivering what is in the outbox: in order for each candidate and destination, and once in effect.

That something is being sent is on disk before anything leaves; what became of it afterwards. Whoever finds it between
the two after a crash sends it again under the same `webhook-id`, by which the other side knows it. Mail has nothing
like that: there it stays unknown, until somebody decides.
"""

import base64
import hashlib
import logging
import os
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from traceback import format_tb
from typing import TYPE_CHECKING, Any

from journeyscore.actions.message_text import Speech, Told
from journeyscore.actions.publish import text_in_force
from journeyscore.actions.quiet import Clock
from journeyscore.actions.workspace import Workspace
from journeyscore.connectors.outgoing import mail, slack, teams, webhook
from journeyscore.connectors.outgoing.address import Gate
from journeyscore.connectors.outgoing.outcome import Ended, Outcome
from journeyscore.connectors.outgoing.post import TOTAL, post
from journeyscore.connectors.outgoing.text import Text
from journeyscore.domain.errors import JourneyscoreError, UsageError
from journeyscore.domain.phrase import Phrase
from journeyscore.log import Lease
from journeyscore.modelfile.parse import parse_model

if TYPE_CHECKING:
    from journeyscore.records import Message
    from journeyscore.records.destinations import Destination

log = logging.getLogger(__name__)
LOCK = "deliver.lock"
DEVELOPMENT = "JOURNEYSCORE_DEVELOPMENT"
"""Set to 1 in the environment, messages may go to this machine itself, to other ports, and without TLS."""
PAUSES = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
PAUSES += [timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)]
"""Between a try and the next, as Standard Webhooks proposes; after the last one it failed."""
JITTER = 0.2
"""A pause is longer by up to so much, so that not all come back at the same moment."""
REST = timedelta(minutes=5)
"""So long at most a destination that does not answer is left alone with its other messages."""
MOST = 20
"""Messages to one destination in one turn: no destination keeps the others waiting for long."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one turn did: messages sent, failed for good (or unknown), and put off after a try."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Outside:
    """How things get out: replaced in tests. `server` is asked anew for each mail."""

    gate: Gate
    server: Callable[[], mail.Server | None] = mail.server_of
    total: float = TOTAL


def outside() -> Outside:
    """As the environment of this process has it."""
    return Outside(Gate(development=os.environ.get(DEVELOPMENT) == "1"))


def deliver(
    workspace: Workspace,
    now: datetime,
    way: Outside | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Delivered:
    """One turn: send what is due. Raises BusyError where another process is at it, StorageError.

    `stopped` is asked between two messages. Nothing that the other side does is raised.
    """
    with Lease(workspace.path / LOCK).hold("deliver", wait=0):
        return _Turn(workspace, now, way or outside(), stopped).run()


def checked(kind: str, address: str, way: Outside | None = None) -> str:
    """The address as it can be kept. Raises UsageError where nothing may or can be sent to it."""
    address = address.strip()
    if kind == "mail":
        return mail.check_address(address)
    (way or outside()).gate.check(address)
    return address


def send_test(workspace: Workspace, destination: "Destination", now: datetime, way: Outside | None = None) -> Outcome:
    """Send a test message, now, whatever the hour, and say what came of it."""
    turn = _Turn(workspace, now, way or outside(), lambda: False)
    number = _digest_of(workspace.key, f"test {now.isoformat()} {destination.id}")
    return turn.send(destination, number, turn.speech().test(), webhook.body_of("test", now, {}))


class _Turn:
    """One turn over all destinations."""

    def __init__(self, workspace: Workspace, now: datetime, way: Outside, stopped: Callable[[], bool]) -> None:
        self.workspace, self.began, self.way, self.stopped = workspace, now, way, stopped
        self.outbox, self.destinations = workspace.records.outbox, workspace.records.destinations
        self.clock = Clock.of(workspace.settings)
        self._start = monotonic()
        self._speech: Speech | None = None
        self._erased: frozenset[str] | None = None

    def now(self) -> datetime:
        """A turn may last: what it began with, and the time since."""
        return self.began + timedelta(seconds=monotonic() - self._start)

    def run(self) -> Delivered:
        """All destinations, one after the other."""
        everybody = self.destinations.all()
        self.outbox.recover([d.id for d in everybody if d.kind == "mail"])
        counts = dict.fromkeys(Ended, 0)
        for destination in everybody:
            if destination.on:
                self._to(destination, counts)
        failed = counts[Ended.NEVER] + counts[Ended.UNKNOWN]
        return Delivered(counts[Ended.SENT], failed, counts[Ended.AGAIN] + counts[Ended.GONE])

    def _to(self, destination: "Destination", counts: dict[Ended, int]) -> None:
        if destination.digest:
            self._collect(destination)
        if not (due := self.outbox.due(destination.id, self.began, MOST, digests=destination.digest)):
            return
        if destination.quiet and (loud := self.clock.next_loud(self.began)) > self.began:
            self.outbox.postpone(destination.id, loud)
            return
        for message in due:
            if self.stopped():
                return
            if outcome := self._one(destination, message):
                counts[outcome.ended] += 1
                if outcome.everybody:
                    return

    def _collect(self, destination: "Destination") -> None:
        from journeyscore.records.shapes import DIGEST, Message

        morning = self.clock.last_morning(self.began, destination.quiet)
        once = f"digest {self.clock.day_of(morning)}"
        digest = Message(once, destination.id, None, DIGEST, {}, morning, self.began)
        self.outbox.collect(destination.id, digest, morning)

    def _one(self, destination: "Destination", message: "Message") -> Outcome | None:
        """Send one message and note what became of it; None where there is nothing to be sent any more."""
        about = self.outbox.items(message.id) if message.topic == "digest" else [message]
        about = [item for item in about if item.candidate not in self._gone()]
        if not about:
            self.outbox.end(message.id, "dropped", self.now())
            return None
        if not self.outbox.begin(message.id):
            return None
        try:
            outcome = self._sent(destination, message, about)
        except (KeyError, TypeError, ValueError) as problem:
            log.error(
                "message %s: %s\n%s", message.id, type(problem).__name__, "".join(format_tb(problem.__traceback__))
            )
            outcome = Outcome(Ended.NEVER, Phrase("the message could not be written; the log says more"))
        self._note(destination, replace(message, tries=message.tries + 1), outcome)
        return outcome

    def _sent(self, destination: "Destination", message: "Message", about: "list[Message]") -> Outcome:
        number = _digest_of(self.workspace.key, f"{destination.id} {message.once}")
        told = self._told(destination, about)
        text = self.speech().several(told) if message.topic == "digest" else self.speech().one(told[0])
        shapes = [_shape(one, self.speech()) for one in told]
        data: Mapping[str, Any] = {"items": shapes} if message.topic == "digest" else shapes[0]
        topic = "candidates.digest" if message.topic == "digest" else message.topic
        return self.send(destination, number, text, webhook.body_of(topic, message.made_at, data))

    def send(self, destination: "Destination", number: str, text: Text, body: bytes) -> Outcome:
        """By the way of its kind."""
        gate, address, total = self.way.gate, destination.address, self.way.total
        if destination.kind == "mail":
            return self._mailed(destination, number, text)
        if destination.kind == "webhook":
            now = self.now()
            secrets = self.destinations.secrets(destination.id, now)
            return webhook.send(gate, address, secrets, number, now, body, total)
        shape = slack.body_of if destination.kind == "slack" else teams.body_of
        return post(gate, address, shape(text), {}, total)

    def _mailed(self, destination: "Destination", number: str, text: Text) -> Outcome:
        try:
            server = self.way.server()
            if server is None:
                raise UsageError("no mail server is set: set {name}", name=mail.PREFIX + "HOST")
            letter = mail.letter(server, destination.address, number, text, self.now())
        except UsageError as problem:
            return Outcome(Ended.AGAIN, problem.said, everybody=True)
        return mail.send(server, destination.address, letter)

    def _note(self, destination: "Destination", message: "Message", outcome: Outcome) -> None:
        """`message.tries` counts this one."""
        now, why = self.now(), _packed(outcome.why)
        if outcome.ended in (Ended.SENT, Ended.UNKNOWN):
            return self.outbox.end(message.id, outcome.ended, now, why)
        if outcome.ended == Ended.GONE:
            self.outbox.again(message.id, now, why)
            self.destinations.switch(destination.id, False, why)
            return None
        if outcome.ended == Ended.NEVER or message.tries > len(PAUSES):
            self.outbox.end(message.id, "failed", now, why)
        else:
            self.outbox.again(message.id, now + _pause(message.tries, outcome.wait), why)
        if outcome.everybody:
            asked = timedelta(seconds=outcome.wait or 0)
            self.outbox.postpone(destination.id, now + max(asked, min(REST, PAUSES[min(message.tries, 9) - 1])))
        return None

    def _told(self, destination: "Destination", about: "list[Message]") -> list[Told]:
        known = {p.pseudonym: p for p in self.workspace.records.people.get({m.candidate or "" for m in about})}
        told = []
        for message in about:
            person = known.get(message.candidate or "")
            name = (person.name or person.key) if person and destination.names else None
            key = person.key if person else None
            told.append(Told(message.topic, message.candidate or "", key, name, message.made_at, message.data))
        return told

    def _gone(self) -> frozenset[str]:
        """Who was erased: nothing is said about them, even if somebody put it in afterwards."""
        if self._erased is None:
            self._erased = self.workspace.records.erased()
        return self._erased

    def speech(self) -> Speech:
        """How the workspace speaks; labels are missing where the model cannot be read."""
        if self._speech is None:
            settings = self.workspace.settings
            labels = {}
            with suppress(JourneyscoreError):
                model = parse_model(text_in_force(self.workspace))
                named = {model.unknown.name: model.unknown.label} | {one.name: one.label for one in model.bands}
                named |= {one.name: one.label for one in model.touchpoints}
                labels = {name: getattr(label, settings.language) for name, label in named.items()}
            self._speech = Speech(settings.language, labels, settings.public_url)
        return self._speech


def _shape(told: Told, speech: Speech) -> dict[str, Any]:
    """What a webhook gets about one candidate, and nothing else."""
    shape = {"candidate": told.candidate, "key": told.key, "happening": told.topic, "at": _iso(told.at)}
    shape |= {name: told.data.get(name) for name in ("band", "millipoints", "why")}
    if told.name is not None:
        shape["name"] = told.name
    return shape | ({"url": speech.place(told.candidate)} if speech.pages else {})


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _pause(tries: int, wait: int | None) -> timedelta:
    pause = PAUSES[min(tries, len(PAUSES)) - 1] * (1 + random.uniform(0, JITTER))
    return max(pause, timedelta(seconds=wait or 0))


def _digest_of(key: bytes, text: str) -> str:
    """What a message is called outside, at every try: it says nothing, and has no point in it."""
    hashed = hashlib.blake2b(text.encode(), key=key, digest_size=18, person=b"message").digest()
    return "msg_" + base64.urlsafe_b64encode(hashed).decode()


def _packed(why: str) -> dict[str, Any]:
    """A phrase as it is kept, to be read in any language."""
    return {"template": why.template, "values": dict(why.values)} if isinstance(why, Phrase) else {}
