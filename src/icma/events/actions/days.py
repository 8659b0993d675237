"""A training or hearing of several days: each day is counted by itself."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.events.models import Event, Session
from icma.people.models import User

MOST, FAR = 30, timedelta(days=200)


@action
def add_day(*, event: Event, on: date, at: datetime, by: User, title: str = "") -> Session:
    """One more day, after the ones that there are."""
    last = event.sessions.order_by("-number").first()
    before = last.on if last else legal_day(event.starts_at)
    if event.state == Event.State.CANCELLED:
        raise Refused(_("The meeting was cancelled."))
    if not before < on <= before + FAR:
        raise Refused(_("Choose a day after the last one."))
    number = last.number + 1 if last else 2
    if number > MOST:
        raise Refused(_("A meeting has at most 30 days."))
    return Session.objects.create(
        event=event, number=number, on=on, title=" ".join(clean_text(title).split())[:80]
    )


@action
def drop_day(*, event: Event, at: datetime, by: User) -> None:
    """The last day does not take place. Refused where somebody was counted on it."""
    last = event.sessions.order_by("-number").first()
    if last is None:
        return
    if any(
        rows.filter(session=last.number).exists() for rows in (event.counts, event.attendances, event.sheets)
    ):
        raise Refused(_("People were counted on this day already."))
    last.delete()
