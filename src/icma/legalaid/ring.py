"""Rings: what somebody who has unlocked, or who holds a code, can open in this request. In memory only."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Q

from icma.engines import vault
from icma.engines.vault import Unopened
from icma.legalaid.models import Case, Grant, KeyPair, KeyWrap
from icma.legalaid.places import grant_at


def grant_place(case: Case, compartment: str, epoch: int, holder: str) -> str:
    """Where a grant of a case belongs."""
    return grant_at(case.code, compartment, epoch, holder)


def member_place(group: KeyPair, member: KeyPair) -> str:
    return f"member|{group.code}|{member.code}"


class Ring:
    """A seed and the grants that it opens; `user` is None for a client's code.

    `key(case, compartment)` → 32 bytes; raises Unopened without a live grant. Groups of the owner are tried too.
    """

    def __init__(self, *, seed: bytes, pair: KeyPair, user: Any, at: datetime):
        self._seed, self.pair, self.user, self.at = seed, pair, user, at
        self._groups: dict[str, tuple[KeyPair, bytes]] | None = None
        self._keys: dict[tuple[int, str, int], bytes] = {}

    def key(self, case: Case, compartment: str, epoch: int | None = None) -> bytes:
        """The compartment's key of an epoch (the current one if not named)."""
        place = (case.pk, compartment, case.epoch(compartment) if epoch is None else epoch)
        if place not in self._keys:
            self._keys[place] = self._granted(case, *place[1:])
        return self._keys[place]

    def keep(self, case: Case, compartment: str, epoch: int, key: bytes) -> None:
        """A key that was just made in this request."""
        self._keys[(case.pk, compartment, epoch)] = key

    def group(self, name: str) -> bytes:
        """The seed of a group that this ring's owner is a member of. Raises Unopened."""
        if name not in self._all_groups():
            raise Unopened("not a member")
        return self._all_groups()[name][1]

    def groups(self) -> list[str]:
        """Names of the groups that the owner is a member of."""
        return sorted(self._all_groups())

    def group_seeds(self, name: str) -> list[bytes]:
        """The group's seed and those of its earlier pairs, newest first. Raises Unopened for who is no member."""
        seeds, pair = [self.group(name)], self._all_groups()[name][0]
        while wrap := KeyWrap.objects.filter(member=pair, pair__group=name).select_related("pair").first():
            seeds.append(vault.unwrap(seeds[-1], wrap.blob, member_place(wrap.pair, pair)))
            pair = wrap.pair
        return seeds

    def opened_by_group(self, name: str, blob: bytes, place: str) -> bytes:
        """What was wrapped for the group's public key, also for an earlier one. Raises Unopened."""
        return self._first_of(name, lambda seed: vault.unwrap(seed, blob, place))

    def unlocked_by_group(self, name: str, purpose: str, blob: bytes, place: str) -> bytes:
        """What was locked under `vault.derive(group's seed, purpose)`, also by an earlier one. Raises Unopened."""
        return self._first_of(name, lambda seed: vault.unlock(vault.derive(seed, purpose), blob, place))

    def _first_of(self, name: str, attempt: Callable[[bytes], bytes]) -> bytes:
        seed = self.group(name)
        try:
            return attempt(seed)
        except Unopened:
            for earlier in self.group_seeds(name)[1:]:
                with suppress(Unopened):
                    return attempt(earlier)
            raise

    def forget_groups(self) -> None:
        """Memberships have changed in this request."""
        self._groups = None

    def in_group(self, name: str) -> bool:
        return name in self._all_groups()

    def unwrapped(self, blob: bytes, place: str) -> bytes:
        """What was wrapped for the owner's own public key. Raises Unopened."""
        return vault.unwrap(self._seed, blob, place)

    def own(self, purpose: str) -> bytes:
        """A key of the owner alone: caches, personal lists."""
        return vault.derive(self._seed, purpose)

    def locked(self, key: bytes, place: str) -> bytes:
        """The owner's seed under another key: a new passphrase, a session."""
        return vault.lock(key, self._seed, place)

    def fingerprint(self) -> str:
        """Of the secret half itself, whatever the database says of the public one: to be read out."""
        return vault.fingerprint(vault.public_of(self._seed))

    def live(self) -> Q:
        """Grants of this ring that have not ended."""
        return Q(holder__in=[self.pair.pk, *(pair.pk for pair, _ in self._all_groups().values())]) & (
            Q(expires_at=None) | Q(expires_at__gt=self.at)
        )

    def _granted(self, case: Case, compartment: str, epoch: int) -> bytes:
        found = Grant.objects.filter(self.live(), case=case, compartment=compartment, epoch=epoch)
        for grant in found.select_related("holder"):
            return self.held(grant, case)
        raise Unopened("no grant")

    def held(self, grant: Grant, case: Case) -> bytes:
        """The key in one of the grants that `live` names."""
        if grant.holder_id == self.pair.pk:
            return self._own_grant(grant, case)
        seed = next(s for p, s in self._all_groups().values() if p.pk == grant.holder_id)
        return vault.unwrap(
            seed, grant.blob, grant_place(case, grant.compartment, grant.epoch, grant.holder.code)
        )

    def _own_grant(self, grant: Grant, case: Case) -> bytes:
        place = grant_place(case, grant.compartment, grant.epoch, self.pair.code)
        if grant.cached:
            return vault.unlock(self.own("grant-cache"), grant.cached, place)
        return vault.unwrap(self._seed, grant.blob, place)

    def _all_groups(self) -> dict[str, tuple[KeyPair, bytes]]:
        if self._groups is None:
            wraps = KeyWrap.objects.filter(member=self.pair, pair__retired_on=None).select_related("pair")
            self._groups = {wrap.pair.group: (wrap.pair, self._member(wrap)) for wrap in wraps}
        return self._groups

    def _member(self, wrap: KeyWrap) -> bytes:
        """A group's seed; its public half must be the one that everybody seals for."""
        seed = vault.unwrap(self._seed, wrap.blob, member_place(wrap.pair, self.pair))
        if vault.public_of(seed) != bytes(wrap.pair.public):
            raise Unopened("the group's public key was exchanged")
        return seed
