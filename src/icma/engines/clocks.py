"""The statutory clock: from a rule, a calendar and what happened to the dates that follow.

Dates are derived, never stored as facts. An authority is late only after the latest reading of the law; our
own side keeps to the earliest, three working days sooner. Sources of the counting: clockterm.py; of the
rules: law/data/rules.json.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from icma.engines.clockrules import (
    Answer,
    ClockEvent,
    Extension,
    Reading,
    Rule,
    Step,
)
from icma.engines.clocksteps import steps_of
from icma.engines.clockterm import BAKU, Pause, Term, add_months, count_term, midnight
from icma.engines.workdays import DAY, Calendar, CalendarDay, CalendarMissing, ClockError, DayRow

__all__ = [
    "BAKU", "Answer", "Calendar", "CalendarDay", "CalendarMissing", "ClockError", "ClockEvent", "DayRow",
    "Extension", "Reading", "Rule", "Step", "add_months", "compute", "local_day", "presume_served",
]  # fmt: skip

SAFE_DAYS = 3


@dataclass(frozen=True, slots=True)
class _Course:
    """What happened, in wall-clock times of Baku and in order."""

    start: datetime
    hour_known: bool
    pauses: tuple[Pause, ...]
    extends: tuple[ClockEvent, ...]
    answer: date | datetime | None
    ignored: tuple[ClockEvent, ...]


def compute(rule: Rule, events: date | datetime | Iterable[ClockEvent], calendar: Calendar) -> Answer:
    """Dates of one clock, from the day it started or from all its events (in any order).

    Raises ClockError for a rule that is only a note, a clock without start, a date out of range;
    CalendarMissing (a ClockError) for a year whose holidays nobody knows.
    """
    if rule.kind == "note":
        raise ClockError(f"{rule.id} is a note, not a term: there is nothing to compute")
    try:
        course = _read(events)
        extra, ignored = _extend(rule, course, calendar)
        terms = _terms(rule, course, extra, calendar)
        return _answer(rule, course, terms, extra, (*course.ignored, *ignored), calendar)
    except OverflowError:
        raise ClockError("the date is out of range") from None


def presume_served(rule: Rule, sent_on: date, calendar: Calendar) -> Answer:
    """Day on which something sent counts as served; `earliest` is the one to reckon a citizen's term from."""
    if rule.kind != "service":
        raise ClockError(f"{rule.id} is not a rule on service")
    return compute(rule, sent_on, calendar)


def local_day(moment: date | datetime) -> date:
    """The legal day of a moment: a date in Asia/Baku; a time without offset is one of Baku."""
    return _local(moment).date()


def _local(moment: date | datetime) -> datetime:
    """Wall-clock time in Baku, to the minute: the law knows no seconds."""
    if not isinstance(moment, datetime):
        return midnight(moment)
    local = moment.astimezone(BAKU).replace(tzinfo=None) if moment.tzinfo else moment
    return local.replace(second=0, microsecond=0)


def _read(events: date | datetime | Iterable[ClockEvent]) -> _Course:
    if isinstance(events, date):
        known = isinstance(events, datetime)
        return _Course(_local(events), known, (), (), None, ())
    events = list(events)
    ordered = sorted(events, key=lambda event: _local(event.at))
    starts = [event for event in ordered if event.kind == "start"]
    if not starts:
        raise ClockError("the clock has not started")
    # A correction is a statement about the start, so its date is the start; the last one entered holds.
    corrections = [event for event in events if event.kind == "correct"]
    begun = corrections[-1] if corrections else starts[0]
    pauses, idle = _pauses(ordered)
    answers = [event.at for event in ordered if event.kind == "answer"]
    extends = tuple(event for event in ordered if event.kind == "extend")
    known = isinstance(begun.at, datetime)
    return _Course(_local(begun.at), known, pauses, extends, answers[0] if answers else None, idle)


def _pauses(ordered: list[ClockEvent]) -> tuple[tuple[Pause, ...], tuple[ClockEvent, ...]]:
    """Pauses in order, and the events that neither stopped a running clock nor freed a stopped one."""
    pauses: list[Pause] = []
    idle = []
    since: datetime | None = None
    for event in ordered:
        if event.kind == "pause" and since is None:
            since = _local(event.at)
        elif event.kind == "resume" and since is not None:
            pauses.append((since, _local(event.at)))
            since = None
        elif event.kind in ("pause", "resume"):
            idle.append(event)
    if since is not None:
        pauses.append((since, None))
    return tuple(pauses), tuple(idle)


def _terms(rule: Rule, course: _Course, extra: int, calendar: Calendar) -> list[tuple[str, Term | None]]:
    """Every reading counted. A day without an hour may mean any hour of it: the end of the day is primary."""
    if rule.unit != "hour":
        day = midnight(course.start.date())
        pauses = tuple(
            (midnight(a.date()), None if b is None else midnight(b.date())) for a, b in course.pauses
        )
        starts = [("", day)]
    else:
        pauses = course.pauses
        starts = [("", course.start)]
        if not course.hour_known:
            starts = [("", course.start + DAY), ("hour=first", course.start)]
    counted = []
    for late, start in starts:
        for label, variant in rule.variants:
            # Where hours run from a later day, the hour of the event does not matter.
            begun = start if variant.start == "event" or rule.unit != "hour" else course.start
            name = f"{label},{late}".strip(",")
            counted.append((name, count_term(variant, begun, extra, pauses, calendar)))
    return counted


