"""Groups that hold a key together: founded, joined after two people compared fingerprints, left, renewed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.models import Case, Grant, KeyPair, KeyWrap
from icma.legalaid.pairs import genuine, group_pair, new_pair, same_print
from icma.legalaid.ring import Ring, member_place
from icma.legalaid.sealing import grant
from icma.legalaid.words import Group
from icma.people.actions.changes import log_change

FOUNDED = (Group.INTAKE, Group.CONFLICTS, Group.STATISTICS)


@action
def found(*, ring: Ring, name: str, at: datetime) -> KeyPair:
    """A group that did not exist; its founder is its only member."""
    if name not in FOUNDED or group_pair(name) is not None:
        raise Refused(_("This group exists already."))
    seed = vault.new_seed()
    pair = new_pair(public=vault.public_of(seed), group=name, on=legal_day(at))
    _join(pair, seed, ring.pair)
    ring.forget_groups()
    _logged(name, "", ring, at)
    return pair


@action
def add_member(*, ring: Ring, name: str, to: KeyPair, fingerprint: str, at: datetime) -> None:
    """A member lets somebody in. `fingerprint`: its digits as the newcomer has read them out."""
    if not same_print(to, fingerprint):
        raise Refused(_("This is not the fingerprint of that key. Nobody was let in; compare it once more."))
    if to.retired_on or not genuine(to):
        raise Refused(_("This person's key is no longer in use; nothing was given."))
    pair = group_pair(name)
    if pair is None or not ring.in_group(name):
        raise Refused(_("Only a member of the group lets somebody in."))
    _join(pair, ring.group(name), to)
    _logged(name, to.code, ring, at)


@action
def remove_member(*, ring: Ring, name: str, member: KeyPair, at: datetime) -> KeyPair:
    """Somebody leaves the group: it gets another key, and what was sealed for the old one is sealed for the new."""
    pair = group_pair(name)
    if pair is None or not ring.in_group(name):
        raise Refused(_("Only a member of the group does this."))
    if member.pk == ring.pair.pk:
        raise Refused(_("Let another member take you out."))
    KeyWrap.objects.filter(pair=pair, member=member).delete()
    return renew_group(ring=ring, name=name, at=at)


@action
def renew_group(*, ring: Ring, name: str, at: datetime) -> KeyPair:
    """Another key for the group, for its members with live pairs; the old one opens nothing afterwards."""
    old, seed, on = group_pair(name), ring.group(name), legal_day(at)
    assert old is not None
    members = KeyPair.objects.filter(memberships__pair=old, retired_on=None)
    KeyPair.objects.filter(pk=old.pk).update(retired_on=on)
    fresh = vault.new_seed()
    new = new_pair(public=vault.public_of(fresh), group=name, on=on)
    for member in members:
        if genuine(member):
            _join(new, fresh, member)
    _move_grants(ring, old, new, at)
    KeyWrap.objects.filter(pair=old).delete()
    # What was sealed for the old pair (facts, names, questions) stays readable to the members of the new one.
    _join(old, seed, new)
    ring.forget_groups()
    _logged(name, "", ring, at)
    return new


def _move_grants(ring: Ring, old: KeyPair, new: KeyPair, at: datetime) -> None:
    """Waiting intakes: their keys for the group's new pair. What a former member knew of them he has seen."""
    for row in Grant.objects.filter(holder=old).select_related("case"):
        if row.expires_at and row.expires_at <= at:
            continue
        case: Case = row.case
        if row.epoch == case.epoch(row.compartment):
            key = ring.key(case, row.compartment)
            grant(
                key=key,
                case=case,
                compartment=row.compartment,
                to=new,
                by=ring.user,
                on=row.on,
                until=row.expires_at,
            )
    Grant.objects.filter(holder=old).delete()


def _join(pair: KeyPair, seed: bytes, member: KeyPair) -> None:
    blob = vault.wrap(bytes(member.public), seed, member_place(pair, member))
    KeyWrap.objects.update_or_create(
        pair=pair, method=KeyWrap.Method.MEMBER, member=member, defaults={"blob": blob}
    )


def needs_renewal(name: str) -> bool:
    """True when somebody whose pair was given up could still know the group's key."""
    pair = group_pair(name)
    return pair is not None and KeyWrap.objects.filter(pair=pair, member__retired_on__isnull=False).exists()


def members_of(name: str) -> list[KeyPair]:
    """Live members' pairs, with their owners."""
    rows = KeyPair.objects.filter(memberships__pair__group=name, memberships__pair__retired_on=None)
    return list(rows.filter(retired_on=None).select_related("owner").order_by("pk"))


def _logged(name: str, member: str, ring: Ring, at: datetime) -> None:
    who: Any = ring.user
    log_change(table="vault", row=name, before={}, after={"member": member}, by=who, at=at)
