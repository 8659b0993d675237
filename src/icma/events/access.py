"""Who sees a meeting, and who sees when and where.

A stranger learns of a meeting when the community is seen in full and the meeting was held (its date and how
many came) or was opened on purpose. Hour and place go to the community's own people and to the invited.
"""

from datetime import datetime

from django.db.models import Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.events.models import Event
from icma.people.access import mentored

LISTED = Q(organisation__seen="full") & (Q(state="held") | Q(is_open=True))
OPENED = Q(organisation__seen="full", is_open=True)


def team(who: Who, at: datetime) -> Q:
    """The community's coordinators and members, its mentor, the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    own = who.organisations("coordinator", "member")
    return Q(organisation__in=own) | mentored(who, "organisation__")


def lead(who: Who, at: datetime) -> Q:
    """Who plans it, enters who came and keeps the minutes."""
    if who.has("officer"):
        return EVERYBODY
    return Q(organisation__in=who.organisations("coordinator")) | mentored(who, "organisation__")


def invited(who: Who, at: datetime) -> Q:
    """A sub-query, not a join: one row stays one row."""
    if not who.person:
        return NOBODY
    return Q(pk__in=Event.objects.filter(invitations__person=who.person).values("pk"))


def attend(who: Who, at: datetime) -> Q:
    """Who is told hour and place."""
    return team(who, at) | invited(who, at) | OPENED


def view(who: Who, at: datetime) -> Q:
    return team(who, at) | invited(who, at) | LISTED


def release(who: Who, at: datetime) -> Q:
    """Who may be the second person that reads minutes before the public does."""
    return EVERYBODY if who.has("officer", "moderator") else NOBODY


rules(
    Event,
    view=view, list=lambda who, at: LISTED, attend=attend, team=team, edit=lead, release=release,
)  # fmt: skip
