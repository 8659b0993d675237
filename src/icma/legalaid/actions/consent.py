"""The ledger of consents: one sealed row each time one is given or taken back; none is ever changed.

It stands in the thread: the client reads it with the code and takes anything back at once.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions import facts
from icma.legalaid.actions.ending import erase
from icma.legalaid.consenting import HOW, LANGUAGES, PURPOSES, given, squeezed
from icma.legalaid.models import Case, Offer, Tombstone
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import put
from icma.legalaid.words import Compartment


@action
def give(
    *, ring: Ring, case: Case, purpose: str, how: str, language: str, at: datetime, to: str = ""
) -> None:
    """The client agrees to the text of `purpose` as it stands now. `to`: the body with which something is shared."""
    if purpose not in PURPOSES or how not in HOW or language not in LANGUAGES:
        raise ValueError(f"no such consent: {purpose} {how} {language}")
    if (purpose == "sharing") != bool(squeezed(to)):
        raise Refused(_("Say with whom something may be shared: one consent names one body."))
    _write(ring, case, at, purpose=purpose, state="given", to=squeezed(to), how=how, language=language,
           version=PURPOSES[purpose].version)  # fmt: skip


@action
def revoke(*, ring: Ring, case: Case, purpose: str, at: datetime, to: str = "") -> None:
    """Take a consent back, by the client with the code or by the lawyer who was told. It counts at once.

    Statistics: what was counted is deleted. Sharing: referrals that wait are called off. Storage: the case is erased.
    """
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not given(ring, case, purpose, to):
        return
    if purpose == "storage":
        erase(case=case, reason=Tombstone.Reason.CLIENT, at=at)
        return
    if purpose == "statistics":
        facts.withdraw(ring=ring, case=case)
    if purpose == "sharing":
        waiting = Offer.objects.filter(case=case, kind=Offer.Kind.REFERRAL, state=Offer.State.PROPOSED)
        waiting.update(state=Offer.State.REVOKED)
    _write(ring, case, at, purpose=purpose, state="revoked", to=squeezed(to))


def _write(ring: Ring, case: Case, at: datetime, **value: Any) -> None:
    on, by = legal_day(at), "client" if ring.user is None else str(ring.user.pk)
    put(ring=ring, case=case, compartment=Compartment.THREAD, on=on,
        value={"kind": "consent", "by": by, "on": on.isoformat(), **value})  # fmt: skip


__all__ = ["give", "given", "revoke"]
