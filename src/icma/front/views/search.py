"""One field for everything public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.door import anyone
from icma.core.listing import LONGEST
from icma.engines.aztext import clean_text
from icma.front.search import search as find_everywhere


@anyone
def search(request: HttpRequest) -> HttpResponse:
    text = clean_text(request.GET.get("q", ""))
    results = find_everywhere(text[:LONGEST], timezone.now()) if text else []
    return render(request, "front/search.html", {
        "text": text[:LONGEST], "results": results, "too_long": len(text) > LONGEST, "longest": LONGEST,
    })  # fmt: skip
