"""Which day of a meeting a page is about."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from icma.events.figures import days_of
from icma.events.models import Event


@dataclass(frozen=True)
class Day:
    """`others`: (number, day, is it this one) of all days, empty where there is only one."""

    number: int
    on: date
    others: tuple[tuple[int, date, bool], ...] = ()


def day_of(request: HttpRequest, event: Event) -> Day:
    """The day that the address names (`?gun=2`), else the first."""
    days = days_of(event)
    wanted = request.GET.get("gun", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 1
    on = dict(days).get(number)
    if on is None:
        number, on = days[0]
    others = tuple((one, day, one == number) for one, day in days) if len(days) > 1 else ()
    return Day(number, on, others)
