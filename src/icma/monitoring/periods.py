"""Spans for which reports are owed: whole months, quarters, half-years, years of the calendar, cut at both ends."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def spans(first: date, last: date, frequency: str) -> Iterator[tuple[date, date]]:
    """(first day, last day) of each span from `first` to `last` inclusive; "once" is one span.

    A cut end shorter than a third of a span joins its neighbour: nobody reports on nine days.
    """
    if frequency == "once":
        yield first, last
        return
    step, whole = MONTHS[frequency], timedelta(days=MONTHS[frequency] * 30)
    found, begin = [], first
    while begin <= last:
        end = min(_end(begin, step), last)
        found.append((begin, end))
        begin = end + timedelta(days=1)
    if len(found) > 1 and (found[-1][1] - found[-1][0]) * 3 < whole:
        (start, _cut), (_begin, end) = found[-2:]
        found[-2:] = [(start, end)]
    if len(found) > 1 and (found[0][1] - found[0][0]) * 3 < whole:
        (start, _cut), (_begin, end) = found[:2]
        found[:2] = [(start, end)]
    yield from found


def gaps(first: date, last: date, taken: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """(first day, last day) of each stretch from `first` to `last` that none of `taken` covers."""
    for begin, end in sorted(taken):
        if first < begin and first <= last:
            yield first, min(begin - timedelta(days=1), last)
        first = max(first, end + timedelta(days=1))
    if first <= last:
        yield first, last


def _end(begin: date, step: int) -> date:
    """The last day of the calendar's span in which `begin` lies."""
    month = (begin.month - 1) // step * step + step
    return (date(begin.year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)
