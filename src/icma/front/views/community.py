"""A community: what it shows to everyone, and its own home with the founding path."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.front.access  # noqa: F401  (its rules)
from icma.core.access import STRANGER, Who, allowed, may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import anyone, can, signed_in
from icma.core.once import run_once
from icma.core.words import capital
from icma.events.access import invited_by
from icma.events.actions import open_request
from icma.events.figures import Cells, cells_of, needs_used, presence
from icma.events.models import Event
from icma.events.needs import ACCESS, words_of
from icma.front.cards import matter_card, share_clocks
from icma.front.forms import CommunityForm, TaskForm, said
from icma.front.founding import STEPS, path_of
from icma.front.lists.meetings import name_of
from icma.front.notices import to_tell
from icma.matters.actions.tasks import finish_task, set_task, with_reading
from icma.matters.bands import AgeBand, Sex, Topic
from icma.matters.models import Matter, Task
from icma.monitoring.models import Initiative
from icma.people.access import mentored
from icma.people.actions.organisations import edit_organisation, tick_step, untick_step, waiting_words
from icma.people.models import Organisation
from icma.research.inclusion.heads import came

SHOWN = 6
SELECT = ("place", "place__parent", "mentor")


# --- for everyone ----------------------------------------------------------------------------------
@can("view", Organisation, select=SELECT)
def community(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """In full, or region and topics only; what is not listed is 404 for strangers by its rule."""
    if organisation.kind != "community":
        raise Http404
    at = timezone.now()
    inside = may(request.who, "home", organisation, at) if request.user.is_authenticated else False
    values: dict[str, Any] = {
        "organisation": organisation,
        "inside": inside,
        "topics": topics_of(organisation),
    }
    if organisation.seen != "full":
        return render(request, "front/community_part.html", values)
    values |= {
        "cards": [matter_card(matter) for matter in _matters(organisation)],
        "events": _events(organisation, at),
        "initiatives": allowed(Initiative.objects.filter(organisation=organisation), STRANGER, "list", at)[
            :SHOWN
        ],
        "now": at,
    }
    return render(request, "front/community.html", values)


def topics_of(organisation: Organisation) -> list[str]:
    return [
        capital(str(label).partition(":")[0])
        for value, label in Topic.choices
        if value in organisation.topics
    ]


def _matters(organisation: Organisation) -> list[Matter]:
    """The freshest public matters, as lists show them."""
    rows = allowed(Matter.objects.filter(community=organisation), STRANGER, "list", timezone.now())
    rows = rows.select_related("place").defer("text", "search_text").order_by("-changed_at")
    return share_clocks(list(rows[:SHOWN]))


def _events(organisation: Organisation, at: Any) -> list[Event]:
    """Meetings that everyone may know of, with the sum of those who came."""
    rows = allowed(Event.objects.filter(organisation=organisation), STRANGER, "list", at)
    found = list(rows.order_by("-starts_at")[:SHOWN])
    for event in found:
        event.name, event.total = name_of(event), event.present
    return found


@can("learn", Event, select=("organisation", "matter", "place"))
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """A meeting as each may see it: everything, hour and place, or only that it took place."""
    return _event(request, event, request.who)


@anyone
def event_invited(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The link in the mail to an invited person without an account."""
    request.keep_nothing = True
    at = timezone.now()
    who = invited_by(token, at)
    rows = allowed(Event.objects.filter(code=code), who, "attend", at) if who.person else Event.objects.none()
    event = rows.select_related("organisation", "matter", "place").first()
    return _event(request, event, who) if event else redirect("event", code=code)


def _event(request: HttpRequest, event: Event, who: Who) -> HttpResponse:
    at = timezone.now()
    inside = may(who, "team", event, at)
    attends = inside or may(who, "attend", event, at)
    minutes = event.minutes_public or inside
    # By sex for the community's own people alone: each correction would show strangers who came late.
    matter, cells = event.matter, cells_of(event) if inside else Counter()
    return render(request, "front/community_event.html", {
        "event": event, "inside": inside, "leads": inside and may(who, "edit", event, at), "attends": attends,
        "title": name_of(event, attends),
        "total": event.present, "came": came(cells),
        **(_counted(event, cells) if inside else {"grid": []}), "sexes": Sex, "access": words_of(event.access), "minutes": minutes and event.state == "held",
        "matter": matter if matter and may(who, "view", matter, at) else None,
        "waits": open_request(event) if inside or may(who, "release", event, at) else None,
        "releases": may(who, "release", event, at), "is_past": event.starts_at < at,
        "tasks": Task.objects.filter(event=event.code).order_by("until") if inside else [],
        "invited": event.invitations.count() if inside else 0, "stage": event.get_state_display(),
    })  # fmt: skip


def _counted(event: Event, cells: Cells) -> dict[str, Any]:
    """Three figures, a picture by sex and a table by age band: for the community's own people alone."""
    total, used = cells.total(), needs_used(Event.objects.filter(pk=event.pk))
    if not total:
        return {"grid": []}
    sums = [(sex, sum(n for (one, _band), n in cells.items() if one == sex)) for sex in Sex]
    return {
        "presence": presence(Event.objects.filter(pk=event.pk)),
        "grid": [(str(band.label), [cells[sex.value, band.value] for sex in Sex]) for band in AgeBand],
        "shares": [{"label": sex.label, "value": n, "share": n / total} for sex, n in sums],
        "used": [{"label": ACCESS[need], "value": n, "share": n / total} for need, n in used.items()],
    }


