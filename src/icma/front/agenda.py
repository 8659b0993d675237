"""The calendar of the terms a person answers for, as iCalendar (RFC 5545).

A calendar travels through other companies' machines, so a date carries a reference and its kind alone.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.advocacy.models import Commitment
from icma.core.access import Who, allowed
from icma.core.day import legal_day, moment
from icma.core.ics import Day, calendar
from icma.front.notices.news import led_matters
from icma.law.book import book
from icma.law.models import DataClock
from icma.matters.lateness import doubt_of, may_leave_the_page
from icma.matters.models import Clock, Letter, Matter, Window
from icma.matters.steps import by_matter, is_undone, laddered, may_leave_its_page, steps_of

MOST = 200  # of our own terms, the nearest first
OVER = ("closed", "merged", "rejected", "raised")


def answers_for(who: Who, at: datetime) -> Q:
    """Matters this person answers for: led through a community, or raised by himself or herself."""
    own = Q(parts__person=who.person, parts__until=None, parts__role__in=("author", "coordinator"))
    return led_matters(who, at) | (own if who.person else Q(pk__in=[]))


def calendar_of(who: Who, at: datetime) -> bytes:
    """Running terms with their dates, and the first, the safe and the last day of each next step.

    An official answers for the letters to his or her body: their terms, and no step of the other side.
    """
    matters = Matter.objects.filter(answers_for(who, at), hidden_at=None).exclude(stage__in=OVER).distinct()
    by_code = dict(matters.values_list("pk", "code"))
    today = legal_day(at)
    dated = [*_terms(by_code), *_steps(by_code, today), *_watched(by_code, today)]
    days = [_entry(uid, by_code[matter], on, words) for uid, matter, on, words in dated]
    for clock in _of_body(who, at).exclude(matter__in=by_code):
        days.append(_entry(f"clock-{clock.pk}", clock.matter.code, *_told(clock, _("your answer is due"))))
    return calendar([*days, *_of_post(who, by_code)], at, "İcma")


def _of_post(who: Who, led: dict[int, str]) -> Iterator[Day]:
    """Our own terms that a moderator or an officer answers for, in matters led by others. The secret address knows no
    second factor: a day and a reference, nothing else."""
    held, words = {role for role, _union, _body in who.seats}, _("our last day")
    mine = Q(rule="own.moderate") & ~Q(matter__stage="merged") if "moderator" in held else Q(pk__in=[])
    if "officer" in held:
        mine |= Q(rule="own.take_up", matter__stage="open", matter__hidden_at=None) | Q(rule="own.correction")
    rows = Clock.objects.filter(mine, owner="us", state="running").exclude(matter__in=led)
    for clock in rows.select_related("matter").order_by("due_on", "pk")[:MOST]:
        yield _entry(f"clock-{clock.pk}", clock.matter.code, clock.due_on, words)
    if "officer" not in held:
        return
    asked = DataClock.objects.filter(state="running").exclude(request__person=who.person)
    for term in asked.select_related("request").order_by("due_on", "pk")[:MOST]:
        code = term.request.code
        yield _day(f"data-{term.pk}", code, term.due_on, words, reverse("data_request", args=[code]))


def _of_body(who: Who, at: datetime) -> QuerySet[Clock]:
    """Terms that run for the authorities in which this person is seated."""
    rows = Clock.objects.filter(owner="authority", state="running", letter__authority__in=who.authorities())
    return allowed(rows, who, "list", at).select_related("matter", "edition").order_by("due_on", "pk")


Dated = tuple[str, int, date, str]  # uid, matter, day, kind in words


def _terms(matters: dict[int, str]) -> Iterator[Dated]:
    rows = Clock.objects.filter(matter__in=matters, state="running").select_related("edition")
    for clock in rows.order_by("due_on", "pk"):
        words = _("an answer is due") if clock.owner == "authority" else _("our last day")
        yield f"clock-{clock.pk}", clock.matter_id, *_told(clock, words)


def _told(clock: Clock, words: str) -> tuple[date, str]:
    """The last day of a term with its mark; of one that is not sure enough the day it began, and where to read on."""
    if not may_leave_the_page(clock):
        return legal_day(clock.started_at), _("a term began; its last day stands on the page")
    doubt = doubt_of(clock)
    return clock.due_on, f"{words} · {doubt}" if doubt else words


def _watched(matters: dict[int, str], today: date) -> Iterator[Dated]:
    """The last day for remarks where the body has set it (the law's own stands among the terms), and promised days."""
    set_by_body = Window.objects.filter(
        verb="remark", matter__decision__stage="open", matter__decision__rule="", matter__in=matters,
        closes_at__gt=moment(today, 0),
    )  # fmt: skip
    for window in set_by_body.order_by("closes_at", "pk"):
        on = legal_day(window.closes_at) - timedelta(days=1)
        yield f"remarks-{window.pk}", window.matter_id, on, _("last day for remarks")
    promises = Commitment.objects.filter(matter__in=matters, due_on__gte=today).exclude(stage="complete")
    for promise in promises.order_by("due_on", "pk"):
        yield f"promise-{promise.pk}", promise.pk, promise.due_on, _("the promised day")


def _steps(matters: dict[int, str], today: date) -> Iterator[Dated]:
    """Dates of the ladder: one entry a letter, kind and day, however many steps share it."""
    law = book()
    for matter, letters in by_matter(laddered(Letter.objects.filter(matter__in=matters))).items():
        seen: set[tuple[str, date]] = set()
        for letter, steps in steps_of(letters, today, law):
            for rung in steps:
                if not is_undone(rung) or not may_leave_its_page(letter, rung, law):
                    continue
                days = {
                    "open": rung.opens_safe_on or rung.opens_on, "safe": rung.safe_on, "last": rung.last_on,
                    "safe_other": rung.safe_other_on, "last_other": rung.last_other_on,
                }  # fmt: skip
                for kind, on in days.items():
                    if on is not None and on >= today and (kind, on) not in seen:
                        seen.add((kind, on))
                        yield f"step-{letter.code}-{kind}-{on:%Y%m%d}", matter, on, _kind(kind)


def _kind(kind: str) -> str:
    return {
        "open": _("the next step opens"),
        "safe": _("the next step: safe day"),
        "last": _("the next step: last day"),
        "safe_other": _("the next step: safe day, only on the condition that its page names"),
        "last_other": _("the next step: last day, only on the condition that its page names"),
    }[kind]


def _entry(uid: str, code: str, on: date, words: str) -> Day:
    return _day(uid, code, on, words, reverse("matter", args=[code]))


def _day(uid: str, code: str, on: date, words: str, page: str) -> Day:
    host = urlsplit(settings.BASE_URL).hostname or "icma"
    return Day(f"{uid}@{host}", on, f"İcma {code}: {words}", settings.BASE_URL + page)
