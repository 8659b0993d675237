"""The page of components."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from icma.core.door import anyone


@anyone
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "core/components.html")