# --- for its own people ----------------------------------------------------------------------------
@signed_in
def homes(request: HttpRequest) -> HttpResponse:
    """The way to one's community; who has only one is there at once."""
    rows = allowed(Organisation.objects.filter(until=None), request.who, "home", timezone.now())
    rows = rows.exclude(kind="partner")
    found, founds = list(rows.select_related("place", "mentor")), request.who.has("officer")
    if len(found) == 1 and not founds:
        return redirect("community_home", code=found[0].code)
    return render(request, "front/community_homes.html", {"rows": found, "founds": founds})


def _open_tasks(organisation: Organisation) -> QuerySet[Task]:
    rows = with_reading(Task.objects.filter(organisation=organisation, done_on=None))
    return rows.order_by(F("until").asc(nulls_last=True), "pk")


@can("home", Organisation, select=SELECT)
def home(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    path = path_of(organisation)
    tasks = list(_open_tasks(organisation))
    planned = Event.objects.filter(organisation=organisation, state="planned").order_by("starts_at")
    leads = may(request.who, "lead", organisation, at)
    begins = leads and organisation.until is None
    return render(request, "front/community_home.html", {
        "organisation": organisation, "leads": leads, "begins": begins, "waits": waiting_words(organisation) if leads else {}, "topics": topics_of(organisation), "today": today,
        "tasks": tasks[:SHOWN], "more": tasks[SHOWN:], "planned": planned[:SHOWN], "now": at,
        "held": Event.objects.filter(organisation=organisation, state="held").order_by("-starts_at")[:3],
        "matters": Matter.objects.filter(community=organisation).exclude(stage__in=("closed", "merged"))
        .select_related("place").order_by("-changed_at")[:SHOWN],
        "path": path, "done": sum(1 for s in path if s.on), "next": next((s for s in path if s.next), None),
        "telling": len(to_tell(request.who, at)) if leads else 0, "form": TaskForm(),
        "unit": organisation.place.unit if leads and organisation.place else None, "founds": may(request.who, "found", organisation, at),
    })  # fmt: skip


@can("lead", Organisation)
def edit(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    # Who reads for everybody saves what stands; the community goes on with what it has written.
    at, key = timezone.now(), f"community:{organisation.code}"
    waits = {} if request.who.has("officer", "moderator") else waiting_words(organisation)
    form = CommunityForm(request.POST or None, initial=said(organisation) | waits)
    if request.method == "POST" and form.is_valid():
        given = {"organisation": organisation, "by": request.user, "at": at, **form.cleaned_data}
        try:
            if run_once(key, request.POST.get("once", ""), lambda: {"held": edit_organisation(**given)}, at)[
                "held"
            ]:
                messages.success(request, _("Saved. A moderator reads it first, then everybody."))
            return redirect("community_home", code=organisation.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {"form": form, "organisation": organisation, "waits": waits}
    return render(request, "front/community_edit.html", page)


@can("begin", Organisation)
def step(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Tick a step of the founding path, or take the tick back."""
    name = request.POST.get("step", "")
    if request.method != "POST" or name not in {step.name for step in STEPS}:
        raise Http404
    at = timezone.now()

    def do() -> dict[str, Any]:
        if request.POST.get("undo"):
            return {"gone": untick_step(organisation=organisation, step=name)}
        return {
            "step": tick_step(organisation=organisation, step=name, on=legal_day(at), by=request.user).step
        }

    run_once(f"step:{organisation.code}", request.POST.get("once", ""), do, at)
    return redirect("community_home", code=organisation.code)


@can("begin", Organisation)
def task(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """A task that no meeting made."""
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()

        def do() -> dict[str, Any]:
            return {
                "code": set_task(organisation=organisation, at=at, by=request.user, **form.cleaned_data).code
            }

        try:
            run_once(f"task:{organisation.code}", request.POST.get("once", ""), do, at)
            return redirect("community_home", code=organisation.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "front/community_task.html", {"form": form, "organisation": organisation})


@can("lead", Task, select=("organisation",))
def task_done(request: HttpRequest, task: Task) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    at = timezone.now()

    def do() -> dict[str, Any]:
        finish_task(task=task, on=legal_day(at), by=request.user, at=at)
        return {"ok": True}

    try:
        run_once(f"done:{task.code}", request.POST.get("once", ""), do, at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("community_home", code=task.organisation.code)


@signed_in
def events(request: HttpRequest) -> HttpResponse:
    """Meetings of one's communities, and those one is invited to."""
    at, who = timezone.now(), request.who
    mine = Q(organisation__in=who.organisations("coordinator", "member")) | mentored(who, "organisation__")
    rows = Event.objects.filter(
        mine | Q(pk__in=Event.objects.filter(invitations__person=who.person).values("pk"))
    )
    rows = allowed(rows, who, "attend", at).select_related("organisation").annotate(total=F("present"))
    led = allowed(Organisation.objects.filter(kind="community"), who, "begin", at)
    own = led.filter(Q(pk__in=who.organisations("coordinator")) | mentored(who))
    return render(request, "front/community_events.html", {
        "planned": rows.filter(state="planned").order_by("starts_at"), "led": own,
        "past": rows.exclude(state="planned").order_by("-starts_at")[:30], "now": at,
    })  # fmt: skip
