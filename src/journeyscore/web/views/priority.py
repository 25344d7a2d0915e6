"""The priority list: the most engaged candidates first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journeyscore.domain.model import Model
from journeyscore.records.shapes import Person
from journeyscore.reports.standing import STAGES
from journeyscore.sql.journey import had
from journeyscore.web import audit
from journeyscore.web.access import Can, may, needs
from journeyscore.web.bands import bands
from journeyscore.web.exports import Export, csv_pieces, xlsx_pieces
from journeyscore.web.kept import model
from journeyscore.web.models import Account, SavedView
from journeyscore.web.names import Called, called
from journeyscore.web.reports import standing_now
from journeyscore.web.workspace import today, workspace

PAGE = 50
MOST_FOUND = 5_000
"""So many people are looked at when one searches by name; the page says when there are more."""
HIRED = str(STAGES[-1])
"""Who works here already is not the first to talk to."""
SORTS = {"score": "millipoints", "recent": "last_event_at", "change": "change"}
MOVES = {"up": 1, "down": -1, "new": None}
FILTERS = ("q", "band", "stage", "owner", "moved", "touchpoint", "all", "sort")
"""What the address may say; `page` comes on top."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    found, current, chosen = standing_now(), model(), request.GET
    frame, too_many = _searched(request, narrowed(found.frame, current, chosen, request.user.pk))
    pages = max(1, -(-frame.height // PAGE))
    page = min(max(1, _whole(chosen.get("page"), 1)), pages)
    start = (page - 1) * PAGE
    facts = {
        "rows": rows_of(request, frame.slice(start, PAGE), current, start),
        "total": frame.height,
        "everybody": found.frame.height,
        "too_many": MOST_FOUND if too_many else 0,
        "first": start + 1,
        "last": min(page * PAGE, frame.height),
        "before": _with(chosen, page=page - 1) if page > 1 else "",
        "after": _with(chosen, page=page + 1) if page < pages else "",
        "chips": _chips(request, current),
        "others": _owner_chips(request),
        "sorts": {name: (_with(chosen, sort=name, page=None), name == _sort(chosen)) for name in SORTS},
        "found": found,
        "views": SavedView.objects.filter(Q(account=request.user) | Q(shared=True)).order_by("name", "pk"),
        "here": request.get_full_path(),
        "query": _query(chosen),
        "kept": [(key, chosen[key]) for key in FILTERS if key != "q" and chosen.get(key)],
        "owners": Account.objects.filter(is_active=True),
        "soonest": today(),
    }
    return render(request, "priority/priority.html", facts)


def narrowed(frame: pl.DataFrame, current: Model, chosen: QueryDict, reader: int) -> pl.DataFrame:
    """The ranking, as an address narrows and orders it. What makes no sense there narrows nothing.

    Adds `change` (millipoints within a week; null for who is new) and `moved` (bands up: 1, down: -1, none: 0, null
    for who is new).
    """
    tests = _cared_for(frame, chosen, reader)
    if (band := chosen.get("band")) in {b.name for b in bands(current)}:
        tests.append(pl.col("band") == band)
    if (stage := chosen.get("stage")) in STAGES:
        tests.append(pl.col("stage") == stage)
    places = {t.name: place for place, t in enumerate(current.touchpoints)}
    if (place := places.get(chosen.get("touchpoint", ""))) is not None:
        tests.append(had(place))
    if (moved := chosen.get("moved")) in MOVES:
        tests.append(moves(current).eq_missing(pl.lit(MOVES[moved], dtype=pl.Int8)))
    frame = frame.filter(*tests) if tests else frame
    frame = frame.with_columns(change=pl.col("millipoints") - pl.col("week_ago"), moved=moves(current))
    sort = SORTS[_sort(chosen)]
    return frame if sort == "millipoints" else frame.sort(sort, descending=True, nulls_last=True, maintain_order=True)


def moves(current: Model) -> pl.Expr:
    """Whether somebody is in a higher (1) or lower (-1) band than a week before; null for who is new."""
    rank = {b.name: -place for place, b in enumerate(bands(current))}
    now, before = (
        pl.col(c).replace_strict(rank, default=None, return_dtype=pl.Int8) for c in ("band", "band_week_ago")
    )
    return (now - before).sign()


def _cared_for(frame: pl.DataFrame, chosen: QueryDict, reader: int) -> list[pl.Expr]:
    """By owner; and without those who rest or were dealt with since their last contact, unless these are asked for."""
    care, tests = workspace().records.care.everybody(), []
    if not chosen.get("stage") and not chosen.get("all"):
        tests.append(pl.col("stage").ne_missing(HIRED))
    if owner := chosen.get("owner", ""):
        owned = care.drop_nulls("owner")
        theirs = owned.filter(owner=reader if owner == "me" else _whole(owner, 0)).get_column("candidate")
        is_theirs = pl.col("candidate").is_in(theirs.implode())
        tests.append(~pl.col("candidate").is_in(owned["candidate"].implode()) if owner == "nobody" else is_theirs)
    if not chosen.get("all") and not care.is_empty():
        last = frame.filter(pl.col("candidate").is_in(care["candidate"].implode())).select("candidate", "last_event_at")
        resting = (pl.col("snoozed_until") > today()) | (pl.col("handled_at") >= pl.col("last_event_at"))
        away = care.join(last, on="candidate").filter(resting).get_column("candidate")
        tests.append(~pl.col("candidate").is_in(away.implode()))
    return tests


def _searched(request: HttpRequest, frame: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """Only who has the text that is searched for in name, key or address; and whether there are too many of them."""
    text = request.GET.get("q", "").strip()[:100]
    if not text or not may(request.user, Can.SEE_PEOPLE):
        return frame, False
    people = workspace().records.people.search(text, MOST_FOUND + 1)
    ends = workspace().records.links.end_of(people[:MOST_FOUND])
    wanted = pl.Series(sorted(set(ends.values())), dtype=pl.String)
    return frame.filter(pl.col("candidate").is_in(wanted.implode())), len(people) > MOST_FOUND


def rows_of(request: HttpRequest, part: pl.DataFrame, current: Model, before: int) -> list[Row]:
    """The lines for some rows of the ranking, of whom the first has the rank after `before`."""
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
            tinted.get(row["band"]),
            [labels[r] for r in (row["first_reason"], row["second_reason"]) if r in labels],
            row["last_event_at"],
            labels.get(row["last_touchpoint"]),
            row["stage"],
            cared.get(row["candidate"]),
            owners.get(care.owner, "") if (care := cared.get(row["candidate"])) and care.owner else "",
        )
        for n, row in enumerate(part.to_dicts(), 1)
    ]


def row_of(request: HttpRequest, candidate: str, place: int) -> Row:
    """One line as it is now. Raises Http404 for who is not in the ranking."""
    found = standing_now().frame.filter(candidate=candidate)
    if found.is_empty():
        raise Http404
    part = found.with_columns(change=pl.col("millipoints") - pl.col("week_ago"))
    return rows_of(request, part, model(), place - 1)[0]


def _chips(request: HttpRequest, current: Model) -> list[tuple[str, list[tuple[object, str, bool]]]]:
    """The filters: a name, and its choices as (label, address, chosen). Choosing again lets go."""

    def chip(label: object, key: str, value: str) -> tuple[object, str, bool]:
        on = request.GET.get(key) == value
        return label, _with(request.GET, **{key: None if on else value, "page": None}), on

    owners = [chip("me", "owner", "me")] if may(request.user, Can.HANDLE) else []
    return [
        ("band", [chip(b.label, "band", b.name) for b in bands(current)]),
        ("stage", [chip(stage, "stage", stage) for stage in STAGES]),
        ("moved", [chip(move, "moved", move) for move in MOVES]),
        ("owner", [*owners, chip("nobody", "owner", "nobody")]),
        ("all", [chip("all", "all", "1")]),
    ]


def _owner_chips(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Colleagues as a filter: name, address, chosen."""
    chosen = request.GET.get("owner")
    colleagues = Account.objects.filter(is_active=True).exclude(pk=request.user.pk).order_by("name", "email")
    return [
        (str(a), _with(request.GET, owner=None if chosen == str(a.pk) else a.pk, page=None), chosen == str(a.pk))
        for a in colleagues
    ]


def _with(chosen: QueryDict, **values: object) -> str:
    """The address of this page with other choices."""
    query = chosen.copy()
    for key, value in values.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"


def _query(chosen: QueryDict) -> str:
    """What of an address is worth keeping: filters and order, in one order."""
    query = QueryDict(mutable=True)
    for key in FILTERS:
        if value := chosen.get(key):
            query[key] = value
    return query.urlencode()


def _sort(chosen: QueryDict) -> str:
    sort = chosen.get("sort", "score")
    return sort if sort in SORTS else "score"


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


@needs(Can.SEE)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name; share a kept one, or let it go."""
    query = _query(QueryDict(request.POST.get("query", "")[:2000]))
    name = " ".join(request.POST.get("name", "").split())[:60]
    own = SavedView.objects.filter(account=request.user)
    if number := _whole(request.POST.get("remove"), 0):
        own.filter(pk=number).delete()
        messages.info(request, _("The view is gone."))
    elif number := _whole(request.POST.get("share"), 0):
        for view in own.filter(pk=number):
            own.filter(pk=number).update(shared=not view.shared)
    elif not name or len(query) > 500:
        messages.warning(request, _("A view needs a name, and not too many filters."), extra_tags="warn")
    else:
        values = {"query": query, "shared": bool(request.POST.get("shared"))}
        SavedView.objects.update_or_create(account=request.user, name=name, defaults=values)
        messages.info(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(f"/priority/?{query}")


@needs(Can.EXPORT)
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as it is narrowed, as CSV or XLSX, piece by piece."""
    current, found = model(), standing_now()
    frame, _too_many = _searched(request, narrowed(found.frame, current, request.GET, request.user.pk))
    owners = {a.pk: str(a) for a in Account.objects.all()}
    names = _people if may(request.user, Can.SEE_PEOPLE) else _nobody
    wanted = Export(frame, current, owners, names, get_language() or "nl")
    details = {"rows": frame.height, "kind": kind, "filters": [key for key in FILTERS if request.GET.get(key)]}
    audit.record(request, "export", **details)
    pieces, type_ = (csv_pieces(wanted), "text/csv; charset=utf-8") if kind == "csv" else (xlsx_pieces(wanted), XLSX)
    name = f"journeyscore-{today():%Y-%m-%d}.{kind}"
    said = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=type_, headers=said)


def _people(candidates: list[str]) -> dict[str, Person]:
    return {p.pseudonym: p for p in workspace().records.people.get(candidates)}


def _nobody(candidates: list[str]) -> dict[str, Person]:
    return {}


urls = [
    path("priority/", priority, name="priority"),
    path("priority/views/", save_view, name="save_view"),
    path("priority/export.csv", export, {"kind": "csv"}, name="export_csv"),
    path("priority/export.xlsx", export, {"kind": "xlsx"}, name="export_xlsx"),
]
