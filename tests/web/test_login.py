"""In and out: BAD_INPUTS' rows on login, sessions and the second factor; the first set-up; links."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from journeyscore.web import second_factor, setup_token, throttle
from journeyscore.web.models import Account, AuditEntry, Invitation, RecoveryCode
from journeyscore.web.site import Site
from journeyscore.web.views.accounts import INVITATION

RIGHT = "correct horse battery"
BOTH = ["nl", "en"]


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def stranger(address: str = "198.51.100.7", language: str = "en") -> Client:
    return Client(REMOTE_ADDR=address, headers={"accept-language": language})


def log_in(client: Client, password: str = RIGHT, email: str = "owner@example.org", **more: str) -> object:
    return client.post("/login/", {"email": email, "password": password, **more})


@pytest.fixture
def owner(account) -> Account:
    return account("owner", password=RIGHT)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Time that the test moves on: `clock(60)`."""
    start, passed = datetime.now(UTC), [0.0]

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return start + timedelta(seconds=passed[0])

    monkeypatch.setattr(throttle, "datetime", Later)
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


def test_in_and_out(owner) -> None:
    client = stranger()
    assert log_in(client).status_code == 302
    cookie = client.cookies["sessionid"].value
    assert client.get("/account/").status_code == 200
    client.post("/logout/")
    client.cookies["sessionid"] = cookie
    assert client.get("/account/").status_code == 302  # dead on the server too


def test_a_planted_session_is_not_the_readers(owner) -> None:
    client = stranger()
    client.get("/login/")
    client.session.save()
    client.cookies["sessionid"] = planted = client.session.session_key
    log_in(client)
    assert client.cookies["sessionid"].value != planted


@pytest.mark.parametrize("language", BOTH)
def test_an_unknown_address_is_answered_like_a_wrong_password(owner, language: str) -> None:
    wrong = log_in(stranger(language=language), "wrong")
    unknown = log_in(stranger("203.0.113.9", language), "wrong", "nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    said = [re.findall(r'role="alert">(.*?)<', words(answer)) for answer in (wrong, unknown)]
    assert said[0] == said[1] and len(said[0]) == 1


def test_the_same_work_is_done_for_an_unknown_address(owner, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    hashed: list[int] = []
    encode = PBKDF2PasswordHasher.encode

    def counting(self, password, salt, iterations=None):
        hashed.append(len(password))
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counting)
    for email in ("owner@example.org", "nobody@example.org"):
        hashed.clear()
        log_in(stranger(), "wrong", email)
        assert len(hashed) == 1


def test_a_password_of_a_megabyte_is_not_hashed(owner, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    longest: list[int] = []
    encode = PBKDF2PasswordHasher.encode

    def counting(self, password, salt, iterations=None):
        longest.append(len(password))
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counting)
    assert log_in(stranger(), "x" * 1_000_000).status_code == 422
    assert max(longest) <= 1024


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "javascript:x"],
)
def test_next_is_a_page_of_ours(owner, wanted: str) -> None:
    assert log_in(stranger(), next=wanted).headers["Location"] == "/"
    assert log_in(stranger("203.0.113.1"), next="/model/").headers["Location"] == "/model/"


