"""The points model: looking at it, changing it, and seeing what that would do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.domain.errors import ModelError
from journeyscore.domain.model import Model, Stage, Touchpoint
from journeyscore.modelfile.conditions import FIELDS
from journeyscore.web import kept, model_draft, model_form, model_settings, model_whatif, model_words
from journeyscore.web.access import Can, may, needs
from journeyscore.web.errors import in_words
from journeyscore.web.model_draft import Draft
from journeyscore.web.model_form import Test
from journeyscore.web.names import called

INLINE = ("points", "limit", "per", "half_life")


@dataclass(frozen=True, slots=True)
class Work:
    """What is on the table: the reader's draft, or the model in force."""

    draft: Draft
    model: Model


def _with_model(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view what is on the table; a file that is no model is mended as text first."""

    @wraps(view)
    def working(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = model_draft.draft_of(request.user.pk)
        try:
            work = Work(draft, model_draft.parsed(draft.text))
        except ModelError:
            return redirect("model_text")
        return view(request, work, *args, **kwargs)

    return working


def _in_force() -> Model | None:
    """The model in force; None where somebody broke the file."""
    try:
        return kept.model()
    except ModelError:
        return None


@needs(Can.SEE)
@_with_model
def model(request: HttpRequest, work: Work) -> HttpResponse:
    """The touchpoints by stage, and what the draft would do."""
    force = _in_force()
    changes = model_words.compare(force, work.model) if force else []
    stages = [
        (stage, rows)
        for stage in Stage
        if (rows := [_row(t, may(request.user, Can.CHANGE_MODEL)) for t in work.model.touchpoints if t.stage == stage])
    ]
    return render(
        request,
        "model/model.html",
        {"work": work, "stages": stages, "changes": changes, "broken": force is None, "periods": model_words.PERIODS},
    )


def _row(touchpoint: Touchpoint, edit: bool = True, values: Any = None, errors: Any = None) -> dict[str, Any]:
    return {
        "touchpoint": touchpoint,
        "edit": edit,
        "values": values or model_form.filled(touchpoint),
        "errors": errors or {},
        "saved": values is not None and not errors,
        "points": model_words.points_words(touchpoint),
        "limit": model_words.limit_words(touchpoint.limit),
        "decay": model_words.decay_words(touchpoint.decay),
    }


@needs(Can.CHANGE_MODEL)
@require_POST
@_with_model
def inline(request: HttpRequest, work: Work) -> HttpResponse:
    """Points, limit and decay of one touchpoint, from its row."""
    touchpoint = work.model.touchpoint(request.POST.get("name", ""))
    if touchpoint is None:
        raise Http404
    sent = {**model_form.filled(touchpoint), **{f: request.POST[f].strip() for f in INLINE if f in request.POST}}
    if sent["decay"] != "steps":
        sent["decay"] = "half_life" if sent["half_life"] else ""
    changed, errors = model_form.read(sent, work.model, touchpoint.name)
    if changed:
        errors = _keep(request, work, model_form.put(work.model, changed, touchpoint.name))
    if not request.htmx:
        for message in errors.values():
            messages.warning(request, message, "warn")
        return HttpResponseRedirect(f"{reverse('model')}#{touchpoint.name}")
    row = _row(touchpoint if errors or not changed else changed, values=sent, errors=errors)
    response = render(request, "model/row.html", {"row": row, "periods": model_words.PERIODS})
    if not errors:
        response.headers["HX-Trigger"] = "draft-changed"
    return response


def _keep(request: HttpRequest, work: Work, changed: Model) -> dict[str, str]:
    """Keep a model as the reader's draft; what is wrong with it otherwise."""
    try:
        text = model_form.text_of(work.draft.text, changed)
    except ModelError as error:
        return {"": "; ".join(in_words(problem).partition(": ")[2] for problem in error.problems)}
    model_draft.keep(request.user.pk, text)
    return {}


@needs(Can.CHANGE_MODEL)
@_with_model
def touchpoint(request: HttpRequest, work: Work, name: str = "") -> HttpResponse:
    """One touchpoint as a form; without a name, a new one."""
    known = work.model.touchpoint(name)
    if name and known is None:
        raise Http404
    values = model_form.filled(known) if known else _new(request)
    errors: model_form.Errors = {}
    if request.method == "POST":
        values = model_form.sent(request.POST)
        if adding := request.POST.get("add"):
            values["tests"] = _added(values["tests"], *adding.partition(":")[::2])
        else:
            made, errors = model_form.read(values, work.model, name)
            errors = errors or _keep(request, work, model_form.put(work.model, made, name) if made else work.model)
            if not errors:
                messages.success(request, _("Kept in your draft. Nothing changes for anybody until you publish."))
                return HttpResponseRedirect(f"{reverse('model')}#{name or values['name']}")
    return render(request, "model/touchpoint.html", _form(work, known, values, errors), status=422 if errors else 200)


def _new(request: HttpRequest) -> dict[str, Any]:
    event = request.GET.get("event", "")
    words = event.replace("_", " ").capitalize()
    empty = dict.fromkeys(model_form.TEXTS, "")
    tests = [Test("event", "", "is", event)] if event else []
    given = {"name": event[:64], "label_en": words, "label_nl": words, "stage": "interested", "per": "day"}
    return {**empty, **given, "tests": tests}


def _added(tests: list[Test], field: str, value: str) -> list[Test]:
    """The lines of the builder with one more value: in the line of that field, or in one of its own."""
    for place, test in enumerate(tests):
        if (test.field, test.operator) == (field, "is"):
            return [*tests[:place], replace(test, values=f"{test.values}\n{value}".strip()), *tests[place + 1 :]]
    return [*tests, Test(field, "", "is", value)] if field in FIELDS else tests


def _form(work: Work, known: Touchpoint | None, values: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    tests = values["tests"]
    spare = min(model_form.MOST_TESTS, max(2, len(tests) + 1))
    return {
        "work": work,
        "known": known,
        "values": values,
        "errors": errors,
        "tests": list(enumerate([*tests, *[Test()] * (spare - len(tests))])),
        "fields": list(model_form.FIELD_NAMES.items()),
        "operators": list(model_form.OPERATORS.items()),
        "stages": list(Stage),
        "periods": [(str(period), words) for period, words in model_words.PERIODS.items()],
    }


@needs(Can.CHANGE_MODEL)
@require_POST
@_with_model
def check(request: HttpRequest, work: Work) -> HttpResponse:
    """What is wrong with one field of the form that is being filled in; empty when nothing is."""
    _made, errors = model_form.read(model_form.sent(request.POST), work.model, request.POST.get("was", ""))
    asked = request.POST.get("asked", request.GET.get("asked", ""))
    return render(request, "model/error.html", {"message": errors.get(asked, "")})


@needs(Can.CHANGE_MODEL)
@require_POST
@_with_model
def order(request: HttpRequest, work: Work) -> HttpResponse:
    """A touchpoint one place up or down, or out of the model."""
    name, do = request.POST.get("name", ""), request.POST.get("do", "")
    if work.model.touchpoint(name) is None or do not in ("up", "down", "remove"):
        raise Http404
    if do == "remove":
        changed = model_form.without(work.model, name)
    else:
        changed = model_form.moved(work.model, name, -1 if do == "up" else 1)
    errors = _keep(request, work, changed)
    for message in errors.values():
        messages.warning(request, message, "warn")
    if do == "remove" and not errors:
        messages.success(request, _("Taken out of your draft. Drop the draft to have it back."))
    return redirect("model") if do == "remove" else redirect("model_touchpoint", name)


@needs(Can.CHANGE_MODEL)
@_with_model
def settings(request: HttpRequest, work: Work) -> HttpResponse:
    """Bands, groups, lowest and highest score, the unknown."""
    values = model_settings.filled(work.model)
    errors: model_form.Errors = {}
    if request.method == "POST":
        values = model_settings.sent(request.POST)
        changed, errors = model_settings.read(values, work.model)
        errors = errors or _keep(request, work, changed)
        if not errors:
            messages.success(request, _("Kept in your draft. Nothing changes for anybody until you publish."))
            return redirect("model")
    context = {"values": values, "errors": errors, "work": work}
    return render(request, "model/settings.html", context, status=422 if errors else 200)


@needs(Can.CHANGE_MODEL)
@require_POST
@_with_model
def check_settings(request: HttpRequest, work: Work) -> HttpResponse:
    """What is wrong with one field of the settings that are being filled in."""
    _changed, errors = model_settings.read(model_settings.sent(request.POST), work.model)
    return render(request, "model/error.html", {"message": errors.get(request.GET.get("asked", ""), "")})


@needs(Can.SEE)
@_with_model
def preview(request: HttpRequest, work: Work) -> HttpResponse:
    """What the draft would do to everybody, as a part of the page or as a page of its own."""
    force = _in_force()
    shown, concerns = model_whatif.what_if(force or work.model, work.model)
    context = {
        "work": work,
        "shown": shown,
        "names": called(request, [row.mover.candidate for row in shown.movers]),
        "concerns": concerns,
        "warnings": (warnings := model_whatif.warnings(work.model)),
        "odd": len(concerns) + len(warnings),
        "changes": model_words.compare(force, work.model) if force else [],
    }
    return render(request, "model/preview.html" if request.htmx else "model/preview_page.html", context)


@needs(Can.SEE)
@_with_model
def events(request: HttpRequest, work: Work) -> HttpResponse:
    """The events and channels that really occur; `adding`: with buttons that put them into the condition."""
    seen = model_whatif.events(work.model)
    context = {"seen": seen, "adding": "adding" in request.GET, "unmapped": seen.unmapped[:30]}
    return render(request, "model/events.html" if request.htmx else "model/events_page.html", context)


urls = [
    path("model/", model, name="model"),
    path("model/inline/", inline, name="model_inline"),
    path("model/contact/", touchpoint, name="model_new"),
    path("model/contact/<slug:name>/", touchpoint, name="model_touchpoint"),
    path("model/check/", check, name="model_check"),
    path("model/order/", order, name="model_order"),
    path("model/settings/", settings, name="model_settings"),
    path("model/settings/check/", check_settings, name="model_check_settings"),
    path("model/preview/", preview, name="model_preview"),
    path("model/events/", events, name="model_events"),
]
