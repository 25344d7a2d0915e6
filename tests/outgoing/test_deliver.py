"""What is in the outbox reaches the other side once in effect and in order per person, through crashes of both."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from journeyscore.actions import deliver as room
from journeyscore.actions.deliver import PAUSES, Outside, deliver, send_test
from journeyscore.actions.workspace import Workspace
from journeyscore.connectors.outgoing.address import Gate
from journeyscore.connectors.outgoing.mail import Server
from journeyscore.domain.errors import BusyError
from journeyscore.log import Lease
from tests.outgoing import hostile
from tests.outgoing.hostile import Post, Side, post_office, side, status
from tests.outgoing.test_signature import verifies

if TYPE_CHECKING:
    from journeyscore.records import Message
    from journeyscore.records.destinations import Destination

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday, one o'clock in Amsterdam
ANNA, BRAM = "cAnnaAnnaAnn", "cBramBramBra"
WAY = Outside(Gate(development=True, resolve=lambda host, port: ["127.0.0.1"]), lambda: None, 5)


def mailing(post: Post) -> Outside:
    return Outside(WAY.gate, lambda: Server("127.0.0.1", post.port, "none", "score@example.org"), 5)


def make(workspace: Workspace, kind: str, address: str, **more: Any) -> "Destination":
    return workspace.records.destinations.make(kind, kind, address, by=None, at=NOW, **more)[0]


def people(workspace: Workspace) -> None:
    from journeyscore.records import PEOPLE_SCHEMA

    rows = [(ANNA, "K-1", "anna@example.org", None, "Sanne <b> de Vries", NOW), (BRAM, "K-2", None, None, None, NOW)]
    workspace.records.people.put(pl.DataFrame(rows, schema=PEOPLE_SCHEMA, orient="row"))


def message(
    where: "Destination", once: str, candidate: str | None = ANNA, due: datetime = NOW, topic: str = "entered_band"
) -> "Message":
    from journeyscore.records import Message

    data = {"band": "hot", "millipoints": 82_000, "why": [{"touchpoint": "open dag"}], "secret": "not for outside"}
    return Message(once, where.id, candidate, f"candidate.{topic}", data, due, due - timedelta(minutes=1))


def put(workspace: Workspace, *messages: "Message") -> None:
    with workspace.records.transaction():
        workspace.records.outbox.put(messages)


def states(workspace: Workspace) -> list[str]:
    return [m.state for m in reversed(workspace.records.outbox.newest_first(50))]


def effect(other: Side) -> list[str]:
    """What the other side did, if it looks at `webhook-id` as the specification asks: candidate and moment."""
    seen, done = set(), []
    for got in other.got:
        if got.headers["webhook-id"] not in seen:
            seen.add(got.headers["webhook-id"])
            done.append(json.loads(got.body)["data"]["at"])
    return done


def test_a_webhook_gets_what_it_should_and_signed(workspace: Workspace) -> None:
    people(workspace)
    with side(status(200)) as other:
        where, secret = workspace.records.destinations.make("crm", "webhook", other.url, by=None, at=NOW)
        put(workspace, message(where, "1"))
        assert deliver(workspace, NOW, WAY).sent == 1
        [got] = other.got
        assert verifies(secret, got.headers, got.body)
        assert "." not in got.headers["webhook-id"]
        assert json.loads(got.body) == {
            "type": "candidate.entered_band",
            "timestamp": "2026-11-23T11:59:00Z",
            "data": {
                "candidate": ANNA, "key": "K-1", "happening": "candidate.entered_band", "at": "2026-11-23T11:59:00Z",
                "band": "hot", "millipoints": 82_000, "why": [{"touchpoint": "open dag"}],
            },
        }  # fmt: skip


def test_after_a_rotation_both_secrets_sign_for_a_day(workspace: Workspace) -> None:
    with side(status(200)) as other:
        where, old = workspace.records.destinations.make("crm", "webhook", other.url, by=None, at=NOW)
        new = workspace.records.destinations.new_secret(where.id, NOW)
        for hours in (0, 23, 25):
            put(workspace, message(where, str(hours)))
            deliver(workspace, NOW + timedelta(hours=hours / 8), WAY)
            signed = workspace.records.destinations.secrets(where.id, NOW + timedelta(hours=hours))
            assert signed == ([new, old] if hours < 24 else [new])
        assert all(verifies(secret, got.headers, got.body) for got in other.got for secret in (old, new))


def test_the_same_once_is_one_message_for_each_destination(workspace: Workspace) -> None:
    with side(status(200)) as other:
        one, two = (make(workspace, "webhook", other.url) for _ in range(2))
        put(workspace, message(one, "same"), message(two, "same"))
        put(workspace, message(one, "same"))
        assert deliver(workspace, NOW, WAY).sent == 2
        put(workspace, message(one, "same"))
        assert deliver(workspace, NOW, WAY).sent == 0
        assert len({got.headers["webhook-id"] for got in other.got}) == 2


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["recover", "begin", "end", "again", "postpone"])
@pytest.mark.parametrize(
    "trouble", [[], [hostile.reset], [hostile.ok_then_reset], [status(500), status(429, Retry_After="60")]]
)
def test_killed_at_each_step_everything_arrives_once_and_in_order(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: str, when: str, trouble: list[hostile.Answer]
) -> None:
    from journeyscore.records.outbox import Outbox

    with side(*trouble, status(200)) as other:
        where = make(workspace, "webhook", other.url, quiet=False)
        moments = [NOW - timedelta(minutes=9 - n) for n in range(4)]
        put(workspace, *(message(where, str(n), (ANNA, BRAM)[n % 2], moment) for n, moment in enumerate(moments)))
        original, left = getattr(Outbox, step), [3]

        def killing(self: Outbox, *given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] > 0 and when == "before":
                raise Killed
            answer = original(self, *given, **named)
            if left[0] > 0:
                raise Killed
            return answer

        monkeypatch.setattr(Outbox, step, killing)
        now = NOW
        for _ in range(14):
            try:
                deliver(workspace, now, WAY)
            except Killed:
                continue
            now += timedelta(hours=1)
            if set(states(workspace)) == {"sent"}:
                break
        assert states(workspace) == ["sent"] * 4
        done = effect(other)
        asked = [room._iso(m.made_at) for m in reversed(workspace.records.outbox.newest_first(9))]
        assert sorted(done) == sorted(asked)
        for mine in (asked[0::2], asked[1::2]):
            assert [at for at in done if at in mine] == mine


def test_a_later_message_waits_for_the_earlier_of_the_same_candidate_only(workspace: Workspace) -> None:
    with side(status(400), status(200)) as other:
        where = make(workspace, "webhook", other.url)
        moments = [NOW - timedelta(minutes=9 - n) for n in range(3)]
        put(
            workspace,
            *(
                message(where, str(n), who, at)
                for n, (who, at) in enumerate(zip((ANNA, ANNA, BRAM), moments, strict=True))
            ),
        )
        for minutes in (0, 0, 1, 2):
            deliver(workspace, NOW + timedelta(minutes=minutes), WAY)
        order = [json.loads(got.body)["data"]["at"] for got in other.got]
        first, second, brams = (room._iso(at - timedelta(minutes=1)) for at in moments)
        assert order == [first, brams, first, second]


@pytest.mark.parametrize("step", ["begin", "end"])
def test_killed_while_mailing_it_is_unknown_and_stays_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from journeyscore.records.outbox import Outbox

    def killing(self: Outbox, *given: Any, **named: Any) -> Any:
        if step == "begin":
            original(self, *given, **named)
        raise Killed

    with post_office(Post()) as post:
        where = make(workspace, "mail", "team@example.org")
        put(workspace, message(where, "1"))
        original = getattr(Outbox, step)
        with monkeypatch.context() as patch:
            patch.setattr(Outbox, step, killing)
            with pytest.raises(Killed):
                deliver(workspace, NOW, mailing(post))
        before = len(post.got)
        for hour in range(3):
            deliver(workspace, NOW + timedelta(hours=hour), mailing(post))
        assert (states(workspace), len(post.got)) == (["unknown"], before)
        [kept] = workspace.records.outbox.newest_first(1)
        assert workspace.records.outbox.resend(kept.id, NOW)
        deliver(workspace, NOW, mailing(post))
        assert (states(workspace), len(post.got)) == (["sent"], before + 1)


@pytest.mark.parametrize(
    ("post", "state"),
    [
        (Post(), "sent"),
        (Post(break_at="QUIT"), "sent"),
        (Post(codes={"QUIT": "500 no"}), "sent"),
        (Post(break_at="answer"), "unknown"),
        (Post(break_at="text"), "unknown"),
        (Post(break_at="MAIL"), "waiting"),
        (Post(break_at="DATA"), "waiting"),
        (Post(codes={"RCPT": "450 later"}), "waiting"),
        (Post(codes={"text": "451 later"}), "waiting"),
        (Post(codes={"RCPT": "550 nobody here"}), "failed"),
        (Post(codes={"text": "554 spam"}), "failed"),
    ],
)
def test_what_becomes_of_a_mail(workspace: Workspace, post: Post, state: str) -> None:
    with post_office(post):
        put(workspace, message(make(workspace, "mail", "team@example.org"), "1"))
        deliver(workspace, NOW, mailing(post))
        assert states(workspace) == [state]


def test_a_mail_says_who_why_and_where(workspace: Workspace) -> None:
    from email import message_from_bytes
    from email.policy import default

    people(workspace)
    with post_office(Post()) as post:
        put(workspace, message(make(workspace, "mail", "team@example.org"), "1"))
        deliver(workspace, NOW, mailing(post))
        mail = message_from_bytes(post.got[0][2], policy=default)
        assert mail["Subject"] == "Sanne <b> de Vries is nu hot (82 punten)"
        assert mail["To"] == "team@example.org"
        assert mail["Message-ID"].startswith("<msg_")
        assert "Vooral door: open dag" in mail.get_content()


def test_names_are_told_only_where_the_owner_wants_it(workspace: Workspace) -> None:
    people(workspace)
    with side(status(200)) as other:
        for kind in ("slack", "teams", "webhook"):
            for names in (None, True):
                put(workspace, message(make(workspace, kind, other.url, names=names), kind))
        deliver(workspace, NOW, WAY)
        told = [b"Sanne" in got.body for got in other.got]
        assert sorted(told) == [False] * 3 + [True] * 3
        assert not any(b"not for outside" in got.body for got in other.got)
        slack = next(got.body for got in other.got if b'"text": "*Sanne' in got.body)
        assert b"Sanne &lt;b&gt; de Vries" in slack


def test_gone_switches_off_and_everything_waits(workspace: Workspace) -> None:
    with side(status(410), status(200)) as other:
        where = make(workspace, "webhook", other.url)
        put(workspace, message(where, "1"), message(where, "2", BRAM))
        deliver(workspace, NOW, WAY)
        deliver(workspace, NOW + timedelta(days=1), WAY)
        kept = workspace.records.destinations.get(where.id)
        assert (kept.on, "410" in kept.off_reason["template"], len(other.got)) == (False, True, 1)
        workspace.records.destinations.switch(where.id, True)
        assert deliver(workspace, NOW + timedelta(days=1), WAY).sent == 2


def test_who_asks_for_a_day_gets_a_day_for_all_messages(workspace: Workspace) -> None:
    with side(status(429, Retry_After="86400"), status(200)) as other:
        where = make(workspace, "webhook", other.url, quiet=False)
        put(workspace, message(where, "1"), message(where, "2", BRAM))
        for hours in (0, 1, 23):
            deliver(workspace, NOW + timedelta(hours=hours), WAY)
        assert len(other.got) == 1
        assert deliver(workspace, NOW + timedelta(hours=24, minutes=1), WAY).sent == 2


def test_tries_end_and_somebody_can_send_it_again(workspace: Workspace) -> None:
    with side(status(500)) as other:
        where = make(workspace, "webhook", other.url, quiet=False)
        put(workspace, message(where, "1"))
        now = NOW
        for pause in PAUSES:
            deliver(workspace, now, WAY)
            deliver(workspace, now + pause * 0.9, WAY)  # not before the pause is over
            now += pause * 1.3
        deliver(workspace, now, WAY)
        assert (len(other.got), states(workspace)) == (10, ["failed"])
        assert len({got.headers["webhook-id"] for got in other.got}) == 1
        deliver(workspace, now + timedelta(days=30), WAY)
        assert len(other.got) == 10
        other.answers[:] = [status(200)]
        [kept] = workspace.records.outbox.newest_first(1)
        assert workspace.records.outbox.resend(kept.id, now)
        assert deliver(workspace, now, WAY).sent == 1
        assert not workspace.records.outbox.resend(kept.id, now)


def test_one_destination_that_fails_keeps_no_other_waiting(workspace: Workspace) -> None:
    with side(hostile.silent) as slow, side(status(200)) as other:
        first, second = make(workspace, "slack", slow.url), make(workspace, "webhook", other.url)
        put(workspace, *(message(w, str(n), f"cCandidate{n:02}") for w in (first, second) for n in range(5)))
        done = deliver(workspace, NOW, Outside(WAY.gate, WAY.server, 0.2))
        assert (done.sent, done.waiting, len(slow.got)) == (5, 1, 1)


def test_an_address_that_leads_inward_by_now_gets_nothing(workspace: Workspace) -> None:
    with side(status(200)) as other:
        put(workspace, message(make(workspace, "webhook", other.url), "1"))
        deliver(workspace, NOW, Outside(Gate()))
        assert (states(workspace), other.got) == (["waiting"], [])


@pytest.mark.parametrize("how", ["forget", "bury"])
def test_nothing_is_said_about_the_erased(workspace: Workspace, how: str) -> None:
    with side(status(200)) as other:
        one, daily = make(workspace, "webhook", other.url), make(workspace, "slack", other.url, digest=True)
        put(workspace, *(message(w, who, who, NOW - timedelta(days=3)) for w in (one, daily) for who in (ANNA, BRAM)))
        if how == "forget":
            workspace.records.forget({ANNA})
        else:
            workspace.records.bury({ANNA}, NOW)
        deliver(workspace, NOW, WAY)
        assert len(other.got) == 2
        assert not any(ANNA.encode() in got.body or b"Annn" in got.body for got in other.got)
        assert not any(b"2 kandidaten" in got.body for got in other.got)


def test_a_digest_is_one_message_a_day_with_everything(workspace: Workspace) -> None:
    morning = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # half past seven in Amsterdam
    with side(status(200)) as other:
        where = make(workspace, "slack", other.url, digest=True)
        put(workspace, *(message(where, str(n), f"cCandidate{n:02}") for n in range(30)))
        for minutes in (-1080, -60, -1, 0, 1, 60):
            deliver(workspace, morning + timedelta(minutes=minutes), WAY)
            assert len(other.got) == (minutes >= 0)
        assert "Nieuws over 30 kandidaten" in other.got[0].body.decode()
        assert states(workspace) == ["sent"] * 31


def test_a_digest_after_a_weekend_is_one(workspace: Workspace) -> None:
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    with side(status(200)) as other:
        where = make(workspace, "slack", other.url, digest=True)
        for hours in range(0, 24 * 4, 3):
            at = friday + timedelta(hours=hours)
            if hours in (0, 24, 48):
                put(workspace, message(where, str(hours), f"cCandidate{hours:02}", at))
            deliver(workspace, at, WAY)
        assert ["3 kandidaten" in got.body.decode() for got in other.got] == [True]


def test_in_quiet_hours_it_waits_for_the_morning(workspace: Workspace) -> None:
    evening = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)  # half past eight in Amsterdam
    with side(status(200)) as other:
        calm, awake = make(workspace, "slack", other.url), make(workspace, "webhook", other.url, quiet=False)
        put(workspace, *(message(w, "1", due=evening) for w in (calm, awake)))
        assert deliver(workspace, evening, WAY).sent == 1
        assert workspace.records.outbox.newest_first(2)[1].due == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
        assert deliver(workspace, evening + timedelta(hours=11), WAY).sent == 1


def test_one_process_delivers(workspace: Workspace) -> None:
    with Lease(workspace.path / room.LOCK).hold("deliver"), pytest.raises(BusyError):
        deliver(workspace, NOW, WAY)


def test_a_stop_is_heard_between_two_messages(workspace: Workspace) -> None:
    with side(status(200)) as other:
        where = make(workspace, "webhook", other.url)
        put(workspace, *(message(where, str(n), None) for n in range(5)))
        stopped: Callable[[], bool] = lambda: len(other.got) >= 2  # noqa: E731
        assert deliver(workspace, NOW, WAY, stopped).sent == 2


def test_a_message_that_cannot_be_written_stops_nobody(workspace: Workspace) -> None:
    from dataclasses import replace

    with side(status(200)) as other:
        where = make(workspace, "slack", other.url)
        put(workspace, replace(message(where, "1"), data={"millipoints": "many"}), message(where, "2", BRAM))
        done = deliver(workspace, NOW, WAY)
        assert (done.sent, done.failed, states(workspace)) == (1, 1, ["failed", "sent"])


def test_a_test_message_is_sent_at_once_and_kept_nowhere(workspace: Workspace) -> None:
    with side(status(200)) as other:
        assert send_test(workspace, make(workspace, "slack", other.url), NOW, WAY).ended == "sent"
        assert b"testbericht" in other.got[0].body
        assert states(workspace) == []
