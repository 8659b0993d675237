"""Our own promises run as clocks like the law's: moderated in two working days, taken up or answered in ten."""

from datetime import date, datetime

from icma.core.action import action
from icma.core.day import legal_day
from icma.engines.clockrules import ClockEvent
from icma.law.book import Book
from icma.law.derive import caches, legal_moment, stored_moment
from icma.matters.actions.clocks import start_clock, stop_own
from icma.matters.models import Clock, Matter
from icma.people.models import User

MODERATE, TAKE_UP = "own.moderate", "own.take_up"
LIVE = ("running", "paused")


def owed_on(asked_at: datetime, law: Book) -> date:
    """By when a moderator owes a look at what was put before us at this moment."""
    asked = ClockEvent("start", legal_moment(stored_moment(asked_at)))
    due: date = caches(MODERATE, [asked], law)[1]["due_on"]
    return due


@action
def promise(*, matter: Matter, rule: str, at: datetime, by: User | None = None) -> None:
    """Start one of our own terms, unless it runs already."""
    if not Clock.objects.filter(matter=matter, rule=rule, state__in=LIVE).exists():
        start_clock(matter=matter, rule=rule, event_at=at, at=at, by=by)


@action
def kept(*, matter: Matter, rule: str, at: datetime, by: User | None = None) -> None:
    """What was promised has been done: the term stops."""
    stop_own(matter=matter, rule=rule, on=legal_day(at), at=at, by=by)


@action
def no_longer(*, matter: Matter, at: datetime, by: User | None = None) -> None:
    """Withdrawn, joined with another, closed: neither promise is owed any more."""
    for rule in (MODERATE, TAKE_UP):
        kept(matter=matter, rule=rule, at=at, by=by)
