"""A thing to do, and how it stands."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from icma.core.access import NOBODY, Who
from icma.matters.lateness import SOON
from icma.matters.models import Matter
from icma.people.access import ended

MOST = 40
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """Something to do. `due`: the day by which; tone: late, now, calm; `act` is the word on the button.

    `does`: where pressing the button does the thing itself; without it the button opens `url`.
    """

    title: str
    url: str
    act: str
    why: str = ""
    due: date | None = None
    tone: str = "calm"
    does: str = ""


def tone_of(due: date | None, today: date) -> str:
    if due is None:
        return "calm"
    if due < today:
        return "late"
    return "now" if (due - today).days <= SOON else "calm"


def led_by(who: Who, prefix: str = "") -> Q:
    """Matters of the communities that this person coordinates; for officers those that the union took up itself, and
    those that no community leads, or none any more."""
    led = who.organisations("coordinator", "officer")
    rule = Q(**{f"{prefix}community__in": led}) if led else NOBODY
    if not who.has("officer"):
        return rule
    return rule | Q(**{f"{prefix}community": None}) | Q(**{f"{prefix}community__in": ended().values("pk")})


def leads(who: Who) -> bool:
    return who.has("coordinator", "officer")


def page_of(matter: Matter) -> str:
    return reverse("matter", args=[matter.code])
