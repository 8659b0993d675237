"""My work, and the director's Monday page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.day import legal_day
from icma.core.door import holds, signed_in
from icma.front.mine import parts, sums
from icma.front.monday import sheet


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    found = parts(request.who, timezone.now())
    weak = [role for role, _, _ in request.who.seats if role not in request.who.roles]
    return render(request, "front/mine.html", {"parts": found, "sums": sums(found), "weak": bool(weak)})


@holds("officer")
def monday(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    return render(request, "front/monday.html", {"sheet": sheet(at), "today": legal_day(at)})
