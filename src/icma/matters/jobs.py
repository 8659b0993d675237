"""What time itself does to matters. Jobs reconcile: late, doubled or after five days off, each event is written
exactly once, with the day to which it belongs; a second run writes nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from icma.core.day import legal_day
from icma.law.book import Book, book
from icma.matters.actions.clocks import rederive_many
from icma.matters.actions.clocks.passed import write
from icma.matters.derived import DAY, Event, clock_events, of_clock, promise_events, registration_events
from icma.matters.ladder import BEYOND, Rung, reply_to
from icma.matters.lateness import LIVE, OVER, SOON, clock_of
from icma.matters.models import Clock, Entry, Letter, Matter
from icma.matters.steps import BACK, by_matter, is_undone, laddered, may_have_steps, rules_of, steps_of

Row = TypeVar("Row", bound=Model)
CHUNK = 500
FEW = 500  # clocks in one transaction: others wait no longer than a moment
TOLD = timedelta(days=31)  # how long after its day a step's day is still news


def emit_due(at: datetime) -> int:
    """Write every derived event whose day has come and that is not written yet; how many."""
    return _emit(events(legal_day(at), book()), at)


def emit_steps(at: datetime) -> int:
    """The same for the days of our own next steps; it reads every letter that may have some, so once a day is enough."""
    return _emit(step_events(legal_day(at), book()), at)


def _emit(waiting: Iterator[Event], at: datetime) -> int:
    written = 0
    while chunk := list(islice(waiting, CHUNK)):
        keys = [event.key for event in chunk]
        known = set(Entry.objects.filter(once__in=keys).values_list("once", flat=True))
        written += sum(write(event, at) for event in chunk if event.key not in known)
    return written


def rederive_stale(at: datetime) -> int:
    """Compute anew the live clocks of older editions; how many dates moved (each is told on its thread)."""
    moved, ids = 0, list(stale().order_by("rule", "started_at", "pk").values_list("pk", flat=True))
    for first in range(0, len(ids), FEW):
        moved += rederive_many(ids=ids[first : first + FEW], at=at)
    return moved


def stale() -> QuerySet[Clock]:
    """Live clocks that were computed with an older edition of the law."""
    return Clock.objects.filter(state__in=LIVE).exclude(edition_id=book().edition_id)


def events(today: date, law: Book) -> Iterator[Event]:
    """Every event up to `today` that may be unwritten, clocks first, in the order of their days."""
    for clock in _read(_authority_clocks(today)):
        yield from clock_events(clock, today, law)
    for clock in _read(_own_clocks(today)):
        yield of_clock(clock, "own_term_ended", clock.due_on + DAY, visibility="team")
    for letter in _read(_unregistered(today)):
        yield from registration_events(letter, today, law)
    for letter in _read(_promises(today)):
        yield from promise_events(letter, today)


def _read(rows: QuerySet[Row]) -> Iterator[Row]:
    """Rows in pieces that are read to their end: SQLite refuses to write under a half-read cursor's old snapshot."""
    ids = list(rows.values_list("pk", flat=True))
    for first in range(0, len(ids), CHUNK):
        yield from list(rows.filter(pk__in=ids[first : first + CHUNK]))


def _authority_clocks(today: date) -> QuerySet[Clock]:
    """Running clocks whose term is near or over, but for those that have nothing left to tell."""
    told = Entry.objects.filter(clock=OuterRef("pk"))
    last = told.filter(verb__in=("term_ended", "term_ended_latest"), on__gt=OuterRef("latest_on"))
    step = told.filter(verb="step_open")
    court = Q(letter__registered_on__isnull=False) & ~Q(letter__kind__in=BEYOND)
    rows = Clock.objects.filter(
        state=Clock.State.RUNNING,
        owner=Clock.Owner.AUTHORITY,
        disputed_at=None,
        due_on__lte=today + SOON * DAY,
    ).exclude(matter__stage__in=OVER)
    open_ended = ~Exists(last) | (court & ~Exists(step))
    rows = rows.filter(open_ended).select_related("matter", "letter").order_by("due_on", "pk")
    return rows.defer("matter__text", "matter__search_text", "letter__body")


def _own_clocks(today: date) -> QuerySet[Clock]:
    told = Entry.objects.filter(clock=OuterRef("pk"), verb="own_term_ended", on__gt=OuterRef("due_on"))
    late = Clock.objects.filter(state=Clock.State.RUNNING, owner=Clock.Owner.US, due_on__lt=today)
    return late.exclude(matter__stage__in=OVER).filter(~Exists(told)).select_related("matter", "letter")


def _unregistered(today: date) -> QuerySet[Letter]:
    told = Entry.objects.filter(letter=OuterRef("pk"), verb="registration_unknown")
    rows = Letter.objects.filter(stage="sent", direction="out", sent_on__lt=today - 3 * DAY)
    return rows.exclude(matter__stage__in=OVER).filter(~Exists(told)).select_related("matter").defer("body")


def _promises(today: date) -> QuerySet[Letter]:
    told = Entry.objects.filter(letter=OuterRef("pk"), verb="promise_passed", on__gt=OuterRef("promised_on"))
    rows = Letter.objects.filter(promised_on__lte=today, matter__outcome="").exclude(matter__stage__in=OVER)
    return rows.filter(~Exists(told)).select_related("matter").defer("body").order_by("promised_on", "pk")


def step_events(today: date, law: Book) -> Iterator[Event]:
    """For the team: the safe and the last day of each step that may still be taken, for a month after they came."""
    found = Matter.objects.filter(may_have_steps(today - BACK, today), letters__direction="out")
    ids = sorted(set(found.exclude(stage__in=OVER).values_list("pk", flat=True)))
    for first in range(0, len(ids), CHUNK):
        rows = laddered(Letter.objects.filter(matter__in=ids[first : first + CHUNK]))
        for letters in by_matter(rows).values():
            for letter, steps in steps_of(letters, today, law):
                begun = _begun(letter, letters)
                for event in (event for rung in steps for event in _of_step(letter, rung)):
                    if max(begun, today - TOLD) < event.on <= today:
                        yield event


def _begun(letter: Letter, letters: list[Letter]) -> date:
    """The day on which we could first know of its steps: what was over before is no news."""
    reply, clock = reply_to(letter, letters), clock_of(letter)
    began = reply.created_at if reply else clock.started_at if clock else letter.created_at
    return legal_day(max(began, letter.created_at))


def _of_step(letter: Letter, rung: Rung) -> Iterator[Event]:
    if not is_undone(rung) and rung.state != "over":
        return
    terms = ((rung.safe_on, rung.last_on, False), (rung.safe_other_on, rung.last_other_on, True))
    for safe, last, other in terms:
        for verb, on in (("step_safe", safe), ("step_last", last)):
            if on is not None and last is not None and (verb == "step_last" or on < last):
                key = f"letter:{letter.pk}:{verb}:{rung.key}:{on.isoformat()}"
                data = {
                    "step": rung.key, "last": last.isoformat(), "other": other, "rules": " ".join(rules_of(letter, rung)),
                }  # fmt: skip
                yield Event(key, verb, on, letter.matter, None, letter, "team", data)
