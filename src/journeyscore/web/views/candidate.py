"""One candidate: the score, the reasons, the timeline."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.SEE)
def candidate(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """The page of one candidate."""
    return render(request, "candidate/candidate.html")


urls = [path("candidates/<str:pseudonym>/", candidate, name="candidate")]
