"""Logging in and out, the first set-up, one's own account, people and roles, and what was done by whom."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.web.access import Can, for_everybody, needs


def next_page(request: HttpRequest, wanted: str | None) -> str:
    """A page of ours to go on to, whatever was asked for."""
    ours = wanted and wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return str(wanted) if ours else "/"


@for_everybody
def log_in(request: HttpRequest) -> HttpResponse:
    """The login form."""
    error = ""
    if request.method == "POST":
        account = authenticate(request, username=request.POST.get("email", ""), password=request.POST.get("password"))
        if account:
            login(request, account)
            return redirect(next_page(request, request.POST.get("next")))
        error = _("That address and password do not go together.")
    return render(request, "accounts/login.html", {"error": error, "next": request.GET.get("next", "")})


@for_everybody
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """The end of the session, here and on the server."""
    logout(request)
    return redirect("login")


@for_everybody
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The reader's choice of a language."""
    response = redirect(next_page(request, request.POST.get("next")))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 86400,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@needs(Can.SEE)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    return render(request, "accounts/account.html")


@needs(Can.MANAGE)
def people(request: HttpRequest) -> HttpResponse:
    """Accounts and roles."""
    return render(request, "accounts/people.html")


@needs(Can.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """What was done by whom."""
    return render(request, "accounts/audit.html")


urls = [
    path("login/", log_in, name="login"),
    path("logout/", log_out, name="logout"),
    path("language/", language, name="language"),
    path("account/", account, name="account"),
    path("settings/people/", people, name="people"),
    path("settings/audit/", audit, name="audit"),
]
