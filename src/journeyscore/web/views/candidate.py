"""One candidate: the score, the reasons, the timeline."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.actions.erase import erase as erase_person
from journeyscore.actions.merge import merge as merge_candidates
from journeyscore.actions.merge import undo_merge
from journeyscore.domain.errors import JourneyscoreError, NotFoundError
from journeyscore.domain.event import VISITOR_PREFIX
from journeyscore.domain.model import Model
from journeyscore.reports.explain import Explanation, LedgerLine, explain
from journeyscore.reports.history import history
from journeyscore.reports.timeline import timeline
from journeyscore.web import audit
from journeyscore.web.access import Can, for_everybody, needs
from journeyscore.web.bands import bands
from journeyscore.web.charts import step_chart
from journeyscore.web.errors import in_words
from journeyscore.web.kept import model, snapshot_of
from journeyscore.web.links import absolute
from journeyscore.web.models import Account
from journeyscore.web.names import called
from journeyscore.web.workspace import today, workspace

SALT = "my score"
DAYS = 30
"""How long a candidate's own link works."""


@needs(Can.SEE)
def candidate(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """The page of one candidate."""
    if (end := workspace().records.links.end_of([pseudonym])[pseudonym]) != pseudonym:
        return redirect("candidate", end)
    mark, seen = workspace().records.standings.mark(pseudonym), request.GET.get("seen")
    if request.htmx and seen == mark:
        return HttpResponse(status=204)
    facts = _score(pseudonym) | {"mark": mark, "updated": seen is not None}
    current, found = facts["model"], facts["found"]
    care = workspace().records.care
    group = workspace().records.links.group_of(pseudonym)
    merged = [p for p in group[1:] if not p.startswith(VISITOR_PREFIX)]
    moments = timeline(facts["snapshot"], current, pseudonym, today())
    scores = history(facts["snapshot"], current, pseudonym, today())
    facts |= {
        "called": called(request, [pseudonym])[pseudonym],
        "pseudonym": pseudonym,
        "chart": step_chart([(s.day, s.millipoints) for s in scores], [m.day for m in moments], facts["bands"]),
        "scores": scores[::-1],
        "days": [(day, list(some)) for day, some in groupby(moments, key=lambda moment: moment.day)],
        "labels": {t.name: t.label for t in current.touchpoints},
        "visitors": len(group) - 1 - len(merged),
        "merged": [(p, name) for p, name in called(request, merged).items()],
        "cared": care.of([pseudonym]).get(pseudonym),
        "owners": Account.objects.filter(is_active=True),
        "authors": {a.pk: str(a) for a in Account.objects.all()},
        "notes": care.notes(group),
        "here": request.path,
        "total": sum(line.millipoints for line in found.lines),
    }
    facts.pop("snapshot")
    return render(request, "candidate/candidate.html", facts)


def _score(pseudonym: str) -> dict[str, Any]:
    """The explanation in the terms of a page. Raises Http404 for somebody of whom nothing is known."""
    current, shot = model(), snapshot_of(pseudonym)
    try:
        found = explain(shot, current, pseudonym, today())
    except NotFoundError as error:
        raise Http404 from error
    tinted = {band.name: band for band in bands(current)}
    outlook = found.outlook
    labels = {t.name: t.label for t in current.touchpoints}
    return {
        "model": current,
        "snapshot": shot,
        "found": found,
        "bands": list(tinted.values()),
        "band": tinted[found.band],
        "next_band": tinted.get(outlook.next_band or ""),
        "falls_to": tinted.get(outlook.falls_to or ""),
        "one_more": [(labels[m.touchpoint], m.gain, tinted[m.band]) for m in outlook.one_more[:3]],
        "reasons": _reasons(found, current),
        "lines": [_line(line, current) for line in found.lines],
    }


def _reasons(found: Explanation, current: Model) -> list[tuple[object, int, int]]:
    """The three strongest touchpoints: label, points, hits."""
    sums: dict[str, list[int]] = {}
    for line in found.lines:
        if line.kind == "touchpoint":
            both = sums.setdefault(line.name, [0, 0])
            both[0] += line.millipoints
            both[1] += line.hits
    labels = {t.name: t.label for t in current.touchpoints}
    best = sorted(((points, hits, name) for name, (points, hits) in sums.items() if points > 0), reverse=True)[:3]
    return [(labels[name], points, hits) for points, hits, name in best]


def _line(line: LedgerLine, current: Model) -> tuple[LedgerLine, object]:
    """A line of the ledger with its label; caps are named by what they cap."""
    labels: dict[str, object] = {t.name: t.label for t in current.touchpoints}
    if line.kind == "group_cap":
        labels = {g.name: g.label for g in current.groups}
    return line, labels.get(line.name)


@needs(Can.MERGE)
@require_POST
def merge(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Take another candidate for this one, by key; or take that back."""
    records = workspace().records
    try:
        own = records.keys([pseudonym])[pseudonym]
        other = request.POST.get("other", "").strip()
        if request.POST.get("undo"):
            undo_merge(workspace(), own, records.keys([request.POST["undo"]])[request.POST["undo"]])
            said = _("They are two candidates again.")
        else:
            merge_candidates(workspace(), own, other)
            said = _("They are one candidate now; the score counts the events of both.")
        audit.record(request, "merge", pseudonym)
        messages.info(request, said)
    except (JourneyscoreError, KeyError) as error:
        said = in_words(error) if isinstance(error, JourneyscoreError) else _("There is no such candidate.")
        messages.warning(request, said, extra_tags="warn")
    return redirect("candidate", pseudonym)


@needs(Can.ERASE)
def erase(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Erase a person for good, after the key was typed."""
    key = workspace().records.keys([pseudonym]).get(pseudonym)
    if key is None:
        raise Http404
    wrong = request.method == "POST" and request.POST.get("key", "").strip() != key
    if request.method == "POST" and not wrong:
        try:
            erase_person(workspace(), candidate=key)
        finally:  # it may be done, and the list beside the backups not
            if not workspace().records.keys([pseudonym]):
                audit.record(request, "erase")
        messages.info(request, _("Erased. An old file will not bring this person back."))
        return redirect("priority")
    expected = erase_person(workspace(), candidate=key, dry_run=True)
    facts = {"pseudonym": pseudonym, "key": key, "expected": expected, "wrong": wrong}
    return render(request, "candidate/erase.html", facts)


@needs(Can.HANDLE)
@require_POST
def make_link(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """A signed address on which the candidate can read the own score."""
    token = signing.dumps(pseudonym, salt=SALT)
    link = absolute(request, reverse("my_score", args=[token]))
    audit.record(request, "my_score_link", pseudonym)
    return render(request, "candidate/link.html", {"link": link, "days": DAYS, "pseudonym": pseudonym})


@for_everybody
def my_score(request: HttpRequest, token: str) -> HttpResponse:
    """The candidate's own page: what counted, in plain words. No login; the address is the key."""
    try:
        pseudonym = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
    except signing.BadSignature:
        response = render(request, "candidate/no_link.html", status=404)
    else:
        response = render(request, "candidate/my_score.html", _score(pseudonym))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


urls = [
    path("candidates/<str:pseudonym>/", candidate, name="candidate"),
    path("candidates/<str:pseudonym>/merge/", merge, name="merge"),
    path("candidates/<str:pseudonym>/erase/", erase, name="erase"),
    path("candidates/<str:pseudonym>/link/", make_link, name="make_link"),
    path("my-score/<str:token>/", my_score, name="my_score"),
]
