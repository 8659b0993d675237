"""Calendars of days as iCalendar (RFC 5545): whole days, no alarm, no person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Day:
    """One entry; `uid` is unique in the world and stays the same when the day moves."""

    uid: str
    on: date
    summary: str
    url: str = ""
    description: str = ""


def calendar(days: Iterable[Day], at: datetime, name: str = "") -> bytes:
    """The file, as made at `at`."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Icma//terms//AZ")
    made.add("version", "2.0")
    if name:
        made.add("x-wr-calname", name)
    for day in days:
        event = Event()
        event.add("uid", day.uid)
        event.add("dtstamp", at)
        event.add("dtstart", day.on)
        event.add("transp", "TRANSPARENT")
        for key in ("summary", "description", "url"):
            if getattr(day, key):
                event.add(key, getattr(day, key))
        made.add_component(event)
    return made.to_ical()
