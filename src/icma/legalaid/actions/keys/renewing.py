"""Somebody exchanges the own pair: what the old one opened the new one opens, and the old one nothing."""

from datetime import date, datetime

from icma.core.action import action
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.actions import complaints
from icma.legalaid.actions.cases import offers
from icma.legalaid.actions.keys.cases import rotate
from icma.legalaid.actions.keys.groups import renew_group
from icma.legalaid.actions.keys.pairs import Locks, lock_with, made_for
from icma.legalaid.actions.keys.sessions import end_all
from icma.legalaid.models import Case, Grant, KeyPair, KeyWrap
from icma.legalaid.pairs import grant_mark
from icma.legalaid.ring import Ring, grant_place, member_place
from icma.people.actions.changes import log_change


@action
def renew(*, ring: Ring, locks: Locks, at: datetime, leaked: bool = False) -> Ring:
    """Exchange the pair of somebody who has unlocked it; grants, groups, complaints and offers go over to the new one.

    `leaked`: somebody may know the old seed, and so the keys that it opened: groups and cases get other keys too.
    """
    old, on = ring.pair, legal_day(at)
    grants = list(Grant.objects.filter(ring.live(), holder=old).select_related("case"))
    keys = [ring.key(row.case, row.compartment, row.epoch) for row in grants]
    groups = {name: ring.group(name) for name in ring.groups()}
    KeyPair.objects.filter(pk=old.pk).update(retired_on=on)
    new = made_for(ring.user, on, at)
    for row, key in zip(grants, keys, strict=True):
        _given(row, key, new, on)
    for wrap in KeyWrap.objects.filter(member=old, pair__retired_on=None).select_related("pair"):
        blob = vault.wrap(bytes(new.pair.public), groups[wrap.pair.group], member_place(wrap.pair, new.pair))
        KeyWrap.objects.create(pair=wrap.pair, method=KeyWrap.Method.MEMBER, member=new.pair, blob=blob)
    complaints.hand_on(ring=ring, to=new.pair)
    offers.hand_on(ring=ring, to=new.pair)
    _forget(old)
    lock_with(new, locks)
    end_all(user=ring.user)
    log_change(table="vault", row=ring.user.person, before={"pair": old.code}, after={"pair": new.pair.code},
               by=ring.user, at=at)  # fmt: skip
    if leaked:
        _other_keys(new, at)
    return new


def _given(row: Grant, key: bytes, new: Ring, on: date) -> None:
    place = grant_place(row.case, row.compartment, row.epoch, new.pair.code)
    Grant.objects.create(
        case=row.case, compartment=row.compartment, epoch=row.epoch, holder=new.pair, by=new.user, on=on,
        blob=vault.wrap(bytes(new.pair.public), key, place), expires_at=row.expires_at,
        mark=grant_mark(row.case, row.compartment, row.epoch, new.pair, row.expires_at),
    )  # fmt: skip


def _forget(pair: KeyPair) -> None:
    """Every way to a seed, and what it opened."""
    KeyWrap.objects.filter(pair=pair).delete()
    KeyWrap.objects.filter(member=pair).delete()
    Grant.objects.filter(holder=pair).delete()


def _other_keys(ring: Ring, at: datetime) -> None:
    """Groups first: cases that wait are granted to their new pairs. Then every compartment that the owner opens."""
    for name in ring.groups():
        renew_group(ring=ring, name=name, at=at)
    live = Grant.objects.filter(ring.live()).values_list("case", "compartment").distinct()
    for case, compartment in list(live):
        rotate(
            ring=ring,
            case=Case.objects.select_for_update(no_key=True).get(pk=case),
            compartment=compartment,
            at=at,
        )
