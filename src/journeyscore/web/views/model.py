"""The points model: looking at it, changing it, trying it, publishing it."""

import difflib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.actions.publish import publish, text_in_force
from journeyscore.domain.errors import ModelError, UsageError
from journeyscore.domain.model import Model
from journeyscore.intake.names import standard_name
from journeyscore.modelfile.lint import lint_model
from journeyscore.modelfile.parse import parse_model
from journeyscore.modelfile.write import format_model
from journeyscore.records.versions import fingerprint_of
from journeyscore.reports.model_diff import ModelDiff, model_diff
from journeyscore.reports.standing import STAGES
from journeyscore.web.access import Can, may, needs
from journeyscore.web.bands import bands
from journeyscore.web.charts import stacked
from journeyscore.web.drafts import Draft, draft_of, drop, keep
from journeyscore.web.kept import model as model_in_force
from journeyscore.web.kept import snapshot
from journeyscore.web.model_form import apply
from journeyscore.web.models import Account, AuditEntry
from journeyscore.web.names import called
from journeyscore.web.workspace import today, workspace

LONGEST = 1_000_000
"""Characters of a model that is sent."""


@needs(Can.SEE)
def model(request: HttpRequest) -> HttpResponse:
    """The model with its points; for those who may change it, the draft and what it would do."""
    edits = may(request.user, Can.CHANGE_MODEL)
    draft = draft_of(request.user.pk) if edits else Draft(text_in_force(workspace()), "", changed=False)
    problems, drafted = _parsed(draft.text)
    fields: dict[str, str] = {}
    errors: dict[str, str] = {}
    if request.method == "POST" and edits and drafted is not None:
        fields = {k: v for k, v in request.POST.items() if isinstance(v, str)}
        changed, errors = apply(drafted, fields)
        text = format_model(changed)
        problems, valid = _parsed(text)
        if not errors and valid is not None:
            keep(request.user.pk, text if valid != drafted else draft.text, draft.based_on)
            return redirect("model")
    return render(request, "model/model.html", _facts(request, draft, drafted, problems, fields, errors))


def _facts(
    request: HttpRequest,
    draft: Draft,
    drafted: Model | None,
    problems: list[str],
    fields: dict[str, str],
    errors: dict[str, str],
) -> dict[str, Any]:
    present = model_in_force()
    shown = drafted or present
    facts: dict[str, Any] = {
        "draft": draft,
        "model": shown,
        "stages": [(s, [t for t in shown.touchpoints if t.stage == s]) for s in STAGES],
        "bands": bands(shown),
        "problems": problems,
        "fields": fields,
        "errors": errors,
        "periods": ["day", "week", "month", "ever"],
        "warnings": lint_model(shown),
        "versions": workspace().records.versions.all()[:8],
        "authors": {a.pk: str(a) for a in Account.objects.all()},
        "outdated": draft.changed and draft.based_on != fingerprint_of(text_in_force(workspace())),
    }
    if draft.changed and drafted is not None:
        facts["what_if"] = _what_if(request, model_diff(snapshot(), present, drafted, today()), present, drafted)
    return facts


def _what_if(request: HttpRequest, found: ModelDiff, present: Model, drafted: Model) -> dict[str, Any]:
    """Before and after, who goes up and down, and the largest moves with their reasons."""
    before, after = bands(present), bands(drafted)
    rank = {b.name: -place for place, b in enumerate(after)}
    known = {b.name: b for b in [*before, *after]}
    labels = {t.name: t.label for t in [*present.touchpoints, *drafted.touchpoints]}
    moves = [(rank.get(b, -99) - rank.get(a, -99), n) for (a, b), n in found.moves.items()]
    names = called(request, [m.candidate for m in found.movers])
    return {
        "changed": found.changed,
        "up": sum(n for step, n in moves if step > 0),
        "down": sum(n for step, n in moves if step < 0),
        "bars": [_bar(found, before, 0), _bar(found, after, 1)],
        "movers": [
            (m, names[m.candidate], known[m.band_before], known[m.band_after], [(labels[n], p) for n, p in m.why[:2]])
            for m in found.movers
        ],
    }


