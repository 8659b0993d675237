"""The same count once more, as steps that can be told: which days counted, which did not, and why."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from icma.engines.clockrules import Step
from icma.engines.clockterm import MINUTE, Term, counted_time, midnight
from icma.engines.workdays import DAY, Calendar


def steps_of(term: Term, extra: int, calendar: Calendar, *, hour_known: bool = True) -> tuple[Step, ...]:
    """Explanation of a counted term; counts of its runs add up to its total."""
    steps = [Step("extended", term.start, term.start, extra)] if extra else []
    if term.begins is not None:
        if not hour_known and term.rule.start == "event":
            steps.append(Step("no_hour", term.start - DAY, term.start - DAY))
        elif term.rule.start != "event":
            steps.append(Step("not_counted", term.start, term.start))
        steps += _hour_steps(term, calendar)
    else:
        if term.rule.start != "event":
            steps.append(Step("not_counted", term.start, term.start))
        steps += _month_steps(term) if term.rule.unit in ("month", "year") else _day_steps(term, calendar)
        steps += _closing(term)
    return tuple(steps)


def _day_steps(term: Term, calendar: Calendar) -> Iterator[Step]:
    back = term.rule.direction == "at_least_before"
    first, last = (term.nominal, term.zero - DAY) if back else (term.zero + DAY, term.nominal)
    if term.rule.start == "next_wd" and term.start < term.zero:
        yield Step("off", term.start + DAY, term.zero, (term.zero - term.start).days)
    for begin, end in term.pauses:
        stop, go = begin.date(), end.date()
        if stop > first:
            yield from _run(term, first, stop - DAY, calendar)
        if go > max(stop, first):
            lost = calendar.working_between(max(stop, first), go) if term.rule.unit == "wd" else None
            days = (go - max(stop, first)).days if lost is None else lost
            yield Step("paused", max(stop, first), go - DAY, days)
        first = max(first, go)
    yield from _run(term, first, last, calendar)
    yield Step("total", term.nominal, term.nominal, term.amount)


def _run(term: Term, first: date, last: date, calendar: Calendar) -> Iterator[Step]:
    if first > last:
        return
    if term.rule.unit == "wd":
        yield from _working_runs(first, last, calendar)
    else:
        yield Step("run", first, last, (last - first).days + 1)


def _working_runs(first: date, last: date, calendar: Calendar) -> Iterator[Step]:
    """Runs of working days; a plain weekend does not break a run, a stretch with a holiday in it does."""
    marks = [first.toordinal() - 1, *calendar.worked_days(first, last), last.toordinal() + 1]
    begin = 1
    for place in [place for place, (a, b) in enumerate(pairwise(marks)) if b - a > 1]:
        low, high = marks[place] + 1, marks[place + 1] - 1
        if all(day % 7 in (6, 0) for day in range(low, high + 1)):
            continue
        yield from _told(marks[begin : place + 1], calendar)
        begin = place + 1
        day = date.fromordinal(low)
        yield Step("off", day, date.fromordinal(high), high - low + 1, calendar.name(day) or "")
    yield from _told(marks[begin:-1], calendar)


def _told(run: list[int], calendar: Calendar) -> Iterator[Step]:
    if run:
        yield Step("run", date.fromordinal(run[0]), date.fromordinal(run[-1]), len(run))
    for day in run:
        if day % 7 in (6, 0):
            worked = date.fromordinal(day)
            yield Step("worked_weekend", worked, worked, 0, calendar.name(worked) or "")


def _month_steps(term: Term) -> Iterator[Step]:
    yield Step("months", term.start, term.nominal - _paused_days(term), term.amount, term.rule.unit)
    anchor = term.zero if term.rule.start == "next_day" else None
    if anchor is not None and (term.nominal - _paused_days(term)).day < anchor.day:
        end = term.nominal - _paused_days(term)
        yield Step("month_end", end, end)
    for begin, end_at in term.pauses:
        low = max(begin.date(), term.zero + DAY)
        if end_at.date() > low:
            yield Step("paused", low, end_at.date() - DAY, (end_at.date() - low).days)


def _paused_days(term: Term) -> timedelta:
    return term.paused * DAY


def _closing(term: Term) -> Iterator[Step]:
    rule, last = term.rule, term.due
    if rule.direction == "not_before":
        last -= DAY
    if last != term.nominal:
        yield Step("rolled", term.nominal, last, abs((last - term.nominal).days))
    elif rule.kind == "term" and rule.unit != "wd" and not rule.roll and last.weekday() >= 5:
        if rule.direction == "due_by":
            yield Step("kept", last, last)
    elif rule.unit in ("month", "year") and term.paused:
        yield Step("ends", last, last)
    if rule.direction != "due_by":
        yield Step("earliest" if rule.direction == "not_before" else "latest", term.due, term.due)


def _hour_steps(term: Term, calendar: Calendar) -> Iterator[Step]:
    """Minutes day by day; here weekends are told too, for they are what stretches the hours."""
    if term.begins is None or term.ends is None:
        return
    yield Step("begins", term.begins, term.begins)
    run: list[tuple[date, int]] = []
    off: list[date] = []
    day = term.begins.date()
    while midnight(day) < term.ends:
        minutes = _minutes(term, day, calendar)
        if term.rule.exclude_days and not calendar.is_working(day):
            yield from _hour_run(run)
            run = []
            off.append(day)
        elif off:
            yield Step("off", off[0], off[-1], len(off))
            off = []
        if minutes:
            run.append((day, minutes))
        day += DAY
    yield from _hour_run(run)
    for begin, end in term.pauses:
        lost = counted_time(max(begin, term.begins), end, term.rule, calendar)
        yield Step("paused", max(begin, term.begins), end, lost // MINUTE)
    yield Step("total", term.nominal, term.nominal, term.amount * 60)
    yield Step("ends", term.ends, term.ends)


def _hour_run(run: list[tuple[date, int]]) -> Iterator[Step]:
    if run:
        yield Step("run", run[0][0], run[-1][0], sum(minutes for _, minutes in run))


def _minutes(term: Term, day: date, calendar: Calendar) -> int:
    """Counted minutes of one day, without what was paused."""
    assert term.begins is not None and term.ends is not None
    first, end = max(midnight(day), term.begins), min(midnight(day + DAY), term.ends)
    total = counted_time(first, end, term.rule, calendar)
    for begin, stop in term.pauses:
        total -= counted_time(max(first, begin), min(end, stop), term.rule, calendar)
    return total // MINUTE


def hour_of(moment: date) -> str:
    """'15:00' of a step that carries a moment."""
    return f"{moment:%H:%M}" if isinstance(moment, datetime) else ""
