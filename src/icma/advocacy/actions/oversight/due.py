"""What the days bring to decisions and promises. Late or doubled runs change nothing: each event has its own key."""

import contextlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError

from icma.advocacy.actions.oversight.decisions import LAW, LIVE, REMARK, end_of
from icma.advocacy.models import Commitment
from icma.core.action import action
from icma.core.day import legal_day
from icma.matters.actions.clocks import close_clock
from icma.matters.actions.thread import note
from icma.matters.models import Clock, Entry, Matter, Window

DAY, SOON = timedelta(days=1), timedelta(days=3)
OVER = ("closed", "merged", "rejected")
Event = tuple[str, Matter, str, date, dict[str, Any]]  # key, matter, verb, day, data


def emit(at: datetime) -> int:
    """Windows follow the law's clock, then every event whose day has come is written once; how many."""
    follow_law(at=at)
    end_terms(at=at)
    events = list(
        {event[0]: event for event in [*_windows(legal_day(at)), *_promises(legal_day(at))]}.values()
    )
    known = set(Entry.objects.filter(once__in=[event[0] for event in events]).values_list("once", flat=True))
    written = 0
    for event in events:
        with contextlib.suppress(IntegrityError):  # another worker was quicker
            written += event[0] not in known and _write(event=event, at=at)
    return written


@action
def _write(*, event: Event, at: datetime) -> bool:
    key, matter, verb, on, data = event
    return note(matter=matter, verb=verb, at=at, on=on, data=data, once=key) is not None


@action
def follow_law(*, at: datetime) -> int:
    """A window of law ends when its clock says: the edition may have changed; how many moved."""
    clocks = Clock.objects.filter(
        matter__kind=Matter.Kind.DECISION, matter__decision__stage="open", letter=None, state__in=LIVE,
        rule__startswith=LAW,
    )  # fmt: skip
    moved = 0
    for matter, due_on in clocks.values_list("matter", "due_on"):
        rows = Window.objects.filter(matter=matter, verb=REMARK).exclude(closes_at=end_of(due_on))
        moved += rows.update(closes_at=end_of(due_on))
    return moved


@action
def end_terms(*, at: datetime) -> int:
    """A resident's term that has run out is over, not late: nobody owes a remark; how many ended."""
    over = Clock.objects.filter(
        matter__kind=Matter.Kind.DECISION, owner=Clock.Owner.CITIZEN, letter=None, state__in=LIVE,
        rule__startswith=LAW, due_on__lt=legal_day(at),
    )  # fmt: skip
    rows = list(over.select_related("matter"))
    for clock in rows:
        close_clock(clock=clock, on=clock.due_on, at=at, by=None)
    return len(rows)


def _windows(today: date) -> Iterator[Event]:
    """Three days before the last, and the day after it."""
    rows = Window.objects.filter(
        verb=REMARK, matter__decision__stage="open", closes_at__lte=end_of(today + SOON)
    ).exclude(matter__stage__in=OVER)
    for window in rows.select_related("matter"):
        last = legal_day(window.closes_at) - DAY
        key = f"remarks:{window.matter_id}:{last.isoformat()}"
        if legal_day(window.opens_at) < last - SOON + DAY:
            yield f"{key}:soon", window.matter, "remarks_closing", last - SOON, {"until": last.isoformat()}
        if last < today:
            yield f"{key}:over", window.matter, "remarks_over", last + DAY, {}


def _promises(today: date) -> Iterator[Event]:
    """The promised day, and the day after it, unless it was seen that it is kept."""
    rows = Commitment.objects.filter(
        due_on__lte=today, matter__published_at__isnull=False, matter__hidden_at=None
    )
    rows = rows.exclude(stage="complete").exclude(matter__stage__in=OVER).select_related("matter")
    for one in rows:
        published = legal_day(one.matter.published_at)
        for verb, on in (("promise_due", one.due_on), ("promise_passed", one.due_on + DAY)):
            if published <= on <= today:
                yield f"commitment:{one.pk}:{verb}:{on.isoformat()}", one.matter, verb, on, {}
