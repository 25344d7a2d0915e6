"""The journey map: stages, channels, touchpoints, and how people flow between them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.SEE)
def journey(request: HttpRequest) -> HttpResponse:
    """The map."""
    return render(request, "journey/journey.html")


urls = [path("journey/", journey, name="journey")]
