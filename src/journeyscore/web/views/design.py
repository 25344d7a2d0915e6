"""The design system on its own page: tokens and components as they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.SEE)
def design(request: HttpRequest) -> HttpResponse:
    """Everything that pages are made of."""
    return render(request, "design/design.html")


urls = [path("design/", design, name="design")]
