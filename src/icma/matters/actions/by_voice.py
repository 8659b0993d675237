"""Followers without mail: a coordinator writes down a number, and news reaches them by a person ("Kimə deməli")."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.matters.actions.raising import CONSENT_TEXT, UNTIL_THEN
from icma.matters.actions.support import family, follow, home, is_open, unfollow
from icma.matters.models import Matter, Part
from icma.people.actions.contacts import (
    erase_contact,
    give_consent,
    keep_contact,
    safe_hours,
    withdraw_consent,
)
from icma.people.models import Contact, User, person_key

PURPOSE = "tell"
SHORT = 6  # signs of the opaque name that stand on the page


@dataclass(frozen=True)
class Listener:
    """Somebody who hears by voice: never a name, only what is needed before the number is opened."""

    person: str
    since: datetime
    hour: str
    woman: bool

    @property
    def short(self) -> str:
        return self.person[:SHORT]


def scopes_of(matter: Matter) -> list[str]:
    """Where contacts of a matter are kept, also of those that were joined with it."""
    return [f"matter:{code}" for code in family(matter).values()]


@action
def follow_by_voice(
    *, matter: Matter, contact: dict[str, Any], consented: bool, channel: str, at: datetime, by: User
) -> str:
    """Somebody without mail follows; the number (phone, name, hour, woman) is sealed for this matter.

    Returns the opaque name. Refused without a number, without the consent that was read out, and when the
    matter has ended: there would be nothing more to tell.
    """
    if not contact.get("phone"):
        raise Refused(_("Write the number at which the person can be told."))
    if not consented:
        raise Refused(_("Name or phone can be kept only after the consent was read out and given."))
    if not is_open(matter):
        raise Refused(_("This matter cannot be followed."))
    person = person_key()
    follow(matter=matter, person=person, at=at)
    keep_contact(
        person=person, purpose=PURPOSE, scope=f"matter:{matter.code}", values=contact, at=at,
        expires_on=legal_day(at) + UNTIL_THEN,
    )  # fmt: skip
    give_consent(
        person=person, purpose="contact", text=CONSENT_TEXT, language=matter.language, channel=channel, at=at, by=by
    )  # fmt: skip
    return person


@action
def no_more_by_voice(*, matter: Matter, person: str, at: datetime) -> None:
    """The person wants to hear no more: the number goes at once, the consent is taken back."""
    if not listening(matter).filter(person=person).exists():
        raise Refused(_("This person is no longer on the list."))
    unfollow(matter=matter, person=person, at=at)
    for scope in scopes_of(matter):
        erase_contact(person=person, scope=scope)
    withdraw_consent(person=person, purpose="contact", at=at)


def listening(matter: Matter) -> QuerySet[Part]:
    """Followers of the matter that counts whose number a coordinator wrote down."""
    kept = Contact.objects.filter(purpose=PURPOSE, scope__in=scopes_of(matter)).values("person")
    return Part.objects.filter(
        matter=home(matter), role=Part.Role.FOLLOWER, user=None, until=None, person__in=kept
    )


def listeners(matter: Matter) -> list[Listener]:
    """Who hears of this matter by voice, in the order in which they came."""
    wishes = safe_hours(scopes_of(matter), PURPOSE)
    rows = listening(matter).order_by("since", "pk").values_list("person", "since")
    return [
        Listener(person, since, wishes.get(person, {}).get("hour", ""), "woman" in wishes.get(person, {}))
        for person, since in rows
    ]
