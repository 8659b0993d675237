"""Coming for help: every screen is sealed under the case's own key as it comes, and nothing waits in clear between them.

The first screen makes the key. Until the code was typed back only the client's browser (with half a session) and the
recovery papers open it: the reception gets its grant at the end. What was never ended is erased after a day.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases.telling import mail_about
from icma.legalaid.actions.conflicts import register
from icma.legalaid.actions.keys.cases import shred
from icma.legalaid.actions.keys.files import keep
from icma.legalaid.actions.keys.groups import members_of
from icma.legalaid.keeping import ENDED, end_code, lookup_of, new_case_keys, new_receipt, ring_of_code
from icma.legalaid.models import Case, Grant, KeyPair, Receipt, Sealed, Unlocked
from icma.legalaid.pairs import genuine, group_pair
from icma.legalaid.readings import role_in
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, grant, put, rewrite
from icma.legalaid.uploads import sealed_copy
from icma.legalaid.urgency import is_urgent, last_day
from icma.legalaid.words import Compartment, Group

THREAD = Compartment.THREAD
UNENDED = timedelta(days=2)  # only days are kept: between one and two of them


def reception() -> KeyPair | None:
    """The group that reads what comes in; None while nobody could."""
    pair = group_pair(Group.INTAKE)
    return pair if pair is not None and genuine(pair) else None


@action
def begin(*, values: dict[str, Any], language: str, at: datetime) -> Ring:
    """A new case with its first screen. The ring's code is thrown away: the one for the paper comes at the end."""
    if reception() is None:
        raise Refused(_("Nobody can read it here yet. Please call us or come."))
    case, key = _new_case(at)
    found = ring_of_code(new_receipt(case=case, key=key, on=legal_day(at)), at)
    assert found is not None
    ring = found[0]
    ring.keep(case, THREAD, case.thread_epoch, key)
    put(ring=ring, case=case, compartment=THREAD, on=legal_day(at), value={"kind": "intake", "language": language, "done": ""})  # fmt: skip
    tell(ring=ring, case=case, values=values, at=at)
    return ring


@action
def tell(*, ring: Ring, case: Case, values: dict[str, Any], at: datetime) -> None:
    """One more screen, or one that was corrected."""
    row, value = told(ring, case)
    if value["done"]:
        raise Refused(_("This was sent already. You can add something under your code."))
    value |= cleaned(values)
    due = last_day(value.get("paper", ""), _day(value.get("served_on")))
    value["due"] = due.isoformat() if due else ""
    rewrite(ring=ring, row=row, value=value)
    on = legal_day(at)
    Case.objects.filter(pk=case.pk).update(urgent=is_urgent(value, on), touched_on=on)


def told(ring: Ring, case: Case) -> tuple[Sealed, dict[str, Any]]:
    """The row of what was told, and its value. Raises Unopened."""
    return next(all_opened(ring, case, THREAD, "intake"))


def cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Plain JSON values, as they are kept."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if hasattr(value, "isoformat"):
            plain[name] = value.isoformat()
        else:
            plain[name] = clean_text(value) if isinstance(value, str) else value or ""
    return plain


def _day(text: str | None) -> Any:
    return datetime.fromisoformat(text).date() if text else None


def _new_case(at: datetime) -> tuple[Case, bytes]:
    on = legal_day(at)
    case = Case.objects.create(code=public_code(), opened_on=on, touched_on=on)
    return case, new_case_keys(case=case, compartments=[THREAD], to=[], by=None, on=on)[THREAD]


@action
def change_code(
    *, ring: Ring, receipt: Receipt, at: datetime, keep: str = "", unsure: bool = False
) -> tuple[str, Ring]:
    """Another code, shown once; the one before opens nothing from now on.

    `unsure`: nothing opens with it before it was typed back (`confirm_code`), and until then a lawyer may give another:
    the page that shows it can be lost with the session.

    `keep`: name of the session in which it was asked for. It goes on for its half hour: who taps twice on a slow
    telephone loses the first answer, cookie and all, and needs the second. All other sessions end.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=receipt.case_id)
    code = new_receipt(case=case, key=ring.key(case, THREAD), on=legal_day(at), must_change=unsure)
    found = ring_of_code(code, at)
    assert found is not None
    stale = KeyPair.objects.filter(receipt__case=case).exclude(pk=found[0].pair.pk)
    stale = stale.exclude(pk=receipt.pair_id) if keep else stale
    stale.delete()  # their receipts, grants and sessions go along
    if keep:
        end_code(receipt)
        Unlocked.objects.filter(pair=receipt.pair_id).exclude(hash=keep).delete()
    return code, found[0]


@action
def give_code(*, ring: Ring, case: Case, at: datetime) -> str:
    """A code for a case whose client has never come with one, or lost the page of its own; it is heard, so it must be changed.

    One that was given and never used ends: the page that showed it may have been lost on the way. Refused where the
    client has taken a code of his own: whoever asks for another one on the telephone may be somebody else.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if case.receipts.exclude(must_change=True).exists():
        raise Refused(_("The client holds a code already, and only with that one takes another."))
    KeyPair.objects.filter(receipt__case=case).delete()  # receipt, grant and sessions go along
    code = new_receipt(case=case, key=ring.key(case, THREAD), on=legal_day(at), must_change=True)
    note_read(ring=ring, role=role_in(case, ring.user), verb="code", case=case, at=at)
    return code


