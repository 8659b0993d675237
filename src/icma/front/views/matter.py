"""The one address of every matter, and its terms for one's own calendar."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from icma.core.access import may
from icma.core.day import legal_day
from icma.core.door import can
from icma.front.kinds import PAGES
from icma.front.petitions import as_file_first
from icma.matters.lateness import standing
from icma.matters.models import Clock, Matter

SELECT = ("place", "village", "community", "authority")


@as_file_first
@can("find", Matter, select=SELECT)
def matter(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The page of its kind; what a legal notice hides leaves a tombstone."""
    if matter.hidden_at is not None and not may(request.who, "view", matter, timezone.now()):
        notice = matter.notices.order_by("-received_at").first()
        return render(request, "front/hidden.html", {"matter": matter, "notice": notice}, status=451)
    return PAGES[matter.kind](request, matter)


@can("view", Matter)
def calendar(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The terms that run on this matter, as a file for a calendar; a whole day each, no alarm, no person."""
    today = legal_day(timezone.now())
    made = Calendar()
    made.add("prodid", "-//Icma//AZ")
    made.add("version", "2.0")
    for clock in Clock.objects.filter(matter=matter, owner="authority", state="running").select_related(
        "authority", "letter"
    ):
        made.add_component(_event(matter, clock, str(standing(clock, today).label)))
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="icma-{matter.code}.ics"'
    return response


def _event(matter: Matter, clock: Clock, words: str) -> Event:
    event = Event()
    event.add("uid", f"{matter.code}-{clock.letter.code if clock.letter else ''}-{clock.rule}@icma")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", clock.due_on)
    event.add("summary", _("Term: %(title)s") % {"title": matter.title})
    event.add("description", f"{clock.authority or ''} · {words}")
    event.add("url", f"{settings.BASE_URL}/m/{matter.code}/")
    return event
