"""People and roles, invitations, and what was done by whom."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.web import audit, second_factor, sessions
from journeyscore.web.access import Can, Role, needs
from journeyscore.web.account_forms import Invite
from journeyscore.web.audit import ACTIONS
from journeyscore.web.links import absolute
from journeyscore.web.models import Account, AuditEntry, Invitation
from journeyscore.web.names import called
from journeyscore.web.views.accounts import INVITATION, INVITED_DAYS

PER_PAGE = 50


def _page(request: HttpRequest, form: Invite) -> HttpResponse:
    since = datetime.now(UTC) - timedelta(days=INVITED_DAYS)
    facts = {
        "accounts": [(a, second_factor.has(a)) for a in Account.objects.order_by("-is_active", "name", "email")],
        "open": Invitation.objects.filter(used_at=None, withdrawn_at=None, made_at__gt=since).order_by("made_at"),
        "roles": [role.value for role in Role],
        "form": form,
        "days": INVITED_DAYS,
    }
    return render(request, "accounts/people.html", facts, status=422 if form.errors else 200)


@needs(Can.MANAGE)
def people(request: HttpRequest) -> HttpResponse:
    """Accounts, roles and open invitations; a POST invites somebody."""
    form = Invite(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    made = Invitation.objects.create(email=email, role=role, made_by=request.user, made_at=datetime.now(UTC))
    audit.record(request, "invited", made.pk, role=role)
    link = absolute(request, reverse("invitation", args=[signing.dumps(made.pk, salt=INVITATION)]))
    facts = {"link": link, "to": email, "good_for": _("%(days)s days") % {"days": INVITED_DAYS}}
    return render(request, "accounts/link.html", facts)


@needs(Can.MANAGE)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take an invitation back: its link works no longer."""
    if Invitation.objects.filter(pk=number, used_at=None, withdrawn_at=None).update(withdrawn_at=datetime.now(UTC)):
        audit.record(request, "invitation_withdrawn", number)
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("people")


@needs(Can.MANAGE)
@require_POST
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Change somebody's role, close or open the account, make a link for a new password, drop the second factor."""
    account = get_object_or_404(Account, pk=number)
    act = DOING.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    with transaction.atomic():
        if _leaves_no_owner(request, account):
            said = _("There must be one owner at least: make somebody else an owner first.")
            messages.warning(request, said, extra_tags="warn")
            return redirect("people")
        return act(request, account)


def _leaves_no_owner(request: HttpRequest, account: Account) -> bool:
    leaves = request.POST["do"] == "close" or (
        request.POST["do"] == "role" and request.POST.get("role") != Role.OWNER.value
    )
    others = Account.objects.filter(role=Role.OWNER.value, is_active=True).exclude(pk=account.pk)
    return leaves and not others.exists()


def _role(request: HttpRequest, account: Account) -> HttpResponse:
    wanted = request.POST.get("role", "")
    if wanted not in {role.value for role in Role}:
        raise Http404
    before, account.role = account.role, wanted
    account.save(update_fields=["role"])
    audit.record(request, "role_changed", account.pk, before=before, after=wanted)
    messages.success(request, _("The new role holds from the next page on."))
    return redirect("people")


def _close(request: HttpRequest, account: Account) -> HttpResponse:
    account.is_active = False
    account.save(update_fields=["is_active"])
    sessions.end(account)
    audit.record(request, "account_closed", account.pk)
    messages.success(request, _("The account is closed; what this person did stays on record."))
    return redirect("people")


def _open(request: HttpRequest, account: Account) -> HttpResponse:
    account.is_active = True
    account.save(update_fields=["is_active"])
    audit.record(request, "account_opened", account.pk)
    messages.success(request, _("The account is open again."))
    return redirect("people")


def _password_link(request: HttpRequest, account: Account) -> HttpResponse:
    token = default_token_generator.make_token(account)
    audit.record(request, "password_link", account.pk)
    link = absolute(request, reverse("new_password", args=[account.pk, token]))
    return render(request, "accounts/link.html", {"link": link, "to": account.email, "good_for": _("one hour")})


def _drop_code(request: HttpRequest, account: Account) -> HttpResponse:
    second_factor.drop(account)
    audit.record(request, "second_factor_off", account.pk)
    messages.success(request, _("The password alone is enough again for this account."))
    return redirect("people")


DOING: dict[str, Callable[[HttpRequest, Account], HttpResponse]] = {
    "role": _role,
    "close": _close,
    "open": _open,
    "password_link": _password_link,
    "drop_code": _drop_code,
}


@needs(Can.SEE_AUDIT)
def audit_log(request: HttpRequest) -> HttpResponse:
    """What was done by whom, newest first."""
    entries = AuditEntry.objects.select_related("account").order_by("-pk")
    action, who = request.GET.get("action", ""), request.GET.get("who", "")
    if action in ACTIONS:
        entries = entries.filter(action=action)
    if who.isascii() and who.isdecimal():
        entries = entries.filter(account_id=int(who[:18]))
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "rows": _rows(request, page.object_list),
        "actions": ACTIONS.items(),
        "accounts": Account.objects.order_by("name"),
        "action": action,
        "who": who,
    }
    return render(request, "accounts/audit.html", facts)


def _rows(request: HttpRequest, entries: QuerySet[AuditEntry]) -> list[tuple[AuditEntry, str, str, str]]:
    """Each entry with what was done in words, and the candidate or the account that it is about."""
    names = called(request, {e.about for e in entries if e.action in ABOUT_CANDIDATES and e.about})
    accounts = {str(a.pk): str(a) for a in Account.objects.filter(pk__in=[e.about for e in entries if _is_number(e)])}
    rows = []
    for entry in entries:
        candidate = names.get(entry.about)
        about = candidate.name if candidate else accounts.get(entry.about, "") if entry.action in ABOUT_ACCOUNTS else ""
        link = reverse("candidate", args=[entry.about]) if candidate else ""
        rows.append((entry, str(ACTIONS.get(entry.action, entry.action)), about, link))
    return rows


def _is_number(entry: AuditEntry) -> bool:
    return entry.action in ABOUT_ACCOUNTS and entry.about.isdecimal()


ABOUT_CANDIDATES = {"merge", "my_score_link", "event_logged", "note", "note_removed"}
ABOUT_CANDIDATES |= {action for action in ACTIONS if action.startswith("care_")}
ABOUT_ACCOUNTS = {"login_slowed", "code_slowed", "password_changed", "second_factor_on", "second_factor_off"}
ABOUT_ACCOUNTS |= {"sessions_ended", "role_changed", "account_closed", "account_opened", "password_link"}

urls = [
    path("settings/people/", people, name="people"),
    path("settings/people/<int:number>/", person, name="person"),
    path("settings/people/invitations/<int:number>/withdraw/", withdraw, name="withdraw"),
    path("settings/audit/", audit_log, name="audit"),
]
