"""Clocks: started, paused, resumed, extended, stopped, corrected, computed anew.

Events are only ever added; `due_on` and its fellows are caches that `_settle` writes, and for many clocks at once
`rederive_many` (and closing, which no event of law expresses). Silence and objections: silence.py.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.engines import clockrules
from icma.engines.clocks import ClockError, compute, local_day
from icma.law.book import Book, book
from icma.law.derive import CORRECTED, caches, events_of, legal_moment, state_of, stored_moment
from icma.matters.actions.clocks.passed import tell_all_passed, tell_passed
from icma.matters.actions.thread import note
from icma.matters.models import Clock, ClockEvent, Entry, Letter, Matter
from icma.people.models import Authority, User

LIVE = (Clock.State.RUNNING, Clock.State.PAUSED)
Kind = ClockEvent.Kind


class NotExtended(Refused):
    """The law gives no such extension, or it came too late; its text says which."""


@action
def start_clock(
    *, matter: Matter, rule: str, event_at: date | datetime, at: datetime, by: User | None,
    letter: Letter | None = None, authority: Authority | None = None,
) -> Clock:  # fmt: skip
    """Begin the term of `rule` from a day, or for terms in hours from a moment. Refused for an unknown rule."""
    law = book()
    known = law.rules.get(rule)
    if known is None or known.kind == "note":
        raise Refused(_("There is no such term of law: %(rule)s.") % {"rule": rule[:60]})
    try:
        begun = clockrules.ClockEvent("start", legal_moment(stored_moment(event_at)))
        _answer, values = caches(rule, [begun], law)
    except ClockError as error:
        raise Refused(_("The date cannot be computed from this day. Check it.")) from error
    clock = Clock.objects.create(
        matter=matter, letter=letter, authority=authority, owner=known.owner, rule=rule,
        edition_id=law.edition_id, started_at=stored_moment(event_at), **values,
    )  # fmt: skip
    _add(clock, Kind.START, event_at, at, by)
    return clock


@action
def pause(*, clock: Clock, on: date | datetime, at: datetime, by: User | None, basis: str = "") -> Clock:
    """The term stands still from `on` (the day itself is not counted)."""
    _hold(clock)
    if clock.state != Clock.State.RUNNING:
        raise Refused(_("This term is not running, so it cannot be paused."))
    _not_before_start(clock, on)
    tell_passed(clock=clock, until=local_day(on), at=at)
    _add(clock, Kind.PAUSE, on, at, by, basis=basis)
    _settle(clock)
    note(matter=clock.matter, verb="paused", at=at, by=by, on=local_day(on), letter=clock.letter, clock=clock)
    return clock


@action
def resume(*, clock: Clock, on: date | datetime, at: datetime, by: User | None, basis: str = "") -> Clock:
    """The term runs on; `on` is the first day that counts again."""
    _hold(clock)
    if clock.state != Clock.State.PAUSED:
        raise Refused(_("This term is not paused."))
    since = max(event.at for event in clock.events.all() if event.kind == Kind.PAUSE)
    if stored_moment(on) < since:
        raise Refused(
            _("It was paused on %(date)s; it cannot go on before that.") % {"date": date_words(since)}
        )
    _add(clock, Kind.RESUME, on, at, by, basis=basis)
    _settle(clock)
    note(
        matter=clock.matter, verb="resumed", at=at, by=by, on=local_day(on), letter=clock.letter, clock=clock
    )
    return clock


@action
def extend(
    *,
    clock: Clock,
    on: date | datetime,
    at: datetime,
    by: User | None,
    amount: int | None = None,
    basis: str = "",
) -> Clock:
    """The authority took more time, as far as the law lets it. NotExtended beyond the caps, or too late."""
    _hold(clock)
    if clock.state not in LIVE:
        raise NotExtended(_("This term has ended; it cannot be extended."))
    _not_before_start(clock, on)
    law = book(clock.edition)
    rule = law.rules[clock.rule]
    if not rule.extensions:
        raise NotExtended(_("This law gives the authority no extension of this term."))
    event = clockrules.ClockEvent("extend", legal_moment(stored_moment(on)), basis, amount)
    answer = compute(rule, [*events_of(clock), event], law.calendar)
    if event in answer.ignored:
        if answer.latest is not None and local_day(on) > answer.latest.due:
            raise NotExtended(_("The notice is dated after the term had ended: it extends nothing."))
        raise NotExtended(_("The law allows no further extension of this term."))
    tell_passed(clock=clock, until=local_day(on), at=at)
    _add(clock, Kind.EXTEND, on, at, by, basis=basis, amount=amount)
    _settle(clock)
    return clock


@action
def stop_clock(*, clock: Clock, on: date | datetime, at: datetime, by: User | None) -> Clock:
    """An answer that bears the date `on`. A second, later one changes nothing; an earlier one counts instead.

    A confirmed silence ends with it, and an objection that we have an answer; one that something else is wrong stays.
    """
    _hold(clock)
    if clock.state == Clock.State.CLOSED:
        return clock
    if clock.state == Clock.State.ANSWERED and clock.ended_on and local_day(on) >= clock.ended_on:
        return clock
    if local_day(on) > legal_day(at):
        raise Refused(_("The date lies in the future."))
    tell_passed(clock=clock, until=local_day(on), at=at)
    _add(clock, Kind.ANSWER, on, at, by)
    clock.asked_on, over = None, clock.disputed_at is not None and not _mistake_said(clock)
    clock.disputed_at = None if over else clock.disputed_at
    _settle(clock)
    if clock.letter and Letter.objects.filter(pk=clock.letter_id, stage="silent").exists():
        note(matter=clock.matter, verb="silence_withdrawn", at=at, by=by, letter=clock.letter, clock=clock)
    if over:
        _objection_over(clock, at, by)
    return clock


@action
def correct(
    *, clock: Clock, on: date | datetime, at: datetime, by: User | None, what: str = "start"
) -> Clock:
    """A wrong date was entered: `on` is the right one, of the start or (what="answer") of the answer."""
    _hold(clock)
    if local_day(on) > legal_day(at):
        raise Refused(_("The date lies in the future."))
    before = _days_of(clock)
    if what == "answer":
        if clock.state != Clock.State.ANSWERED:
            raise Refused(_("No answer is recorded for this term."))
        _add(clock, Kind.ANSWER, on, at, by, basis=CORRECTED)
    else:
        _add(clock, Kind.CORRECT, on, at, by)
        clock.started_at = stored_moment(on)
    _settle(clock)
    _tell_change(clock, before, at, by)
    return clock


@action
def rederive_many(*, ids: Iterable[int], at: datetime) -> int:
    """Compute live clocks by the newest edition; how many dates moved, which their threads then tell.

    A clock that has ended keeps the edition by which it was judged. Clocks with the same new dates share one UPDATE:
    ten thousand are computed in two seconds.
    """
    law, today, told, alike = book(), legal_day(at), [], defaultdict(list)
    derived = cache(lambda rule, *events: _values(rule, list(events), law))
    rows = Clock.objects.select_for_update(no_key=True).filter(pk__in=list(ids), state__in=LIVE)
    for clock in _with_events(rows.exclude(edition_id=law.edition_id)):
        before, values = _days_of(clock), derived(clock.rule, *events_of(clock))
        moves = any(getattr(clock, name) != value for name, value in values.items())
        alike[tuple(values.items()) if moves else ()].append(clock.pk)
        for name, value in values.items():
            setattr(clock, name, value)
        if (data := _change(clock, before)) is not None:
            once = f"clock:{clock.pk}:changed:{law.number}"
            told.append(Entry(matter_id=clock.matter_id, letter_id=clock.letter_id, clock_id=clock.pk, at=at, on=today,
                              verb="term_changed", visibility=_seen_by(clock), data=data, once=once))  # fmt: skip
    for shared, pks in alike.items():
        Clock.objects.filter(pk__in=pks).update(edition_id=law.edition_id, **dict(shared))
    Entry.objects.bulk_create(told, ignore_conflicts=True)
    public = [entry.matter_id for entry in told if entry.visibility == "public"]
    Matter.objects.filter(pk__in=public, changed_at__lt=at).update(changed_at=at)
    return len(told)


def _with_events(rows: QuerySet[Clock]) -> list[Clock]:
    """The clocks with their events as plain rows, where prefetch_related would leave a queryset for each."""
    clocks = {clock.pk: clock for clock in rows}
    for clock in clocks.values():
        clock._prefetched_objects_cache = {"events": []}
    events = ClockEvent.objects.filter(clock__in=list(clocks))
    for event in events.values_list("clock_id", "pk", "kind", "at", "basis", "amount", named=True):
        clocks[event.clock_id]._prefetched_objects_cache["events"].append(event)
    return list(clocks.values())


@action
def close_clock(*, clock: Clock, on: date, at: datetime, by: User | None) -> Clock:
    """It is not waited for any more (the matter is finished, the letter went elsewhere): no answer, no lateness."""
    _hold(clock)
    if clock.state in LIVE:
        tell_passed(clock=clock, until=on, at=at)
        Clock.objects.filter(pk=clock.pk).update(state=Clock.State.CLOSED, ended_on=on, disputed_at=None)
        clock.state, clock.ended_on, clock.disputed_at = Clock.State.CLOSED, on, None
    return clock


@action
def close_clocks(*, matter: Matter, on: date, at: datetime, by: User | None) -> int:
    """A matter is finished: terms that have not run out are not waited for any more; how many.

    What is over stays as it is: unknown, or silence that somebody confirmed.
    """
    tell_all_passed(matter=matter, until=on, at=at)
    live = list(_authoritys(matter).filter(state__in=LIVE, latest_on__gte=on))
    for clock in live:
        close_clock(clock=clock, on=on, at=at, by=by)
    return len(live)


@action
def wait_again(*, matter: Matter, at: datetime, by: User | None) -> int:
    """A matter was opened again: terms that its end had closed run as if it had not been; how many."""
    closed = list(
        _authoritys(matter).filter(state=Clock.State.CLOSED, letter__stage__in=("registered", "silent"))
    )
    for clock in closed:
        _settle(clock)
    return len(closed)


def _authoritys(matter: Matter) -> QuerySet[Clock]:
    return Clock.objects.filter(matter=matter, owner=Clock.Owner.AUTHORITY).select_related("edition")


@action
def stop_own(*, matter: Matter, rule: str, on: date | datetime, at: datetime, by: User | None) -> bool:
    """We did what our own term (own.moderate, own.take_up…) waited for; False if no such clock runs."""
    clock = Clock.objects.filter(matter=matter, rule=rule, owner=Clock.Owner.US, state__in=LIVE).first()
    if clock is not None:
        stop_clock(clock=clock, on=on, at=at, by=by)
    return clock is not None


def _hold(clock: Clock) -> None:
    """Lock the row and read it anew: whoever comes second sees what the first has done."""
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))


def _not_before_start(clock: Clock, on: date | datetime) -> None:
    if local_day(on) < legal_day(clock.started_at):
        words = {"date": date_words(clock.started_at)}
        raise Refused(_("The term began on %(date)s; this date lies before it.") % words)


def _add(
    clock: Clock, kind: str, on: date | datetime, at: datetime, by: User | None, *,
    basis: str = "", amount: int | None = None,
) -> None:  # fmt: skip
    event = ClockEvent(
        clock=clock, kind=kind, at=stored_moment(on), recorded_at=at, amount=amount, basis=basis[:120], by=by
    )
    event.save(force_insert=True)


def _values(rule: str, events: list[clockrules.ClockEvent], law: Book) -> dict[str, Any]:
    """The columns of a clock that are derived from its events."""
    answer, cached = caches(rule, events, law)
    return cached | {"state": state_of(answer), "ended_on": answer.answered_on}


def _settle(clock: Clock) -> None:
    """Write the caches of one clock from the derivation."""
    try:
        derived = _values(clock.rule, events_of(clock), book(clock.edition))
    except ClockError as error:
        raise Refused(_("The date cannot be computed from this day. Check it.")) from error
    values = derived | {
        "edition_id": clock.edition_id, "started_at": clock.started_at,
        "asked_on": clock.asked_on, "disputed_at": clock.disputed_at,
    }  # fmt: skip
    Clock.objects.filter(pk=clock.pk).update(**values)
    for name, value in values.items():
        setattr(clock, name, value)


def _days_of(clock: Clock) -> dict[str, date | None]:
    """Its days that people rely on, the weightiest first."""
    return {
        "due": clock.due_on, "latest": clock.latest_on, "start": legal_day(clock.started_at), "answer": clock.ended_on,
    }  # fmt: skip


def _change(clock: Clock, before: dict[str, date | None]) -> dict[str, str] | None:
    """The weightiest day that has moved, old and new, as the entry tells it; None if none has."""
    now = _days_of(clock)
    of = next((name for name, day in before.items() if day and day != now[name]), None)
    if of is None:
        return None
    data = {"rule": clock.rule, "old": before[of].isoformat(), "new": now[of].isoformat()}  # type: ignore[union-attr]
    return data if of == "due" else data | {"of": of}


def _seen_by(clock: Clock) -> str:
    return "team" if clock.owner == Clock.Owner.US else "public"


def _tell_change(clock: Clock, before: dict[str, date | None], at: datetime, by: User | None) -> None:
    """Note the weightiest day that has moved."""
    if (data := _change(clock, before)) is not None:
        note(
            matter=clock.matter, verb="term_changed", at=at, by=by, letter=clock.letter, clock=clock,
            visibility=_seen_by(clock), data=data,
        )  # fmt: skip


def _mistake_said(clock: Clock) -> bool:
    """Is a "something is wrong here" open, which no answer settles?"""
    said = Entry.objects.filter(clock=clock, verb__in=("objected", "objected_mistake", "objection_decided"))
    last = said.filter(visibility="public").order_by("-id").first()
    return last is not None and last.verb == "objected_mistake"


def _objection_over(clock: Clock, at: datetime, by: User | None) -> None:
    """The answer itself settles the objection: our three-day clock stops too."""
    mine = Clock.objects.filter(
        letter=clock.letter_id, matter=clock.matter_id, rule="own.correction", state__in=LIVE
    )
    for own in mine:
        stop_clock(clock=own, on=legal_day(at), at=at, by=by)
    note(
        matter=clock.matter, verb="objection_decided", at=at, by=by, letter=clock.letter, clock=clock,
        data={"upheld": True},
    )  # fmt: skip
