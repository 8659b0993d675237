"""Who is asking: the signed-in person with live seats, or nobody; the codes proven in this session."""

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from icma.core.access import Who
from icma.core.day import legal_day
from icma.people.models import Membership

CODES = "codes"  # session key: references of matters whose return code was proven
SCOPE = "scope"  # session key: what a one-time link opened
STRONG = "strong"  # session key: a second factor was given


def who_of(request: HttpRequest) -> Who:
    """Made once a request, lazily; strangers cost no query."""
    codes = frozenset(request.session.get(CODES, ()))
    scope = request.session.get(SCOPE, "")
    user = request.user
    if not user.is_authenticated or user.frozen_at is not None or not user.is_active:
        return Who(codes=codes, scope=scope)
    today = legal_day(timezone.now())
    live = Q(since__lte=today) & (Q(until=None) | Q(until__gte=today))
    seats = Membership.objects.filter(live, user=user).values_list("role", "organisation_id", "authority_id")
    strong = bool(request.session.get(STRONG))
    return Who(user=user, seats=tuple(seats), strong=strong, codes=codes, scope=scope, person=user.person)
