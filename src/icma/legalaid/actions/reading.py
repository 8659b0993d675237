"""Pages beyond the case that open something: what they show, and the row in the chain, in one transaction."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions import facts
from icma.legalaid.actions.audit import note_read
from icma.legalaid.consenting import ledger, standing
from icma.legalaid.models import Case
from icma.legalaid.readings import role_in
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, put
from icma.legalaid.words import Compartment

THREAD = Compartment.THREAD


@action
def read_consents(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """The ledger, what holds now, how many services were counted, whether a grade was given."""
    found = {
        "ledger": ledger(ring, case),
        "standing": standing(ring, case),
        "counted": sum(1 for _row in all_opened(ring, case, THREAD, "counted")),
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
    facts.write(values=facts.Service(grade=grade), at=at)
    on = legal_day(at)
    put(ring=ring, case=case, compartment=THREAD, value={"kind": "grade", "on": on.isoformat()}, on=on)
