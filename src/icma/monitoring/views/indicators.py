"""Working pages of an indicator: what it is, its sheet, its targets, its periods."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.monitoring.access  # noqa: F401  (its rules)
from icma.core.door import can
from icma.matters.views.steps import press, step
from icma.monitoring.actions import indicators as actions
from icma.monitoring.forms.indicators import IndicatorForm, SheetForm, TargetForm, shown
from icma.monitoring.models import Indicator, Initiative, Period
from icma.monitoring.views.initiatives import FORM, address

WITH = ("initiative", "node")


def page_of(indicator: Indicator) -> str:
    return reverse("indicator", args=[indicator.code])


@can("edit", Initiative)
def new(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    at = timezone.now()
    first = {"kind": "count", "direction": "up", "frequency": "quarter", "node": request.GET.get("addim", "")}
    form = IndicatorForm(request.POST or None, initiative=initiative, initial=first)
    return step(
        request, form, f"indicator:{initiative.code}",
        lambda: actions.add_indicator(initiative=initiative, at=at, by=request.user, **form.cleaned_data),
        address(initiative), at, FORM, title=_("A new indicator"), button=_("Add"), where=initiative.title,
        lead=_("One thing that can be counted, read or told, always in the same way."),
    )  # fmt: skip


@can("edit", Indicator, select=WITH)
def edit(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    at, goal = timezone.now(), actions.target_of(indicator)
    fixed = actions.has_reports(indicator)
    form = IndicatorForm(
        request.POST or None, initiative=indicator.initiative, fixed=fixed, initial=shown(indicator, goal)
    )

    def do() -> None:
        values = dict(form.cleaned_data)
        target = values.pop("target")
        actions.write_with_target(indicator=indicator, target=target, at=at, by=request.user, **values)

    lead = _("Something was reported: how it is counted and joined stays.") if fixed else ""
    return step(
        request, form, f"indicator:{indicator.code}", do, page_of(indicator), at, FORM, title=_("Indicator"),
        button=_("Save"), where=indicator.initiative.title, lead=lead, drop=reverse("indicator_drop", args=[indicator.code]),
    )  # fmt: skip


@can("edit", Indicator, select=WITH)
def sheet(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    at = timezone.now()
    form = SheetForm(request.POST or None, initial=indicator.sheet)
    return step(
        request, form, f"sheet:{indicator.code}",
        lambda: actions.write_sheet(indicator=indicator, sheet=form.cleaned_data, at=at, by=request.user),
        page_of(indicator), at, FORM, title=_("Reference sheet"), button=_("Save"), where=indicator.title,
        lead=_("So that two people measure the same. Fill in what you know; the first line matters most."),
    )  # fmt: skip


@can("edit", Indicator, select=WITH)
def targets(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    at, was = timezone.now(), actions.targets_of(indicator)
    form = TargetForm(request.POST or None, indicator=indicator)
    for name, (period, sex, band, place) in form.groups().items():
        form.initial[name] = was.get((period and period.pk, sex, band, place and place.pk))

    def do() -> None:
        actions.set_targets(indicator=indicator, rows=form.rows(), at=at, by=request.user)

    return step(
        request, form, f"targets:{indicator.code}", do, page_of(indicator), at, FORM, title=_("Targets"), button=_("Save"),
        where=indicator.title, lead=_("A target changed after its period has begun is marked everywhere, with what it was."),
    )  # fmt: skip


@can("edit", Indicator, select=WITH)
def drop(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"drop:{indicator.code}",
        lambda: actions.drop_indicator(indicator=indicator, at=at, by=request.user), address(indicator.initiative), at,
    )  # fmt: skip


@can("edit", Period, select=("indicator",))
def lock(request: HttpRequest, period: Period) -> HttpResponse:
    """Close a period, or open it again: the button says which it was when it was seen."""
    at, locked = timezone.now(), request.POST.get("locked") == "1"
    return press(
        request, f"lock:{period.code}",
        lambda: actions.lock_period(period=period, locked=locked, at=at, by=request.user),
        page_of(period.indicator), at,
    )  # fmt: skip
