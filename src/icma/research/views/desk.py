"""Where figures are made: choose, look at what would be withheld, ask a second person, agree."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.core.once import run_once
from icma.research.access import MAKERS
from icma.research.actions import releases as actions
from icma.research.body import Body
from icma.research.forms import ChooseForm, ReasonForm, TableForm, span_of
from icma.research.measures import Measure
from icma.research.models import Release
from icma.research.views.releases import line, page_of


@holds(*MAKERS)
def releases_desk(request: HttpRequest, measures: Callable[[], tuple[Measure, ...]]) -> HttpResponse:
    """First the measure and the quarter, then its columns; and what waits."""
    chosen = ChooseForm(request.GET or None, measures=measures(), today=legal_day(timezone.now()))
    measure = (
        chosen.measures[chosen.cleaned_data["measure"]] if chosen.is_bound and chosen.is_valid() else None
    )
    table = TableForm(request.POST or None, measure=measure) if measure else None
    if table is not None and request.method == "POST" and table.is_valid():
        code = _prepared(request, measure, chosen.cleaned_data["quarter"], table)
        if code:
            return redirect("release_desk", code=code)
    page = {"chosen": chosen, "measure": measure, "table": table, "waiting": _lines("draft", "asked", "refused"),
            "out": _lines("agreed")}  # fmt: skip
    return render(request, "research/desk.html", page)


def _lines(*states: str) -> list[dict[str, Any]]:
    rows = Release.objects.filter(state__in=states).order_by("-made_at").defer("records")[:40]
    read = [(row, Body.read(row.body)) for row in rows]
    return [
        line(row, body) | {"title": body.heading(), "state": row.get_state_display()} for row, body in read
    ]


def _prepared(request: HttpRequest, measure: Any, quarter: str, form: TableForm) -> str:
    """Code of the draft; "" when the form says why there is none. Counting holds no lock."""
    at, span = timezone.now(), span_of(measure, quarter)
    if span is None:
        raise Http404
    try:
        draft = actions.count(
            measure=measure, dimensions=form.cleaned_data["dimensions"], first=span[0], last=span[1], at=at
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""

    def do() -> dict[str, Any]:
        return {"code": actions.keep(draft=draft, by=request.user, at=at).code}

    return run_once("release", request.POST.get("once", ""), do, at)["code"]


@can("work", Release)
def release_desk(request: HttpRequest, row: Release) -> HttpResponse:
    """One release in the making: exactly what would be published, and the step that comes next."""
    form = ReasonForm(request.POST if request.POST.get("do") in ("refuse", "withdraw") else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        do = request.POST.get("do", "")
        if do not in STEPS:
            raise Http404
        if _taken(request, row, do, form):
            return redirect("release_desk", code=row.code)
    page = page_of(row) | {
        "form": form,
        "mine": row.made_by_id == request.user.pk,
        "audit": row.audit,
        "opened": True,
    }
    return render(request, "research/release_desk.html", page)


STEPS = {"ask": actions.ask, "agree": actions.agree, "refuse": actions.refuse, "withdraw": actions.withdraw}


def _taken(request: HttpRequest, row: Release, do: str, form: ReasonForm) -> bool:
    at, more = timezone.now(), {"reason": form.cleaned_data["reason"]} if form.is_bound else {}

    def act() -> dict[str, Any]:
        STEPS[do](release=row, by=request.user, at=at, **more)
        return {}

    try:
        run_once(f"release:{row.code}:{do}", request.POST.get("once", ""), act, at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    if do == "agree":
        messages.success(request, _("It is published."))
    return True
