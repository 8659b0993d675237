"""Who opens a case: those who serve it; keys are taken back, walls are built."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.legalaid.actions import conflicts
from icma.legalaid.actions.keys.cases import unshare
from icma.legalaid.models import Case, Grant, KeyPair
from icma.legalaid.pairs import pair_of
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import card_of, set_card

SEATS = ("assignee", "deputy", "supervisor")


def seated(case: Case) -> set[Any]:
    """Those who answer for it."""
    return {user for user in (getattr(case, name) for name in SEATS) if user is not None}


@action
def dismiss(*, ring: Ring, case: Case, before: set[Any], at: datetime) -> None:
    """Of those who served it `before`, who does no more loses the keys; never the one who does this."""
    for user in before - seated(case) - {ring.user}:
        pair = pair_of(user)
        if pair is not None:
            unshare(ring=ring, case=case, holder=pair, at=at)
            case.refresh_from_db()


@action
def take_back(*, ring: Ring, case: Case, holder: KeyPair, at: datetime) -> None:
    """A colleague opens this case no more: seat and keys go, and all is sealed under keys that were never given."""
    if holder.owner_id is None or holder.owner_id in (case.assignee_id, ring.user.pk):
        raise Refused(_("Whoever is its lawyer keeps the key. Offer the case to a colleague first."))
    seats: dict[str, Any] = {
        name: None for name in ("deputy", "supervisor") if getattr(case, f"{name}_id") == holder.owner_id
    }
    if seats:
        set_card(ring=ring, case=case, value=card_of(ring, case), **seats)
    unshare(ring=ring, case=case, holder=holder, at=at)
    case.refresh_from_db()


@action
def wall_off(*, ring: Ring, case: Case, user: Any, at: datetime) -> None:
    """A wall in a case that was taken up: whoever held a key holds none, and the case is nowhere for him or her."""
    if user.pk in (case.assignee_id, ring.user.pk):
        raise Refused(_("Whoever is its lawyer keeps the key. Offer the case to a colleague first."))
    conflicts.wall(case=case, user=user, by=ring.user, at=at)
    case.refresh_from_db()
    pair = pair_of(user)
    if pair is not None:
        unshare(ring=ring, case=case, holder=pair, at=at)
        case.refresh_from_db()


def holders(case: Case, at: datetime) -> list[Grant]:
    """Live grants of people, one each; of two compartments the one that ends last."""
    rows = Grant.objects.filter(case=case, holder__owner__isnull=False, holder__retired_on=None)
    found: dict[int, Grant] = {}
    for row in rows.select_related("holder__owner").order_by("pk"):
        if row.epoch == case.epoch(row.compartment) and (row.expires_at is None or row.expires_at > at):
            last = found.get(row.holder_id)
            if last is None or (
                last.expires_at and (row.expires_at is None or row.expires_at > last.expires_at)
            ):
                found[row.holder_id] = row
    return list(found.values())
