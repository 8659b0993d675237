"""Rows that the tests of notices share: a public matter, its entries, followers."""

from datetime import datetime, timedelta

from icma.matters.actions.thread import note
from icma.matters.models import Matter, Part
from icma.people.actions.contacts import keep_contact
from icma.people.models import person_key


def public_matter(
    country, at: datetime, code: str = "7Q4FM2KD", title: str = "Küçədə su yoxdur", **more
) -> Matter:
    values = {
        "code": code,
        "title": title,
        "place": country.goychay,
        "topic": "infrastructure",
        "stage": "taken",
        "community": country.community,
        "raised_at": at,
        "published_at": at,
        "changed_at": at,
        "search_text": "su",
    }
    return Matter.objects.create(**values | more)


def follow(matter: Matter, user, at: datetime, role: str = "follower") -> Part:
    return Part.objects.create(matter=matter, person=user.person, user=user, role=role, since=at)


def follow_without_account(matter: Matter, at: datetime, role: str = "follower", **values) -> str:
    """A person with a sealed contact (mail, phone, hour); returns the opaque name."""
    person = person_key()
    keep_contact(person=person, purpose="follow", scope=f"matter:{matter.code}", values=values, at=at)
    Part.objects.create(matter=matter, person=person, role=role, since=at)
    return person


def happened(matter: Matter, at: datetime, verb: str = "answer_came", hours: float = 1, **more):
    return note(matter=matter, verb=verb, at=at + timedelta(hours=hours), **more)
