"""Communities take matters up; the union's desk answers where there is no community."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.core.door import anyone, can, holds
from icma.matters.access import PUBLIC
from icma.matters.actions import taking
from icma.matters.addresses import help_address, matter_address
from icma.matters.calls import asked_for_a_call
from icma.matters.forms.doing import LeaveForm, TakeUpForm, WayForm, WhyForm
from icma.matters.models import Clock, Matter
from icma.matters.views.steps import step
from icma.people.access import units_of
from icma.people.models import Organisation

PAGE = "matters/take_step.html"
SHOWN = 100


def _near(who: Who) -> QuerySet:
    """Districts of the communities that one coordinates; the union's officers see the whole country."""
    return units_of(Organisation.objects.filter(pk__in=who.organisations("coordinator")))


@holds("coordinator", "officer")
def desk(request: HttpRequest) -> HttpResponse:
    """Matters that wait for a community, by the day on which we owe an answer."""
    rows = Matter.objects.filter(PUBLIC, stage__in=("open", "untaken"), merged_into=None)
    if not request.who.has("officer"):
        rows = rows.filter(place__in=_near(request.who))
    rows = rows.select_related("place", "village").order_by("stage", "changed_at", "id")[:SHOWN]
    rows = list(rows.defer("search_text"))
    owed = Clock.objects.filter(matter__in=rows, rule="own.take_up", state="running").values_list(
        "matter", "due_on"
    )
    due = dict(owed)
    for row in rows:
        row.due_on, row.page = due.get(row.pk), matter_address(row.code)
    today = legal_day(timezone.now())
    held = set(units_of(Organisation.objects.filter(kind="community", until=None)))
    page = {
        "rows": rows,
        "today": today,
        "held": held,
        "calls": asked_for_a_call() if request.who.has("officer") else [],
    }
    return render(request, "matters/take_desk.html", page)


@can("take_up", Matter, select=("place",))
def take_up(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), TakeUpForm(request.who, request.POST or None)

    def do() -> None:
        data = form.cleaned_data
        taking.take_up(matter=matter, community=data["community"], way=data["way"], at=at, by=request.user)

    return step(
        request, form, f"take:{matter.code}", do, matter_address(matter.code), at, PAGE, matter=matter,
        title=_("Take it up"), button=_("We take it up"), thanks=_("Taken up. Everybody sees that it goes on."),
    )  # fmt: skip


@can("lead", Matter, select=("place",))
def choose_way(request: HttpRequest, matter: Matter) -> HttpResponse:
    start = {"way": matter.way, "authority": matter.authority.code if matter.authority else ""}
    at, form = timezone.now(), WayForm(matter, request.POST or None, initial=start)
    return step(
        request, form, f"way:{matter.code}",
        lambda: taking.choose_way(matter=matter, at=at, by=request.user, **form.cleaned_data),
        matter_address(matter.code), at, PAGE, matter=matter, title=_("Choose the way"), button=_("Save"),
        lead=_("Both at once is often best: do what can be done, and demand what is owed."),
    )  # fmt: skip


@can("desk", Matter, select=("place",))
def leave(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), LeaveForm(request.POST or None)
    return step(
        request, form, f"leave:{matter.code}",
        lambda: taking.leave(matter=matter, at=at, by=request.user, **form.cleaned_data),
        matter_address(matter.code), at, PAGE, matter=matter, title=_("Nobody takes it up"), button=_("Answer so"),
        lead=_("The author reads the reason and what can be done alone. It can still be taken up later."),
    )  # fmt: skip


@can("lead", Matter, select=("place",))
def hand_back(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), WhyForm(request.POST or None)
    return step(
        request, form, f"back:{matter.code}",
        lambda: taking.hand_back(matter=matter, why=form.cleaned_data["why"], at=at, by=request.user),
        matter_address(matter.code), at, PAGE, matter=matter, title=_("Hand it back"), button=_("Hand it back"),
        lead=_("It waits for another community then. What has happened stays on the thread."),
    )  # fmt: skip


@anyone
def alone(request: HttpRequest) -> HttpResponse:
    """What one can do alone when nobody takes a matter up."""
    return render(request, "matters/take_alone.html", {"help_url": help_address()})
