"""One reading of one rule, counted from its start to its end.

Counting: the day of the event is day 0 unless the rule says otherwise; months end on the same-numbered day or
on the month's last (Civil Procedure Code 128–129, Law on Administrative Proceedings 48); a pause adds
exactly the days that it took away. Inside, hours are wall-clock times of Asia/Baku.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icma.engines.clockrules import Rule
from icma.engines.workdays import DAY, Calendar

BAKU = ZoneInfo("Asia/Baku")
MINUTE = timedelta(minutes=1)

# From, and up to but not including; None: still paused. Midnights, but for rules in hours.
Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Term:
    """A counted term. `nominal` is where counting stopped, `due` after rolling; `ends` only for hours."""

    rule: Rule
    start: date
    zero: date
    nominal: date
    due: date
    amount: int
    paused: int
    pauses: tuple[tuple[datetime, datetime], ...]
    begins: datetime | None = None
    ends: datetime | None = None

    def hangs_on(self) -> tuple[date, date] | None:
        """First and last day whose status the result depends on; None if the calendar was not needed."""
        rule = self.rule
        if rule.unit == "hour":
            if rule.exclude_days:
                return self.start, self.nominal
            return (self.start + DAY, self.zero) if rule.start == "next_wd" else None
        if rule.unit == "wd":
            low, high = sorted((self.zero, self.nominal))
            return low + DAY if rule.direction != "at_least_before" else low, high
        rolled = self.due - DAY if rule.direction == "not_before" else self.due
        ends = (min(self.nominal, rolled), max(self.nominal, rolled))
        if rule.start == "next_wd":
            return self.start + DAY, ends[1] if rule.roll else self.zero + DAY
        return ends if rule.roll else None

    def is_unsure(self, calendar: Calendar) -> bool:
        """Does the result hang on a day that may still change?"""
        span = self.hangs_on()
        return span is not None and calendar.unsure_between(*span)


def add_months(day: date, months: int) -> date:
    """Same-numbered day so many months on (back, if negative), or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("date value out of range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight(day: date) -> datetime:
    """The moment a day begins, as a wall-clock time."""
    return datetime.combine(day, time.min)


def count_term(
    rule: Rule, start: datetime, extra: int, pauses: Sequence[Pause], calendar: Calendar
) -> Term | None:
    """Count `rule` with `extra` units from `start`; None while a pause that touches the term is open."""
    if rule.unit == "hour":
        return _hours(rule, start, extra, pauses, calendar)
    day, amount = start.date(), rule.amount + extra
    if rule.direction == "at_least_before":
        return _backwards(rule, day, amount, calendar)
    zero = _day_zero(rule, day, calendar)
    nominal, paused, applied = _forwards(rule, zero, amount, calendar), 0, []
    for begin, end in pauses:
        if begin.date() > nominal:
            break
        if end is None:
            return None
        lost = _lost(rule, max(begin.date(), zero + DAY), end.date(), calendar)
        nominal = calendar.add_working(nominal, lost) if rule.unit == "wd" else nominal + lost * DAY
        paused += lost
        applied.append((begin, end))
    due = nominal
    if rule.roll and rule.unit != "wd" and not calendar.is_working(due):
        due = calendar.add_working(due, 1)
    if rule.direction == "not_before":
        due += DAY
    return Term(rule, day, zero, nominal, due, amount, paused, tuple(applied))


def _day_zero(rule: Rule, event: date, calendar: Calendar) -> date:
    """The day before day 1."""
    if rule.start == "event":
        return event - DAY
    if rule.start == "next_wd" and rule.unit != "wd":
        return calendar.add_working(event, 1) - DAY
    return event


def _forwards(rule: Rule, zero: date, amount: int, calendar: Calendar) -> date:
    if rule.unit == "wd":
        return calendar.add_working(zero, amount)
    if rule.unit == "cd":
        return zero + amount * DAY
    months = amount * 12 if rule.unit == "year" else amount
    if rule.start == "next_day":
        return add_months(zero, months)
    return add_months(zero + DAY, months) - DAY  # day 1 counts: a month from 1 March ends on 31 March


def _lost(rule: Rule, first: date, end: date, calendar: Calendar) -> int:
    if rule.unit == "wd":
        return calendar.working_between(first, end)
    return max(0, (end - first).days)


def _backwards(rule: Rule, event: date, amount: int, calendar: Calendar) -> Term:
    """Latest day for something that must be done at least so long before the event."""
    zero = event + DAY if rule.start == "event" else event
    if rule.unit == "wd":
        nominal = calendar.add_working(zero, -amount)
    elif rule.unit == "cd":
        nominal = zero - amount * DAY
    else:
        nominal = add_months(zero, -amount * (12 if rule.unit == "year" else 1))
    due = nominal
    if rule.roll and rule.unit != "wd" and not calendar.is_working(due):
        due = calendar.add_working(due, -1)
    return Term(rule, event, zero, nominal, due, amount, 0, ())


def _hours(
    rule: Rule, start: datetime, extra: int, pauses: Sequence[Pause], calendar: Calendar
) -> Term | None:
    amount, event = rule.amount + extra, start.date()
    if rule.start == "next_day":
        start = midnight(event + DAY)
    elif rule.start == "next_wd":
        start = midnight(calendar.add_working(event, 1))
    ends = _after(start, timedelta(hours=amount), rule, calendar)
    lost, applied = timedelta(), []
    for begin, end in pauses:
        if begin >= ends:
            break
        if end is None:
            return None
        gap = counted_time(max(begin, start), end, rule, calendar)
        ends = _after(ends, gap, rule, calendar)
        lost += gap
        applied.append((begin, end))
    last = ends.date()
    return Term(rule, event, start.date(), last, last, amount, lost // MINUTE, tuple(applied), start, ends)


def _after(at: datetime, left: timedelta, rule: Rule, calendar: Calendar) -> datetime:
    """The moment by which so much counted time has passed."""
    if not rule.exclude_days or not left:
        return at + left
    while True:
        if not calendar.is_working(at.date()):
            at = midnight(calendar.add_working(at.date(), 1))
        night = midnight(at.date() + DAY)
        if at + left <= night:
            return at + left
        left -= night - at
        at = night


def counted_time(first: datetime, end: datetime, rule: Rule, calendar: Calendar) -> timedelta:
    """Time between two moments that counts: all of it, or only that on working days."""
    if end <= first:
        return timedelta()
    if not rule.exclude_days:
        return end - first
    whole = calendar.working_between(first.date(), end.date()) * DAY
    before = first - midnight(first.date()) if calendar.is_working(first.date()) else timedelta()
    after = end - midnight(end.date()) if calendar.is_working(end.date()) else timedelta()
    return whole - before + after
