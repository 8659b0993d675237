"""Holidays of years that our own calendar does not describe, from the PyPI package `holidays`.

The only engine that leans on somebody else's data: every row it gives is provisional.
"""

from collections.abc import Iterable
from functools import lru_cache

from icma.engines.workdays import CalendarDay, CalendarMissing

# The law on holidays is of 1992 (earlier the five-day week of another state); lunar tables end in 2077.
FIRST, LAST = 1992, 2077


def _in_plain_words(name: str) -> str:
    """Two names of the library are word-for-word translations that no reader would understand."""
    return name.replace("Prezidenti seçkiləri", "Prezident seçkiləri").replace(
        "müşahidə olunur", "istirahət günü keçirilib"
    )


@lru_cache(maxsize=128)
def year_rows(year: int) -> tuple[CalendarDay, ...]:
    """Days off and worked weekends of one year; CalendarMissing outside 1992–2077."""
    if not FIRST <= year <= LAST:
        raise CalendarMissing(year)
    import holidays

    table = holidays.country_holidays("AZ", years=year, language="az")
    rows = [CalendarDay(day, False, _in_plain_words(name), True) for day, name in table.items()]
    for day in table.weekend_workdays:
        if day.year == year:
            rows.append(CalendarDay(day, True, "iş günü (köçürülmüş)", True))
    return tuple(sorted(rows, key=lambda row: row.date))


def calendar_rows_for(years: Iterable[int]) -> list[CalendarDay]:
    """Rows for several years, to seed a table that staff then confirm."""
    return [row for year in sorted(set(years)) for row in year_rows(year)]
