"""Names, phones, addresses of residents: sealed, opened with a reason that is logged, expiring."""

import contextlib
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.seal import Unreadable, seal, unseal
from icma.people.access import contacts_to_open
from icma.people.models import Consent, Contact, Opening, User


@action
def keep_contact(
    *,
    person: str,
    purpose: str,
    scope: str,
    values: dict[str, Any],
    at: datetime,
    expires_on: date | None = None,
) -> Contact:
    """Seal what a person gave (name, phone, mail, address, hour…) for one scope, e.g. `matter:7Q4FM2KD`.

    A second call for the same person and scope replaces the first. Empty values are not kept.
    """
    kept = {name: value for name, value in values.items() if value not in ("", None)}
    row, _made = Contact.objects.update_or_create(
        person=person,
        scope=scope,
        defaults={
            "purpose": purpose,
            "sealed": seal(kept),
            "at": at,
            "expires_on": expires_on,
            "silent_at": None,
        },  # fmt: skip
    )
    return row


@action
def open_contact(
    *, person: str, by: User, who: Who, reason: str, at: datetime, scopes: Collection[str] | None = None
) -> dict[str, Any]:
    """What is known about `person` within `scopes`, the scopes that the asker leads (None: officers alone).

    Every call that shows something writes one Opening in the same transaction. Refused without a factor
    that is not the mailbox, without a reason, and when nothing (more) is kept in these scopes.
    """
    _may_open(by, who, reason, scopes)
    rows = list(contacts_to_open(person, scopes, legal_day(at)))
    if not rows:
        raise Refused(_("Nothing is kept here about this person (any more)."))
    role = next((r for r in ("officer", "coordinator", "moderator", "lawyer") if who.has(r)), "")
    Opening(person=person, by=by, role=role, reason=reason, at=at).save(force_insert=True)
    known: dict[str, Any] = {}
    for row in rows:
        known |= unseal(row.sealed)
    return known


def call_wishes(scopes: Collection[str]) -> dict[str, dict[str, Any]]:
    """By scope the safe hour, and whether a woman should call: what is needed before somebody opens the number."""
    return {scope: wish for scope, _person, wish in _wishes(scopes, "call")}


def safe_hours(scopes: Collection[str], purpose: str) -> dict[str, dict[str, Any]]:
    """The same by person, where many gave a number for one scope."""
    return {person: wish for _scope, person, wish in _wishes(scopes, purpose)}


def _wishes(scopes: Collection[str], purpose: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Nothing that says who it is leaves the seal here, so it is no opening."""
    for row in Contact.objects.filter(scope__in=scopes, purpose=purpose):
        with contextlib.suppress(Unreadable):
            kept = unseal(row.sealed)
            yield row.scope, row.person, {name: kept[name] for name in ("hour", "woman") if kept.get(name)}


@action
def look(*, person: str, by: User, who: Who, reason: str, at: datetime) -> None:
    """Somebody looks at the whole of what is held about `person` without unsealing anything: logged alike."""
    _may_open(by, who, reason, None)
    Opening(person=person, by=by, role="officer", reason=reason, at=at).save(force_insert=True)


def _may_open(by: User, who: Who, reason: str, scopes: Collection[str] | None) -> None:
    if who.user_id is None or who.user_id != by.pk or by.frozen_at is not None:
        raise Refused(_("Sign in to open a contact."))
    if not who.strong:
        raise Refused(_("A contact opens only after a second factor: a passkey or a code from your app."))
    if scopes is None and not who.has("officer"):
        raise Refused(_("You can open contacts only of matters that you lead."))
    if not reason:
        raise Refused(_("Choose why you open the contact: the person will see it."))
    if len(reason) > Opening._meta.get_field("reason").max_length:
        raise ValueError("a reason is a short key, not a text")


@action
def set_contact_expiry(*, scope: str, expires_on: date | None) -> int:
    """When the contacts of a scope go: 90 days after a matter ends; None: not before it ends."""
    return Contact.objects.filter(scope=scope).update(expires_on=expires_on)


@action
def erase_contact(*, person: str, scope: str | None = None) -> int:
    """Erase what is kept about a person (in one scope or everywhere); who had looked stays on record."""
    rows = Contact.objects.filter(person=person)
    if scope is not None:
        rows = rows.filter(scope=scope)
    return rows.delete()[0]


@action
def expire_contacts(*, on: date) -> int:
    """Erase every contact whose day has come; the daily retention job calls it. Again: nothing to do."""
    return Contact.objects.filter(expires_on__lte=on).delete()[0]


@action
def give_consent(
    *, person: str, purpose: str, text: str, language: str, channel: str, at: datetime, by: User | None = None
) -> Consent:
    """Write down that a person agreed to text version `text`; `by` read it out, or None for the person."""
    return Consent.objects.create(
        person=person, purpose=purpose, text=text, language=language, channel=channel, at=at, by=by
    )


@action
def withdraw_consent(*, person: str, purpose: str, at: datetime) -> int:
    """Take back every live consent of a purpose; the row stays as proof with its date."""
    return Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).update(withdrawn_at=at)
