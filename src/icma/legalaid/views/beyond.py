"""What we can and cannot protect; figures for everybody; who has opened what."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import anyone
from icma.core.once import run_once
from icma.engines.vault import Unopened
from icma.legalaid import clinics
from icma.legalaid.actions import releases
from icma.legalaid.actions.audit import head_words
from icma.legalaid.doors import unlocked
from icma.legalaid.figures import Table, body_of_release, next_span, read_tables, totals
from icma.legalaid.models import Head, Release
from icma.legalaid.readings import unusual


@anyone
def legalaid_protect(request: HttpRequest) -> HttpResponse:
    return render(request, "legalaid/protect.html")


@anyone
def legalaid_figures(request: HttpRequest) -> HttpResponse:
    """The sums of all publications and the tables of the newest; nothing else is read."""
    newest = Release.objects.filter(agreed_on__isnull=False).order_by("-through").first()
    page: dict[str, Any] = {"totals": totals(), "release": newest}
    if newest is not None:
        body = body_of_release(newest)
        page |= _shown(body)
    return render(request, "legalaid/figures.html", page)


def _shown(body: dict[str, Any]) -> dict[str, Any]:
    """What was done, how cases ended, what became of that; of each tables by one column as bars, those by two as tables."""
    return {
        "served": _drawn(read_tables(body)),
        "ended": _drawn(read_tables(body, "ended")),
        "followed": _drawn(read_tables(body, "followed")),
        "grades": body["grades"],
    }


def _drawn(tables: list[Table]) -> dict[str, Any]:
    """Tables in which something stands: a heading over nothing looks like a page that broke."""
    tables = [table for table in tables if table.rows]
    one = [{"title": t.head[0], "rows": _bars(t)} for t in tables if len(t.columns) == 1]
    return {"one": one, "two": [t for t in tables if len(t.columns) == 2]}


def _bars(table: Table) -> list[dict[str, Any]]:
    """Bars as parts of the largest; what is withheld has none. Age in its order, all else by size."""
    known = [row["value"] for row in table.rows if isinstance(row["value"], int)]
    rows = [
        {"label": row["labels"][0], "value": row["value"],
         "share": row["value"] / max(known) if isinstance(row["value"], int) else None}
        for row in table.rows
    ]  # fmt: skip
    return rows if table.columns == ("band",) else sorted(rows, key=lambda row: -(row["share"] or 0))


@unlocked()
def legalaid_releases(request: HttpRequest) -> HttpResponse:
    """For the statistics group: what would be published; for a second person: what waits."""
    if request.method == "POST":
        try:
            run_once("release", request.POST.get("once", ""), lambda: _do(request), timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("legalaid_releases")
    waiting = Release.objects.filter(agreed_on=None).select_related("made_by").first()
    page = {"waiting": waiting, "span": next_span(legal_day(timezone.now())),
            "mine": request.ring.in_group("statistics"), "published": Release.objects.exclude(agreed_on=None)}  # fmt: skip
    if waiting is not None:
        page |= _shown(body_of_release(waiting))
    elif page["mine"] and page["span"]:
        found = releases.preview(ring=request.ring, at=timezone.now())
        page |= _shown(found[2]) if found else {}
        page["clinics"] = clinics.told(request.ring, *page["span"])
    return render(request, "legalaid/releases.html", page)


def _do(request: HttpRequest) -> dict[str, Any]:
    at, do = timezone.now(), request.POST.get("do", "")
    if do == "propose":
        try:
            releases.propose(ring=request.ring, at=at)
        except Unopened as error:
            raise Refused(_("You are not in this group. A member can let you in.")) from error
    elif do in ("agree", "refuse"):
        release = get_object_or_404(Release, agreed_on=None, pk=request.POST.get("release", "0") or 0)
        releases.decide(release=release, agreed=do == "agree", by=request.user, at=at)
    else:
        raise Http404
    return {}


@unlocked()
def reads(request: HttpRequest) -> HttpResponse:
    """Openings that stand out, for those who supervise, and the last head of the chain."""
    head = Head.objects.order_by("-pk").first()
    rows = unusual(request.who, timezone.now())
    return render(
        request, "legalaid/reads.html", {"rows": rows, "head": head_words(head) if head else "", "at": head}
    )
