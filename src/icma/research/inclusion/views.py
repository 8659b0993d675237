"""Markers of campaigns, and the union's desk of inclusion. The panel's own pages stand in front, which knows outcomes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.door import can, holds
from icma.core.once import run_once
from icma.matters.addresses import local
from icma.matters.models import Matter
from icma.research.inclusion import actions
from icma.research.inclusion.checklists import TITLES
from icma.research.inclusion.forms import GoalForm, MarkerForm, PopulationForm
from icma.research.inclusion.pictures import goal_words
from icma.research.inclusion.reference import of_place
from icma.research.inclusion.sheet import MEGABYTES, Sheet, read
from icma.research.models import Goal, Marker, PopulationTable

WRONG = 50  # rows of a file that are told one by one


# --- markers ---------------------------------------------------------------------------------------
@can("lead", Matter)
def marker(request: HttpRequest, matter: Matter, which: str) -> HttpResponse:
    if matter.kind != Matter.Kind.CAMPAIGN or which not in TITLES:
        raise Http404
    back = local(f"/istirak/kampaniya/{matter.code}/")
    return marker_page(request, Marker.Subject.CAMPAIGN, matter.code, which, title=matter.title, back=back)


def marker_page(
    request: HttpRequest, kind: str, subject: str, which: str, *, title: str, back: str
) -> HttpResponse:
    """The checklist of one marker; the caller's door has let this person in."""
    rows = list(Marker.objects.filter(kind=kind, subject=subject, which=which).order_by("-version"))
    first = {"score": rows[0].score, "criteria": rows[0].criteria} if rows else {}
    form = MarkerForm(request.POST or None, which=which, initial=first)

    def do(at: datetime) -> dict[str, Any]:
        made = actions.set_marker(
            kind=kind, subject=subject, which=which, at=at, by=request.user, **form.cleaned_data
        )
        return {"version": made.version}

    if request.method == "POST" and form.is_valid() and _once(request, f"marker:{subject}:{which}", form, do):
        return redirect(back)
    return render(request, "research/inclusion_marker.html", {
        "form": form, "rows": rows, "title": title, "back": back, "name": TITLES[which], "which": which,
    }, status=422 if form.errors else 200)  # fmt: skip


# --- the union's desk ------------------------------------------------------------------------------
@holds("officer", "researcher")
def work(request: HttpRequest) -> HttpResponse:
    """Tables of who lives where, and goals."""
    people, goals = of_place(None), Goal.objects.filter(ended_on=None).order_by("until", "pk")
    return render(request, "research/inclusion_work.html", {
        "tables": PopulationTable.objects.order_by("gone_at", "-year"), "people": people, "panel": local("/istirak/"),
        "covered": people.districts - len(people.missing), "officer": request.who.has("officer"),
        "goals": [{"row": goal, "words": goal_words(goal)} for goal in goals],
    })  # fmt: skip


@holds("officer")
def population(request: HttpRequest) -> HttpResponse:
    """Bring in a table: all of its rows or none, and each row that cannot be read is told."""
    form, sheet = PopulationForm(request.POST or None, request.FILES or None), Sheet()
    if request.method == "POST" and form.is_valid():
        sheet = read(form.cleaned_data["file"].read(MEGABYTES * 1_000_000 + 1))
        if sheet.wrong:
            form.add_error(
                "file", _("Nothing was brought in. Rows that cannot be read: %(n)s") % {"n": len(sheet.wrong)}
            )
        elif _once(request, "population", form, lambda at: _import(request, form, sheet, at)):
            messages.success(request, _("Brought in. Rows: %(n)s") % {"n": len(sheet.lines)})
            return redirect("inclusion_work")
    return render(request, "research/inclusion_population.html", {
        "form": form, "wrong": sheet.wrong[:WRONG], "more": max(0, len(sheet.wrong) - WRONG), "good": len(sheet.lines),
    }, status=422 if form.errors else 200)  # fmt: skip


def _import(request: HttpRequest, form: forms.Form, sheet: Sheet, at: datetime) -> dict[str, Any]:
    source, year = form.cleaned_data["source"], form.cleaned_data["year"]
    table = actions.import_population(lines=sheet.lines, source=source, year=year, at=at, by=request.user)
    return {"code": table.code}


@holds("officer")
def population_remove(request: HttpRequest, code: str) -> HttpResponse:
    table = PopulationTable.objects.filter(code=code).first()
    if request.method != "POST" or table is None:
        raise Http404
    _once(request, f"population:{code}", None, lambda at: _removed(table, request, at))
    return redirect("inclusion_work")


def _removed(table: PopulationTable, request: HttpRequest, at: datetime) -> dict[str, Any]:
    actions.remove_population(table=table, at=at, by=request.user)
    return {"ok": True}


@holds("officer")
def goal(request: HttpRequest) -> HttpResponse:
    form = GoalForm(request.POST or None)

    def do(at: datetime) -> dict[str, Any]:
        return {"goal": actions.set_goal(at=at, by=request.user, **form.cleaned_data).pk}

    if request.method == "POST" and form.is_valid() and _once(request, "goal", form, do):
        return redirect("inclusion_work")
    return render(request, "research/inclusion_goal.html", {"form": form}, status=422 if form.errors else 200)


@holds("officer")
def goal_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = Goal.objects.filter(pk=pk).first()
    if request.method != "POST" or row is None:
        raise Http404

    def do(at: datetime) -> dict[str, Any]:
        actions.end_goal(goal=row, at=at, by=request.user)
        return {"ok": True}

    _once(request, f"goal:{pk}", None, do)
    return redirect("inclusion_work")


def _once(
    request: HttpRequest, scope: str, form: forms.Form | None, do: Callable[[datetime], dict[str, Any]]
) -> dict[str, Any] | None:
    """The action, once; None when it refused, and then the form or a message says why."""
    at = timezone.now()
    try:
        return run_once(scope, request.POST.get("once", ""), lambda: do(at), at)
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return None
