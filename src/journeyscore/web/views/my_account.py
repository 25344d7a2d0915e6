"""The reader's own account: name, password, second factor, sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from journeyscore.web import audit, second_factor, sessions
from journeyscore.web.access import Can, needs
from journeyscore.web.account_forms import LONGEST_PASSWORD, NewPassword
from journeyscore.web.models import Visit

PAGE = "accounts/account.html"


def _page(request: HttpRequest, status: int = 200, **facts: object) -> HttpResponse:
    mine = request.session.session_key
    visits = [(v, sessions.name_of(v), v.session_key == mine) for v in sessions.visits_of(request.user)]
    shown = {"visits": visits, "has_code": second_factor.has(request.user)}
    shown["codes_left"] = request.user.recovery_codes.count()
    return render(request, PAGE, shown | facts, status=status)


@needs(Can.SEE)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account; a POST changes the name."""
    if request.method == "POST":
        request.user.name = request.POST.get("name", "").strip()[:100]
        request.user.save(update_fields=["name"])
        messages.success(request, _("Your name is changed."))
        return redirect("account")
    return _page(request)


@needs(Can.SEE)
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Another password, after the old one; every other session ends."""
    form = NewPassword(request.POST, account=request.user)
    if not _knows_password(request):
        return _page(request, 422, old_error=_("That is not your password."))
    if not form.is_valid():
        return _page(request, 422, form=form)
    request.user.set_password(form.cleaned_data["password"])
    request.user.save()
    before = request.session.session_key
    update_session_auth_hash(request, request.user)
    Visit.objects.filter(session_key=before).update(session_key=request.session.session_key)
    sessions.end(request.user, but=request.session.session_key)
    audit.record(request, "password_changed", request.user.pk)
    messages.success(request, _("Your password is changed, and every other session has ended."))
    return redirect("account")


def _knows_password(request: HttpRequest) -> bool:
    typed = request.POST.get("old", "")
    return len(typed) <= LONGEST_PASSWORD and bool(request.user.check_password(typed))


@needs(Can.SEE)
def code_app(request: HttpRequest) -> HttpResponse:
    """Turn the second factor on: scan, then give the first code."""
    if second_factor.has(request.user):
        return redirect("account")
    device = second_factor.begin(request.user)
    error = ""
    if request.method == "POST":
        codes = second_factor.confirm(request.user, request.POST.get("code", ""))
        if codes:
            audit.record(request, "second_factor_on", request.user.pk)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        error = _("That code is not right. Is the clock of your phone right?")
    facts = {"picture": second_factor.picture(device), "key": second_factor.key_in_words(device), "error": error}
    return render(request, "accounts/code_app.html", facts, status=422 if error else 200)


@needs(Can.SEE)
@require_POST
def code_off(request: HttpRequest) -> HttpResponse:
    """Turn the second factor off, or make new recovery codes; both after the password."""
    if not _knows_password(request):
        return _page(request, 422, code_error=_("That is not your password."))
    if request.POST.get("do") == "new_codes" and second_factor.has(request.user):
        codes = second_factor.new_recovery_codes(request.user)
        return render(request, "accounts/recovery_codes.html", {"codes": codes})
    second_factor.drop(request.user)
    audit.record(request, "second_factor_off", request.user.pk)
    messages.success(request, _("From now on your password alone is enough."))
    return redirect("account")


@needs(Can.SEE)
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session, or all but this one."""
    ended = sessions.end(request.user, request.POST.get("session", ""), but=request.session.session_key)
    audit.record(request, "sessions_ended", request.user.pk)
    said = ngettext("%(ended)s session has ended.", "%(ended)s sessions have ended.", ended)
    messages.success(request, said % {"ended": ended})
    return redirect("account")


urls = [
    path("account/", account, name="account"),
    path("account/password/", password, name="password"),
    path("account/code/", code_app, name="code_app"),
    path("account/code/off/", code_off, name="code_off"),
    path("account/sessions/", end_sessions, name="end_sessions"),
]
