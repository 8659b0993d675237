"""Rows of a case, sealed and opened; used inside actions, which name who and when.

A value is a dict with a `kind` (`records.py`); what it is in clear is only what models/cases.py lists.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.engines import vault
from icma.legalaid.models import Case, Grant, KeyPair, Sealed
from icma.legalaid.pairs import genuine, grant_mark, row_code
from icma.legalaid.places import row_at
from icma.legalaid.ring import Ring, grant_place
from icma.legalaid.words import Compartment


def row_place(case: Case, compartment: str, code: str, epoch: int, rev: int) -> str:
    return row_at(case.code, compartment, code, epoch, rev)


def put(
    *, ring: Ring, case: Case, compartment: str, value: dict[str, Any], on: date, due_on: date | None = None,
    edition: int | None = None,
) -> Sealed:  # fmt: skip
    """A new row. Raises Unopened without a grant for the compartment."""
    epoch, code = case.epoch(compartment), row_code()
    blob = vault.seal(ring.key(case, compartment, epoch), value, row_place(case, compartment, code, epoch, 1))
    return Sealed.objects.create(
        code=code, case=case, compartment=compartment, epoch=epoch, on=on, blob=blob, due_on=due_on, edition=edition
    )  # fmt: skip


def opened(ring: Ring, row: Sealed) -> dict[str, Any]:
    """The value of a row. Raises Unopened, never returns wrong text."""
    key = ring.key(row.case, row.compartment, row.epoch)
    return vault.unseal(key, row.blob, row_place(row.case, row.compartment, row.code, row.epoch, row.rev))


def all_opened(
    ring: Ring, case: Case, compartment: str, *kinds: str
) -> Iterator[tuple[Sealed, dict[str, Any]]]:
    """Rows of a compartment in their order, of the kinds named (all if none)."""
    for row in case.rows.filter(compartment=compartment).order_by("pk"):
        row.case = case
        value = opened(ring, row)
        if not kinds or value["kind"] in kinds:
            yield row, value


def rewrite(*, ring: Ring, row: Sealed, value: dict[str, Any], **columns: Any) -> None:
    """Put `value` in the place of the row's as it was read; compare-and-set on `rev`. Raises Refused when it moved."""
    epoch, rev = row.case.epoch(row.compartment), row.rev + 1
    key = ring.key(row.case, row.compartment, epoch)
    blob = vault.seal(key, value, row_place(row.case, row.compartment, row.code, epoch, rev))
    moved = Sealed.objects.filter(pk=row.pk, rev=row.rev).update(blob=blob, rev=rev, epoch=epoch, **columns)
    if not moved:
        raise Refused(_("Somebody else has changed this meanwhile. Look at it again."))
    row.blob, row.rev, row.epoch = blob, rev, epoch


def card_of(ring: Ring, case: Case) -> dict[str, Any]:
    """The card of a case that was taken up; {} before."""
    if not case.card:
        return {}
    place = row_place(case, Compartment.FILE, "card", case.file_epoch, case.rev)
    return vault.unseal(ring.key(case, Compartment.FILE), case.card, place)


def set_card(*, ring: Ring, case: Case, value: dict[str, Any], **columns: Any) -> None:
    """Write the card; compare-and-set on the case's `rev`. Raises Refused when somebody was quicker."""
    place = row_place(case, Compartment.FILE, "card", case.file_epoch, case.rev + 1)
    blob = vault.seal(ring.key(case, Compartment.FILE), value, place)
    moved = Case.objects.filter(pk=case.pk, rev=case.rev).update(card=blob, rev=case.rev + 1, **columns)
    if not moved:
        raise Refused(_("Somebody else has changed this meanwhile. Look at it again."))
    case.card, case.rev = blob, case.rev + 1
    for name, to in columns.items():
        setattr(case, name, to)


def grant(
    *, key: bytes, case: Case, compartment: str, to: KeyPair, by: Any, on: date, until: Any = None
) -> Grant:
    """Give a holder a compartment's current key. Raises Refused when the holder's key was retired."""
    if to.retired_on:
        raise Refused(_("This person's key is no longer in use; nothing was given."))
    if not genuine(to):
        raise Refused(_("This key was not made here. Nothing was given; tell an officer."))
    epoch = case.epoch(compartment)
    blob = vault.wrap(bytes(to.public), key, grant_place(case, compartment, epoch, to.code))
    given, _made = Grant.objects.update_or_create(
        case=case, compartment=compartment, epoch=epoch, holder=to,
        defaults={"blob": blob, "cached": b"", "by": by, "on": on, "expires_at": until,
                  "mark": grant_mark(case, compartment, epoch, to, until)},
    )  # fmt: skip
    return given
