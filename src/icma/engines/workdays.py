"""Which days are working days: a calendar of exceptions over the five-day week.

Pure and immutable in what it answers. A year that nobody described is never taken to have no holidays: the
calendar asks `beyond` for it once, and raises CalendarMissing if there is none.
Source: Labour Code of Azerbaijan, arts. 105–107 (holidays, substitute days, swaps by the Cabinet).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Protocol

DAY = timedelta(days=1)
# Art. 105 alone gives twenty days off a year; fewer rows are corrections to a year, not the year itself.
FULL_YEAR = 15


class ClockError(ValueError):
    """A clock that cannot be computed; the message says why, in English."""


class CalendarMissing(ClockError):
    """A year whose holidays nobody knows."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no calendar for the year {year}")
        self.year = year


class DayRow(Protocol):
    """What a calendar is made of: a date, whether it is worked, its name, whether that is unconfirmed."""

    @property
    def date(self) -> date: ...
    @property
    def working(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def provisional(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from its weekday, or whose status is not yet confirmed."""

    date: date
    working: bool
    name: str = ""
    provisional: bool = False


Beyond = Callable[[int], Iterable[DayRow]]


class _Year:
    """One year, ready to be counted: ordinals of its working days in order."""

    __slots__ = ("names", "provisional", "uncertain", "working")

    def __init__(self, year: int, rows: Mapping[date, DayRow], provisional: bool) -> None:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        worked = {day: day % 7 not in (6, 0) for day in range(first, last + 1)}
        worked.update((day.toordinal(), row.working) for day, row in rows.items())
        self.working = [day for day, works in worked.items() if works]
        self.names = {day.toordinal(): row.name for day, row in rows.items() if row.name}
        self.provisional = provisional
        self.uncertain = sorted(day.toordinal() for day, row in rows.items() if row.provisional)


class Calendar:
    """Working days, over as many years as are known or `beyond` can tell.

    `years` are the years that the mappings describe in full (default: those with at least 15 days off).
    Days in other years are kept as corrections to what `beyond` says. A year taken from `beyond` is
    provisional as a whole, because the Cabinet may still swap days in it.
    """

    def __init__(
        self,
        non_working: Mapping[date, str],
        working_weekends: Mapping[date, str],
        provisional: Collection[date] = (),
        *,
        years: Iterable[int] | None = None,
        beyond: Beyond | None = None,
    ) -> None:
        unsure = set(provisional)
        rows: dict[date, DayRow] = {day: CalendarDay(day, True, "", True) for day in unsure}
        rows |= {day: CalendarDay(day, False, name, day in unsure) for day, name in non_working.items()}
        rows |= {day: CalendarDay(day, True, name, day in unsure) for day, name in working_weekends.items()}
        self._fill(rows, years, beyond)

    @classmethod
    def from_rows(
        cls, rows: Iterable[DayRow], *, years: Iterable[int] | None = None, beyond: Beyond | None = None
    ) -> "Calendar":
        """Calendar from rows; of two rows for one date the later wins (an override)."""
        calendar = cls.__new__(cls)
        calendar._fill({row.date: row for row in rows}, years, beyond)
        return calendar

    def _fill(self, rows: dict[date, DayRow], years: Iterable[int] | None, beyond: Beyond | None) -> None:
        self._beyond = beyond
        self._rows: dict[int, dict[date, DayRow]] = {}
        for day, row in rows.items():
            self._rows.setdefault(day.year, {})[day] = row
        free = Counter(day.year for day, row in rows.items() if not row.working)
        known = {year for year, days in free.items() if days >= FULL_YEAR} if years is None else years
        self._years = {year: _Year(year, self._rows.get(year, {}), False) for year in known}

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            if self._beyond is None or not MINYEAR <= year <= MAXYEAR:
                raise CalendarMissing(year)
            rows = {row.date: row for row in self._beyond(year)} | self._rows.get(year, {})
            found = self._years[year] = _Year(year, rows, True)
        return found

    def covers(self, year: int) -> bool:
        """True if the year is known without asking `beyond`."""
        return year in self._years and not self._years[year].provisional

    def is_working(self, day: date) -> bool:
        """True if offices work on that day."""
        working, mark = self._year(day.year).working, day.toordinal()
        place = bisect_left(working, mark)
        return place < len(working) and working[place] == mark

    def is_provisional(self, day: date) -> bool:
        """True if the status of that day may still change."""
        year = self._year(day.year)
        return year.provisional or day.toordinal() in year.uncertain

    def name(self, day: date) -> str | None:
        """Name of the holiday or of the moved working day, None for an ordinary day."""
        return self._year(day.year).names.get(day.toordinal())

    def add_working(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it for negative n); n = 0 is the day itself."""
        if n == 0:
            return day
        year, mark = day.year, day.toordinal()
        while True:
            working = self._year(year).working
            if n > 0:
                place = bisect_right(working, mark) + n - 1
                if place < len(working):
                    return date.fromordinal(working[place])
                year, n = year + 1, place - len(working) + 1
            else:
                place = bisect_left(working, mark) + n
                if place >= 0:
                    return date.fromordinal(working[place])
                year, n = year - 1, place

    def working_between(self, first: date, end: date) -> int:
        """Number of working days from `first` up to, not including, `end`; 0 if `end` is not later."""
        if end <= first:
            return 0
        low, high, count = first.toordinal(), end.toordinal(), 0
        for year in range(first.year, (end - DAY).year + 1):
            working = self._year(year).working
            count += bisect_left(working, high) - bisect_left(working, low)
        return count

    def worked_days(self, first: date, last: date) -> list[int]:
        """Ordinals of the working days from `first` to `last`, both included."""
        low, high, days = first.toordinal(), last.toordinal(), list[int]()
        for year in range(first.year, last.year + 1):
            working = self._year(year).working
            days += working[bisect_left(working, low) : bisect_right(working, high)]
        return days

    def unsure_between(self, first: date, last: date) -> bool:
        """True if the status of any day from `first` to `last`, both included, may still change."""
        low, high = first.toordinal(), last.toordinal()
        for number in range(first.year, last.year + 1):
            year = self._year(number)
            if year.provisional or bisect_right(year.uncertain, high) > bisect_left(year.uncertain, low):
                return True
        return False
