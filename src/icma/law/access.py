"""Who may see and decide a request about personal data: the one who asked, and the union's officers."""

from datetime import datetime

from django.db.models import Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.law.models import DataRequest


def own_request(who: Who, at: datetime) -> Q:
    """By account, or by the return code of the matter through which it was asked."""
    mine = Q(via__in=[f"matter:{code}" for code in who.codes]) if who.codes else NOBODY
    return mine | Q(person=who.person) if who.person else mine


def decide_request(who: Who, at: datetime) -> Q:
    """Officers; nobody answers his or her own request."""
    if not who.has("officer"):
        return NOBODY
    return EVERYBODY & ~Q(person=who.person)


rules(DataRequest, own=own_request, decide=decide_request)
