"""A person's key pair: made, locked anew, given up. Words and codes never come here, only their keys."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.actions.cases.telling import answering, mail_about, officers
from icma.legalaid.actions.conflicts import call_off
from icma.legalaid.actions.keys.sessions import end_all
from icma.legalaid.models import Case, ComplaintKey, Grant, KeyPair, KeyWrap, Offer, Wall
from icma.legalaid.pairs import genuine, grant_mark, new_pair, pair_of, recovery_pair, same_print
from icma.legalaid.ring import Ring, grant_place
from icma.legalaid.sealing import grant
from icma.legalaid.unlocking import seed_place
from icma.legalaid.words import Compartment
from icma.people.actions.changes import log_change


@dataclass(frozen=True)
class Locks:
    """The keys that lock a seed: stretched from the passphrase, derived from the recovery code; with their salts."""

    passphrase: bytes
    passphrase_salt: bytes
    paper: bytes
    paper_salt: bytes


@action
def enrol(*, user: Any, locks: Locks, at: datetime) -> Ring:
    """The first pair of somebody of the staff. Refused when there is one: that is another procedure."""
    if pair_of(user) is not None:
        raise Refused(_("You have a key already."))
    ring = made_for(user, legal_day(at), at)
    lock_with(ring, locks)
    log_change(table="vault", row=user.person, before={}, after={"pair": ring.pair.code}, by=user, at=at)
    return ring


def made_for(user: Any, on: date, at: datetime) -> Ring:
    """Used inside actions: a new pair and its ring."""
    seed = vault.new_seed()
    pair = new_pair(public=vault.public_of(seed), owner=user, on=on)
    return Ring(seed=seed, pair=pair, user=user, at=at)


def lock_with(ring: Ring, locks: Locks) -> None:
    """Used inside actions: both ways to the seed, in the place of earlier ones."""
    ways = (
        (KeyWrap.Method.PASSPHRASE, locks.passphrase, locks.passphrase_salt),
        (KeyWrap.Method.PAPER, locks.paper, locks.paper_salt),
    )
    for method, key, salt in ways:
        blob = ring.locked(key, seed_place(ring.pair, method))
        KeyWrap.objects.update_or_create(
            pair=ring.pair, method=method, member=None, defaults={"salt": salt, "blob": blob}
        )


@action
def lock_anew(*, ring: Ring, locks: Locks) -> None:
    """Another passphrase and another recovery code; the old ones open nothing, and every session ends."""
    lock_with(ring, locks)
    end_all(user=ring.user)


@action
def give_up(*, user: Any, by: Any, at: datetime) -> list[str]:
    """Somebody leaves, or has lost passphrase and recovery code: the pair opens nothing from now on.

    Returns the codes of open cases that nobody who answers for them can open any more: for `icma recover`. Of those from which
    a wall keeps `by` nothing is said here; another officer hears of them.
    Groups that the pair belonged to have to be renewed by a member (`needs_renewal`).
    """
    pair = pair_of(user)
    end_all(user=user)
    if pair is None:
        return []
    cases = list(Case.objects.filter(grants__holder=pair).distinct())
    KeyPair.objects.filter(pk=pair.pk).update(retired_on=legal_day(at))
    KeyWrap.objects.filter(pair=pair).delete()
    Grant.objects.filter(holder=pair).delete()
    ComplaintKey.objects.filter(holder=pair).delete()
    call_off(Offer.objects.filter(to=user))  # sealed for this pair: the next one opens none of them
    log_change(table="vault", row=user.person, before={"pair": pair.code}, after={"pair": ""}, by=by, at=at)
    lost = [case for case in cases if case.open and not is_answered_for(case)]
    walled = set(Wall.objects.filter(case__in=lost, user=by).values_list("case", flat=True))
    for case in lost:
        if case.pk in walled:
            _tell_lost(case, by, at)
    return sorted(case.code for case in lost if case.pk not in walled)


def _tell_lost(case: Case, by: Any, at: datetime) -> None:
    """Another officer, or where there is none whoever else answers for it: no key is needed to fetch the papers."""
    key = f"legal:lost:{case.code}:{legal_day(at)}"
    for user in officers(case, at, but=by) or answering(case):
        mail_about(user=user, key=key, case=case.code, on=None, why="lost", at=at)


def is_answered_for(case: Case) -> bool:
    """True when its file has a holder among those who answer for it; of one not taken up, the thread but for the papers.

    A guest with a grant reads and writes, but neither closes the case nor hands it on.
    """
    held = Grant.objects.filter(
        case=case, compartment=Compartment.FILE if case.card else Compartment.THREAD, holder__retired_on=None
    )
    if seats := {case.assignee_id, case.deputy_id, case.supervisor_id} - {None}:
        return held.filter(holder__owner__in=seats).exists()
    return held.exclude(holder=recovery_pair()).exclude(holder__receipt__isnull=False).exists()


@action
def regrant(*, ring: Ring, cases: Iterable[Case], to: KeyPair, fingerprint: str, at: datetime) -> int:
    """A colleague gives back what both may open, to somebody's new pair; returns of how many cases.

    What `ring` cannot open is left out. Refused when the fingerprint is not what was read out.
    """
    if not same_print(to, fingerprint):
        raise Refused(_("This is not the fingerprint of that key. Nothing was given; compare it once more."))
    given = set()
    for case in cases:
        for compartment in Compartment:
            try:
                key = ring.key(case, compartment)
            except vault.Unopened:
                continue
            grant(key=key, case=case, compartment=compartment, to=to, by=ring.user, on=legal_day(at))
            given.add(case.pk)
    return len(given)


@action
def grant_papers(*, ring: Ring, most: int = 200) -> int:
    """Cases from before the recovery key was installed are granted to it by whoever opens them; done at unlocking."""
    papers = recovery_pair()
    if papers is None or not genuine(papers):
        return 0  # opening one's vault must not hang on it
    same = {name: OuterRef(name) for name in ("case", "compartment", "epoch")}
    now = Q(compartment=Compartment.THREAD, epoch=F("case__thread_epoch"))
    now |= Q(compartment=Compartment.FILE, epoch=F("case__file_epoch"))
    lacking = Grant.objects.filter(ring.live(), now, ~Exists(Grant.objects.filter(**same, holder=papers)))
    lacking = lacking.select_related("case", "holder").defer("case__card").order_by("pk")
    rows = {(row.case_id, row.compartment): row for row in lacking[:most]}
    made = []
    for row in rows.values():
        with suppress(vault.Unopened):  # a damaged grant keeps nobody out of the vault
            made.append(_for_papers(ring, row, papers))
    Grant.objects.bulk_create(made, ignore_conflicts=True)  # a colleague who unlocks at the same moment
    return len(made)


def _for_papers(ring: Ring, row: Grant, papers: KeyPair) -> Grant:
    """The key of `row` for the papers too. Raises Unopened."""
    place = grant_place(row.case, row.compartment, row.epoch, papers.code)
    return Grant(
        case=row.case, compartment=row.compartment, epoch=row.epoch, holder=papers, by=ring.user, on=row.on,
        blob=vault.wrap(bytes(papers.public), ring.held(row, row.case), place),
        mark=grant_mark(row.case, row.compartment, row.epoch, papers, None),
    )  # fmt: skip
