"""The calendar: days off and worked weekends. Every change is an edition of its own."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.engines.holidays_az import FIRST, LAST, year_rows
from icma.law.actions.editions import finish, next_edition, said
from icma.law.book import book
from icma.law.models import CalendarDay, Edition
from icma.people.actions.changes import log_change
from icma.people.models import User


@action
def change_day(
    *, day: date, working: bool, name: str, source: str, why: str, by: User | None, at: datetime,
    provisional: bool = False, seen: int | None = None,
) -> Edition:  # fmt: skip
    """Make `day` a day off (working=False) or a worked one, from the next edition on.

    `seen`: version of the day's row that the form showed (0: there was none); another one by now is Stale.
    """
    row = _live(day, seen)
    values = _values(day, working, name, source, provisional)
    if row is None and working and book().calendar.is_working(day):
        raise Refused(_("This is a working day already."))
    if row is not None and said(row) == values:
        raise Refused(_("Nothing was changed."))
    edition = next_edition(why=why, by=by, at=at)
    _put(row, day, values, edition.number, by=by, at=at, why=why)
    return finish(edition, kind="day", subject=day.isoformat(), data={}, by=by, at=at)


@action
def remove_day(*, day: date, why: str, by: User | None, at: datetime, seen: int | None = None) -> Edition:
    """The day is an ordinary one again: a weekday is worked, a weekend is not."""
    row = _live(day, seen)
    if row is None:
        raise Refused(_("The calendar says nothing about this day."))
    edition = next_edition(why=why, by=by, at=at)
    _put(row, day, None, edition.number, by=by, at=at, why=why)
    return finish(edition, kind="day", subject=day.isoformat(), data={}, by=by, at=at)


@action
def move_day(
    *, day: date, to: date, source: str, why: str, by: User | None, at: datetime, seen: int | None = None
) -> Edition:
    """A day off (or a worked weekend) is moved to another date, in one edition."""
    row = _live(day, seen)
    if row is None:
        raise Refused(_("The calendar says nothing about this day."))
    if to == day:
        raise Refused(_("Nothing was changed."))
    other = _live(to, None)
    if other is not None:
        raise Refused(_("That day already stands in the calendar: %(name)s.") % {"name": other.name})
    values = _values(to, row.working, row.name, source, False)
    edition = next_edition(why=why, by=by, at=at)
    _put(row, day, None, edition.number, by=by, at=at, why=why)
    _put(None, to, values, edition.number, by=by, at=at, why=why)
    return finish(edition, kind="day", subject=day.isoformat(), data={"to": to.isoformat()}, by=by, at=at)


@action
def confirm_year(*, year: int, source: str, by: User | None, at: datetime) -> Edition:
    """The Cabinet's list for a year is out and agrees with what stands here: nothing in it is provisional now.

    For a year that our calendar does not hold yet, the days come from `holidays`.
    """
    if not FIRST <= year <= LAST:
        raise Refused(_("There is no calendar for that year."))
    rows = list(CalendarDay.objects.filter(day__year=year, until=None))
    known = book().calendar.covers(year)
    if known and not any(row.provisional for row in rows):
        raise Refused(_("Every day of that year is confirmed already."))
    why = _("The calendar of %(year)s was confirmed: %(source)s") % {"year": year, "source": source}
    edition = next_edition(why=why, by=by, at=at)
    here = {row.day for row in rows}
    for row in rows:
        if row.provisional:
            # A weekday that only might have become a day off is an ordinary one now.
            settled = known and row.working and row.day.weekday() < 5
            values = None if settled else {**said(row), "provisional": False, "source": _sourced(source)}
            _put(row, row.day, values, edition.number, by=by, at=at, why=why)
    for seed in () if known else year_rows(year):
        if seed.date not in here:
            values = _values(seed.date, seed.working, seed.name, source, False)
            _put(None, seed.date, values, edition.number, by=by, at=at, why=why)
    return finish(edition, kind="year", subject=str(year), data={}, by=by, at=at)


def _live(day: date, seen: int | None) -> CalendarDay | None:
    row = CalendarDay.objects.select_for_update(no_key=True).filter(day=day, until=None).first()
    if seen is not None and seen != (row.since if row else 0):
        raise Stale(_("Somebody has just changed the law's data. Look at the page again before you go on."))
    return row


def _values(day: date, working: bool, name: str, source: str, provisional: bool) -> dict[str, Any]:
    if not FIRST <= day.year <= LAST:
        raise Refused(_("There is no calendar for that year."))
    name = clean_text(name)
    if not name:
        raise Refused(_("Write what day it is."))
    return {"working": working, "name": name[:200], "provisional": provisional, "source": _sourced(source)}


def _sourced(source: str) -> str:
    source = clean_text(source)
    if not source:
        raise Refused(_("Give the source: the decision, its number and date."))
    return source[:300]


def _put(
    row: CalendarDay | None, day: date, values: dict[str, Any] | None, number: int, *,
    by: User | None, at: datetime, why: str,
) -> None:  # fmt: skip
    """Close the version of a day, begin the next (None: it becomes an ordinary day), and log both."""
    if row is not None and CalendarDay.objects.filter(pk=row.pk, until=None).update(until=number) != 1:
        raise Stale(_("Somebody has just changed the law's data. Look at the page again before you go on."))
    if values is not None:
        CalendarDay.objects.create(day=day, since=number, **values)
    log_change(
        table="day", row=day.isoformat(), before=said(row), after=values, by=by, at=at, why=why
    )  # fmt: skip
