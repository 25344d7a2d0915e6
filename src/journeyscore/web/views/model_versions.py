"""The model as a file: reading and writing it as text, publishing it, its versions."""

import difflib
from dataclasses import dataclass
from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.actions import publish as publishing
from journeyscore.actions.workspace import MODEL
from journeyscore.domain.errors import ModelError, UsageError
from journeyscore.modelfile.bounds import MOST_BYTES
from journeyscore.web import audit, model_draft, model_words
from journeyscore.web.access import Can, needs
from journeyscore.web.model_words import Change
from journeyscore.web.models import Account
from journeyscore.web.workspace import workspace

LONGEST_NOTE = 500
MOST_LINES = 2_000
NAMES_OF_FILES = 2
"""The lines with which a diff begins; the page says them itself."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts that are compared: how it is asked for, and what it is called."""

    which: str
    title: str
    text: str


@needs(Can.CHANGE_MODEL)
def text(request: HttpRequest) -> HttpResponse:
    """The draft as YAML: to be read, written, brought in from a file."""
    shown = model_draft.draft_of(request.user.pk).text
    problems: list[str] = []
    if request.method == "POST":
        shown, problems = _sent(request)
        if not problems:
            model_draft.keep(request.user.pk, shown)
            messages.success(request, _("Kept in your draft. Nothing changes for anybody until you publish."))
            return redirect("model")
    problems = problems or model_draft.problems_of(shown)
    status = 422 if problems and request.method == "POST" else 200
    return render(request, "model/text.html", {"text": shown, "problems": problems}, status=status)


def _sent(request: HttpRequest) -> tuple[str, list[str]]:
    """The text that was sent, by a file or by the field, and what is wrong with it."""
    file = request.FILES.get("file")
    if file is None:
        sent = str(request.POST.get("text", "")).replace("\r\n", "\n").replace("\r", "\n")
        return sent, model_draft.problems_of(sent)
    if (file.size or 0) > MOST_BYTES:
        return "", [_("The file is larger than a model may be (1 MB).")]
    content = file.read()
    try:
        sent = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", [_("Line %(line)s is not UTF-8; save the file as UTF-8.") % {"line": line}]
    return sent, model_draft.problems_of(sent)


