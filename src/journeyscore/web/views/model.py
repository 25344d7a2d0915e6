"""The points model: looking at it, changing it, trying it, publishing it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.SEE)
def model(request: HttpRequest) -> HttpResponse:
    """The model in force, and the draft."""
    return render(request, "model/model.html")


urls = [path("model/", model, name="model")]
