"""Webhooks are signed as the specification has it: by its published example, and checked by its own library."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.connectors.outgoing.webhook import body_of, headers, signature
from journeyscore.records.destinations import new_secret


def verifies(secret: str, sent: dict[str, str], body: bytes) -> bool:
    """The check as the specification describes it, written for this test."""
    key = base64.b64decode(secret[len("whsec_") :])
    content = sent["webhook-id"].encode() + b"." + sent["webhook-timestamp"].encode() + b"." + body
    wanted = base64.b64encode(hmac.digest(key, content, hashlib.sha256))
    found = [one.split(",", 1) for one in sent["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(wanted, text.encode()) for version, text in found)


def test_the_published_example() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=200), st.lists(st.builds(new_secret), min_size=1, max_size=2))
def test_each_secret_signs_and_no_other(body: bytes, secrets: list[str]) -> None:
    sent = headers(secrets, "msg_1", datetime.now(UTC), body)
    assert all(verifies(secret, sent, body) for secret in secrets)
    assert not verifies(new_secret(), sent, body)
    assert not verifies(secrets[0], sent, body + b" ")


@pytest.mark.skipif(not find_spec("standardwebhooks"), reason="the library of the specification is not installed")
def test_the_library_of_the_specification_agrees() -> None:
    from standardwebhooks import Webhook

    body = body_of("candidate.entered_band", datetime(2026, 1, 1, tzinfo=UTC), {"key": "é"})
    old, new = new_secret(), new_secret()
    sent = headers([new, old], "msg_1", datetime.now(UTC), body)
    for secret in (old, new):
        assert Webhook(secret).verify(body, sent) == json.loads(body)


def test_a_secret_has_256_bits() -> None:
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
