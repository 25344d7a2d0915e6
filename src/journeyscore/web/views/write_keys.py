"""Systems that send events: write keys for servers and browsers, and what came in with them."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.connectors.segment.senders import BROWSER
from journeyscore.domain.errors import UsageError
from journeyscore.web import audit
from journeyscore.web.access import Can, needs
from journeyscore.web.errors import in_words
from journeyscore.web.intake import inbox
from journeyscore.web.links import absolute
from journeyscore.web.workspace import workspace


@needs(Can.MANAGE)
def write_keys(request: HttpRequest) -> HttpResponse:
    """The keys; a POST makes one."""
    error = ""
    if request.method == "POST":
        origins = request.POST.get("origins", "")[:2000].split()
        made_by, now = request.user.pk, datetime.now(UTC)
        source, kind = request.POST.get("source", "")[:200], request.POST.get("kind", "")
        try:
            consent = kind == BROWSER and request.POST.get("consent", "each") == "each"
            key, text = workspace().records.write_keys.make(source, kind, origins, made_by, now, consent)
        except UsageError as problem:
            error = in_words(problem)
        else:
            audit.record(request, "write_key_made", key.id, source=key.source, kind=key.kind)
            place = absolute(request, "/").rstrip("/")
            return render(request, "write_keys/made.html", {"key": key, "text": text, "place": place})
    facts = {"rows": workspace().records.write_keys.newest_first(), "error": error, "waiting": inbox().waiting()}
    return render(request, "write_keys/write_keys.html", facts, status=422 if error else 200)


@needs(Can.MANAGE)
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Let a key work no longer."""
    if workspace().records.write_keys.revoke(number, datetime.now(UTC)):
        audit.record(request, "write_key_revoked", number)
        messages.success(request, _("The key is revoked: within seconds nothing comes in with it any more."))
    return redirect("write_keys")


urls = [
    path("settings/sources/", write_keys, name="write_keys"),
    path("settings/sources/<int:number>/revoke/", revoke, name="revoke_write_key"),
]
