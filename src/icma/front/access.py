"""Rules of pages that only front can see whole."""

from datetime import datetime

from django.db.models import Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.people.models import Organisation


def home(who: Who, at: datetime) -> Q:
    """A community's own people, its mentor, and the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    if who.user_id is None:
        return NOBODY
    return Q(pk__in=who.organisations("coordinator", "member")) | Q(mentor=who.user_id)


rules(Organisation, home=home)
