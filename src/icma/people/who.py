"""Who is asking: the signed-in person with live seats, or nobody; the codes proven in this session."""

from datetime import date

from allauth.account.authentication import get_authentication_records
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from icma.core.access import Who
from icma.core.day import legal_day
from icma.core.prepared import prepared
from icma.people.access import held_on
from icma.people.models import Membership

CODES = "codes"  # session key: references of matters whose return code was proven
SCOPE = "scope"  # session key: what a one-time link opened
STRONG = "strong"  # session key: a second factor was given outside the sign-in pages (the demo's doors)


def who_of(request: HttpRequest) -> Who:
    """Made once a request, lazily; strangers cost no query."""
    codes = frozenset(request.session.get(CODES, ()))
    scope = request.session.get(SCOPE, "")
    user = request.user
    if not user.is_authenticated or user.frozen_at is not None or not user.is_active:
        return Who(codes=codes, scope=scope)
    seats = tuple(_seats(user=user.pk, today=legal_day(timezone.now())))
    return Who(
        user=user, seats=seats, strong=is_strong(request), codes=codes, scope=scope, person=user.person
    )


@prepared
def _seats(*, user: int, today: date) -> QuerySet:
    held = Membership.objects.filter(held_on(today), user=user)
    return held.values_list("role", "organisation_id", "authority_id")


def renew(request: HttpRequest) -> None:
    """Before a code is remembered: a session that somebody else knew must not be the one that has proven it.

    The session of an account was renewed when it signed in, and its owner's list names it.
    """
    if request.session.session_key and not request.user.is_authenticated:
        request.session.cycle_key()


def is_strong(request: HttpRequest) -> bool:
    """True when this session has given a factor that is not the mailbox: app, passkey or recovery code."""
    if request.session.get(STRONG):
        return True
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))