def _extend(rule: Rule, course: _Course, calendar: Calendar) -> tuple[int, list[ClockEvent]]:
    """Units added by the extensions that the law allows, and the notices that have no effect.

    A notice dated after the term had ended, in its latest reading, extends nothing.
    """
    extra, used, ignored = 0, Counter[int](), []
    for event in course.extends:
        place = _link(rule, event.basis, used)
        terms = [term for _, term in _terms(rule, course, extra, calendar)]
        over = [term for term in terms if term is not None and _local(event.at).date() > term.due]
        gain = 0
        if place is not None and len(over) < len(terms):
            gain = _allowed(rule, rule.extensions[place], event.amount, extra)
        if gain and place is not None:
            extra += gain
            used[place] += 1
        else:
            ignored.append(event)
    return extra, ignored


def _link(rule: Rule, basis: str, used: Counter[int]) -> int | None:
    """Which permitted extension a notice uses: that of its ground, else the first that is still free."""
    named = basis if any(basis == link.basis for link in rule.extensions) else ""
    for place, link in enumerate(rule.extensions):
        if used[place] < link.times and named in ("", link.basis):
            return place
    return None


def _allowed(rule: Rule, link: Extension, asked: int | None, extra: int) -> int:
    gain = link.amount if asked is None else min(asked, link.amount)
    if link.max_total is not None:
        gain = min(gain, link.max_total - rule.amount - extra)
    return max(0, gain)


def _longest(rule: Rule, extra: int) -> int:
    """Units that the law could add at most; never less than what has been added."""
    most = 0
    for link in rule.extensions:
        for _ in range(link.times):
            most += _allowed(rule, link, None, most)
    return max(most, extra)


def _answer(
    rule: Rule,
    course: _Course,
    terms: list[tuple[str, Term | None]],
    extra: int,
    ignored: tuple[ClockEvent, ...],
    calendar: Calendar,
) -> Answer:
    start = course.start.date()
    begins = course.start.replace(tzinfo=BAKU) if rule.unit == "hour" and course.hour_known else None
    answered = None if course.answer is None else _local(course.answer).date()
    counted = [(label, term) for label, term in terms if term is not None]
    if len(counted) < len(terms):  # an answer during a pause is in time
        return Answer(
            rule, start, begins, None, None, False, (), None, None, None, extra, ignored, 0,
            True, answered, None if answered is None else True, (),
        )  # fmt: skip
    primary, readings = counted[0][1], _readings(counted, calendar)
    unsure = any(term.is_unsure(calendar) for _, term in counted)
    last = _latest_lawful(rule, course, readings, extra, calendar)
    return Answer(
        rule, start, begins, primary.due, readings[0].due_at, unsure, readings,
        _safe(rule, start, readings, calendar),
        None if last is None else last.due, None if last is None else last.due_at,
        extra, ignored, primary.paused, False, answered, _in_time(rule, readings, course.answer),
        steps_of(primary, extra, calendar, hour_known=course.hour_known),
    )  # fmt: skip


def _readings(counted: list[tuple[str, Term]], calendar: Calendar) -> tuple[Reading, ...]:
    """One reading a date: readings that agree need no telling apart."""
    found: dict[object, Reading] = {}
    for label, term in counted:
        at = None if term.ends is None else term.ends.replace(tzinfo=BAKU)
        if (at or term.due) not in found:
            found[at or term.due] = Reading(label, term.due, at, term.is_unsure(calendar))
    return tuple(found.values())


def _safe(rule: Rule, start: date, readings: tuple[Reading, ...], calendar: Calendar) -> date | None:
    """Our own side: three working days before the earliest reading, but not before the clock began.

    Where filing too early fails, one working day after the latest reading. No safe day for hours, nor where
    nobody knows the working days near a date that itself needs none.
    """
    if rule.owner == "authority" or rule.kind == "service" or rule.unit == "hour":
        return None
    try:
        if rule.direction == "not_before":
            return calendar.add_working(max(reading.due for reading in readings), 1)
        safe = calendar.add_working(min(reading.due for reading in readings), -SAFE_DAYS)
    except CalendarMissing:
        return None
    return safe if rule.direction == "at_least_before" else max(safe, start)


def _latest_lawful(
    rule: Rule, course: _Course, readings: tuple[Reading, ...], extra: int, calendar: Calendar
) -> Reading | None:
    if rule.owner == "citizen" or rule.kind == "service" or rule.direction == "not_before":
        return None
    most = _longest(rule, extra)
    if most > extra:
        longest = _terms(rule, course, most, calendar)
        if any(term is None for _, term in longest):
            return None
        readings = _readings([(label, term) for label, term in longest if term is not None], calendar)
    return max(readings, key=lambda reading: reading.moment)


def _in_time(rule: Rule, readings: tuple[Reading, ...], answered: date | datetime | None) -> bool | None:
    """The authority has the benefit of the latest reading, our side of none."""
    if answered is None:
        return None
    if rule.direction == "not_before":
        return _local(answered).date() >= max(reading.due for reading in readings)
    pick = max if rule.owner == "authority" else min
    limit = pick(readings, key=lambda reading: reading.moment)
    if limit.due_at is not None and isinstance(answered, datetime):
        return _local(answered) <= _local(limit.due_at)
    return _local(answered).date() <= limit.due
