"""Data in by hand: files, and single events."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from journeyscore.web.access import Can, needs


@needs(Can.IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """The imports so far, and a place to drop a file."""
    return render(request, "imports/imports.html")


urls = [path("import/", imports, name="imports")]
