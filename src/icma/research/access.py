"""Who sees releases: the published ones everybody, also the tombstone of a withdrawn one; the others those who make them."""

from datetime import datetime

from django.db.models import Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.research.models import Release

MAKERS = ("researcher", "officer")


def view(who: Who, at: datetime) -> Q:
    return Q(state__in=("agreed", "withdrawn"))


def work(who: Who, at: datetime) -> Q:
    """Prepare, agree, withdraw. That a second person agrees is the action's matter."""
    return EVERYBODY if who.has(*MAKERS) else NOBODY


rules(Release, view=view, work=work)
