"""The page of components."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from icma.core import samples
from icma.core.door import anyone


@anyone
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state; what one sees here is what the pages are made of."""
    return render(request, "core/components.html", samples.page())
