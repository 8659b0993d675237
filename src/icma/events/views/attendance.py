"""Who came: the list on a phone, the code at the door, paper lists, further days, the word afterwards."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.events.access  # noqa: F401  (its rules)
from icma.core.action import Refused
from icma.core.door import anyone, can
from icma.core.limit import within
from icma.events.actions import afterwards, attending, days
from icma.events.figures import days_of, is_ahead, presence
from icma.events.forms.attendance import DayForm, DoorForm, ListForm, PersonForm
from icma.events.models import Attendance, Event, Sheet
from icma.events.views.days import Day, day_of
from icma.matters.bands import Sex
from icma.matters.views.steps import press, run, step
from icma.people.actions.contacts import open_contact
from icma.people.models import Contact, User

SELECT = ("organisation", "organisation__place", "matter", "place")
SALT = "icma.door"
PER_HOUR, BURST = 400, 200  # sign-ins from one connection: a whole hall may stand behind it
LINES = 20  # of a printed list
SHOWN = 300  # rows of the list on one page
MENDS = ("strike", "forget", "door")


# --- the list --------------------------------------------------------------------------------------
@can("edit", Event, select=SELECT)
def attendees(request: HttpRequest, event: Event) -> HttpResponse:
    """Everybody of one day with a tick; and one person more."""
    at, day = timezone.now(), day_of(request, event)
    form = PersonForm(request.POST if request.POST.get("do") == "add" else None)
    here = f"{reverse('event_list', args=[event.code])}?gun={day.number}&s={_page(request)}"
    if request.method == "POST" and not form.is_bound:
        return (_mend if request.POST.get("do") in MENDS else _ticked)(request, event, day, here)

    def do() -> dict[str, Any]:
        row = attending.attend(event=event, person=form.person(), at=at, by=request.user, session=day.number)
        if row is None:
            raise Refused(
                _("This person stands on the list already. If it is somebody else, add the father's name.")
            )
        return {"ok": True}

    return step(
        request, form, f"attend:{event.code}", do, here, at, "events/list.html", thanks=_("One more is on the list."),
        event=event, day=day, **_list(request, event, day),
    )  # fmt: skip


def _list(request: HttpRequest, event: Event, day: Day) -> dict[str, Any]:
    """What the page of a list shows: rows without names, sheets, figures, whom a mail would reach."""
    at = timezone.now()
    held, page = event.state == Event.State.HELD, _shown(request, event, day)
    return {
        "rows": _named(request, list(page)), "page": page.number, "pages": _pages(page, event, day), "sheets": event.sheets.filter(session=day.number).order_by("number"),
        "presence": presence(Event.objects.filter(pk=event.pk)), "begun": not is_ahead(event, day.number, at, attending.BEFORE),
        "clinic": event.kind == Event.Kind.CLINIC,
        "door": event.attendances.filter(session=day.number, way=Attendance.Way.DOOR).count(),
        "told": [(state, len(afterwards.reachable(event, state, at))) for state in afterwards.TOLD] if held else [],
    }  # fmt: skip


def _page(request: HttpRequest) -> int:
    """Which page of a list that is longer than one."""
    asked = request.GET.get("s", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1


def _shown(request: HttpRequest, event: Event, day: Day) -> Page:
    rows = event.attendances.filter(session=day.number).select_related("sheet").order_by("pk")
    return Paginator(rows, SHOWN).get_page(_page(request))


def _pages(page: Page, event: Event, day: Day) -> dict[str, Any]:
    url = f"{reverse('event_list', args=[event.code])}?gun={day.number}&s="
    return {
        "prev": f"{url}{page.number - 1}" if page.has_previous() else None,
        "next": f"{url}{page.number + 1}" if page.has_next() else None,
        "shown": f"{page.start_index()}–{page.end_index()}", "total": str(page.paginator.count),
    }  # fmt: skip


def _named(request: HttpRequest, rows: list[Attendance]) -> list[Attendance]:
    """The pseudonyms of accounts; names that were opened a moment ago stand there for this page alone."""
    names = dict(
        User.objects.filter(person__in=[row.person for row in rows]).values_list("person", "pseudonym")
    )
    opened = getattr(request, "opened_names", {})
    for row in rows:
        row.name = opened.get(row.person) or names.get(row.person, "")
        row.short = row.person[:4]
    return rows


def _ticked(request: HttpRequest, event: Event, day: Day, here: str) -> HttpResponse:
    """Ticks, the rest of the page did not come, the word afterwards."""
    at, by, wanted = timezone.now(), request.user, request.POST.get("do", "")

    def do() -> None:
        if wanted in afterwards.TOLD:
            afterwards.tell_after(event=event, state=wanted, at=at, by=by)
        else:
            states = _states(request, event, wanted == "rest")
            attending.tick(event=event, states=states, at=at, by=by, session=day.number)

    return press(request, f"list:{event.code}", do, here, at, _("Done."))


def _mend(request: HttpRequest, event: Event, day: Day, here: str) -> HttpResponse:
    """Rows struck, people forgotten, the door emptied: asked once more before, for nothing can be brought back."""
    at, by, wanted = timezone.now(), request.user, request.POST["do"]
    rows = event.attendances.filter(session=day.number).select_related("sheet").order_by("pk")
    chosen: dict[str, Any] = (
        {"way": Attendance.Way.DOOR} if wanted == "door" else {"pk__in": _numbers(request, "row")}
    )
    found = _named(request, list(rows.filter(**chosen)))
    if not found:
        messages.error(request, _("Tick those it is about first."))
        return redirect(here)
    if request.POST.get("sure") != "on":
        page = {"event": event, "day": day, "do": wanted, "found": found, "here": here}
        return render(request, "events/mend.html", page)

    def do() -> None:
        if wanted == "forget":
            attending.forget_rows(event=event, rows=[row.pk for row in found], at=at, by=by)
        else:
            attending.strike(event=event, rows=[row.pk for row in found], at=at, by=by)

    return press(request, f"mend:{event.code}", do, here, at, _("Done."))


def _numbers(request: HttpRequest, name: str) -> set[int]:
    sent = (value for value in request.POST.getlist(name) if value.isascii() and value.isdigit())
    return {int(value) for value in sent if len(value) < 16}


def _states(request: HttpRequest, event: Event, rest: bool) -> dict[int, str]:
    """What the ticks changed since the page was opened; `rest`: of those on it who was expected and is not ticked
    did not come."""
    ticked, shown = _numbers(request, "came"), _numbers(request, "was")
    states = dict.fromkeys(ticked - shown, str(Attendance.State.CAME)) | dict.fromkeys(
        shown - ticked, str(Attendance.State.ABSENT)
    )
    if rest:
        expected = event.attendances.filter(
            pk__in=_numbers(request, "here"), state=Attendance.State.REGISTERED
        )
        left = set(expected.values_list("pk", flat=True)) - ticked
        states |= dict.fromkeys(left, str(Attendance.State.ABSENT))
    return states


@can("edit", Event, select=SELECT)
def names(request: HttpRequest, event: Event) -> HttpResponse:
    """The names of those who agreed to be reached, each opening written down; shown once, kept by no browser."""
    request.keep_nothing = True
    day = day_of(request, event)
    if request.method != "POST":
        return redirect(f"{reverse('event_list', args=[event.code])}?gun={day.number}&s={_page(request)}")
    if not request.who.strong:
        return redirect_to_login(reverse("event_list", args=[event.code]), "second_factor")
    request.opened_names = _opened(request, event, [row.person for row in _shown(request, event, day)])
    page = {"form": PersonForm(), "event": event, "day": day, **_list(request, event, day)}
    return render(request, "events/list.html", page)


def _opened(request: HttpRequest, event: Event, persons: list[str]) -> dict[str, str]:
    scope, at, found = attending.scope_of(event), timezone.now(), {}
    for person in Contact.objects.filter(scope=scope, person__in=persons).values_list("person", flat=True):
        try:
            known = open_contact(
                person=person, by=request.user, who=request.who, reason="list", at=at, scopes=[scope]
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            break
        found[person] = " · ".join(str(known[name]) for name in ("name", "phone", "mail") if known.get(name))
    return found


# --- from paper --------------------------------------------------------------------------------------
@can("edit", Event, select=SELECT)
def paper(request: HttpRequest, event: Event) -> HttpResponse:
    """A paper list as a file or typed, days later; each line that was not taken is reported."""
    at, day = timezone.now(), day_of(request, event)
    form = ListForm(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"form": form, "event": event, "day": day}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            page["report"] = attending.enter_list(
                event=event, number=data["number"], total=data["total"], report=data["report"], at=at, by=request.user,
                session=day.number,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page["presence"] = presence(Event.objects.filter(pk=event.pk))
    return render(request, "events/paper.html", page, status=422 if form.errors else 200)


@can("edit", Event, select=SELECT)
def paper_blank(request: HttpRequest, event: Event) -> HttpResponse:
    """The empty list to print, with the columns that are read afterwards and what people agree to."""
    page = {
        "event": event, "day": day_of(request, event), "numbers": range(1, LINES + 1), "nonce": str(request.csp_nonce),
        "woman": Sex.FEMALE.label, "man": Sex.MALE.label,
    }  # fmt: skip
    return render(request, "events/blank.html", page)


@can("edit", Event, select=SELECT)
def paper_drop(request: HttpRequest, event: Event) -> HttpResponse:
    """A paper list that belongs to another meeting goes, with everything that came with it."""
    at, pk = timezone.now(), next(iter(_numbers(request, "sheet")), 0)
    sheet = Sheet.objects.filter(event=event, pk=pk).first()

    def do() -> None:
        if sheet is not None:
            attending.drop_sheet(sheet=sheet, at=at, by=request.user)

    return press(request, f"drop:{event.code}", do, reverse("event_list", args=[event.code]), at, _("Done."))


# --- at the door -------------------------------------------------------------------------------------
def door_token(event: Event) -> str:
    """What the code at the door says: it opens the sign-in of this one meeting and nothing else."""
    return signing.Signer(salt=SALT).sign(event.code)


@can("edit", Event, select=SELECT)
def door(request: HttpRequest, event: Event) -> HttpResponse:
    """The code to hold up or to print."""
    url = settings.BASE_URL + reverse("event_sign_in", args=[door_token(event)])
    page = {
        "event": event, "url": url, "qr": segno.make(url, error="m").svg_data_uri(scale=7, border=2),
        "open": attending.door_session(event, timezone.now()), "clinic": event.kind == Event.Kind.CLINIC,
        "n": event.attendances.filter(way=Attendance.Way.DOOR).count(),
    }  # fmt: skip
    return render(request, "events/door.html", page)


@anyone
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever stands at the door says as much as he or she wants; no account, nothing kept by the phone."""
    request.keep_nothing = True
    event, at = _event_of(token), timezone.now()
    is_open = event is not None and attending.door_session(event, at) is not None
    if event is None or not is_open:
        return render(request, "events/sign_in.html", {"closed": True}, status=200 if event else 404)
    form = DoorForm(request.POST or None, account=request.user.is_authenticated)
    page: dict[str, Any] = {"event": event, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            page["done"] = _signed(request, event, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "events/sign_in.html", page, status=422 if form.errors else 200)


def _event_of(token: str) -> Event | None:
    try:
        code = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return (
        Event.objects.select_related("organisation", "organisation__place", "matter", "place")
        .filter(code=code)
        .first()
    )


def _signed(request: HttpRequest, event: Event, form: DoorForm) -> bool:
    """Once for this form; who is on the list already gets the same thanks."""
    if not within(request, "door", PER_HOUR, BURST):
        raise Refused(_("Very many sign in from here at once. Wait a minute, or tell the coordinator."))
    account = request.who.person if form.cleaned_data.get("mine") else ""

    def do() -> None:
        attending.sign_in(event=event, person=form.person(), at=timezone.now(), account=account)

    run(request, f"door:{event.code}", do, timezone.now())
    return True


# --- days ------------------------------------------------------------------------------------------
@can("edit", Event, select=SELECT)
def further_days(request: HttpRequest, event: Event) -> HttpResponse:
    """A training of several days: the next one, or the last one taken back."""
    at, back = timezone.now(), reverse("event_days", args=[event.code])
    if request.POST.get("do") == "drop":
        return press(
            request,
            f"days:{event.code}",
            lambda: days.drop_day(event=event, at=at, by=request.user),
            back,
            at,
        )
    form, titles = DayForm(request.POST or None), dict(event.sessions.values_list("number", "title"))
    return step(
        request, form, f"days:{event.code}",
        lambda: days.add_day(event=event, at=at, by=request.user, **form.cleaned_data), back, at, "events/days.html",
        event=event, rows=[(number, on, titles.get(number, "")) for number, on in days_of(event)],
    )  # fmt: skip
