"""Özümüz: what is needed, who takes what, until when, done."""

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import allowed, may
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.matters.actions import tasks as doing
from icma.matters.addresses import matter_address
from icma.matters.forms.doing import NeedForm, TakeTaskForm
from icma.matters.models import Matter, Task
from icma.matters.views.steps import press, step

PAGE = "matters/task_step.html"


@holds("coordinator", "officer", "member")
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of one's communities and one's own, the nearest day first."""
    rows = allowed(Task.objects.filter(done_on=None), request.who, "lead", timezone.now())
    rows = rows.select_related("matter", "organisation", "who").order_by(
        F("until").asc(nulls_last=True), "id"
    )[:200]
    return render(request, "matters/tasks.html", {"rows": rows, "today": legal_day(timezone.now())})


@can("lead", Matter, select=("place", "community"))
def task_new(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Hands, tools, knowledge or a place: shown on the matter's page."""
    at, form = timezone.now(), NeedForm(request.POST or None)
    if matter.community is None:
        raise Http404

    def do() -> None:
        doing.set_task(
            organisation=matter.community,
            matter=matter,
            at=at,
            by=request.user,
            is_public=True,
            **form.cleaned_data,
        )

    return step(
        request, form, f"need:{matter.code}", do, matter_address(matter.code), at, PAGE, matter=matter,
        title=_("What is needed"), button=_("Show it"), lead=_("No money is collected: not for materials either."),
    )  # fmt: skip


@can("view", Matter, select=("place",))
def task_take(request: HttpRequest, matter: Matter, task: str) -> HttpResponse:
    """A public need is taken: by an account, or by somebody whom the coordinator names."""
    at, form = timezone.now(), TakeTaskForm(request.POST or None)
    row = get_object_or_404(
        Task.objects.select_related("matter"), code=task, matter=matter, is_public=True, done_on=None
    )
    leads = may(request.who, "lead", row, at)
    named = request.user.is_authenticated

    def do() -> None:
        data = form.cleaned_data
        by = None if leads and data["who_said"] else request.user
        doing.take_task(task=row, at=at, by=by, **data)

    return step(
        request, form if named else TakeTaskForm(), f"take:{task}", do, matter_address(matter.code), at, PAGE, matter=matter,
        task=row, title=row.title, button=_("I take it"), named=named, thanks=_("Thank you! The community sees it."),
        login=f"{reverse('account_login')}?next={request.path}",
    )  # fmt: skip


@can("lead", Task, select=("matter",))
def task_finish(request: HttpRequest, task: Task) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"done:{task.code}", lambda: doing.finish_task(task=task, on=legal_day(at), at=at, by=request.user),
        reverse("tasks"), at,
    )  # fmt: skip


@can("lead", Task, select=("matter",))
def task_return(request: HttpRequest, task: Task) -> HttpResponse:
    at = timezone.now()
    return press(
        request,
        f"giveback:{task.code}",
        lambda: doing.give_back(task=task, at=at, by=request.user),
        reverse("tasks"),
        at,
    )
