"""What the pages say of groups: their names, who is in, who may come in."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icma.core.day import legal_day
from icma.legalaid.actions.keys.groups import members_of, needs_renewal
from icma.legalaid.models import Case, Grant, KeyPair, Wall
from icma.legalaid.pairs import group_pair
from icma.legalaid.ring import Ring
from icma.people.access import held_on
from icma.people.models import Membership

GROUPS = {
    "intake": _("Reception of requests for help"),
    "conflicts": _("Check of conflicts of interest"),
    "statistics": _("Figures of legal aid"),
}
STAFF = ("lawyer", "advocate", "moderator", "officer")


def overview(ring: Ring | None) -> list[dict[str, Any]]:
    """One entry a group; whether the reader is in it is known once the vault is open."""
    return [
        {
            "name": name, "title": title, "pair": group_pair(name), "n": len(members_of(name)),
            "mine": ring is not None and ring.in_group(name), "stale": needs_renewal(name),
        }
        for name, title in GROUPS.items()
    ]  # fmt: skip


def colleagues(name: str) -> list[KeyPair]:
    """Staff with a key who are not in the group yet."""
    seats = Membership.objects.filter(held_on(legal_day(timezone.now())), role__in=STAFF).values("user")
    inside = [pair.pk for pair in members_of(name)]
    rows = KeyPair.objects.filter(owner__in=seats, retired_on=None).exclude(pk__in=inside)
    return list(rows.select_related("owner").order_by("pk"))


def keyed(user: Any) -> list[KeyPair]:
    """Live pairs of colleagues."""
    rows = KeyPair.objects.filter(owner__isnull=False, retired_on=None).exclude(owner=user)
    return list(rows.select_related("owner").order_by("pk"))


def shared_cases(ring: Ring, pair: KeyPair) -> QuerySet[Case]:
    """Cases that somebody serves by name and that `ring` opens: what may be given back to a new key."""
    serves = Q(assignee=pair.owner) | Q(deputy=pair.owner) | Q(supervisor=pair.owner)
    mine = Grant.objects.filter(ring.live()).values("case")
    walled = Wall.objects.filter(user__in=[pair.owner, ring.user]).values("case")
    return Case.objects.filter(serves, open=True, pk__in=mine).exclude(pk__in=walled).order_by("pk")
