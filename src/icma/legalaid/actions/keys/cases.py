"""Keys of a case: shared, taken back with another epoch, shredded."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.actions import drops
from icma.legalaid.models import Case, Grant, KeyPair, Sealed, SealedFile
from icma.legalaid.pairs import given_here
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import card_of, grant, opened, row_place
from icma.legalaid.uploads import erase_bytes
from icma.legalaid.words import Compartment


@action
def share(
    *,
    ring: Ring,
    case: Case,
    compartments: list[str],
    to: KeyPair,
    at: datetime,
    until: datetime | None = None,
) -> None:
    """Whoever opens a compartment gives it to a colleague, for good or until a minute."""
    if until is not None and until <= at:
        raise Refused(_("The end lies in the past. Choose a later one."))
    for compartment in compartments:
        key = ring.key(case, compartment)
        grant(key=key, case=case, compartment=compartment, to=to, by=ring.user, on=legal_day(at), until=until)


@action
def unshare(
    *, ring: Ring, case: Case, holder: KeyPair, at: datetime, compartments: Any = tuple(Compartment)
) -> None:
    """Take a case back from somebody: the grants go, and what is there is sealed under keys that were never given."""
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    for compartment in compartments:
        if Grant.objects.filter(case=case, compartment=compartment, holder=holder).exists():
            rotate(ring=ring, case=case, compartment=compartment, without=holder, at=at)


@action
def rotate(*, ring: Ring, case: Case, compartment: str, at: datetime, without: KeyPair | None = None) -> None:
    """Another key for a compartment: granted to its live holders but `without`; card and rows sealed anew.

    With the thread's key goes that of its address for mail: what has come is taken in before, and the pair is another one.
    """
    if compartment == Compartment.THREAD:
        drops.take_in(ring=ring, case=case, at=at)
    _rotate(ring, case, compartment, at, without)
    if compartment == Compartment.THREAD:
        drops.renew_address(ring=ring, case=case, at=at)


def _rotate(ring: Ring, case: Case, compartment: str, at: datetime, without: KeyPair | None) -> None:
    """Grants of the old epoch stay with those who keep access: somebody may be writing a row under it this second."""
    old = case.epoch(compartment)
    ring.key(case, compartment, old)
    card = card_of(ring, case) if compartment == Compartment.FILE else {}
    rows = [(row, opened(ring, row)) for row in _rows(case, compartment)]
    held = Grant.objects.filter(case=case, compartment=compartment, epoch=old, holder__retired_on=None)
    holders = [(row.holder, row.expires_at) for row in held.select_related("holder", "case")
               if row.holder_id != (without.pk if without else None) and given_here(row)
               and (row.expires_at is None or row.expires_at > at)]  # fmt: skip
    key = _next(ring, case, compartment, card)
    for holder, until in holders:
        grant(
            key=key,
            case=case,
            compartment=compartment,
            to=holder,
            by=ring.user,
            on=legal_day(at),
            until=until,
        )
    for row, value in rows:
        place = row_place(case, compartment, row.code, case.epoch(compartment), row.rev)
        Sealed.objects.filter(pk=row.pk, rev=row.rev).update(
            blob=vault.seal(key, value, place), epoch=case.epoch(compartment)
        )
    if without is not None:
        Grant.objects.filter(case=case, compartment=compartment, holder=without).delete()


def _rows(case: Case, compartment: str) -> list[Sealed]:
    rows = list(Sealed.objects.filter(case=case, compartment=compartment).order_by("pk"))
    for row in rows:
        row.case = case
    return rows


def _next(ring: Ring, case: Case, compartment: str, card: dict[str, Any]) -> bytes:
    """Count the epoch up, compare-and-set on the case's `rev`; the card moves along. The new key."""
    column = "thread_epoch" if compartment == Compartment.THREAD else "file_epoch"
    epoch, rev, key = case.epoch(compartment) + 1, case.rev + 1, vault.new_key()
    columns: dict[str, Any] = {column: epoch, "rev": rev}
    if case.card:
        if compartment == Compartment.FILE:
            under = key, epoch
        else:  # the card is bound to `rev`, so it is sealed anew under its own key
            card, under = card_of(ring, case), (ring.key(case, Compartment.FILE), case.file_epoch)
        columns["card"] = vault.seal(under[0], card, row_place(case, Compartment.FILE, "card", under[1], rev))
    if not Case.objects.filter(pk=case.pk, rev=case.rev).update(**columns):
        raise Refused(_("Somebody else has changed this meanwhile. Look at it again."))
    for name, value in columns.items():
        setattr(case, name, value)
    ring.keep(case, compartment, epoch, key)
    return key


@action
def shred(*, case: Case) -> None:
    """Erase for good: grants and codes, rows, bytes. What backups still hold opens no more once their wraps are gone.

    Whoever erases writes the tombstone and the audit in the same transaction.
    """
    names = list(SealedFile.objects.filter(row__case=case).values_list("name", flat=True))
    pairs = KeyPair.objects.filter(Q(receipt__case=case) | Q(alias__row__case=case))
    pairs = list(pairs.values_list("pk", flat=True))
    Grant.objects.filter(case=case).delete()
    case.delete()
    KeyPair.objects.filter(pk__in=pairs).delete()
    transaction.on_commit(lambda: erase_bytes(names))
    transaction.on_commit(fold_in)


def fold_in() -> None:
    """SQLite's log of writes still holds what was deleted: fold it into the file, which overwrites it, and empty it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
