"""Colleagues: who serves with a key, who answers for a case."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.legalaid.models import Case, KeyPair, Offer, Wall
from icma.people.access import held_on
from icma.people.models import Membership, User

SERVE = ("lawyer", "advocate")
MEETS = (
    *SERVE,
    "officer",
    "moderator",
)  # who may come upon a case: at the reception, in mails, among openings


def staff_rows(at: datetime, case: Case | None = None) -> QuerySet[User]:
    """Lawyers and advocates of today who have a key to the vault, and before whom `case` has no wall."""
    seats = Membership.objects.filter(held_on(legal_day(at)), role__in=SERVE).values("user")
    keys = KeyPair.objects.filter(owner__isnull=False, retired_on=None).values("owner")
    walled = Wall.objects.filter(case=case).values("user")
    rows = User.objects.filter(pk__in=seats).filter(pk__in=keys).exclude(pk__in=walled)
    return rows.order_by("pseudonym", "pk")


def who_meets(at: datetime, case: Case) -> QuerySet[User]:
    """Everybody for whom a wall of this case can be built: who serves, sits at the reception or hears of cases by mail."""
    seats = Membership.objects.filter(held_on(legal_day(at)), role__in=MEETS).values("user")
    walled = Wall.objects.filter(case=case).values("user")
    return (
        User.objects.filter(pk__in=seats, is_active=True).exclude(pk__in=walled).order_by("pseudonym", "pk")
    )


def staff_of(case: Case) -> list[tuple[Any, Any]]:
    """Label and name of those who answer for a case, and who was asked to and has not answered yet."""
    labels = {"assignee": _("Lawyer of the case"), "deputy": _("Deputy"), "supervisor": _("Supervisor")}
    users = [(label, getattr(case, name)) for name, label in labels.items()]
    kinds = {Offer.Kind.DEPUTY.value: labels["deputy"], Offer.Kind.OVERSEER.value: labels["supervisor"]}
    waits = Offer.objects.filter(case=case, kind__in=kinds, state=Offer.State.PROPOSED, to__isnull=False)
    asked = {kinds[row.kind]: row.to for row in waits.select_related("to")}
    return [(label, _named(user, asked.get(label))) for label, user in users]


def _named(user: Any, asked: Any) -> str:
    name = str(user.pseudonym or user.email) if user else ""
    if asked is not None:
        waits = _("%(name)s was asked and has not answered yet") % {"name": asked.pseudonym or asked.email}
        return f"{name}; {waits}" if name else waits
    return name or "–"
