"""Visits: what was seen on the spot, and what has to follow."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

import icma.monitoring.access_outcomes  # noqa: F401  (its rules)
from icma.core.access import may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.files import TYPES, open_file
from icma.matters.addresses import matter_address
from icma.matters.models import Task
from icma.matters.views.photos import CLOSED
from icma.matters.views.steps import press, run
from icma.monitoring.actions import visits as actions
from icma.monitoring.forms.outcomes import TaskRows, VisitForm, follow_ups
from icma.monitoring.models import Visit
from icma.monitoring.views.outcomes import _unit
from icma.people.models import Organisation

OF = ("organisation", "place", "initiative", "matter", "photo", "document", "document__matter")


@can("lead", Organisation)
def visit_new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    at = timezone.now()
    first = {"on": legal_day(at), "place": _unit(organisation), "language": get_language()}
    form = VisitForm(request.POST or None, request.FILES or None, organisation=organisation, initial=first)
    rows = TaskRows(request.POST or None, prefix="task")
    if request.method == "POST" and form.is_valid() and rows.is_valid():

        def do() -> dict[str, Any]:
            tasks = follow_ups(rows)
            return {"code": actions.record_visit(organisation=organisation, tasks=tasks, at=at, by=request.user, **form.values()).code}  # fmt: skip

        try:
            return redirect("visit", code=run(request, f"visit:{organisation.code}", do, at)["code"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    status = 422 if form.errors or any(rows.errors) else 200
    page = {"form": form, "rows": rows, "organisation": organisation}
    return render(request, "monitoring/visit_form.html", page, status=status)


@can("team", Visit, select=OF)
def visit(request: HttpRequest, visit: Visit) -> HttpResponse:
    return render(request, "monitoring/visit.html", {
        "visit": visit, "leads": may(request.who, "lead", visit, timezone.now()), "today": legal_day(timezone.now()),
        "can_show": actions.can_show(visit), "matter_url": matter_address(visit.matter.code) if visit.matter else "",
        "tasks": Task.objects.filter(event=visit.code).order_by("until"),
    })  # fmt: skip


@can("team", Visit, select=("photo",))
def visit_photo(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The photo, for the team alone; never kept on the way."""
    if visit.photo is None:
        raise Http404
    try:
        source = open_file(visit.photo)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(source, content_type=TYPES[visit.photo.kind])
    response["X-Content-Type-Options"], response["Content-Security-Policy"] = "nosniff", CLOSED
    response["Cache-Control"], response["Content-Length"] = "no-store, private", visit.photo.size
    return response


@can("lead", Visit, select=OF)
def visit_show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Towards a public photo: a copy goes to the matter, where it is covered by one and released by another."""
    at = timezone.now()
    back = reverse("visit", args=[visit.code])
    response = press(
        request,
        f"show:{visit.code}",
        lambda: {"code": actions.hand_over_photo(visit=visit, at=at, by=request.user).code},
        back,
        at,
    )
    if visit.document is not None and visit.matter is not None:
        return redirect("photo_redact", visit.matter.code, visit.document.code)
    return response


@can("lead", Visit, select=("photo",))
def visit_forget(request: HttpRequest, visit: Visit) -> HttpResponse:
    at = timezone.now()
    back = reverse("visit", args=[visit.code])
    return press(request, f"forget:{visit.code}", lambda: actions.forget_photo(visit=visit, at=at, by=request.user), back, at)  # fmt: skip
