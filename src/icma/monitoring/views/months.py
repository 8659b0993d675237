"""A community's month, on a telephone; and the officer's page of who sent one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.monitoring.access_outcomes  # noqa: F401  (its rules)
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.matters.views.steps import press, run
from icma.monitoring.actions import months as actions
from icma.monitoring.forms.months import MonthForm, month_first
from icma.monitoring.models import Month, Report
from icma.monitoring.months import (
    DUE_DAY,
    Known,
    asked_for,
    due_on,
    is_told,
    known_of,
    last_day,
    month_before,
    month_of,
    to_call,
)
from icma.people.models import Organisation

COLUMNS, MOST = 3, 300


@can("lead", Organisation)
def month(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The month whose turn it is."""
    return _month(request, organisation, asked_for(legal_day(timezone.now())))


@can("lead", Organisation)
def month_at(request: HttpRequest, organisation: Organisation, year: int, month: int) -> HttpResponse:
    first = _first(year, month)
    if first > legal_day(timezone.now()) or first < month_of(organisation.since):
        raise Http404
    return _month(request, organisation, first)


def _first(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404 from error


def _month(request: HttpRequest, organisation: Organisation, first: date) -> HttpResponse:
    at = timezone.now()
    kept = Month.objects.filter(organisation=organisation, first=first).first()
    told = kept if kept is not None and is_told(kept) else None  # a call alone has kept no words
    known = Known() if told else known_of(organisation, first)
    given = month_first(told, known, get_language() or "az")
    form = MonthForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, organisation, first, form, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {
        "organisation": organisation, "first": first, "form": form, "kept": kept, "due": due_on(first),
        "late": legal_day(at) > due_on(first) and not (kept and kept.stage == "sent"), "known": known,
        "before": month_before(first) if first > month_of(organisation.since) else None,
        "draft_key": f"month:{organisation.code}:{first:%Y-%m}",
    }  # fmt: skip
    return render(request, "monitoring/month.html", page, status=422 if form.errors else 200)


def _keep(
    request: HttpRequest, organisation: Organisation, first: date, form: MonthForm, at: Any
) -> HttpResponse:
    send = request.POST.get("do") != "keep"

    def do() -> dict[str, Any]:
        row = actions.keep_month(
            organisation=organisation, first=first, send=send, at=at, by=request.user, **form.values()
        )
        return {"sent": row.stage == "sent"}

    done = run(request, f"month:{organisation.code}", do, at)
    words = _("The month is sent. Thank you.") if done["sent"] else _("The draft is kept.")
    key = f"month:{organisation.code}:{first:%Y-%m}"
    messages.success(request, words, extra_tags=key)
    return redirect("month_done" if done["sent"] else "month_at", organisation.code, first.year, first.month)


@can("lead", Organisation)
def month_done(request: HttpRequest, organisation: Organisation, year: int, month: int) -> HttpResponse:
    """What the month has made: drafts of reports that somebody looks at and sends."""
    kept = get_object_or_404(Month, organisation=organisation, first=_first(year, month), stage="sent")
    drafts = Report.objects.filter(
        reporter__organisation=organisation, state="draft", note=actions.MARK, author=request.user,
        period__first__lte=kept.first, period__last__gte=last_day(kept.first),
    ).select_related("period__indicator__initiative")  # fmt: skip
    people = sum(kept.counts.values_list("n", flat=True))
    page = {"organisation": organisation, "month": kept, "drafts": drafts, "people": people}
    return render(request, "monitoring/month_done.html", page)


@holds("officer")
def months(request: HttpRequest) -> HttpResponse:
    """Who sent a month and who did not: no report is neither nought nor a fault; somebody calls and asks."""
    today = legal_day(timezone.now())
    firsts = [asked_for(today)]
    while len(firsts) < COLUMNS:
        firsts.append(month_before(firsts[-1]))
    first, calls = to_call(today)
    calls = calls.select_related("place", "mentor")
    page = {
        "firsts": firsts,
        "rows": _grid(firsts, today),
        "calls": calls,
        "call_for": first,
        "due_day": DUE_DAY,
    }
    return render(request, "monitoring/months.html", page)


def _grid(
    firsts: list[date], today: date
) -> list[tuple[Organisation, list[tuple[date, Month | None, bool, bool]]]]:
    """Each community with its months: the month, what was told, was the community there, is it still waited for."""
    groups = Organisation.objects.filter(kind="community", until=None)[:MOST]
    found = {(row.organisation_id, row.first): row for row in Month.objects.filter(first__in=firsts)}
    return [
        (
            group,
            [
                (one, found.get((group.pk, one)), one >= month_of(group.since), today <= due_on(one))
                for one in firsts
            ],
        )
        for group in groups
    ]


@holds("officer")
def month_called(request: HttpRequest, code: str, year: int, month: int) -> HttpResponse:
    """Somebody has called; the line leaves the list, the month stays without a report."""
    organisation, at = get_object_or_404(Organisation, code=code, kind="community"), timezone.now()
    first = _first(year, month)
    return press(
        request, f"called:{code}", lambda: {"pk": actions.note_call(organisation=organisation, first=first, at=at, by=request.user).pk},
        reverse("months"), at, _("Noted. The month stays without a report until one is sent."),
    )  # fmt: skip
