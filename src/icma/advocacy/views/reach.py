"""How often a public page was opened, and what the community says of its reach elsewhere."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions.reach import drop_report, report
from icma.advocacy.forms.reach import ReportForm
from icma.advocacy.models import Campaign, SelfReported, ViewDay
from icma.advocacy.views.kit import KINDS
from icma.core.access import may
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.words import date_words
from icma.matters.addresses import local, matter_address
from icma.matters.models import Matter
from icma.matters.views.steps import press, step

DAYS, SHOWN = 30, 50


@can("view", Matter, select=("place",))
def reach(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The last thirty days, those on which nobody came too."""
    if matter.kind not in KINDS or matter.published_at is None or matter.hidden_at is not None:
        raise Http404
    today = legal_day(timezone.now())
    rows = dict(
        ViewDay.objects.filter(matter=matter, on__gt=today - timedelta(days=DAYS)).values_list("on", "n")
    )
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    told = SelfReported.objects.filter(campaign=matter.pk).order_by("-on", "-pk")[:SHOWN]
    page: dict[str, Any] = {
        "matter": matter, "back": matter_address(matter.code), "told": told, "n": sum(rows.values()),
        "points": [{"label": date_words(day, "short"), "value": rows.get(day, 0), "now": day == today} for day in days],
        "report_url": _report_url(request, matter),
    }  # fmt: skip
    return render(request, "advocacy/reach.html", page)


def _report_url(request: HttpRequest, matter: Matter) -> str:
    leads = request.user.is_authenticated and may(request.who, "lead", matter, timezone.now())
    return reverse("report_new", args=[matter.code]) if leads and matter.kind == Matter.Kind.CAMPAIGN else ""


@can("lead", Campaign, by="matter__code", select=("matter__place", "matter__community"))
def report_new(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at, matter = timezone.now(), campaign.matter
    form = ReportForm(request.POST or None, initial={"on": legal_day(at)})
    return step(
        request, form, f"reach:{matter.code}",
        lambda: report(campaign=campaign, at=at, by=request.user, **form.cleaned_data),
        local(f"/m/{matter.code}/oxunma/"), at, "advocacy/campaign_form.html", campaign=campaign, matter=matter,
        title=_("A figure from a social network"), button=_("Keep it"),
        lead=_("It is shown as what your community says of itself: nobody here can check it."),
    )  # fmt: skip


@can("lead", Campaign, by="matter__code", select=("matter__place", "matter__community"))
def report_drop(request: HttpRequest, campaign: Campaign, figure: int) -> HttpResponse:
    """It was mistyped: gone, and entered anew."""
    row, at = get_object_or_404(SelfReported, pk=figure, campaign=campaign), timezone.now()
    code = campaign.matter.code
    return press(
        request, f"reach:{code}:{figure}", lambda: drop_report(row=row, at=at, by=request.user),
        local(f"/m/{code}/oxunma/"), at, _("The figure is deleted."),
    )  # fmt: skip
