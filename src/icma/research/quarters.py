"""Quarters: the only spans that figures about people are made for."""

from collections.abc import Iterator
from datetime import date, timedelta

from icma.core.words import quarter_words

FIRST_YEAR = 2015


def quarter_of(on: date) -> tuple[date, date]:
    """First and last day of the quarter of `on`."""
    month = 3 * ((on.month - 1) // 3) + 1
    first = date(on.year, month, 1)
    following = date(on.year + month // 10, (month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def name_of(first: date) -> str:
    """ "2026-Q3" """
    return f"{first.year}-Q{(first.month + 2) // 3}"


def span_words(first: date, last: date) -> str:
    """ "2026, III rüb", or "2026, I rüb – 2026, III rüb" for several."""
    a, b = quarter_words(name_of(first)), quarter_words(name_of(last))
    return a if a == b else f"{a} – {b}"


def by_name(text: str) -> tuple[date, date] | None:
    """First and last day of "2026-Q3"; None for anything else."""
    year, _q, number = text.partition("-Q")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and number in {"1", "2", "3", "4"}):
        return None
    if int(year) < FIRST_YEAR:
        return None
    return quarter_of(date(int(year), 3 * int(number), 1))


def is_whole(first: date, last: date) -> bool:
    """Whole quarters, one or several."""
    return first <= last and quarter_of(first)[0] == first and quarter_of(last)[1] == last


def closed(since: date, today: date) -> Iterator[tuple[date, date]]:
    """Every quarter that is over, from that of `since` on, the newest first."""
    first, last = quarter_of(quarter_of(today)[0] - timedelta(days=1))
    while last >= since:
        yield first, last
        first, last = quarter_of(first - timedelta(days=1))
