"""A complaint about us: open to everybody, sealed person by person for the readers whom the sender did not strike out.

Not for a group: a group's key opens for all of its members, and one of them may be whom it is about. Not for the
intake group at all: most complaints are about how somebody was received. So the readers are the members of the
conflicts group, each by his or her own key; the sender sees their names and strikes out whom it concerns.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines import codes, vault
from icma.engines.vault import Unopened
from icma.law.book import book
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.keys.groups import members_of
from icma.legalaid.keeping import lookup_of, new_code, seed_of
from icma.legalaid.models import Complaint, ComplaintKey, KeyPair
from icma.legalaid.pairs import genuine
from icma.legalaid.ring import Ring
from icma.legalaid.words import Group

FIRST, ANSWER, LONGEST = 1, 15, 8000  # working days, working days, letters


def readers() -> list[KeyPair]:
    """Whose key a complaint is sealed for unless the sender strikes the name out."""
    return [pair for pair in members_of(Group.CONFLICTS) if genuine(pair)]


@action
def complain(*, text: str, without: Iterable[str], at: datetime) -> tuple[Complaint, str]:
    """Keep a complaint; itself and the code that opens it again, which nobody keeps. `without`: codes of pairs."""
    struck, on = set(without), legal_day(at)
    left = [pair for pair in readers() if pair.code not in struck]
    if not left:
        raise Refused(_("Nobody is left who could read it. Call us, or leave one name in the list."))
    code, secret, key = public_code(), new_code(), vault.new_key()
    calendar = book().calendar
    row = Complaint(
        code=code, lookup=lookup_of(secret), on=on, first_by=calendar.add_working(on, FIRST),
        due_on=calendar.add_working(on, ANSWER),
    )  # fmt: skip
    row.words = _sealed(row, key, [_line("sender", on, text)])
    row.save(force_insert=True)
    wraps = [(pair, vault.wrap(bytes(pair.public), key, _place(code, pair.code))) for pair in left]
    wraps.append((None, vault.lock(_sender_key(secret), key, _place(code, "sender"))))
    ComplaintKey.objects.bulk_create(
        ComplaintKey(complaint=row, holder=pair, blob=blob) for pair, blob in wraps
    )
    return row, secret


def _place(code: str, holder: str) -> str:
    return f"complaint|{code}|{holder}"


def _sender_key(secret: str) -> bytes:
    return vault.derive(seed_of(secret), "complaint")


def _line(by: str, on: date, text: str) -> dict[str, str]:
    text = text.strip()
    if not 3 <= len(text) <= LONGEST:
        raise Refused(_("Write between 3 and 8,000 letters."))
    return {"by": by, "on": on.isoformat(), "text": text}


def _sealed(row: Complaint, key: bytes, lines: list[dict[str, str]]) -> bytes:
    return vault.seal(key, {"lines": lines}, f"complaint|{row.code}|words|{row.rev}")


def _lines(row: Complaint, key: bytes) -> list[dict[str, Any]]:
    lines = vault.unseal(key, bytes(row.words), f"complaint|{row.code}|words|{row.rev}")["lines"]
    return [line | {"on": date.fromisoformat(line["on"])} for line in lines]


def sealed_for(row: Complaint, pair: KeyPair) -> bool:
    return ComplaintKey.objects.filter(complaint=row, holder=pair).exists()


def readable(pair: KeyPair) -> QuerySet[Complaint]:
    """Those that were sealed for this reader, or given to the pair that took the place of his or her earlier one."""
    return Complaint.objects.filter(wraps__holder=pair)


def _key(row: Complaint, ring: Ring) -> bytes:
    wrap = ComplaintKey.objects.filter(complaint=row, holder=ring.pair).first()
    if wrap is None:
        raise Unopened("not for this reader")
    return ring.unwrapped(bytes(wrap.blob), _place(row.code, ring.pair.code))


@action
def hand_on(*, ring: Ring, to: KeyPair) -> int:
    """Somebody exchanges the own pair: the new one opens what the old one did; how many."""
    wraps = list(ComplaintKey.objects.filter(holder=ring.pair).select_related("complaint"))
    for wrap in wraps:
        code = wrap.complaint.code
        key = ring.unwrapped(bytes(wrap.blob), _place(code, ring.pair.code))
        wrap.holder, wrap.blob = to, vault.wrap(bytes(to.public), key, _place(code, to.code))
    ComplaintKey.objects.bulk_update(wraps, ["holder", "blob"])
    return len(wraps)


@action
def read(*, row: Complaint, ring: Ring, at: datetime) -> list[dict[str, Any]]:
    """Its lines for one of its readers; written into the chain. Raises Unopened for others."""
    lines = _lines(row, _key(row, ring))
    note_read(ring=ring, role="complaints", verb="complaint", case=row.code, at=at)
    return lines


@action
def answer(*, row: Complaint, ring: Ring, text: str, final: bool, at: datetime) -> None:
    """A first answer, a further one, or (`final`) the answer that ends it."""
    on, fresh = legal_day(at), Complaint.objects.select_for_update(no_key=True).get(pk=row.pk)
    columns: dict[str, Any] = {} if fresh.first_on else {"first_on": on}
    if final and fresh.answered_on is None:
        columns["answered_on"] = on
    _add(fresh, _key(fresh, ring), _line("union", on, text), **columns)


def _add(row: Complaint, key: bytes, line: dict[str, str], **columns: Any) -> None:
    lines = [old | {"on": old["on"].isoformat()} for old in _lines(row, key)]
    if len(lines) >= 40:
        raise Refused(_("There are 40 messages already. Call us, so that we can talk."))
    row.rev += 1
    for name, value in columns.items():
        setattr(row, name, value)
    row.words = _sealed(row, key, [*lines, line])
    row.save()


@action
def come_back(*, secret: str, at: datetime, text: str = "") -> tuple[Complaint, list[dict[str, Any]]] | None:
    """What the sender's code opens, after adding `text` if there is any; None for a wrong code."""
    row = (
        Complaint.objects.select_for_update(no_key=True)
        .filter(lookup=lookup_of(codes.normalise(secret)))
        .first()
    )
    if row is None:
        return None
    wrap = row.wraps.filter(holder=None).first()
    if wrap is None:
        return None
    key = vault.unlock(_sender_key(secret), bytes(wrap.blob), _place(row.code, "sender"))
    if text.strip():
        _add(row, key, _line("sender", legal_day(at), text))
    return row, _lines(row, key)
