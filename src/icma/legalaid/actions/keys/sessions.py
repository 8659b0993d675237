"""Sessions in which something is unlocked: begun, seen, ended."""

from datetime import datetime
from typing import Any

from icma.core.access import STRONG_ROLES
from icma.core.action import action
from icma.core.day import legal_day
from icma.legalaid.keeping import ENDED
from icma.legalaid.models import KeyPair, Unlocked
from icma.legalaid.ring import Ring
from icma.legalaid.unlocking import MINUTE, Halves, live
from icma.people.access import held_on
from icma.people.models import Membership


@action
def begin(*, ring: Ring, half: Halves, at: datetime) -> Unlocked:
    """Keep the server's half. What was open for the same pair elsewhere stays open."""
    return Unlocked.objects.create(
        hash=half.hash, pair=ring.pair, user=ring.user, blob=half.blob, at=at, seen_at=at
    )  # fmt: skip


def touch(*, row: Unlocked, at: datetime) -> None:
    """Once a minute is enough."""
    if row.seen_at <= at - MINUTE:
        _touch(row=row, at=at)


@action
def _touch(*, row: Unlocked, at: datetime) -> None:
    Unlocked.objects.filter(pk=row.pk, seen_at__lt=at).update(seen_at=at)


@action
def end(*, hash: str) -> None:
    Unlocked.objects.filter(hash=hash).delete()


@action
def end_all(*, user: Any) -> int:
    """Everywhere at once: a passphrase was changed, a telephone was taken, somebody has left."""
    return Unlocked.objects.filter(user=user).delete()[0]


@action
def clear(*, at: datetime) -> int:
    """The halves of sessions that are over, and of people who are frozen or hold no seat any more."""
    over = Unlocked.objects.exclude(live(at)).filter(seen_at__lte=at + MINUTE)
    seats = Membership.objects.filter(held_on(legal_day(at)), role__in=STRONG_ROLES).values("user")
    gone = Unlocked.objects.filter(user__isnull=False).exclude(user__in=seats)
    frozen = Unlocked.objects.filter(user__is_active=False)
    n = over.delete()[0] + gone.delete()[0] + frozen.delete()[0]
    # Codes that were changed: what their last session still stood on goes with it.
    changed = KeyPair.objects.filter(receipt__lookup__startswith=ENDED)
    changed.exclude(pk__in=Unlocked.objects.values("pair")).delete()
    return n
