"""Pages beyond the case that open something: what they show, and the row in the chain, in one transaction."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions import facts
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases import offers
from icma.legalaid.actions.cases.papers import newest
from icma.legalaid.consenting import ledger, standing
from icma.legalaid.meetings import open_wishes
from icma.legalaid.models import Case, Offer
from icma.legalaid.procedure import ROLES
from icma.legalaid.readings import role_in
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of, put
from icma.legalaid.words import Compartment

THREAD, FILE = Compartment.THREAD, Compartment.FILE


@action
def read_card(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """The card, as its form begins."""
    found = card_of(ring, case)
    note_read(ring=ring, role=role_in(case, ring.user), verb="card", case=case, at=at)
    return found


@action
def read_titles(*, ring: Ring, case: Case, at: datetime) -> list[tuple[str, str]]:
    """Code and title of the newest version of each paper: what a new one may be a version of."""
    rows = newest(list(all_opened(ring, case, FILE, "paper")))
    found = [(row.code, value.get("title") or value["name"]) for row, value in rows]
    note_read(ring=ring, role=role_in(case, ring.user), verb="papers", case=case, at=at)
    return found


@action
def read_offer(*, ring: Ring, row: Offer, at: datetime) -> dict[str, Any]:
    """What whoever was asked sees of the case so far: names, then the summary."""
    parties = [(name, ROLES[role]) for name, role in offers.parties_of(ring, row)]
    found = {"parties": parties, "summary": offers.summary_of(ring, row)}
    note_read(ring=ring, role="guest", verb="offer", case=row.case, at=at)
    return found


@action
def read_wishes(*, ring: Ring, case: Case, at: datetime) -> list[dict[str, Any]]:
    """What a client has asked for under the code: a call, an hour."""
    found = open_wishes(ring, case)
    note_read(ring=ring, role="client", verb="thread", case=case, at=at)
    return found


@action
def read_consents(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """The ledger, what holds now, how many services were counted and whether an ending was, whether a grade was given."""
    services = [facts.is_service(v["values"]) for _row, v in all_opened(ring, case, THREAD, "counted")]
    found = {
        "ledger": ledger(ring, case),
        "standing": standing(ring, case),
        "counted": services.count(True),
        "ended": False in services,
        "graded": next(all_opened(ring, case, THREAD, "grade"), None) is not None,
    }
    note_read(ring=ring, role=role_in(case, ring.user), verb="consents", case=case, at=at)
    return found


@action
def grade(*, ring: Ring, case: Case, grade: int, at: datetime) -> None:
    """What a client thinks of us: a fact that leads nowhere. The case keeps that one was given, not which."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if next(all_opened(ring, case, THREAD, "grade"), None) is not None:
        raise Refused(_("You have told us already. Thank you."))
    if not facts.write(values=facts.Service(grade=grade), at=at):
        raise Refused(_("It cannot be counted yet. Please tell us with the telephone, or later."))
    on = legal_day(at)
    put(ring=ring, case=case, compartment=THREAD, value={"kind": "grade", "on": on.isoformat()}, on=on)
