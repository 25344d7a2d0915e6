"""The operations of the API. Each gives the shape that the command line prints for the same question."""

import json
import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer
from pydantic import BeforeValidator

from journeyscore import __version__
from journeyscore.actions.publish import text_in_force, versions
from journeyscore.domain.errors import BusyError, JourneyscoreError, NotFoundError
from journeyscore.domain.model import Model
from journeyscore.reports.answers import (
    coverage_shape,
    explanation_shape,
    journey_shape,
    model_shape,
    overview_shape,
    plain,
    reasons_listed,
    score_rows,
    versions_shape,
)
from journeyscore.reports.coverage import from_frame
from journeyscore.reports.explain import explain
from journeyscore.reports.link_clicks import by_code, links_shape
from journeyscore.reports.scores import ranking
from journeyscore.web import kept
from journeyscore.web.api import keys, past, problems
from journeyscore.web.api.keys import Scope
from journeyscore.web.kept import Found
from journeyscore.web.links import absolute
from journeyscore.web.models import ApiKey
from journeyscore.web.reports import COVERAGE, JOURNEYS, LINK_CLICKS, coverage_rows, flow, standing_now
from journeyscore.web.workspace import today, workspace

MOST = 1_000
"""Candidates in one answer."""
AHEAD = timedelta(days=366)
"""So far ahead a score may be asked for."""


def _written_as_day(sent: object) -> object:
    """Pydantic alone would take a number of seconds for a day as well."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(sent)):
        raise ValueError("write a day as 2026-11-23")
    return sent


Day = Annotated[date, BeforeValidator(_written_as_day)]


class Key(HttpBearer):
    """`Authorization: Bearer js_...`, with a key that has the scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """The key; None (401) for one that does not work, AuthorizationError (403) for one without the scope."""
        key = keys.find(token)
        if key and not keys.allows(key, self.scope):
            raise AuthorizationError(message=f"this key lacks the scope {self.scope}")
        return key


class Plain(BaseRenderer):
    """JSON as the command line writes it: UTF-8 as it is, moments in UTC with a Z."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """The text of an answer."""
        return json.dumps(data, ensure_ascii=False, default=plain)


api = NinjaAPI(
    title="journeyscore",
    version=__version__,
    description="Engagement scores of candidates, and the reason for every point. Points are integers of millipoints.",
    docs_url=None,
    renderer=Plain(),
    urls_namespace="api",
)
READS_SCORES, READS_MODEL = Key(Scope.SCORES), Key(Scope.MODEL)
YAML = {"application/yaml": {"schema": {"type": "object"}}}


def _reads(place: str, auth: Key, summary: str, content: object = None) -> Any:
    """An operation: all of them GET, and give the same kind of error. `content` is for what is not JSON."""
    documented = {200: {"content": content}} if content else {}
    return api.get(place, auth=auth, summary=summary, openapi_extra={"responses": documented | problems.DOCUMENTED})


def _day(as_of: date | None) -> date:
    """The day that is asked about. Raises ValidationError for one far ahead."""
    day = as_of or today()
    if day > today() + AHEAD:
        raise _wrong("as_of", "lies more than a year ahead")
    return day


def _wrong(field: str, message: str) -> ValidationError:
    return ValidationError([{"loc": ("query", field), "msg": message}])


def _of_one_model(found: Found) -> Model:
    """The model in force. Raises BusyError for a report of another one: names in it would mean nothing."""
    current = kept.model()
    if not found.fresh and found.state.model != kept.state().model:
        raise BusyError("the points model has changed; the scores are being computed anew")
    return current


def _names(request: HttpRequest, candidates: list[str]) -> dict[str, str]:
    """The candidates' own keys, for a key that may read people; pseudonyms stand for themselves."""
    return workspace().records.keys(candidates) if keys.allows(request.auth, Scope.PEOPLE) else {}


@_reads("/scores", READS_SCORES, "The ranking, highest score first")
def read_scores(
    request: HttpRequest,
    response: HttpResponse,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    band: Annotated[str | None, Query(max_length=100)] = None,
    as_of: Day | None = None,
) -> Any:
    """As `journeyscore score`. X-Total-Count says how many there are, X-As-Of at the end of which day."""
    frame, day, current = _ranking(_day(as_of))
    if band is not None:
        if band not in {current.unknown.name, *(b.name for b in current.bands)}:
            raise _wrong("band", "the model has no band of this name")
        frame = frame.filter(band=band)
    page = frame.slice(offset, limit)
    response.headers["X-Total-Count"] = str(frame.height)
    response.headers["X-As-Of"] = str(day)
    return score_rows(page, _names(request, page.get_column("candidate").to_list()), reasons_listed(page))


