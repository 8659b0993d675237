"""Özümüz: what is needed, who takes what, until when, done. Never money."""

from datetime import datetime

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import Who, allowed, may
from icma.core.day import legal_day
from icma.core.door import can, signed_in
from icma.matters.actions import tasks as actions
from icma.matters.addresses import local, matter_address
from icma.matters.forms.tasks import TakeForm, TaskForm
from icma.matters.models import Matter, Task
from icma.matters.views.steps import press, step
from icma.people.models import Organisation

MOST = 200
BY_DAY = (F("until").asc(nulls_last=True), "id")


@signed_in
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of one's communities and one's own, the nearest day first."""
    at = timezone.now()
    rows = allowed(Task.objects.filter(done_on=None), request.who, "lead", at)
    rows = actions.with_reading(rows.select_related("matter", "organisation", "who")).order_by(*BY_DAY)[:MOST]
    return render(request, "matters/tasks.html", {"rows": rows, "today": legal_day(at)})


@can("lead", Matter, select=("place", "community"))
def tasks_of(request: HttpRequest, matter: Matter) -> HttpResponse:
    """What this matter needs: set it, name who does it, say that it is done."""
    at = timezone.now()
    form = TaskForm(request.POST or None, today=legal_day(at))
    organisation = matter.community
    if organisation is None or organisation.until is not None:
        organisation = Organisation.objects.filter(kind="union").first()
    rows = actions.with_reading(matter.tasks.select_related("who"))

    def do() -> None:
        actions.set_task(
            organisation=organisation, matter=matter, at=at, by=request.user, **form.cleaned_data
        )

    return step(
        request, form, f"task:{matter.code}", do, reverse("tasks", args=[matter.code]), at, "matters/task_matter.html",
        matter=matter, matter_url=matter_address(matter.code), today=legal_day(at),
        rows=rows.filter(done_on=None).order_by(*BY_DAY)[:MOST],
        done=rows.exclude(done_on=None).order_by("-done_on")[:MOST],
        thanks=_thanks(form, request.who),
    )  # fmt: skip


def _thanks(form: TaskForm, who: Who) -> str:
    waits = form.is_bound and form.is_valid() and form.cleaned_data["is_public"]
    read = who.has("officer", "moderator")  # by writing it
    return _("Saved. A moderator reads it first, then everybody.") if waits and not read else ""


@can("take", Task, select=("matter", "organisation"))
def task_take(request: HttpRequest, task: Task, matter: str) -> HttpResponse:
    """I can do it: for oneself, or for somebody whom the coordinator names."""
    if task.matter is None or task.matter.code != matter:
        raise Http404
    at = timezone.now()
    leads = _leads(request.who, task, at)
    form = TakeForm(request.POST or None, today=legal_day(at), leads=leads)

    def do() -> None:
        said = form.cleaned_data.get("who_said", "")
        until, by = form.cleaned_data["until"], None if said else request.user
        actions.take_task(task=task, at=at, by=by, who_said=said, until=until)

    back = reverse("tasks", args=[matter]) if leads else matter_address(matter)
    return step(
        request, form, f"take:{task.code}", do, back, at, "matters/task_take.html", task=task, matter=task.matter,
        thanks=_("Thank you! The community sees it."),
    )  # fmt: skip


def _leads(who: Who, task: Task, at: datetime) -> bool:
    return task.matter is not None and may(who, "lead", task.matter, at)


def _back(request: HttpRequest, task: Task) -> str:
    """To the list on which the button was pressed."""
    if request.POST.get("to") == "mine":
        return local("/is/")
    here = request.POST.get("to") == "matter" and task.matter is not None
    return reverse("tasks", args=[task.matter.code]) if here else reverse("tasks")


@can("lead", Task, select=("matter",))
def task_done(request: HttpRequest, task: Task) -> HttpResponse:
    at, by = timezone.now(), request.user

    def do() -> None:
        actions.finish_task(task=task, on=legal_day(at), at=at, by=by)

    return press(request, f"done:{task.code}", do, _back(request, task), at, _("Done. Thank you!"))


@can("lead", Task, select=("matter",))
def task_back(request: HttpRequest, task: Task) -> HttpResponse:
    """Whoever took it cannot do it after all: it is free again."""
    at, by = timezone.now(), request.user
    return press(
        request,
        f"back:{task.code}",
        lambda: actions.give_back(task=task, at=at, by=by),
        _back(request, task),
        at,
    )


@can("drop", Task, select=("matter",))
def task_drop(request: HttpRequest, task: Task) -> HttpResponse:
    """No longer needed."""
    at, by = timezone.now(), request.user
    return press(
        request,
        f"drop:{task.code}",
        lambda: actions.drop_task(task=task, at=at, by=by),
        _back(request, task),
        at,
    )
