"""In and out: the first set-up, logging in with one or two factors, invitations, a new password, the language."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from journeyscore.web import audit, second_factor, sessions, setup_token, throttle
from journeyscore.web.access import Role, for_everybody
from journeyscore.web.account_forms import LONGEST_PASSWORD, NewPassword, NewPerson, Owner
from journeyscore.web.links import next_page
from journeyscore.web.models import Account, Invitation

INVITATION = "journeyscore invitation"
INVITED_DAYS = 7
PENDING = "second_factor"
PENDING_SECONDS = 600


@for_everybody
def log_in(request: HttpRequest) -> HttpResponse:
    """The login form: address and password."""
    if not Account.objects.exists():
        return redirect("set_up")
    wanted = next_page(request, request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST":
        return render(request, "accounts/login.html", {"next": wanted})
    email = request.POST.get("email", "")[:254]
    keys = throttle.keys_of(request, email)
    now = throttle.begin(keys)
    if now.wait:
        return _later(request, "accounts/login.html", now.wait, next=wanted, email=email)
    account = _proven(request, email)
    if account is None:
        if now.last and (known := Account.objects.filter(email=email.strip().casefold()).first()):
            audit.record(request, "login_slowed", known.pk)
        facts = {"error": _("That address and password do not go together."), "next": wanted, "email": email}
        return render(request, "accounts/login.html", facts, status=422)
    throttle.succeeded(keys)
    if second_factor.has(account):
        request.session.cycle_key()
        request.session[PENDING] = {"account": account.pk, "at": datetime.now(UTC).timestamp(), "next": wanted}
        return redirect("login_code")
    return _in(request, account, wanted)


def _proven(request: HttpRequest, email: str) -> Account | None:
    password = request.POST.get("password", "")
    if len(password) > LONGEST_PASSWORD:
        password = ""  # wrong, at the same price as any other
    found = authenticate(request, username=email.strip().casefold(), password=password)
    return found if isinstance(found, Account) else None


def _later(request: HttpRequest, template: str, wait: int, **facts: object) -> HttpResponse:
    said = ngettext(
        "Too many tries. Wait %(wait)s second, then try again.",
        "Too many tries. Wait %(wait)s seconds, then try again.",
        wait,
    )
    response = render(request, template, facts | {"error": said % {"wait": wait}}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _in(request: HttpRequest, account: Account, wanted: str) -> HttpResponse:
    response = sessions.begin(request, redirect(wanted), account)
    audit.record(request, "login")
    return response


@for_everybody
def login_code(request: HttpRequest) -> HttpResponse:
    """The second half of a login: a code of the app, or a recovery code."""
    pending = request.session.get(PENDING)
    fresh = pending and datetime.now(UTC).timestamp() - pending["at"] < PENDING_SECONDS
    account = Account.objects.filter(pk=pending["account"], is_active=True).first() if fresh else None
    if account is None:
        request.session.pop(PENDING, None)
        return redirect("login")
    if request.method != "POST":
        return render(request, "accounts/login_code.html")
    keys = throttle.code_keys(request, account)
    now = throttle.begin(keys)
    if now.wait:
        return _later(request, "accounts/login_code.html", now.wait)
    code = request.POST.get("code", "")[:40]
    if not second_factor.verify(account, code):
        if now.last:
            audit.record(request, "code_slowed", account.pk)
        facts = {"error": _("That code is not right, or was used before.")}
        return render(request, "accounts/login_code.html", facts, status=422)
    throttle.succeeded(keys)
    request.session.pop(PENDING)
    response = _in(request, account, next_page(request, pending["next"]))
    if not second_factor.CODE.fullmatch(code.replace(" ", "")):
        audit.record(request, "recovery_code")
    return response


@for_everybody
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """The end of the session, here and on the server."""
    logout(request)
    return redirect("login")


@for_everybody
def set_up(request: HttpRequest) -> HttpResponse:
    """The first account, for who can read the data directory."""
    if Account.objects.exists():
        return redirect("login")
    token = str(request.POST.get("token") or request.GET.get("token") or "")[:200]
    setup_token.setup_token(settings.DATA_DIR)
    form = Owner(request.POST if request.method == "POST" else None)
    right = request.method == "POST" and setup_token.fits(settings.DATA_DIR, token)
    if request.method == "POST" and not right:
        form.add_error(None, _("That is not the code. It stands in the window where journeyscore was started."))
    if right and form.is_valid():
        with transaction.atomic():
            if setup_token.spend(settings.DATA_DIR):
                kept = form.cleaned_data
                account = Account.objects.make(kept["email"], kept["password"], Role.OWNER, kept["name"])
                response = sessions.begin(request, redirect("overview"), account)
                audit.record(request, "set_up")
                return response
        return redirect("login")
    facts = {"form": form, "token": token, "asks_code": not setup_token.fits(settings.DATA_DIR, token)}
    return render(request, "accounts/set_up.html", facts, status=422 if form.errors else 200)


@for_everybody
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where somebody who was invited makes an account."""
    try:
        number = signing.loads(token, salt=INVITATION, max_age=INVITED_DAYS * 86_400)
    except signing.BadSignature:
        return _gone(request)
    offered = Invitation.objects.filter(pk=number, used_at=None, withdrawn_at=None)
    found = offered.first()
    if found is None or Account.objects.filter(email=found.email).exists():
        return _gone(request)
    form = NewPerson(request.POST if request.method == "POST" else None, account=None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if not offered.update(used_at=datetime.now(UTC)):
                return _gone(request)
            kept = form.cleaned_data
            account = Account.objects.make(found.email, kept["password"], Role(found.role), kept["name"])
        logout(request)
        response = sessions.begin(request, redirect("overview"), account)
        audit.record(request, "invitation_used", found.pk)
        return _private(response)
    facts = {"form": form, "invitation": found}
    return _private(render(request, "accounts/invitation.html", facts, status=422 if form.errors else 200))


@for_everybody
def new_password(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """A new password by a link: good once, for an hour, and only while the address stays the same."""
    account = Account.objects.filter(pk=number, is_active=True).first()
    if account is None or not default_token_generator.check_token(account, token):
        return _gone(request)
    form = NewPassword(request.POST if request.method == "POST" else None, account=account)
    if request.method == "POST" and form.is_valid():
        account.set_password(form.cleaned_data["password"])
        account.save()
        sessions.end(account)
        audit.record(request, "password_changed", account.pk)
        return _private(redirect("login"))
    facts = {"form": form, "account": account}
    return _private(render(request, "accounts/new_password.html", facts, status=422 if form.errors else 200))


def _gone(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "accounts/gone.html", status=404))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


@for_everybody
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The reader's choice of a language: kept in the browser, and with the account."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    if request.user.is_authenticated:
        Account.objects.filter(pk=request.user.pk).update(language=chosen)
    response = redirect(next_page(request, request.POST.get("next")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 86400,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


urls = [
    path("login/", log_in, name="login"),
    path("login/code/", login_code, name="login_code"),
    path("logout/", log_out, name="logout"),
    path("set-up/", set_up, name="set_up"),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("new-password/<int:number>/<str:token>/", new_password, name="new_password"),
    path("language/", language, name="language"),
]
