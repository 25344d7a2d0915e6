"""Data in by hand: a file is sent, recognised, looked at, tried, imported, and what was refused is repaired."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from journeyscore.connectors.files.columns import HALVES, PROPERTY
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import JourneyscoreError, UsageError
from journeyscore.records.jobs import Job
from journeyscore.web import audit, history, jobs, look, mapping_text, reasons, repair, uploads
from journeyscore.web.access import Can, needs
from journeyscore.web.workspace import workspace

DELIMITERS = (
    (";", gettext_lazy("semicolon ;")),
    (",", gettext_lazy("comma ,")),
    ("tab", gettext_lazy("tab")),
    ("|", gettext_lazy("bar |")),
)
ENCODINGS = ("utf-8", "cp1252", "utf-16")


@needs(Can.IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """The imports so far, and a place to drop a file."""
    runs, total = history.runs()
    days = history.days()
    facts = {
        "runs": runs,
        "total": total,
        "days": days,
        "received": sum(day.received for day in days),
        "adds_up": all(day.adds_up for day in days),
        "most_gb": uploads.MOST_BYTES // 1024**3,
        "mappings": mapping_text.kept_names(workspace().path),
        "busy": [job for job in jobs.jobs().due() if job.kind in (jobs.IMPORT, jobs.DRY_RUN)],
    }
    return render(request, "imports/imports.html", facts)


@csrf_exempt
@needs(Can.IMPORT)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file, straight to disk. The form's token is checked inside, after the handler has been put in place."""
    uploads.sweep()
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > uploads.MOST_BYTES + 1024**2:
        return _mistake(request, _too_big(), 413)
    if not uploads.room_for(length):
        return _mistake(request, _("The disk has no room for this file. Nothing was kept."), 507)
    to_disk = uploads.ToDisk(request, uploads.MOST_BYTES)
    request.upload_handlers = [to_disk]
    try:
        return _take(request, to_disk)
    finally:
        to_disk.drop()


@csrf_protect
def _take(request: HttpRequest, to_disk: uploads.ToDisk) -> HttpResponse:
    name = request.POST.get("mapping", "")
    if to_disk.too_big:
        return _mistake(request, _too_big(), 413)
    if to_disk.draft is None:
        return _mistake(request, _("There was no file. Choose one and send it again."), 400)
    taken = uploads.keep(to_disk.name, to_disk.draft, request.user.pk)
    try:
        if name:
            taken = uploads.mapped(taken, mapping_text.kept(workspace().path, name))
        look.look(taken)
    except JourneyscoreError as problem:
        uploads.remove(taken)
        return _mistake(request, jobs.said_of(problem, taken), 422)
    return redirect("import_file", taken.token)


def _too_big() -> str:
    most = uploads.MOST_BYTES // 1024**3
    return _("The file is larger than %(most)s GB. Split it, or use the command line.") % {"most": most}


@needs(Can.IMPORT)
def import_file(request: HttpRequest, token: str) -> HttpResponse:
    """What was recognised, and the first rows."""
    sent = uploads.find(token, request.user.pk)
    found, problem = _looked(sent)
    return _wizard(request, sent, found, problem)


def _wizard(
    request: HttpRequest, sent: uploads.Upload, found: look.Look | None, problem: str = "", status: int = 200
) -> HttpResponse:
    mapping = sent.mapping or Mapping()
    facts: dict[str, Any] = {"upload": sent, "look": found, "problem": problem, "mapping": mapping}
    facts |= {"delimiters": DELIMITERS, "encodings": ENCODINGS, "names": look.NAMES}
    if found:
        samples = [[row.cells[n] for row in found.first if n < len(row.cells)] for n in range(len(found.columns))]
        examples = [next((cell for cell in cells if cell.strip()), "") for cells in samples]
        own = [target.startswith(PROPERTY) for target in found.targets]
        facts["columns"] = list(zip(range(len(own)), found.columns, found.targets, own, examples, strict=True))
        facts["problems"] = _problems(found)
        facts["missing"] = [str(look.NAMES[field]) for field in found.missing]
    return render(request, "imports/file.html", facts, status=status)