def test_tries_are_slowed_down_and_said(owner, clock) -> None:
    client = stranger()
    answers = [log_in(client, "wrong").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    slowed = log_in(client)
    assert slowed.status_code == 429 and int(slowed.headers["Retry-After"]) == 1
    assert AuditEntry.objects.get(action="login_slowed").about == str(owner.pk)
    clock(2)
    assert log_in(client).status_code == 302


def test_the_delay_doubles_up_to_five_minutes(owner, clock) -> None:
    client, waits = stranger(), []
    for _ in range(5):
        log_in(client, "wrong")
    for _ in range(12):
        waits.append(int(log_in(client, "wrong").headers["Retry-After"]))
        clock(waits[-1] + 0.01)
        assert log_in(client, "wrong").status_code == 422
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_thousand_wrong_passwords_of_strangers_keep_nobody_out(owner, clock) -> None:
    home = stranger("192.0.2.10")
    log_in(home)
    home.post("/logout/")
    for i in range(1000):
        throttle.begin(throttle.keys_of(_request(f"198.51.{i % 250}.7"), "owner@example.org"))
    assert log_in(home).status_code == 302  # a browser that was in before does not wait at all
    elsewhere = log_in(stranger("192.0.2.200"))
    assert elsewhere.status_code == 302 or int(elsewhere.headers["Retry-After"]) <= 5
    clock(5.1)
    assert log_in(stranger("192.0.2.200")).status_code == 302


def _request(address: str):
    from django.test import RequestFactory

    return RequestFactory().post("/login/", REMOTE_ADDR=address)


def test_a_forged_device_is_no_device(owner) -> None:
    client = stranger()
    client.cookies["known_device"] = signing.dumps(["x", "y"], salt="another")
    assert [log_in(client, "wrong").status_code for _ in range(6)][-1] == 429


def test_counters_hold_no_address(owner) -> None:
    log_in(stranger(), "wrong")
    from journeyscore.web.models import LoginTries

    assert LoginTries.objects.exists()
    assert all(re.fullmatch("[0-9a-f]{64}", one.key) for one in LoginTries.objects.all())


def test_a_closed_account_is_out_at_the_next_request(owner, account, client_of) -> None:
    client = client_of("marketer")
    assert client.get("/model/settings/").status_code == 200
    Account.objects.filter(role="marketer").update(role="viewer")
    assert client.get("/model/settings/").status_code == 403
    Account.objects.filter(role="viewer").update(is_active=False)
    assert client.get("/model/").status_code == 302


def test_a_session_ends_by_itself(owner) -> None:
    client = stranger()
    log_in(client)
    left = Session.objects.get(session_key=client.cookies["sessionid"].value).expire_date - datetime.now(UTC)
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    client.get("/account/")
    client.post("/account/", {"name": "Anna"})  # writes a message into the session
    again = Session.objects.get(session_key=client.cookies["sessionid"].value).expire_date - datetime.now(UTC)
    assert again <= left


def test_sessions_are_seen_and_ended(owner) -> None:
    here, there = stranger(), stranger("203.0.113.5")
    for client, agent in ((here, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"), (there, "curl/8")):
        client.post("/login/", {"email": owner.email, "password": RIGHT}, headers={"user-agent": agent})
    page = words(here.get("/account/"))
    assert "Firefox, Linux" in page and "an unknown browser" in page and page.count("· <b>here</b>") == 1
    assert here.cookies["sessionid"].value not in page and there.cookies["sessionid"].value not in page
    name = re.search(r'name="session" value="(\w+)"', page)[1]
    here.post("/account/sessions/", {"session": name})
    assert there.get("/account/").status_code == 302 and here.get("/account/").status_code == 200


def test_a_new_password_ends_the_others(owner) -> None:
    here, there = stranger(), stranger("203.0.113.5")
    log_in(here), log_in(there)
    change = {"old": RIGHT, "password": "another long sentence"}
    assert here.post("/account/password/", change | {"old": "wrong"}).status_code == 422
    assert here.post("/account/password/", change | {"password": "short"}).status_code == 422
    assert here.post("/account/password/", change | {"password": "x" * 2000}).status_code == 422
    assert there.get("/account/").status_code == 200
    assert here.post("/account/password/", change).status_code == 302
    assert here.get("/account/").status_code == 200 and there.get("/account/").status_code == 302
    assert log_in(stranger()).status_code == 422
    assert log_in(stranger("203.0.113.6"), "another long sentence").status_code == 302


@pytest.fixture
def app(owner) -> TOTPDevice:
    """The owner's second factor, confirmed with a code of five minutes ago."""
    device = second_factor.begin(owner)
    device.confirmed = True
    device.save()
    return device


def code_of(device: TOTPDevice, seconds: float = 0) -> str:
    totp = TOTP(device.bin_key)
    totp.time = datetime.now(UTC).timestamp() + seconds
    return f"{totp.token():06d}"


def half_in(address: str = "198.51.100.7") -> Client:
    client = stranger(address)
    assert log_in(client).headers["Location"] == "/login/code/"
    return client


def test_the_password_alone_opens_nothing(app) -> None:
    client = half_in()
    assert client.get("/account/").status_code == 302
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    assert client.get("/account/").status_code == 302
    assert client.post("/login/code/", {"code": code_of(app)}).headers["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_a_code_is_good_once(app) -> None:
    code = code_of(app)
    assert half_in().post("/login/code/", {"code": code}).status_code == 302
    assert half_in("203.0.113.8").post("/login/code/", {"code": code}).status_code == 422


@pytest.mark.parametrize(("seconds", "status"), [(-30, 302), (30, 302), (-65, 422), (65, 422)])
def test_a_clock_may_be_one_step_off(app, seconds: int, status: int) -> None:
    assert half_in().post("/login/code/", {"code": code_of(app, seconds)}).status_code == status


def test_wrong_codes_are_slowed_down(app, clock) -> None:
    client = half_in()
    answers = [client.post("/login/code/", {"code": "abc"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert AuditEntry.objects.filter(action="code_slowed").exists()
    clock(2)
    assert client.post("/login/code/", {"code": code_of(app)}).status_code == 302


def test_a_recovery_code_is_good_once_and_kept_hashed(owner, app) -> None:
    codes = second_factor.new_recovery_codes(owner)
    assert len(set(codes)) == 10
    assert not {row.hashed for row in RecoveryCode.objects.all()} & {code.replace("-", "") for code in codes}
    assert half_in().post("/login/code/", {"code": codes[0].upper()}).status_code == 302
    assert half_in("203.0.113.8").post("/login/code/", {"code": codes[0]}).status_code == 422
    assert AuditEntry.objects.filter(action="recovery_code").count() == 1


def test_turning_the_second_factor_on_and_off(owner) -> None:
    client = stranger()
    log_in(client)
    page = words(client.get("/account/code/"))
    assert 'src="data:image/svg+xml' in page
    device = TOTPDevice.objects.get(user=owner)
    assert client.post("/account/code/", {"code": "000"}).status_code == 422
    assert not second_factor.has(owner)
    shown = words(client.post("/account/code/", {"code": code_of(device)}))
    assert len(re.findall(r"\b\w{5}-\w{5}\b", shown)) == 10 and second_factor.has(owner)
    assert device.key not in words(client.get("/account/"))
    assert client.post("/account/code/off/", {"old": "wrong", "do": "off"}).status_code == 422
    assert second_factor.has(owner)
    client.post("/account/code/off/", {"old": RIGHT, "do": "off"})
    assert not second_factor.has(owner) and not RecoveryCode.objects.exists()


def test_the_first_account_needs_the_code_of_the_directory(site: Site, db) -> None:
    client = stranger()
    assert client.get("/login/").headers["Location"] == "/set-up/"
    form = {"name": "Anna", "email": "Anna@Example.org", "password": RIGHT, "token": "guess"}
    assert client.post("/set-up/", form).status_code == 422
    assert not Account.objects.exists()
    token = setup_token.setup_token(site.data_dir)
    assert (site.data_dir / setup_token.FILE).stat().st_mode & 0o077 == 0
    assert client.post("/set-up/", form | {"token": token, "password": "anna"}).status_code == 422
    assert client.post("/set-up/", form | {"token": token}).status_code == 302
    made = Account.objects.get()
    assert (made.email, made.role) == ("anna@example.org", "owner")
    assert client.get("/settings/people/").status_code == 200
    assert (
        stranger().post("/set-up/", form | {"token": token, "email": "b@example.org"}).headers["Location"] == "/login/"
    )
    assert Account.objects.count() == 1


def invite(client: Client, email: str = "new@example.org", role: str = "recruiter") -> str:
    page = words(client.post("/settings/people/", {"email": email, "role": role}))
    return re.search(r"http://testserver(/invitation/[^<\s]+)", page)[1]


def test_an_invitation_makes_one_account(client_of) -> None:
    link = invite(client_of("owner"))
    guest = stranger()
    assert "new@example.org" in words(guest.get(link))
    assert guest.post(link, {"name": "Bo", "password": "short"}).status_code == 422
    assert guest.post(link, {"name": "Bo", "password": RIGHT}).status_code == 302
    assert Account.objects.get(email="new@example.org").role == "recruiter"
    assert guest.get("/priority/").status_code == 200
    assert stranger().get(link).status_code == 404
    assert stranger().post(link, {"name": "Eve", "password": RIGHT}).status_code == 404


def test_an_invitation_that_is_withdrawn_old_or_forged_is_none(client_of, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = client_of("owner")
    link = invite(owner)
    owner.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert stranger().get(link).status_code == 404
    assert stranger().get(link[:-2] + "x/").status_code == 404
    other = invite(owner, "other@example.org")
    assert stranger().get(other).status_code == 200
    import time

    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 8 * 86_400)
    assert stranger().get(other).status_code == 404
    assert signing.loads(other.split("/")[2], salt=INVITATION)


def new_password_link(client: Client, account: Account) -> str:
    page = words(client.post(f"/settings/people/{account.pk}/", {"do": "password_link"}))
    return re.search(r"http://testserver(/new-password/[^<\s]+)", page)[1]


def test_a_link_for_a_new_password_is_good_once(owner, account) -> None:
    admin = stranger()
    log_in(admin)
    who = account("viewer", password=RIGHT)
    link, second = new_password_link(admin, who), new_password_link(admin, who)
    seated = stranger("203.0.113.3")
    log_in(seated, email=who.email)
    link = new_password_link(admin, who)  # the login made the earlier ones worthless
    assert stranger().get(second).status_code == 404
    assert stranger().post(link, {"password": "another long sentence"}).status_code == 302
    assert stranger().post(link, {"password": "a third long sentence"}).status_code == 404
    assert seated.get("/account/").status_code == 302
    assert log_in(stranger("203.0.113.4"), "another long sentence", who.email).status_code == 302


def test_a_link_for_a_new_password_dies_with_time_and_with_the_address(owner, account, settings_of) -> None:
    admin = stranger()
    log_in(admin)
    who = account("viewer", password=RIGHT)
    link = new_password_link(admin, who)
    Account.objects.filter(pk=who.pk).update(email="moved@example.org")
    assert stranger().get(link).status_code == 404
    fresh = new_password_link(admin, who)
    settings_of(PASSWORD_RESET_TIMEOUT=-1)
    assert stranger().get(fresh).status_code == 404


@pytest.fixture
def settings_of():
    """Changes settings for the test."""
    from contextlib import ExitStack

    from django.test import override_settings

    with ExitStack() as stack:
        yield lambda **changed: stack.enter_context(override_settings(**changed))


def test_links_are_built_from_the_configured_address(client_of, settings_of) -> None:
    settings_of(BASE_URL="https://score.example")
    page = words(client_of("owner").post("/settings/people/", {"email": "new@example.org", "role": "viewer"}))
    assert "https://score.example/invitation/" in page
    assert client_of(None).get("/login/", headers={"host": "evil.example"}).status_code == 400


def test_the_language_stays_with_the_account(client_of) -> None:
    client = client_of("viewer", "en")
    client.post("/language/", {"language": "nl", "next": "//evil.example"})
    assert Account.objects.get(role="viewer").language == "nl"
    assert client.post("/language/", {"language": "xx"}).status_code == 404
