"""Keys of the JSON API: make one, see it once, revoke it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from journeyscore.web import audit
from journeyscore.web.access import Can, needs
from journeyscore.web.api import keys
from journeyscore.web.api.keys import Scope
from journeyscore.web.links import absolute
from journeyscore.web.models import ApiKey

SCOPES = (
    (Scope.SCORES, gettext_lazy("scores, touchpoints and the journey; candidates by a code")),
    (Scope.PEOPLE, gettext_lazy("candidates by their own key, as your systems know them")),
    (Scope.MODEL, gettext_lazy("the points model and its versions")),
)
DAYS = (("90", gettext_lazy("90 days")), ("365", gettext_lazy("a year")), ("", gettext_lazy("until it is revoked")))


class NewKey(forms.Form):
    """What a new key is called, may read, and how long it works."""

    name = forms.CharField(max_length=60)
    scopes = forms.MultipleChoiceField(choices=SCOPES)
    days = forms.ChoiceField(choices=DAYS, required=False)


@needs(Can.MANAGE)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys; a POST makes one."""
    form = NewKey(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        scopes = [Scope(scope) for scope in kept["scopes"]]
        key, token = keys.make(kept["name"], scopes, request.user, int(kept["days"] or 0) or None)
        audit.record(request, "key_made", key.pk, scopes=key.scopes)
        place = absolute(request, reverse("api:read_overview"))
        return render(request, "api_keys/made.html", {"key": key, "token": token, "place": place})
    words = {str(scope): said for scope, said in SCOPES}
    rows = [
        (key, [words[scope] for scope in key.scopes if scope in words], keys.ended(key))
        for key in ApiKey.objects.select_related("made_by").order_by("-pk")
    ]
    facts = {"rows": rows, "form": form, "scopes": SCOPES, "days": DAYS}
    return render(request, "api_keys/api_keys.html", facts, status=422 if form.errors else 200)


@needs(Can.MANAGE)
@require_POST
def revoke_key(request: HttpRequest, number: int) -> HttpResponse:
    """Let a key work no longer."""
    if keys.revoke(number):
        audit.record(request, "key_revoked", number)
        messages.success(request, _("The key is revoked: it works no longer."))
    return redirect("api_keys")


urls = [
    path("settings/keys/", api_keys, name="api_keys"),
    path("settings/keys/<int:number>/revoke/", revoke_key, name="revoke_key"),
]