def _problems(found: look.Look) -> list[dict[str, Any]]:
    """The rows of the preview with what is wrong in words; cells know whether they are the reason."""
    return [
        {
            "number": row.number,
            "cells": [(cell, _is_wrong(row.field, target)) for cell, target in _pairs(row.cells, found.targets)],
            "wrong": reasons.wrong(row.reason) if row.reason else "",
            "to_do": reasons.to_do(row.reason),
        }
        for row in found.first
    ]


def _is_wrong(field: str, target: str) -> bool:
    """Whether the cell of a column is what a refusal is about; a time may stand in two columns."""
    return bool(field) and (field == target or (field == "occurred_at" and target in HALVES))


def _pairs(cells: tuple[str, ...], targets: tuple[str, ...]) -> list[tuple[str, str]]:
    fitting = targets if len(cells) == len(targets) else ("",) * len(cells)
    return list(zip(cells, fitting, strict=True))


def _looked(sent: uploads.Upload) -> tuple[look.Look | None, str]:
    try:
        return look.look(sent), ""
    except JourneyscoreError as problem:
        return None, jobs.said_of(problem, sent)


@needs(Can.IMPORT)
@require_POST
def change_mapping(request: HttpRequest, token: str) -> HttpResponse:
    """Take columns for something else; and keep the mapping under a name, if one is given."""
    sent = uploads.find(token, request.user.pk)
    if request.POST.get("do") == "reset":
        uploads.mapped(sent, None)
        return redirect("import_file", token)
    try:
        changed = uploads.mapped(sent, look.chosen(sent, look.look(sent), request.POST))
    except UsageError as problem:
        return _wizard(request, sent, _looked(sent)[0], jobs.said_of(problem, sent), 422)
    try:
        look.look(changed)
    except JourneyscoreError as problem:
        uploads.write(sent)
        return _wizard(request, sent, _looked(sent)[0], jobs.said_of(problem, changed), 422)
    if name := request.POST.get("keep_as", "").strip():
        try:
            mapping_text.keep(workspace().path, name, changed.mapping or _as_recognised(changed))
            messages.info(request, _("The mapping is kept as “%(name)s”.") % {"name": name})
        except UsageError:
            said = _("A name has letters, digits, spaces, points and hyphens, 60 at most.")
            messages.warning(request, said, extra_tags="warn")
    return redirect("import_file", token)


def _as_recognised(sent: uploads.Upload) -> Mapping:
    found = look.look(sent)
    return Mapping(columns={c: t for c, t in zip(found.columns, found.targets, strict=True) if t})


@needs(Can.IMPORT)
def mapping_file(request: HttpRequest, token: str) -> HttpResponse:
    """The mapping as the file that the command line takes."""
    sent = uploads.find(token, request.user.pk)
    text = mapping_text.mapping_text(sent.mapping or _as_recognised(sent))
    return _download(HttpResponse(text, content_type="application/yaml; charset=utf-8"), "mapping.yaml")