def _ranking(day: date) -> tuple[pl.DataFrame, date, Model]:
    """The rows of a day, the day that they are of, and the model: today's are kept, and may be yesterday's still."""
    if day != today():
        return past.on(day, ranking), day, kept.model()
    found = standing_now()
    return found.frame, found.state.as_of, _of_one_model(found)


@_reads("/candidates/{path:candidate}", READS_SCORES, "Every line of one score")
def read_candidate(request: HttpRequest, candidate: str, as_of: Day | None = None) -> Any:
    """As `journeyscore explain`. `candidate` is a pseudonym or, with the scope read:people, a key."""
    day, current = _day(as_of), kept.model()
    pseudonym, called = _whom(request, candidate)
    return explanation_shape(called, explain(kept.snapshot_of(pseudonym), current, pseudonym, day))


def _whom(request: HttpRequest, candidate: str) -> tuple[str, str]:
    """The pseudonym after merges, and what the answer calls the candidate: as asked, like the command line does."""
    records = workspace().records
    if keys.allows(request.auth, Scope.PEOPLE):
        try:
            return records.candidate(candidate), candidate
        except NotFoundError:
            pass  # perhaps it is a pseudonym
    pseudonym = records.links.end_of([candidate])[candidate]
    return pseudonym, _names(request, [pseudonym]).get(pseudonym, pseudonym)


@_reads("/touchpoints", READS_SCORES, "How often each touchpoint happens, and events that match none")
def read_touchpoints(request: HttpRequest, as_of: Day | None = None) -> Any:
    """As `journeyscore touchpoints`."""
    day = _day(as_of)
    if day != today():
        return coverage_shape(from_frame(past.on(day, coverage_rows), day), kept.model())
    found = COVERAGE.get()
    return coverage_shape(from_frame(found.frame, found.state.as_of), _of_one_model(found))


@_reads("/overview", READS_SCORES, "Everybody by band and by stage, today")
def read_overview(request: HttpRequest) -> Any:
    """As `journeyscore overview`."""
    found = standing_now()
    return overview_shape(found.frame, _of_one_model(found), found.state.as_of)


@_reads("/journey", READS_SCORES, "How far candidates come, and which touchpoints they have")
def read_journey(request: HttpRequest, days: Literal["all", "90", "30"] = "all") -> Any:
    """As `journeyscore journey`, of all time or with `--days 90` or `--days 30`."""
    current = _of_one_model(JOURNEYS[days].get())
    found, whole = flow(days, current)
    as_of = found.state.as_of
    return journey_shape(whole, current, None if days == "all" else as_of - timedelta(days=int(days)), as_of)


@_reads("/links", READS_SCORES, "Tracked links and their clicks, newest first")
def read_links(request: HttpRequest) -> Any:
    """As `journeyscore links`."""
    clicks = by_code(LINK_CLICKS.get().frame)
    return links_shape(workspace().records.tracked_links.newest_first(), clicks, absolute(request, "").rstrip("/"))


@_reads("/model", READS_MODEL, "The points model in force")
def read_model(request: HttpRequest) -> Any:
    """Its name and fingerprint, and the text of model.yaml."""
    return model_shape(kept.model(), text_in_force(workspace()))


@_reads("/model.yaml", READS_MODEL, "The text of model.yaml", YAML)
def read_model_text(request: HttpRequest) -> Any:
    """The file in force, as it can be published again or given to the command line."""
    return HttpResponse(text_in_force(workspace()), content_type="application/yaml; charset=utf-8")


@_reads("/model/versions", READS_MODEL, "What was published, newest first")
def read_versions(request: HttpRequest) -> Any:
    """Number, moment and note of each version."""
    return versions_shape(versions(workspace()).newest_first())


@api.exception_handler(AuthenticationError)
def _not_authenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problems.problem(401, "no_key", "send a key that works, as: Authorization: Bearer js_...")


@api.exception_handler(AuthorizationError)
def _not_allowed(request: HttpRequest, error: AuthorizationError) -> HttpResponse:
    return problems.problem(403, "scope", str(error.message))


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"field": str(e["loc"][-1]), "detail": e["msg"]} for e in error.errors]
    return problems.problem(422, "not_valid", "; ".join(f"{f['field']}: {f['detail']}" for f in fields), errors=fields)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.problem(error.status_code, "not_valid", str(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.nowhere(request)


api.exception_handler(JourneyscoreError)(problems.of_ours)
api.exception_handler(Exception)(problems.defect)
