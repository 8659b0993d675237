"""Rules of pages that only front can see whole."""

from datetime import datetime

from django.db.models import Q

from icma.core.access import EVERYBODY, Who, rules
from icma.people.access import mentored
from icma.people.models import Organisation


def home(who: Who, at: datetime) -> Q:
    """A community's own people, its mentor, and the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    return Q(pk__in=who.organisations("coordinator", "member")) | mentored(who)


rules(Organisation, home=home)
