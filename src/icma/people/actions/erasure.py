"""Erasing a person: nothing that names them stays, every count stays."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.people.access import held_on
from icma.people.actions.accounts import close_sessions, end_codes
from icma.people.actions.changes import log_change
from icma.people.actions.contacts import erase_contact
from icma.people.models import Consent, Mail, Membership, User

Also = Callable[..., Any]  # also(person=, by=, at=) of a higher floor


@action
def erase_person(*, person: str, by: User | None, at: datetime, also: Iterable[Also] = ()) -> dict[str, int]:
    """Erase contacts, mails, consents' validity, sessions, factors and the name of an account.

    Rows that count or prove (openings, changes, consents with their dates) point at an opaque key and stay.
    `also` are the erasures of higher floors, run in the same transaction. Returns how much was erased.
    Refused for the last officer: hand the role over first.
    """
    user = User.objects.filter(person=person).first()
    if user is not None:
        _must_not_be_last_officer(user, at)
    for erase in also:
        erase(person=person, by=by, at=at)
    done = {
        "contacts": erase_contact(person=person),
        "mails": Mail.objects.filter(person=person).delete()[0],
        "consents": Consent.objects.filter(person=person, withdrawn_at=None).update(withdrawn_at=at),
    }
    if user is not None:
        done["account"] = _erase_account(user, by, at)
    return done


def _must_not_be_last_officer(user: User, at: datetime) -> None:
    officers = Membership.objects.filter(held_on(legal_day(at)), role="officer", user__is_active=True)
    if officers.filter(user=user).exists() and not officers.exclude(user=user).exists():
        raise Refused(_("You are the last officer. Give the role to somebody else first."))


def _erase_account(user: User, by: User | None, at: datetime) -> int:
    """The row stays as a tombstone without address, name, password or factor; nobody can sign in to it."""
    close_sessions(user=user)
    end_codes(user=user, at=at)
    Membership.objects.filter(user=user, until=None).update(until=legal_day(at))
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.email, user.pseudonym = f"{user.person}@erased.invalid", ""
    user.is_active, user.seen_on = False, None
    user.set_unusable_password()
    user.save()
    before, after = {"erased": False}, {"erased": True}
    log_change(table="account", row=user.person, before=before, after=after, by=by, at=at)
    return 1
