"""What time had brought before somebody changed its course: told by the change itself where no job had run meanwhile.

An answer that is entered while the worker is off must not take away the days that were before it.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Q

from icma.core.action import action
from icma.core.day import legal_day
from icma.law.book import book
from icma.matters.actions.thread import note
from icma.matters.derived import DAY, Event, clock_events, of_clock, promise_events, registration_events
from icma.matters.models import Clock, ClockEvent, Entry, Letter, Matter


def write(event: Event, at: datetime) -> bool:
    """False when it is written, or another worker was quicker."""
    try:
        made = note(
            matter=event.matter, verb=event.verb, at=at, on=event.on, visibility=event.visibility,
            letter=event.letter, clock=event.clock, data=event.data, once=event.key,
        )  # fmt: skip
    except IntegrityError:
        return False
    return made is not None


@action
def tell_passed(*, clock: Clock, until: date, at: datetime) -> int:
    """The days up to `until`, and since the clock is known to us, that no job has told of; how many they were.

    What was entered long after its days (a letter of the past with its answer) has no such days. Nothing while it
    stands still or is objected to.
    """
    until = min(until, legal_day(at))
    if clock.state != Clock.State.RUNNING or clock.disputed_at:
        return 0
    if clock.owner == Clock.Owner.AUTHORITY:
        days = list(clock_events(clock, until, book()))
    else:
        over = clock.owner == Clock.Owner.US and clock.due_on < until
        days = [of_clock(clock, "own_term_ended", clock.due_on + DAY, visibility="team")] if over else []
    return _since_known(days, clock, at)


def _since_known(days: list[Event], clock: Clock, at: datetime) -> int:
    if not days:
        return 0
    began = (
        ClockEvent.objects.filter(clock=clock, kind="start")
        .order_by("pk")
        .values_list("recorded_at", flat=True)
    )
    known = legal_day(began[0])
    return _written((event for event in days if event.on > known), at)


@action
def tell_unregistered(*, letter: Letter, until: date, at: datetime) -> int:
    """The same of a letter whose registration nobody had noted by the day on which the law wants it."""
    days = registration_events(letter, min(until, legal_day(at)), book()) if letter.stage == "sent" else ()
    return _written((event for event in days if event.on > legal_day(letter.created_at)), at)


@action
def tell_all_passed(*, matter: Matter, until: date, at: datetime) -> int:
    """The same of everything that runs in a matter, which is over from now on."""
    told = 0
    for clock in Clock.objects.filter(matter=matter, state=Clock.State.RUNNING).select_related(
        "matter", "letter"
    ):
        told += tell_passed(clock=clock, until=until, at=at)
    for letter in Letter.objects.filter(Q(stage="sent") | ~Q(promised_on=None), matter=matter).defer("body"):
        told += tell_unregistered(letter=letter, until=until, at=at)
        if letter.promised_on is not None:
            told += _written(promise_events(letter, min(until, legal_day(at))), at)
    return told


def _written(days: Iterable[Event], at: datetime) -> int:
    days = list(days)
    known = (
        set(Entry.objects.filter(once__in=[event.key for event in days]).values_list("once", flat=True))
        if days
        else set()
    )
    return sum(write(event, at) for event in days if event.key not in known)
