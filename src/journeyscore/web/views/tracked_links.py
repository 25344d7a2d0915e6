"""Tracked links: the list with its clicks, the builder with its linter, one link with its QR code, the hosts."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from journeyscore.actions.judge_clicks import judge_clicks
from journeyscore.actions.mail_links import HEAD, mail_rows
from journeyscore.domain.errors import UsageError
from journeyscore.domain.link import ASKED, TrackedLink
from journeyscore.intake.utm import MEDIUMS, channel_of, lint, mended, mended_target
from journeyscore.reports.link_clicks import Clicks, by_code
from journeyscore.web import audit, qr
from journeyscore.web.access import Can, needs
from journeyscore.web.errors import in_words
from journeyscore.web.links import absolute
from journeyscore.web.models import Account
from journeyscore.web.reports import LINK_CLICKS
from journeyscore.web.workspace import workspace

LONGEST = 3_000
ATS_PARAMETERS = ("gh_src", "lever-source", "source")
KINDS = {"svg": ("image/svg+xml", qr.svg), "png": ("image/png", qr.png)}


@needs(Can.SEE)
def links(request: HttpRequest) -> HttpResponse:
    """All links, newest first, with who clicked."""
    found = LINK_CLICKS.get()
    clicks = by_code(found.frame)
    rows = [(link, clicks.get(link.code, Clicks())) for link in workspace().records.tracked_links.newest_first()]
    facts = {"rows": rows, "found": found, "clicks": sum(one.clicks for _, one in rows)}
    facts |= {"hosts": workspace().records.tracked_links.hosts(), "in_use": sum(not x.ended_at for x, _ in rows)}
    return render(request, "links/links.html", facts)


@needs(Can.IMPORT)
def new_link(request: HttpRequest) -> HttpResponse:
    """The builder. A POST makes the link, or takes the proposals over (`do` is `mend`)."""
    said, error = _said(request.POST), ""
    if request.method == "POST" and request.POST.get("do") == "mend":
        said |= mended(said) | {"target": mended_target(said["target"])}
    elif request.method == "POST":
        try:
            link = workspace().records.tracked_links.make(TrackedLink.of(said, request.user.pk), _now())
        except UsageError as problem:
            error = in_words(problem)
        else:
            audit.record(request, "link_made", link.code, target=link.target)
            messages.success(request, _("The link is made."))
            return redirect("link", link.code)
    facts = _judged(said, asked=request.method == "POST") | {"error": error}
    facts |= {"media": MEDIUMS, "hosts": workspace().records.tracked_links.hosts()}
    return render(request, "links/new.html", facts, status=422 if error else 200)


@needs(Can.IMPORT)
@require_POST
def check_link(request: HttpRequest) -> HttpResponse:
    """What the linter says of a link that is being typed; a part of the builder."""
    return render(request, "links/findings.html", _judged(_said(request.POST), asked=True))


@needs(Can.SEE)
def link(request: HttpRequest, code: str) -> HttpResponse:
    """One link: where it goes, who clicked, its QR code, personal links for a mail."""
    kept = _link(code)
    place = kept.place(workspace().records.tracked_links.hosts())
    found = LINK_CLICKS.get()
    facts: dict[str, Any] = {"link": kept, "address": _address(request, kept), "place": place, "found": found}
    facts |= {"clicks": by_code(found.frame).get(code, Clicks()), "channel": channel_of(_tags(kept))}
    facts["made_by"] = Account.objects.filter(pk=kept.made_by).first()
    return render(request, "links/link.html", facts)


@needs(Can.IMPORT)
@require_POST
def end_link(request: HttpRequest, code: str) -> HttpResponse:
    """Let a link lead nowhere any more."""
    if workspace().records.tracked_links.end(_link(code).code, _now()):
        audit.record(request, "link_ended", code)
        messages.success(request, _("The link has ended: within seconds it leads nowhere any more."))
    return redirect("link", code)


@needs(Can.SEE)
def link_qr(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The QR code, to be printed."""
    type_, made = KINDS[kind]
    how = "inline" if "show" in request.GET else "attachment"
    said = {"Content-Disposition": f'{how}; filename="qr-{_link(code).code}.{kind}"'}
    return HttpResponse(made(_address(request, _link(code))), content_type=type_, headers=said)