def _bar(found: ModelDiff, tinted: list[Any], side: int) -> list[Any]:
    counts: dict[str, int] = {}
    for pair, n in found.moves.items():
        counts[pair[side]] = counts.get(pair[side], 0) + n
    return stacked([(counts.get(b.name, 0), b.tint, b.label) for b in tinted])


def _parsed(text: str) -> tuple[list[str], Model | None]:
    try:
        return [], parse_model(text, standard_name=standard_name)
    except ModelError as error:
        return error.problems, None


@needs(Can.CHANGE_MODEL)
def text(request: HttpRequest) -> HttpResponse:
    """The draft as YAML: what the form cannot say is said here; a file can be put here, too."""
    draft = draft_of(request.user.pk)
    shown, problems = draft.text, list[str]()
    if request.method == "POST":
        sent = request.FILES.get("file")
        raw = sent.read(LONGEST + 1).decode("utf-8", "replace") if sent else request.POST.get("text", "")
        shown = raw.replace("\r\n", "\n")
        problems = [_("The text is too long.")] if len(shown) > LONGEST else _parsed(shown)[0]
        if not problems:
            keep(request.user.pk, shown, draft.based_on)
            return redirect("model")
    return render(request, "model/text.html", {"text": shown[:LONGEST], "problems": problems})


@needs(Can.SEE)
def download(request: HttpRequest) -> HttpResponse:
    """The model in force, as the file that the command line takes."""
    said = {"Content-Disposition": 'attachment; filename="model.yaml"'}
    return HttpResponse(text_in_force(workspace()), content_type="application/yaml; charset=utf-8", headers=said)


@needs(Can.CHANGE_MODEL)
@require_POST
def publish_draft(request: HttpRequest) -> HttpResponse:
    """Put the draft in force."""
    draft = draft_of(request.user.pk)
    try:
        number = publish(workspace(), draft.text, request.user.pk, request.POST.get("note", "")[:500], draft.based_on)
    except UsageError as error:
        messages.warning(request, str(error), extra_tags="warn")
        return redirect("model")
    drop(request.user.pk)
    AuditEntry.objects.create(account=request.user, action="publish_model", about=str(number))
    messages.info(request, _("Published. The scores follow."))
    return redirect("model")


@needs(Can.CHANGE_MODEL)
@require_POST
def drop_draft(request: HttpRequest) -> HttpResponse:
    """Forget the draft."""
    drop(request.user.pk)
    messages.info(request, _("The draft is gone; the model is as it was."))
    return redirect("model")


@needs(Can.CHANGE_MODEL)
@require_POST
def rebase(request: HttpRequest) -> HttpResponse:
    """Keep the draft although the model has changed since: publishing it replaces that change."""
    keep(request.user.pk, draft_of(request.user.pk).text, fingerprint_of(text_in_force(workspace())))
    return redirect("model")


@needs(Can.SEE)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version, and how it differs from the one in force."""
    found = workspace().records.versions.get(number)
    present = text_in_force(workspace())
    lines = list(difflib.unified_diff(found.text.splitlines(), present.splitlines(), lineterm="", n=2))[2:]
    facts = {"version": found, "lines": lines, "authors": {a.pk: str(a) for a in Account.objects.all()}}
    return render(request, "model/version.html", facts)


@needs(Can.CHANGE_MODEL)
@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Take a version as the draft."""
    found = workspace().records.versions.get(number)
    keep(request.user.pk, found.text, fingerprint_of(text_in_force(workspace())))
    messages.info(request, _("This version is your draft now; publish it to put it in force."))
    return redirect("model")


urls = [
    path("model/", model, name="model"),
    path("model/text/", text, name="model_text"),
    path("model/model.yaml", download, name="model_file"),
    path("model/publish/", publish_draft, name="publish"),
    path("model/drop/", drop_draft, name="drop_draft"),
    path("model/rebase/", rebase, name="rebase"),
    path("model/versions/<int:number>/", version, name="version"),
    path("model/versions/<int:number>/restore/", restore, name="restore"),
]
