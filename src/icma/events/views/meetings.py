"""Working pages of a meeting. Its own page stands in front: relative addresses lead there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.events.access  # noqa: F401  (its rules)
from icma.core.action import Refused
from icma.core.door import can
from icma.events import actions
from icma.events.figures import presence
from icma.events.forms.meetings import (
    EventForm,
    HeadForm,
    InviteForm,
    MinutesForm,
    ReleaseForm,
    TaskRows,
    counted,
    invited_persons,
    new_tasks,
    shown,
)
from icma.events.models import Event
from icma.events.views.days import day_of
from icma.matters.addresses import missing_address
from icma.matters.views.steps import run, step
from icma.people.models import Organisation

SELECT = ("organisation", "matter", "place")


def _done(
    request: HttpRequest, scope: str, form: forms.Form | None, do: Callable[[], dict[str, Any]]
) -> dict | None:
    """Result of the action, once; None when it refused, and then the form or a message says why."""
    try:
        return run(request, scope, do, timezone.now())
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return None


def _shown(request: HttpRequest, template: str, page: dict[str, Any]) -> HttpResponse:
    """The page of a form; what came of a form that was sent and led on nowhere was an error."""
    return render(request, template, page, status=422 if request.method == "POST" else 200)


@can("begin", Organisation)
def new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = EventForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()

        def do() -> dict[str, Any]:
            event = actions.plan_event(organisation=organisation, at=at, by=request.user, **form.values())
            return {"code": event.code, "past": event.starts_at < at}

        if done := _done(request, f"event:{organisation.code}", form, do):
            return redirect("event_count" if done["past"] else "event_invite", code=done["code"])
    page = {"form": form, "organisation": organisation, "missing": missing_address(organisation.code)}
    return _shown(request, "events/form.html", page)


@can("edit", Event, select=SELECT)
def change(request: HttpRequest, event: Event) -> HttpResponse:
    form = EventForm(request.POST or None, organisation=event.organisation, initial=shown(event))
    if request.method == "POST" and form.is_valid():

        def do() -> dict[str, Any]:
            actions.change_event(event=event, at=timezone.now(), by=request.user, **form.values())
            return {"ok": True}

        if _done(request, f"change:{event.code}", form, do):
            return redirect("../")
    page = {"form": form, "organisation": event.organisation, "event": event}
    return _shown(request, "events/form.html", page | {"missing": missing_address(event.organisation.code)})


@can("edit", Event, select=SELECT)
def invite(request: HttpRequest, event: Event) -> HttpResponse:
    form = InviteForm(request.POST or None, event=event, initial={"groups": ["members"]})
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        persons = invited_persons(event, form.cleaned_data["groups"])

        def do() -> dict[str, Any]:
            return {"n": actions.invite(event=event, persons=persons, at=at, by=request.user)}

        if done := _done(request, f"invite:{event.code}", form, do):
            messages.success(request, _("Newly invited: %(n)s") % done)
            return redirect("../")
    page = {"form": form, "event": event, "missing": missing_address(event.organisation.code)}
    return _shown(request, "events/invite.html", page)


@can("edit", Event, select=SELECT)
def open_up(request: HttpRequest, event: Event) -> HttpResponse:
    """The warning is a page of its own; only its tick makes hour and place public."""
    if request.method == "POST":
        wants = {"confirmed": request.POST.get("confirmed") == "on"}
        step = actions.close_event if event.is_open else actions.open_event
        more = {} if event.is_open else wants

        def do() -> dict[str, Any]:
            return {"open": step(event=event, at=timezone.now(), by=request.user, **more).is_open}

        if _done(request, f"open:{event.code}", None, do) is not None:
            return redirect("../")
    return render(request, "events/open.html", {"event": event})


@can("edit", Event, select=SELECT)
def cancel(request: HttpRequest, event: Event) -> HttpResponse:
    if request.method == "POST":

        def do() -> dict[str, Any]:
            return {"state": actions.cancel_event(event=event, at=timezone.now(), by=request.user).state}

        if _done(request, f"cancel:{event.code}", None, do) is not None:
            return redirect("../")
    return render(request, "events/cancel.html", {"event": event})


@can("edit", Event, select=SELECT)
def count(request: HttpRequest, event: Event) -> HttpResponse:
    """Heads of one day, beside what its lists say."""
    day = day_of(request, event)
    form = HeadForm(request.POST or None, initial=counted(event, day.number), event=event)
    if request.method == "POST" and form.is_valid():
        at, more = timezone.now(), {"spoke": form.spoke(), "used": form.used()}

        def do() -> dict[str, Any]:
            actions.hold_event(
                event=event, at=at, by=request.user, counts=form.counts(), session=day.number, **more
            )
            return {"ok": True}

        if _done(request, f"count:{event.code}", form, do):
            return redirect("event_minutes", code=event.code)
    page = {"form": form, "event": event, "day": day, "presence": presence(Event.objects.filter(pk=event.pk))}
    return _shown(request, "events/count.html", page)


@can("edit", Event, select=SELECT)
def minutes(request: HttpRequest, event: Event) -> HttpResponse:
    first = {"minutes": event.minutes, "decisions": event.decisions}
    form, rows = (
        MinutesForm(request.POST or None, initial=first),
        TaskRows(request.POST or None, prefix="task"),
    )
    if request.method == "POST" and form.is_valid() and rows.is_valid():

        def do() -> dict[str, Any]:
            tasks, at = new_tasks(rows), timezone.now()
            actions.hold_event(event=event, at=at, by=request.user, tasks=tasks, **form.cleaned_data)
            return {"ok": True}

        if _done(request, f"minutes:{event.code}", form, do):
            return redirect("../")
    page = {"form": form, "rows": rows, "event": event, "refused": actions.refused_with(event)}
    return _shown(request, "events/minutes.html", page)


@can("release", Event, select=SELECT)
def release(request: HttpRequest, event: Event) -> HttpResponse:
    """The second person reads the minutes and lets everyone read them, or not."""
    form, at = ReleaseForm(request.POST or None), timezone.now()

    def do() -> None:
        verdict = "agreed" if request.POST.get("verdict") == "agreed" else "refused"
        given = {"read": request.POST.get("read", ""), **form.cleaned_data}
        actions.release_minutes(event=event, verdict=verdict, by=request.user, at=at, **given)

    return step(
        request, form, f"release:{event.code}", do, reverse("reviews"), at, "events/release.html",
        event=event, waits=actions.open_request(event), mark=actions.mark_of(event),
    )  # fmt: skip