@needs(Can.SEE)
def download(request: HttpRequest) -> HttpResponse:
    """The text of the draft, of a version, or of the model in force: the file that the command line takes."""
    side = _side(request, request.GET.get("which", "now"))
    response = HttpResponse(side.text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{MODEL}"'
    return response


def _side(request: HttpRequest, which: str) -> Side:
    if which == "now":
        return Side(which, _("in force now"), publishing.text_in_force(workspace()))
    if which == "draft":
        return Side(which, _("your draft"), model_draft.draft_of(request.user.pk).text)
    number = int(which) if which.isascii() and which.isdigit() and len(which) < 15 else 0
    version = publishing.versions(workspace()).get(number)
    if version is None:
        raise Http404
    return Side(which, _("version %(number)s") % {"number": number}, version.text)


@needs(Can.CHANGE_MODEL)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Put the draft in force."""
    draft = model_draft.draft_of(request.user.pk)
    if not draft.own:
        messages.warning(request, _("There is nothing to publish: your draft is the model in force."), "warn")
        return redirect("model")
    note = " ".join(request.POST.get("note", "").split())[:LONGEST_NOTE]
    try:
        version = publishing.publish(workspace(), draft.text, request.user.pk, note, draft.began_with)
    except publishing.ChangedError:
        messages.warning(request, _("The model was changed by somebody else meanwhile. Compare the two first."), "warn")
        return redirect("/model/compare/?from=now&to=draft")
    except ModelError:
        return redirect("model_text")
    model_draft.discard(request.user.pk)
    audit.record(request, "model_published", version.number)
    messages.success(request, _("Published. New scores are being computed."))
    return redirect("model_versions")


@needs(Can.CHANGE_MODEL)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last publication back."""
    number = request.POST.get("number", "")
    try:
        asked = int(number) if number.isascii() and number.isdigit() and len(number) < 15 else 0
        version = publishing.undo(workspace(), request.user.pk, asked)
    except publishing.ChangedError:
        messages.warning(request, _("The file was changed by hand since; compare before you change it."), "warn")
    except ModelError:
        messages.warning(request, _("The version before it is no model that works; mend its text first."), "warn")
    except UsageError:
        messages.warning(request, _("That is not the newest version any more."), "warn")
    else:
        audit.record(request, "model_undone", version.number)
        messages.success(request, _("Taken back: the model from before is in force again."))
    return redirect("model_versions")


@needs(Can.CHANGE_MODEL)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Drop the draft, take it back, or let it go on from the model that is in force now."""
    account, do = request.user.pk, request.POST.get("do")
    if do == "drop" and model_draft.discard(account):
        messages.success(request, _("Your draft is put away; this is the model in force."))
    elif do == "back" and model_draft.bring_back(account):
        messages.success(request, _("Your draft is back."))
    elif do == "go_on":
        present = publishing.mark_of(publishing.text_in_force(workspace()))
        model_draft.keep(account, model_draft.draft_of(account).text, present)
        messages.success(request, _("Your draft can be published over the model that is in force now."))
    else:
        messages.warning(request, _("There is no draft to do that with."), "warn")
    return redirect("model")


@needs(Can.SEE)
def versions(request: HttpRequest) -> HttpResponse:
    """Who put which model in force, when, and why."""
    kept = publishing.versions(workspace()).newest_first()
    names = {account.pk: str(account) for account in Account.objects.filter(pk__in={v.author for v in kept})}
    now = publishing.text_in_force(workspace())
    rows = [
        (version, names.get(version.author or 0, ""), older.number if older else None)
        for version, older in zip(kept, [*kept[1:], None], strict=False)
    ]
    by_hand = bool(kept) and kept[0].text != now
    context = {"rows": rows, "by_hand": by_hand, "can_undo": len(kept) > 1 and not by_hand}
    return render(request, "model/versions.html", context)


@needs(Can.SEE)
def compare(request: HttpRequest) -> HttpResponse:
    """Two models side by side: in words, and as text."""
    old, new = (
        _side(request, request.GET.get(name, fallback)) for name, fallback in (("from", "now"), ("to", "draft"))
    )
    lines = difflib.unified_diff(old.text.splitlines(), new.text.splitlines(), old.title, new.title, lineterm="", n=2)
    shown = [(line[:1], line) for line in islice(lines, NAMES_OF_FILES, MOST_LINES)]
    draft_now = model_draft.draft_of(request.user.pk)
    context = {
        "old": old,
        "new": new,
        "changes": _in_words(old.text, new.text),
        "lines": shown,
        "overtaken": draft_now.own and draft_now.overtaken and new.which == "draft",
    }
    return render(request, "model/compare.html", context)


def _in_words(old: str, new: str) -> list[Change] | None:
    """None where one of the two is no model."""
    try:
        return model_words.compare(model_draft.parsed(old), model_draft.parsed(new))
    except ModelError:
        return None


@needs(Can.CHANGE_MODEL)
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """A version as the reader's draft, to look at and publish."""
    side = _side(request, request.POST.get("number", ""))
    model_draft.discard(request.user.pk)
    model_draft.keep(request.user.pk, side.text)
    messages.success(request, _("That version is your draft now: look what it would do, then publish it."))
    return redirect("model")


urls = [
    path("model/text/", text, name="model_text"),
    path("model/file/", download, name="model_file"),
    path("model/publish/", publish, name="model_publish"),
    path("model/undo/", undo, name="model_undo"),
    path("model/draft/", draft, name="model_draft"),
    path("model/versions/", versions, name="model_versions"),
    path("model/compare/", compare, name="model_compare"),
    path("model/restore/", restore, name="model_restore"),
]