@needs(Can.IMPORT)
@require_POST
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Try it, or do it."""
    sent = uploads.find(token, request.user.pk)
    kind = jobs.DRY_RUN if request.POST.get("do") == "try" else jobs.IMPORT
    running = [job for job in jobs.jobs().due() if job.asked.get("upload") == token]
    job = running[0] if running else _asked(request, kind, sent)
    return redirect("import_job", job.id)


def _asked(request: HttpRequest, kind: str, sent: uploads.Upload) -> Job:
    job = jobs.ask(kind, {"upload": sent.token, "name": sent.name}, request.user.pk)
    audit.record(request, kind, job.id)
    return job


@needs(Can.IMPORT)
@require_POST
def remove(request: HttpRequest, token: str) -> HttpResponse:
    """The file goes."""
    uploads.remove(uploads.find(token, request.user.pk))
    messages.info(request, _("The file is removed. Nothing of it was imported."))
    return redirect("imports")


@needs(Can.IMPORT)
def import_job(request: HttpRequest, job: str) -> HttpResponse:
    """How far it is, and then the result. Asked by htmx, only the part that changes."""
    state = jobs.jobs().get(job)
    if not state.ended_at:
        jobs.see_to_it()
    facts = {"job": state, "dry_run": state.kind == jobs.DRY_RUN, "defect": state.error == jobs.DEFECT}
    facts |= {"file": _still_here(state, request), "mine": state.asked_by == request.user.pk}
    facts["said"] = jobs.said_by(state)
    if "reasons" in state.answer:
        counted = sorted(state.answer["reasons"].items(), key=lambda pair: -pair[1])
        facts["reasons"] = [(reasons.wrong(r), reasons.to_do(r), n) for r, n in counted]
        known = ("accepted", "duplicate", "refused")
        facts["adds_up"] = state.answer["received"] == sum(state.answer[k] for k in known)
    part = request.htmx and not state.ended_at
    response = render(request, "imports/progress.html" if part else "imports/job.html", facts)
    if request.htmx and state.ended_at:
        response.headers["HX-Refresh"] = "true"
    return response


def _still_here(state: Job, request: HttpRequest) -> uploads.Upload | None:
    try:
        return uploads.find(state.asked.get("upload", ""), request.user.pk)
    except JourneyscoreError:
        return None


@needs(Can.IMPORT)
@require_POST
def cancel_job(request: HttpRequest, job: str) -> HttpResponse:
    """Stop it. What has been taken in stays, and the rest can follow."""
    state = jobs.jobs().get(job)
    jobs.jobs().cancel(state.id, jobs.now())
    audit.record(request, "import_cancelled", state.id)
    return redirect("import_job", state.id)


@needs(Can.IMPORT)
def refused(request: HttpRequest, run: str) -> HttpResponse:
    """The refused rows of an import: to look at, and to repair."""
    found, place = repair.run_with_refused(run)
    rows = repair.refused_rows(place)
    if request.method == "POST":
        changed = repair.repaired(rows, request.POST)
        if changed:
            job = _asked(request, jobs.IMPORT, repair.replayed(found, rows, changed, request.user.pk))
            return redirect("import_job", job.id)
        messages.warning(request, _("Nothing was changed, so nothing was sent in again."), extra_tags="warn")
    said = [(row, reasons.wrong(row.reason), reasons.to_do(row.reason)) for row in rows.rows]
    facts = {
        "run": found,
        "columns": rows.columns,
        "rows": said,
        "more": found.refused - len(said),
        "names": look.NAMES,
    }
    return render(request, "imports/refused.html", facts)


@needs(Can.IMPORT)
def refused_file(request: HttpRequest, run: str) -> HttpResponse:
    """The refused rows as a file that can be repaired in a spreadsheet and sent in again."""
    _found, place = repair.run_with_refused(run)
    audit.record(request, "refused_rows_downloaded", run[:100])
    file = FileResponse(place.open("rb"), content_type="text/csv; charset=utf-8")
    return _download(file, place.name)


def _download(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{uploads.harmless(name)}"'
    return response


def _mistake(request: HttpRequest, said: str, status: int) -> HttpResponse:
    """The page to start from, with what went wrong."""
    facts = {"said": said, "most_gb": uploads.MOST_BYTES // 1024**3}
    facts |= {"mappings": mapping_text.kept_names(workspace().path)}
    return render(request, "imports/mistake.html", facts, status=status)


urls = [
    path("import/", imports, name="imports"),
    path("import/upload/", upload, name="import_upload"),
    path("import/jobs/<str:job>/", import_job, name="import_job"),
    path("import/jobs/<str:job>/cancel/", cancel_job, name="import_cancel"),
    path("import/runs/<str:run>/refused/", refused, name="import_refused"),
    path("import/runs/<str:run>/refused.csv", refused_file, name="import_refused_file"),
    path("import/files/<str:token>/", import_file, name="import_file"),
    path("import/files/<str:token>/mapping/", change_mapping, name="import_mapping"),
    path("import/files/<str:token>/mapping.yaml", mapping_file, name="import_mapping_file"),
    path("import/files/<str:token>/start/", start, name="import_start"),
    path("import/files/<str:token>/remove/", remove, name="import_remove"),
]
