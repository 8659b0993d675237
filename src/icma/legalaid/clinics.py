"""Legal clinics: a day on which lawyers come to a place. An Event with its community and head-count; quick
advice that was given there carries its topic and the event's code inside its sealed fact, nowhere else."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import QuerySet

from icma.core.day import BAKU, moment
from icma.core.words import date_words
from icma.events.models import Event
from icma.legalaid.actions.facts import opened_facts
from icma.legalaid.ring import Ring

NEAR = timedelta(days=7)


def near(on: date) -> QuerySet[Event]:
    """Clinics of the week around a day, the newest first: what quick advice may have been given at."""
    clinics = Event.objects.filter(kind=Event.Kind.CLINIC).exclude(state=Event.State.CANCELLED)
    days = (moment(on - NEAR, 0), moment(on + NEAR, 23))
    return (
        clinics.filter(starts_at__range=days).select_related("place", "organisation").order_by("-starts_at")
    )


def ahead(today: date) -> QuerySet[Event]:
    """Clinics of the next two months: for which hours may be laid out."""
    clinics = Event.objects.filter(kind=Event.Kind.CLINIC, state=Event.State.PLANNED)
    days = (moment(today, 0), moment(today + timedelta(days=60), 23))
    return clinics.filter(starts_at__range=days).select_related("place", "organisation").order_by("starts_at")


def called(event: Event) -> str:
    """Day, hour, title, place, community: two clinics of one title are told apart, those of one day too."""
    where = (str(event.place or ""), str(event.organisation))
    when = f"{date_words(event.starts_at)}, {event.starts_at.astimezone(BAKU):%H:%M}"
    return " · ".join(part for part in (when, event.title, *where) if part)


def advised(ring: Ring, since: str, through: str) -> Counter[str]:
    """Code of a clinic → pieces of advice given there; for members of the statistics group. Never published."""
    return Counter(fact.clinic for fact in opened_facts(ring, since, through) if fact.clinic)


def told(ring: Ring, since: str, through: str) -> list[tuple[Event, int]]:
    """Clinics with the advice given there, the newest first."""
    counted = advised(ring, since, through)
    rows = (
        Event.objects.filter(code__in=counted).select_related("place", "organisation").order_by("-starts_at")
    )
    return [(event, counted[event.code]) for event in rows]
