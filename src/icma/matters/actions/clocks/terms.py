"""Clocks: started, paused, resumed, extended, stopped, corrected, computed anew.

Events are only ever added; `due_on` and its fellows are caches that `_settle` alone writes (and closing, which no
event of law expresses). Silence and objections: silence.py.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.engines import clockrules
from icma.engines.clocks import ClockError, compute, local_day
from icma.law.book import Book, book
from icma.law.derive import CORRECTED, caches, events_of, legal_moment, state_of, stored_moment
from icma.matters.actions.thread import note
from icma.matters.models import Clock, ClockEvent, Letter, Matter
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
    _add(clock, Kind.EXTEND, on, at, by, basis=basis, amount=amount)
    _settle(clock)
    return clock


@action
def stop_clock(*, clock: Clock, on: date | datetime, at: datetime, by: User | None) -> Clock:
    """An answer that bears the date `on`. A second, later one changes nothing; an earlier one counts instead.

    A confirmed silence and an open objection end with it.
    """
    _hold(clock)
    if clock.state == Clock.State.CLOSED:
        return clock
    if clock.state == Clock.State.ANSWERED and clock.ended_on and local_day(on) >= clock.ended_on:
        return clock
    if local_day(on) > legal_day(at):
        raise Refused(_("The date lies in the future."))
    _add(clock, Kind.ANSWER, on, at, by)
    disputed, clock.asked_on, clock.disputed_at = clock.disputed_at, None, None
    _settle(clock)
    if clock.letter and Letter.objects.filter(pk=clock.letter_id, stage="silent").exists():
        note(matter=clock.matter, verb="silence_withdrawn", at=at, by=by, letter=clock.letter, clock=clock)
    if disputed:
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
def rederive(*, clock: Clock, at: datetime, by: User | None = None) -> bool:
    """Compute a live clock by the newest edition; True if a date moved, which the thread then tells.

    A clock that has ended keeps the edition by which it was judged.
    """
    _hold(clock)
    law = book()
    if clock.edition_id == law.edition_id or clock.state not in LIVE:
        return False
    before = _days_of(clock)
    clock.edition_id = law.edition_id
    _settle(clock, law)
    return _tell_change(clock, before, at, by, once=f"clock:{clock.pk}:changed:{law.number}")


@action
def rederive_many(*, ids: Iterable[int], at: datetime) -> int:
    """Compute many live clocks by the newest edition; how many dates moved.

    Where nothing moves (a rule was signed, a far day changed) one UPDATE carries all of them over.
    """
    law, same, moved = book(), [], 0
    rows = Clock.objects.select_for_update(no_key=True).filter(pk__in=list(ids), state__in=LIVE)
    for clock in rows.exclude(edition_id=law.edition_id).prefetch_related("events"):
        new = caches(clock.rule, events_of(clock), law)[1]
        if all(getattr(clock, name) == value for name, value in new.items()):
            same.append(clock.pk)
        else:
            moved += rederive(clock=clock, at=at)
    Clock.objects.filter(pk__in=same).update(edition_id=law.edition_id)
    return moved


@action
def close_clock(*, clock: Clock, on: date, at: datetime, by: User | None) -> Clock:
    """It is not waited for any more (the matter is finished, the letter went elsewhere): no answer, no lateness."""
    _hold(clock)
    if clock.state in LIVE:
        Clock.objects.filter(pk=clock.pk).update(state=Clock.State.CLOSED, ended_on=on, disputed_at=None)
        clock.state, clock.ended_on, clock.disputed_at = Clock.State.CLOSED, on, None
    return clock


@action
def close_clocks(*, matter: Matter, on: date, at: datetime, by: User | None) -> int:
    """A matter is finished: terms that have not run out are not waited for any more; how many.

    What is over stays as it is: unknown, or silence that somebody confirmed.
    """
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


def _settle(clock: Clock, law: Book | None = None) -> None:
    """Write the caches from the derivation: the one place where they are written."""
    law = law or book(clock.edition)
    try:
        answer, cached = caches(clock.rule, events_of(clock), law)
    except ClockError as error:
        raise Refused(_("The date cannot be computed from this day. Check it.")) from error
    values = cached | {
        "state": state_of(answer), "ended_on": answer.answered_on, "edition_id": clock.edition_id,
        "started_at": clock.started_at, "asked_on": clock.asked_on, "disputed_at": clock.disputed_at,
    }  # fmt: skip
    Clock.objects.filter(pk=clock.pk).update(**values)
    for name, value in values.items():
        setattr(clock, name, value)


def _days_of(clock: Clock) -> dict[str, date | None]:
    """Its days that people rely on, the weightiest first."""
    return {
        "due": clock.due_on, "latest": clock.latest_on, "start": legal_day(clock.started_at), "answer": clock.ended_on,
    }  # fmt: skip


def _tell_change(
    clock: Clock, before: dict[str, date | None], at: datetime, by: User | None, once: str | None = None
) -> bool:
    """Note the weightiest day that has moved, old and new; False if none has."""
    now = _days_of(clock)
    of = next((name for name, day in before.items() if day and day != now[name]), None)
    if of is None:
        return False
    data = {"rule": clock.rule, "old": before[of].isoformat(), "new": now[of].isoformat()}  # type: ignore[union-attr]
    note(
        matter=clock.matter, verb="term_changed", at=at, by=by, letter=clock.letter, clock=clock, once=once,
        visibility="team" if clock.owner == Clock.Owner.US else "public",
        data=data if of == "due" else data | {"of": of},
    )  # fmt: skip
    return True


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
