"""The priority list: the most engaged candidates first."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.domain.model import Model
from journeyscore.reports.standing import STAGES
from journeyscore.web.access import Can, may, needs
from journeyscore.web.bands import bands
from journeyscore.web.kept import Found, model
from journeyscore.web.models import Account, AuditEntry, SavedView
from journeyscore.web.names import Called, called
from journeyscore.web.reports import STANDING
from journeyscore.web.workspace import today, workspace

PAGE = 50
MOST_FOUND = 5_000
"""So many people are looked at when one searches by name."""
HIRED = str(STAGES[-1])
"""Who works here already is not the first to talk to."""
SORTS = {"score": "millipoints", "recent": "last_event_at", "change": "change"}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    place: int
    candidate: str
    called: Called
    millipoints: int
    change: int | None
    band: Any
    reasons: list[Any]
    last_event_at: datetime
    last_touchpoint: Any
    stage: str
    cared: Any
    owner: str


@needs(Can.SEE)
def priority(request: HttpRequest) -> HttpResponse:
    """The list: search, filters and order stand in the address."""
    found, current = STANDING.get(), model()
    chosen = request.GET
    frame = narrowed(request, found)
    page = max(1, _whole(chosen.get("page"), 1))
    pages = max(1, -(-frame.height // PAGE))
    page = min(page, pages)
    part = frame.slice((page - 1) * PAGE, PAGE)
    facts = {
        "rows": rows_of(request, part, current, (page - 1) * PAGE),
        "total": frame.height,
        "everybody": found.frame.height,
        "first": (page - 1) * PAGE + 1,
        "last": min(page * PAGE, frame.height),
        "before": _with(chosen, page=page - 1) if page > 1 else "",
        "after": _with(chosen, page=page + 1) if page < pages else "",
        "chips": _chips(request, found, current),
        "sorts": [(name, _with(chosen, sort=name, page=None), name == _sort(chosen)) for name in SORTS],
        "found": found,
        "views": SavedView.objects.filter(account=request.user) | SavedView.objects.filter(shared=True),
        "here": request.get_full_path(),
        "query": chosen.urlencode(),
        "owners": Account.objects.filter(is_active=True),
    }
    return render(request, "priority/priority.html", facts)


def narrowed(request: HttpRequest, found: Found) -> pl.DataFrame:
    """The ranking, as the address narrows and orders it. What makes no sense there narrows nothing."""
    chosen, frame = request.GET, found.frame.with_columns(change=pl.col("millipoints") - pl.col("week_ago"))
    if (text := chosen.get("q", "").strip()) and may(request.user, Can.SEE_PEOPLE):
        people = workspace().records.people.search(text[:100], MOST_FOUND)
        ends = workspace().records.links.end_of(people)
        frame = frame.filter(pl.col("candidate").is_in(sorted(set(ends.values()))))
    if band := chosen.get("band"):
        frame = frame.filter(pl.col("band") == band)
    if (stage := chosen.get("stage")) in STAGES:
        frame = frame.filter(pl.col("stage") == stage)
    if touchpoint := chosen.get("touchpoint"):
        seen = pl.any_horizontal(pl.col(c) == touchpoint for c in ("first_reason", "second_reason", "last_touchpoint"))
        frame = frame.filter(seen.fill_null(False))
    frame = _cared_for(request, frame)
    sort = SORTS[_sort(chosen)]
    return frame if sort == "millipoints" else frame.sort(sort, descending=True, nulls_last=True, maintain_order=True)


def _cared_for(request: HttpRequest, frame: pl.DataFrame) -> pl.DataFrame:
    """By owner; and without those who rest or were dealt with since their last contact, unless these are asked for."""
    everybody = workspace().records.care.everybody()
    if not request.GET.get("stage") and not request.GET.get("all"):
        frame = frame.filter((pl.col("stage") != HIRED).fill_null(True))
    owner = request.GET.get("owner", "")
    if owner:
        wanted = request.user.pk if owner == "me" else _whole(owner, 0)
        frame = frame.filter(pl.col("candidate").is_in([c.candidate for c in everybody if c.owner == wanted]))
    if request.GET.get("all"):
        return frame
    resting = [c.candidate for c in everybody if c.snoozed_until and c.snoozed_until > today()]
    done = {c.candidate: c.handled_at for c in everybody if c.handled_at}
    table = pl.DataFrame(
        {"candidate": list(done), "handled_at": list(done.values())},
        schema={"candidate": pl.String, "handled_at": pl.Datetime("us", "UTC")},
    )
    frame = frame.join(table, on="candidate", how="left", maintain_order="left")
    handled = (pl.col("handled_at") >= pl.col("last_event_at")).fill_null(False)
    return frame.filter(~pl.col("candidate").is_in(resting) & ~handled).drop("handled_at")


def rows_of(request: HttpRequest, part: pl.DataFrame, current: Model, before: int) -> list[Row]:
    """The lines for some rows of the ranking."""
    candidates = part.get_column("candidate").to_list()
    names, cared = called(request, candidates), workspace().records.care.of(candidates)
    owners = {a.pk: str(a) for a in Account.objects.all()}
    labels = {t.name: t.label for t in current.touchpoints}
    tinted = {b.name: b for b in bands(current)}
    return [
        Row(
            before + n,
            row["candidate"],
            names[row["candidate"]],
            row["millipoints"],
            row["change"],
            tinted[row["band"]],
            [labels[r] for r in (row["first_reason"], row["second_reason"]) if r in labels],
            row["last_event_at"],
            labels.get(row["last_touchpoint"]),
            row["stage"],
            cared.get(row["candidate"]),
            owners.get(care.owner, "") if (care := cared.get(row["candidate"])) and care.owner else "",
        )
        for n, row in enumerate(part.to_dicts(), 1)
    ]


def _chips(request: HttpRequest, found: Found, current: Model) -> list[tuple[str, list[tuple[object, str, bool]]]]:
    """The filters: a name, and its choices as (label, address, chosen). Choosing again lets go."""
    chosen = request.GET

    def chip(label: object, key: str, value: str) -> tuple[object, str, bool]:
        on = chosen.get(key) == value
        return label, _with(chosen, **{key: None if on else value, "page": None}), on

    return [
        ("band", [chip(b.label, "band", b.name) for b in bands(current)]),
        ("stage", [chip(stage, "stage", stage) for stage in STAGES]),
        ("owner", [chip("me", "owner", "me")]),
        ("all", [chip("all", "all", "1")]),
    ]


def _with(chosen: QueryDict, **values: object) -> str:
    """The address of this page with other choices."""
    query = chosen.copy()
    for key, value in values.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


def _sort(chosen: QueryDict) -> str:
    sort = chosen.get("sort", "score")
    return sort if sort in SORTS else "score"


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


@needs(Can.SEE)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name; or let a kept one go."""
    name, query = request.POST.get("name", "").strip()[:60], request.POST.get("query", "")[:500]
    if number := _whole(request.POST.get("remove"), 0):
        SavedView.objects.filter(pk=number, account=request.user).delete()
    elif name:
        values = {"query": query, "shared": bool(request.POST.get("shared"))}
        SavedView.objects.update_or_create(account=request.user, name=name, defaults=values)
    return redirect(f"/priority/?{query}")


