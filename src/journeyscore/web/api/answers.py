"""The operations of the API. Each gives the shape that the command line prints for the same question."""

import json
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer

from journeyscore import __version__
from journeyscore.actions.publish import text_in_force, versions
from journeyscore.domain.errors import JourneyscoreError, NotFoundError
from journeyscore.modelfile import fingerprint
from journeyscore.reports.answers import (
    coverage_shape,
    explanation_shape,
    journey_shape,
    overview_shape,
    plain,
    reasons_by_candidate,
    score_rows,
)
from journeyscore.reports.coverage import coverage
from journeyscore.reports.explain import explain
from journeyscore.reports.scores import reasons, scores
from journeyscore.web import kept
from journeyscore.web.access import for_everybody
from journeyscore.web.api import keys, problems
from journeyscore.web.api.keys import Scope
from journeyscore.web.models import ApiKey
from journeyscore.web.reports import JOURNEYS, STANDING, flow
from journeyscore.web.workspace import today, workspace

MOST = 1_000
"""Candidates in one answer."""
AHEAD = timedelta(days=366)
"""So far ahead a score may be asked for."""


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


def _day(as_of: date | None) -> date:
    """The day that is asked about. Raises HttpError for one far ahead."""
    day = as_of or today()
    if day > today() + AHEAD:
        raise HttpError(422, "as_of lies more than a year ahead")
    return day


def _names(request: HttpRequest, candidates: list[str]) -> dict[str, str]:
    """The candidates' own keys, for a key that may read people; pseudonyms stand for themselves."""
    return workspace().records.keys(candidates) if keys.allows(request.auth, Scope.PEOPLE) else {}


@api.get("/scores", auth=READS_SCORES, summary="The ranking, highest score first")
def read_scores(
    request: HttpRequest,
    response: HttpResponse,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    band: Annotated[str | None, Query(max_length=100)] = None,
    as_of: date | None = None,
) -> Any:
    """As `journeyscore score`; the header X-Total-Count says how many there are."""
    day, current = _day(as_of), kept.model()
    frame = STANDING.get().frame if day == today() else scores(kept.snapshot(), current, day).frame
    if band is not None:
        frame = frame.filter(pl.col("band") == band)
    page = frame.slice(offset, limit)
    chosen = page.get_column("candidate")
    why = reasons_by_candidate(reasons(kept.snapshot(), current, day, chosen)) if len(chosen) else {}
    response.headers["X-Total-Count"] = str(frame.height)
    return score_rows(page, _names(request, chosen.to_list()), why)


@api.get("/candidates/{candidate}", auth=READS_SCORES, summary="Every line of one score")
def read_candidate(request: HttpRequest, candidate: str, as_of: date | None = None) -> Any:
    """As `journeyscore explain`. `candidate` is a pseudonym or, with the scope read:people, a key."""
    day, current = _day(as_of), kept.model()
    pseudonym = _pseudonym(request, candidate)
    found = explain(kept.snapshot_of(pseudonym), current, pseudonym, day)
    return explanation_shape(_names(request, [pseudonym]).get(pseudonym, pseudonym), found)


def _pseudonym(request: HttpRequest, candidate: str) -> str:
    records = workspace().records
    if keys.allows(request.auth, Scope.PEOPLE):
        try:
            return records.candidate(candidate)
        except NotFoundError:
            pass  # perhaps it is a pseudonym
    return records.links.end_of([candidate])[candidate]


@api.get("/touchpoints", auth=READS_SCORES, summary="How often each touchpoint happens, and events that match none")
def read_touchpoints(request: HttpRequest, as_of: date | None = None) -> Any:
    """As `journeyscore touchpoints`."""
    current = kept.model()
    return coverage_shape(coverage(kept.snapshot(), current, _day(as_of)), current)


@api.get("/overview", auth=READS_SCORES, summary="Everybody by band and by stage, today")
def read_overview(request: HttpRequest) -> Any:
    """As `journeyscore overview`."""
    found = STANDING.get()
    return overview_shape(found.frame, kept.model(), found.state.as_of)


@api.get("/journey", auth=READS_SCORES, summary="How far candidates come, and which touchpoints they have")
def read_journey(request: HttpRequest, days: Literal["all", "90", "30"] = "all") -> Any:
    """As `journeyscore journey`, of all time or with `--days 90` or `--days 30`."""
    assert days in JOURNEYS
    current = kept.model()
    found, whole = flow(days, current)
    as_of = found.state.as_of
    return journey_shape(whole, current, None if days == "all" else as_of - timedelta(days=int(days)), as_of)


@api.get("/model", auth=READS_MODEL, summary="The points model in force")
def read_model(request: HttpRequest) -> Any:
    """Its name and fingerprint, and the text of model.yaml."""
    current = kept.model()
    return {"model": current.name, "fingerprint": fingerprint(current), "text": text_in_force(workspace())}


@api.get("/model/versions", auth=READS_MODEL, summary="What was published, newest first")
def read_versions(request: HttpRequest) -> Any:
    """Number, moment and note of each version."""
    found = versions(workspace()).newest_first()
    return [{"version": v.number, "published_at": v.published_at, "note": v.note} for v in found]


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
nowhere = for_everybody(problems.nowhere)
