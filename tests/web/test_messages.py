"""The page of messages: destinations, their secrets, and what was sent."""

import re
from datetime import UTC, datetime

from django.urls import reverse

from journeyscore.web.models import AuditEntry
from journeyscore.web.workspace import workspace
from tests.outgoing.hostile import side, status

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAIL = {"name": "Team", "kind": "mail", "address": "team@example.org", "quiet": "1", "names": "1"}


def test_a_mail_destination_is_made_as_it_was_asked_for(client_of) -> None:
    assert client_of().post(reverse("messages"), MAIL).status_code == 302
    [made] = workspace().records.destinations.all()
    facts = (made.name, made.kind, made.address, made.digest, made.quiet, made.names, made.on)
    assert facts == ("Team", "mail", "team@example.org", False, True, True, True)


def test_a_secret_is_shown_once_and_never_again(client_of, monkeypatch) -> None:
    monkeypatch.setenv("JOURNEYSCORE_DEVELOPMENT", "1")
    client = client_of()
    with side(status(200)) as other:
        sent = {"name": "CRM", "kind": "webhook", "address": other.url}
        shown = client.post(reverse("messages"), sent).content.decode()
    [made] = workspace().records.destinations.all()
    secret = workspace().records.destinations.secret(made.id)
    assert re.findall(r"whsec_[^<]+", shown) == [secret]
    assert "whsec_" not in client.get(reverse("messages")).content.decode()
    again = client.post(reverse("new_destination_secret", args=[made.id])).content.decode()
    new = workspace().records.destinations.secret(made.id)
    assert re.findall(r"whsec_[^<]+", again) == [new] != [secret]
    assert not any(secret in str(entry.details) or new in str(entry.details) for entry in AuditEntry.objects.all())


def test_what_may_not_be_sent_to_is_not_kept(client_of) -> None:
    client = client_of()
    for kind, address in (
        ("webhook", "https://127.0.0.1/"),
        ("slack", "http://example.org/"),
        ("teams", "https://2130706433/"),
        ("mail", "a@example.org\nBcc: b@example.org"),
        ("mail", "a@example.org, b@example.org"),
        ("pigeon", "https://127.0.0.1/"),
        ("webhook", ""),
    ):
        answer = client.post(reverse("messages"), {"name": "x", "kind": kind, "address": address})
        assert (answer.status_code, workspace().records.destinations.all()) == (422, []), (kind, address)


def test_a_test_message_says_at_once_what_came_of_it(client_of, monkeypatch) -> None:
    monkeypatch.setenv("JOURNEYSCORE_DEVELOPMENT", "1")
    client = client_of()
    with side(status(200), status(403, b"invalid_token")) as other:
        made, _ = workspace().records.destinations.make("Chat", "slack", other.url, by=None, at=NOW)
        place = reverse("test_destination", args=[made.id])
        assert "The test message was sent." in client.post(place, follow=True).content.decode()
        assert "answered 403: invalid_token" in client.post(place, follow=True).content.decode()


def test_what_failed_is_shown_and_can_be_sent_again(client_of) -> None:
    from journeyscore.records import Message

    made, _ = workspace().records.destinations.make("Chat", "slack", "https://x.example/secret", by=None, at=NOW)
    outbox = workspace().records.outbox
    outbox.put([Message("1", made.id, None, "candidate.came_back", {}, NOW, NOW)])
    [kept] = outbox.newest_first(1)
    error = {"template": "answered {status}", "values": {"status": "500"}}
    outbox.end(kept.id, "failed", NOW, error)
    client = client_of("owner", "nl")
    page = client.get(reverse("messages")).content.decode()
    assert "antwoordde 500" in page
    assert "x.example/secret" not in page
    client.post(reverse("send_again", args=[kept.id]))
    assert outbox.newest_first(1)[0].state == "waiting"
