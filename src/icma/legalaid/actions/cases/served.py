"""What was done for the client: a service with one click, its minutes; a fact for the figures when the client agrees.

Without that consent a service stands in the file and in no figure: the lawyer is told (`uncounted`), and once the client
has agreed what was recorded before is counted too (`count_late`).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions import facts
from icma.legalaid.consenting import given
from icma.legalaid.models import Case, Sealed
from icma.legalaid.procedure import FOLLOWED, SERVICES
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of, opened, put, rewrite
from icma.legalaid.words import Compartment

# What is recorded with one press; who needs another number records it by itself.
MINUTES = {"information": 10, "advice": 20, "drafting": 60, "negotiation": 45, "representation": 120, "referral": 10,
           "training": 60}  # fmt: skip
SOON = timedelta(days=14)  # before its day: the first reminder has come
WEIGHTIEST = ("representation", "negotiation", "drafting", "referral", "advice", "information", "training")


@action
def record_service(*, ring: Ring, case: Case, service: str, minutes: int, at: datetime) -> Sealed:
    """One service; `minutes` up to a working day. It belongs to the proceeding that runs, if there is one."""
    if service not in SERVICES or not 0 <= minutes <= 600:
        raise Refused(_("Choose a service and between 0 and 600 minutes."))
    on, card = legal_day(at), card_of(ring, case)
    fact = facts.write(values=_fact(ring, case, card, service), at=at, ring=ring, case=case)
    value = {"kind": "service", "service": service, "minutes": minutes, "by": ring.user.pk, "on": on.isoformat(),
             "proceeding": _running(ring, case), "fact": fact}  # fmt: skip
    row = put(ring=ring, case=case, compartment=Compartment.FILE, value=value, on=on)
    Case.objects.filter(pk=case.pk).update(touched_on=on)
    return row


def uncounted(ring: Ring, case: Case) -> str:
    """Why what is recorded of this case stands in no figure, for the lawyer; "" when it does."""
    if not given(ring, case, "statistics"):
        return _(
            "The client has not agreed to be counted: what is recorded here stands in no figure until then."
        )
    if not facts.can_count():
        return _("The group for figures has no key yet: nothing is counted.")
    return ""


def _late(ring: Ring, case: Case) -> list[tuple[Sealed, dict[str, Any]]]:
    """Services that no fact was written of."""
    return [(row, v) for row, v in all_opened(ring, case, Compartment.FILE, "service") if not v.get("fact")]


@action
def count_late(*, ring: Ring, case: Case, at: datetime) -> None:
    """Services that were recorded before the client agreed, or before the group for figures had a key."""
    if not _late(ring, case) or uncounted(ring, case):
        return
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)  # two who open it at once count nothing twice
    for row, value in _late(ring, case):
        fact = _fact(ring, case, card_of(ring, case), value["service"])
        rewrite(
            ring=ring, row=row, value=value | {"fact": facts.write(values=fact, at=at, ring=ring, case=case)}
        )
    ends = [value["result"] for _row, value in all_opened(ring, case, Compartment.FILE, "outcome")]
    counted = all_opened(ring, case, Compartment.THREAD, "counted")
    if ends and not case.open and not any(value["values"].get("ended") for _row, value in counted):
        count_ending(ring=ring, case=case, outcome=ends[-1], at=at)


def _running(ring: Ring, case: Case) -> str:
    """Code of the newest proceeding without a result; "" before the first."""
    rows = all_opened(ring, case, Compartment.FILE, "proceeding")
    return next((row.code for row, value in reversed(list(rows)) if not value["result"]), "")


def _fact(ring: Ring, case: Case, card: dict[str, Any], service: str) -> facts.Service:
    """Bands and codes of the card; what it does not know stays unknown."""
    return facts.Service(
        who=facts.PERSON if card.get("client_kind", "person") == "person" else facts.INITIATIVE,
        first=not card.get("known") and facts.is_first(ring=ring, case=case),
        sex=card.get("sex") or "unknown",
        band=card.get("band") or "unknown",
        region=card.get("region", ""),
        problem=card.get("problem", ""),
        service=service,
    )


def count_ending(*, ring: Ring, case: Case, outcome: str, at: datetime) -> None:
    """How the case ended, for the figures: beside the weightiest service that it had. Used inside actions."""
    had = {value["service"] for _row, value in all_opened(ring, case, Compartment.FILE, "service")}
    service = next((name for name in WEIGHTIEST if name in had), "")
    values = replace(_fact(ring, case, card_of(ring, case), service), first=False, outcome=outcome)
    facts.end(ring=ring, case=case, values=values, at=at)


@action
def follow_up(*, ring: Ring, row: Sealed, enforcement: str, at: datetime, said: str = "") -> None:
    """Three months after closing: whether it was carried out (`FOLLOWED`), what the client says; counted by the former."""
    value = opened(ring, row)
    if value["kind"] != "followup" or row.done:
        raise Refused(_("This was done already."))
    if row.due_on is None or legal_day(at) < row.due_on - SOON:
        raise Refused(_("It is asked three months after the end: what is known today may change."))
    if enforcement not in FOLLOWED:
        raise ValueError(enforcement)
    rewrite(ring=ring, row=row, value=value | {"enforcement": enforcement, "said": said}, done=True)
    fact = replace(_fact(ring, row.case, card_of(ring, row.case), ""), first=False, enforced=enforcement)
    facts.write(values=fact, at=at, ring=ring, case=row.case)
