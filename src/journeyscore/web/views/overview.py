"""The overview: what moved, and what needs a person today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "overview/overview.html")


urls = [path("", overview, name="overview")]
