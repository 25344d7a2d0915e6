"""The priority list: the most engaged candidates first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.SEE)
def priority(request: HttpRequest) -> HttpResponse:
    """The list."""
    return render(request, "priority/priority.html")


urls = [path("priority/", priority, name="priority")]