@action
def confirm_code(*, receipt: Receipt) -> None:
    """It was typed back: it stands on the client's paper, and from now on nobody of ours gives another."""
    Receipt.objects.filter(pk=receipt.pk).update(must_change=False)


def is_code_of(receipt: Receipt, typed: str) -> bool:
    return lookup_of(typed) == receipt.lookup


@action
def hand_in(*, ring: Ring, receipt: Receipt, typed: str, at: datetime) -> None:
    """The code was typed back: the reception gets its key, the register of conflicts the names."""
    if not is_code_of(receipt, typed):
        raise Refused(_("This is another code. Look at your paper once more, or ask for a new code."))
    KeyPair.objects.filter(receipt__case=receipt.case, receipt__lookup__startswith=ENDED).delete()
    if not told(ring, receipt.case)[1]["done"]:
        _arrive(ring, receipt.case, at)


def _arrive(ring: Ring, case: Case, at: datetime) -> None:
    row, value = told(ring, case)
    pair, on = reception(), legal_day(at)
    if pair is None:
        raise Refused(_("Nobody can read it here yet. Please call us or come."))
    rewrite(ring=ring, row=row, value=value | {"done": on.isoformat()})
    door = {
        name: value.get(name, "")
        for name in ("client", "other", "phone", "language", "woman", "source", "many")
    }
    put(ring=ring, case=case, compartment=THREAD, on=on, value={"kind": "door", **door})
    grant(key=ring.key(case, THREAD), case=case, compartment=THREAD, to=pair, by=None, on=on)
    names = [("client", "client"), ("client", "phone"), ("other", "other")]
    register(case=case, names=[(role, value.get(name, "")) for role, name in names])
    if Case.objects.filter(pk=case.pk, urgent=True).exists():
        # A flood from one connection fills nobody's mailbox: one mail an hour says that they are there.
        key = f"legal:intake:{at:%Y%m%d%H}" if value.get("many") else f"legal:intake:{case.code}"
        for member in members_of(Group.INTAKE):
            mail_about(user=member.owner, key=key, case=case.code, on=None, why="intake", at=at)


@action
def take_down(
    *, values: dict[str, Any], language: str, at: datetime, source: str = "assisted", urgent: bool = False
) -> tuple[Case, str]:
    """Somebody else has written it down: on the telephone, at a table. The code was heard, so it must be changed.

    `urgent`: who has read it says so, whatever the screens tell.
    """
    ring = begin(values=values | {"source": source}, language=language, at=at)
    receipt = Receipt.objects.select_related("case").get(pair=ring.pair)
    code, ring = change_code(ring=ring, receipt=receipt, at=at)
    Receipt.objects.filter(pair=ring.pair).update(must_change=True)
    if urgent:
        Case.objects.filter(pk=receipt.case_id).update(urgent=True)
    _arrive(ring, receipt.case, at)
    return receipt.case, code


@action
def bring_in(*, values: dict[str, Any], files: list[tuple[str, bytes]], language: str, at: datetime,
             urgent: bool = False) -> Case:  # fmt: skip
    """A text that came another way, without anybody who holds a code. `files`: name and bytes."""
    case, code = take_down(values=values, language=language, at=at, source="moved", urgent=urgent)
    found = ring_of_code(code, at)
    assert found is not None
    for name, data in files:
        keep(
            ring=found[0],
            case=case,
            kind="upload",
            upload=sealed_copy(name, data),
            by="client",
            on=legal_day(at),
        )
    KeyPair.objects.filter(receipt__lookup=lookup_of(code)).delete()
    return case


def unended() -> QuerySet[Case]:
    """Begun and not handed in: nobody of the staff was ever given a key."""
    at_reception = Grant.objects.filter(case=OuterRef("pk"), holder__group=Group.INTAKE)
    return Case.objects.filter(~Exists(at_reception), open=True, assignee=None, card=b"", held=False)


def clear_unended(at: datetime) -> int:
    """What was begun and left: no tombstone, for it was never ours; how many."""
    old = unended().filter(touched_on__lte=legal_day(at) - UNENDED)
    return sum(_drop(pk=pk) for pk in list(old.values_list("pk", flat=True)))


@action
def _drop(*, pk: int) -> bool:
    case = unended().select_for_update(no_key=True).filter(pk=pk).first()
    if case is None:
        return False
    shred(case=case)
    return True
