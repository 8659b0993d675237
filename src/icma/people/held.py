"""What we hold about one person, and who looked: sections of plain lines.

Here stands what the people floor holds; `front` adds the sections of higher floors.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.words import date_words
from icma.people.models import Consent, Contact, Mail, Membership, Opening, Signin, User

# Keys under which callers open a contact, in words for the person it is about.
REASONS = {
    "call_back": gettext_lazy("to call you back"),
    "ask": gettext_lazy("to ask something"),
    "tell": gettext_lazy("to tell what happened"),
    "list": gettext_lazy("to read the list of a meeting"),
    "request": gettext_lazy("because you asked us to"),
}
PURPOSES = {
    "answer": gettext_lazy("to answer you"),
    "contact": gettext_lazy("to reach you about a matter"),
    "reach": gettext_lazy("to reach you about a matter"),
    "confirm": gettext_lazy("to confirm your address"),
    "follow": gettext_lazy("to send you news of a matter"),
    "support": gettext_lazy("to confirm your support"),
    "call": gettext_lazy("to call you back"),
    "tell": gettext_lazy("to tell you news of a matter by voice"),
    "attend": gettext_lazy("to reach you about a meeting"),
    "vouch": gettext_lazy("to ask an authority whether an answer is its own"),
}


@dataclass(frozen=True)
class Section:
    """`rows` are (what, in words); `empty` is said when there are none."""

    title: Any
    rows: list[tuple[Any, Any]] = field(default_factory=list)
    empty: Any = ""
    note: Any = ""


def held(person: str, at: datetime) -> list[Section]:
    """Sections of what is held about `person` (User.person or the key of a part)."""
    user = User.objects.filter(person=person).first()
    sections = [_contacts(person), _openings(person), _consents(person), _mails(person)]
    return ([_account(user), _seats(user), _sessions(user)] if user else []) + sections


def _account(user: User) -> Section:
    rows = [
        (_("Mail address"), user.email),
        (_("Public name"), user.pseudonym or _("none chosen")),
        (_("Language"), dict(settings.LANGUAGES).get(user.language, user.language)),
        (_("Mails from us"), user.get_digest_display()),
        (_("Account made on"), date_words(user.joined_at)),
        (_("Last day signed in"), date_words(user.seen_on) or _("unknown")),
    ]
    return Section(_("Account"), rows)


def _seats(user: User) -> Section:
    seats = Membership.objects.filter(user=user).select_related("organisation", "authority").order_by("since")
    rows = [
        (f"{seat.get_role_display()}, {seat.organisation or seat.authority}", _span(seat.since, seat.until))
        for seat in seats
    ]
    return Section(_("Roles"), rows, _("You hold no role."))


def _span(since: Any, until: Any) -> str:
    return (
        f"{date_words(since)} – {date_words(until)}"
        if until
        else _("since %(day)s") % {"day": date_words(since)}
    )


def _sessions(user: User) -> Section:
    rows = [
        (row.device or _("a device"), date_words(row.at))
        for row in Signin.objects.filter(user=user).order_by("-at")
    ]
    note = _("No network address is kept.")
    return Section(_("Where you are signed in"), rows, _("No other session."), note)


def _contacts(person: str) -> Section:
    rows = []
    for row in Contact.objects.filter(person=person).order_by("at"):
        kept = _("kept until %(day)s") % {"day": date_words(row.expires_on)} if row.expires_on else ""
        rows.append((PURPOSES.get(row.purpose, row.purpose), kept or _("kept while the matter is open")))
    note = _("Sealed under a key that lies outside the database.")
    return Section(_("Name, phone and address that you gave"), rows, _("Nothing is kept."), note)


def _openings(person: str) -> Section:
    """Who looked: the role and the day, for the person it is about."""
    roles = dict(Membership.Role.choices)
    rows = [
        (f"{date_words(row.at)}, {roles.get(row.role, '')}", REASONS.get(row.reason, row.reason))
        for row in Opening.objects.filter(person=person).order_by("-at")
    ]
    return Section(_("Who looked at it"), rows, _("Nobody has opened it."))


def _consents(person: str) -> Section:
    rows = []
    for row in Consent.objects.filter(person=person).order_by("-at"):
        given = date_words(row.at)
        state = _("withdrawn on %(day)s") % {"day": date_words(row.withdrawn_at)} if row.withdrawn_at else ""
        rows.append((PURPOSES.get(row.purpose, row.purpose), f"{given}; {state}" if state else given))
    return Section(_("What you agreed to"), rows, _("Nothing."))


def _mails(person: str) -> Section:
    mails = Mail.objects.filter(person=person).order_by("-at")[:20]
    rows = [(date_words(row.at), row.get_state_display()) for row in mails]
    note = _("Only the fact is kept, not the words; the last 20.")
    return Section(_("Mails sent to you"), rows, _("None."), note)
