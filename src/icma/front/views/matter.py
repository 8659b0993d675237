"""The one address of every matter, and its terms for one's own calendar."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import may
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.ics import Day
from icma.core.ics import calendar as days_file
from icma.front.kinds import PAGES
from icma.front.petitions import as_file_first
from icma.matters.lateness import mark_of, may_leave_the_page, standing
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
    """The terms that run on this matter, as a file for a calendar; a whole day each, no alarm, no person.

    Where a term is not sure enough to leave the page its entry stands on the day it began, and says so.
    """
    today = legal_day(timezone.now())
    running = Clock.objects.filter(matter=matter, owner="authority", state="running")
    running = running.select_related("authority", "letter", "edition")
    days = [_day(matter, clock, str(standing(clock, today).label)) for clock in running]
    response = HttpResponse(days_file(days, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="icma-{matter.code}.ics"'
    return response


def _day(matter: Matter, clock: Clock, words: str) -> Day:
    sure = may_leave_the_page(clock)
    summary = _("Term: %(title)s") if sure else _("A term began: %(title)s")
    more = f"{words} · {mark_of(clock)}" if sure else _("its last day stands on the page")
    return Day(
        uid=f"{matter.code}-{clock.letter.code if clock.letter else ''}-{clock.rule}@icma",
        on=clock.due_on if sure else legal_day(clock.started_at),
        summary=summary % {"title": matter.title},
        description=f"{clock.authority or ''} · {more}",
        url=f"{settings.BASE_URL}/m/{matter.code}/",
    )
