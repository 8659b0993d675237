"""A case is taken up, its card is kept, it is closed. Of two lawyers who take the same one wins."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions.cases.offers import offer_seat
from icma.legalaid.actions.cases.rows import add
from icma.legalaid.actions.cases.seats import dismiss, seated
from icma.legalaid.actions.cases.served import count_ending, record_service
from icma.legalaid.actions.conflicts import came_in, demand_verdict, door_of, phones_in, register
from icma.legalaid.keeping import new_case_keys
from icma.legalaid.models import Case, Grant
from icma.legalaid.procedure import COURTS, not_before
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of, grant, put, rewrite, set_card
from icma.legalaid.words import Compartment, Group

VERDICTS = ("clear", "possible", "conflict")
FOLLOW_UP = timedelta(days=91)


@action
def take_up(*, ring: Ring, case: Case, card: dict[str, Any], verdict: str, at: datetime) -> None:
    """A member of the intake group takes a waiting case: it gets its file key, and the group's grant ends.

    `verdict`: of the conflict check that went before. Refused when somebody else was quicker, and for a conflict.
    """
    if verdict not in VERDICTS or verdict == "conflict":
        raise Refused(_("After a conflict this case is for a colleague. Nothing was opened."))
    if came_in(ring, case):
        demand_verdict(ring, case)
    on, by = legal_day(at), ring.user
    thread = ring.key(case, Compartment.THREAD)
    won = Case.objects.filter(pk=case.pk, assignee=None, open=True).update(assignee=by, touched_on=on)
    if not won:
        raise Refused(_("A colleague has just taken this case."))
    case.assignee = by
    made = new_case_keys(case=case, compartments=[Compartment.FILE], to=[ring.pair], by=by, on=on)
    ring.keep(case, Compartment.FILE, case.file_epoch, made[Compartment.FILE])
    grant(key=thread, case=case, compartment=Compartment.THREAD, to=ring.pair, by=by, on=on)
    Grant.objects.filter(case=case, holder__group=Group.INTAKE).delete()
    set_card(ring=ring, case=case, value={"kind": "card", **card})
    door = door_of(ring, case)
    _register(case, card, door)
    if door["other"]:  # known to the register; a colleague who is asked has to see it among the names
        add(
            ring=ring,
            case=case,
            kind="party",
            at=at,
            name=door["other"],
            role="opponent",
            acts_as="",
            contact="",
        )
    put(ring=ring, case=case, compartment=Compartment.FILE, on=on,
        value={"kind": "verdict", "verdict": verdict, "by": by.pk, "on": on.isoformat()})  # fmt: skip


@action
def change_card(*, ring: Ring, case: Case, card: dict[str, Any], at: datetime, **columns: Any) -> None:
    """Title, client, how to contact safely, next step. `columns`: deputy, supervisor, urgent.

    A new deputy or supervisor is asked, as with any offer, and serves after accepting; whoever serves no more loses the
    keys. Refused without the client's consent, for somebody who has no key, or for whom this case does not exist.
    """
    before, serving = card_of(ring, case), seated(case)
    value = {**before, **card, "kind": "card"}
    asked = {name: columns.pop(name) for name in ("deputy", "supervisor")
             if columns.get(name) not in (None, getattr(case, name))}  # fmt: skip
    set_card(ring=ring, case=case, value=value, touched_on=legal_day(at), **columns)
    _register(case, value, before)
    dismiss(ring=ring, case=case, before=serving, at=at)
    for seat, user in asked.items():
        offer_seat(ring=ring, case=case, seat=seat, to=user, at=at)


def _register(case: Case, card: dict[str, Any], known: dict[str, Any]) -> None:
    """The client's name and numbers as the card has them, where they were not registered before (`known`)."""
    heard = {known.get("phone", ""), *phones_in(known.get("contact", ""))}
    names = [card.get("client", "")] if card.get("client") != known.get("client") else []
    names += [phone for phone in phones_in(card.get("contact", "")) if phone not in heard]
    register(case=case, names=[("client", name) for name in names])


@action
def close_lightly(*, ring: Ring, case: Case, service: str, at: datetime) -> None:
    """One tap for advice and drafting: the service is recorded, unless it stands there of today, and the case is closed."""
    if service not in ("information", "advice", "drafting"):
        raise Refused(_("Only information, advice and drafting close with one tap."))
    if represented(ring, case):
        raise Refused(_("Somebody was represented here: say what came of it before you close."))
    if (service, legal_day(at).isoformat()) not in {
        (value["service"], value["on"]) for _row, value in all_opened(ring, case, Compartment.FILE, "service")
    }:
        record_service(ring=ring, case=case, service=service, minutes=15, at=at)
    _close(ring, case, at)


@action
def close_case(*, ring: Ring, case: Case, at: datetime, result: str = "", benefit: str = "", enforcement: str = "",
               text: str = "") -> None:  # fmt: skip
    """With outcome, benefit, enforcement; a follow-up comes after three months. Refused without them where it must be."""
    if represented(ring, case) and not (result and benefit and enforcement):
        raise Refused(_("After representation say the outcome, the benefit and whether it was carried out."))
    on = legal_day(at)
    if result:
        value = {"kind": "outcome", "result": result, "benefit": benefit, "enforcement": enforcement, "text": text,
                 "by": ring.user.pk, "on": on.isoformat()}  # fmt: skip
        put(ring=ring, case=case, compartment=Compartment.FILE, value=value, on=on)
        count_ending(ring=ring, case=case, outcome=result, at=at)
        later = on + FOLLOW_UP
        put(ring=ring, case=case, compartment=Compartment.FILE, on=on, due_on=later,
            value={"kind": "followup", "on": later.isoformat(), "said": ""})  # fmt: skip
    _close(ring, case, at)


@action
def reopen(*, ring: Ring, case: Case, at: datetime) -> None:
    """Somebody comes back: the same case goes on. What would be asked three months after its end is asked after the next."""
    for row, _value in list(all_opened(ring, case, Compartment.FILE, "followup")):
        if not row.done:
            case.rows.filter(pk=row.pk).delete()
    set_card(
        ring=ring, case=case, value=card_of(ring, case), open=True, closed_on=None, touched_on=legal_day(at)
    )


def represented(ring: Ring, case: Case) -> bool:
    """True when somebody was represented, or spoken for, in this case, or a court has it before it."""
    for _row, value in all_opened(ring, case, Compartment.FILE, "service", "proceeding"):
        if value.get("service") in ("representation", "negotiation"):
            return True
        if value["kind"] == "proceeding" and value["level"] in COURTS and not value["result"]:
            return True
    return False


def _close(ring: Ring, case: Case, at: datetime) -> None:
    on = legal_day(at)
    rows = list(all_opened(ring, case, Compartment.FILE, "term", "hearing"))
    early = [(row, value) for row, value in rows if not row.done and not_before(value.get("rule", ""))]
    waiting = {value["kind"] for row, value in rows if not row.done and (row, value) not in early}
    if "term" in waiting:
        raise Refused(_("A term is still running. Complete it first, or ask a second person to take it out."))
    if "hearing" in waiting:
        raise Refused(_("A hearing has no end yet. Write down first what became of it."))
    if not case.open:
        raise Refused(_("This case is closed already."))
    for row, value in early:  # nothing was due on it
        rewrite(ring=ring, row=row, value=value, done=True)
    set_card(ring=ring, case=case, value=card_of(ring, case), open=False, closed_on=on, touched_on=on)