@needs(Can.EXPORT)
def export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The list as it is narrowed, as CSV or XLSX. No cell begins a formula."""
    frame = narrowed(request, STANDING.get())
    AuditEntry.objects.create(account=request.user, action="export", details={"rows": frame.height, "kind": kind})
    name = f"journeyscore-{today():%Y-%m-%d}.{kind}"
    said = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "csv":
        return StreamingHttpResponse(_csv(request, frame), content_type="text/csv; charset=utf-8", headers=said)
    kind_of = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(_xlsx(request, frame), content_type=kind_of, headers=said)


def _lines(request: HttpRequest, frame: pl.DataFrame) -> Iterator[list[Any]]:
    yield [_("rank"), _("candidate"), _("key or address"), _("score"), _("band"), _("stage"), _("last contact")]
    for start in range(0, frame.height, 10_000):
        part = frame.slice(start, 10_000)
        names = called(request, part.get_column("candidate").to_list())
        for place, row in enumerate(part.iter_rows(named=True), start + 1):
            who, last = names[row["candidate"]], row["last_event_at"]
            yield [
                place,
                who.name,
                who.under,
                row["millipoints"] / 1000,
                row["band"],
                row["stage"] or "",
                f"{last:%Y-%m-%d}",
            ]


def _csv(request: HttpRequest, frame: pl.DataFrame) -> Iterator[str]:
    yield "\ufeff"
    for line in _lines(request, frame):
        out = io.StringIO()
        csv.writer(out).writerow([_harmless(cell) for cell in line])
        yield out.getvalue()


def _xlsx(request: HttpRequest, frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, plain) as book:
        sheet = book.add_worksheet("journeyscore")
        for number, line in enumerate(_lines(request, frame)):
            sheet.write_row(number, 0, line)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


urls = [
    path("priority/", priority, name="priority"),
    path("priority/views/", save_view, name="save_view"),
    path("priority/export.csv", export, {"kind": "csv"}, name="export_csv"),
    path("priority/export.xlsx", export, {"kind": "xlsx"}, name="export_xlsx"),
]