@needs(Can.EXPORT)
@require_POST
def link_mail(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """A file with a personal link for each candidate whose address is known."""
    kept = _link(code)
    base = absolute(request, "/").rstrip("/")
    audit.record(request, "export", code, kind="links")
    said = {"Content-Disposition": f'attachment; filename="links-{kept.code}.csv"'}
    pieces = _csv(mail_rows(workspace(), kept, base, _now()))
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=said)


@needs(Can.MANAGE)
def link_hosts(request: HttpRequest) -> HttpResponse:
    """The hosts to which links may lead; a POST puts one on the list, or takes one off (`remove`)."""
    kept, error = workspace().records.tracked_links, ""
    if request.method == "POST" and (name := request.POST.get("remove", "")):
        if kept.disallow(name):
            audit.record(request, "link_host_removed", name[:200])
            messages.success(request, _("Links to %(host)s lead nowhere any more.") % {"host": name})
        return redirect("link_hosts")
    if request.method == "POST":
        said = [request.POST.get(field, "")[:LONGEST] for field in ("name", "below", "parameter")]
        try:
            host = kept.allow(said[0], bool(said[1]), said[2])
        except UsageError as problem:
            error = in_words(problem)
        else:
            audit.record(request, "link_host_allowed", host.name, below=host.below, parameter=host.parameter)
            return redirect("link_hosts")
    leading = [link for link in kept.newest_first() if not link.ended_at]
    rows = [(host, sum(link.place([host]) is not None for link in leading)) for host in kept.hosts()]
    facts = {"rows": rows, "error": error, "parameters": ATS_PARAMETERS}
    return render(request, "links/hosts.html", facts, status=422 if error else 200)


def _judged(said: Mapping[str, str], asked: bool) -> dict[str, Any]:
    """What the linter says; nothing of a form that is still empty."""
    findings = lint(said, said["target"]) if asked else []
    facts: dict[str, Any] = {"said": said, "findings": findings, "asked": asked}
    facts["can_mend"] = any(one.mended is not None for one in findings)
    facts["channel"] = channel_of(said) if said["source"] and said["medium"] else ""
    return facts


def _said(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form. The target stays as it was typed: what is wrong with it is told, not hidden."""
    said = {field: sent.get(field, "")[:LONGEST] for field in ASKED}
    return {field: text if field == "target" else text.strip() for field, text in said.items()}


def _tags(link: TrackedLink) -> dict[str, str]:
    return {"source": link.source, "medium": link.medium}


def _link(code: str) -> TrackedLink:
    found = workspace().records.tracked_links.find(code)
    if found is None:
        raise Http404
    return found


def _address(request: HttpRequest, link: TrackedLink) -> str:
    return absolute(request, f"/r/{link.code}")


def _csv(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield ",".join(HEAD) + "\r\n"
    for row in rows:
        out = io.StringIO()
        csv.writer(out).writerow(row)
        yield out.getvalue()


def _now() -> datetime:
    return datetime.now(UTC)


@needs(Can.IMPORT)
@require_POST
def judge_link(request: HttpRequest, code: str) -> HttpResponse:
    """Take the machines' clicks for people's, or take that back."""
    people = request.POST.get("people") == "1"
    number = judge_clicks(workspace(), _link(code).code, people=people)
    audit.record(request, "link_judged", code, people=people, clicks=number)
    said = ngettext("%(number)d click was judged anew.", "%(number)d clicks were judged anew.", number)
    messages.success(request, said % {"number": number})
    return redirect("link", code)


urls = [
    path("links/", links, name="links"),
    path("links/new/", new_link, name="new_link"),
    path("links/check/", check_link, name="check_link"),
    path("links/hosts/", link_hosts, name="link_hosts"),
    path("links/<slug:code>/", link, name="link"),
    path("links/<slug:code>/end/", end_link, name="end_link"),
    path("links/<slug:code>/judge/", judge_link, name="judge_link"),
    path("links/<slug:code>/qr.svg", link_qr, {"kind": "svg"}, name="link_qr_svg"),
    path("links/<slug:code>/qr.png", link_qr, {"kind": "png"}, name="link_qr_png"),
    path("links/<slug:code>/mail.csv", link_mail, name="link_mail"),
]
