"""The ledger of consents: one sealed row each time one is given or taken back; none is ever changed.

It stands in the thread: the client reads it with the code and takes anything back at once.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions import facts
from icma.legalaid.actions.cases.telling import tell_news
from icma.legalaid.actions.conflicts import call_off
from icma.legalaid.actions.ending import ask_erasure, erase
from icma.legalaid.consenting import HOW, LANGUAGES, PURPOSES, given, squeezed
from icma.legalaid.models import Case, Grant, Offer, Tombstone
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, put
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

    Statistics: what was counted is deleted. Sharing: referrals to this body that wait are called off. Representation:
    so are offers to colleagues, and guests open nothing from this minute. Storage: the case is erased; by the lawyer
    only once a second person has agreed, and not while it is held or a term of law runs.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not given(ring, case, purpose, to):
        return
    if purpose == "storage" and ring.user is not None:
        ask_erasure(case=case, by=ring.user, at=at)
        return
    if purpose == "storage":
        erase(case=case, reason=Tombstone.Reason.CLIENT, at=at)
        return
    if purpose == "statistics":
        facts.withdraw(ring=ring, case=case)
    offers = Offer.objects.filter(case=case)
    if purpose == "sharing":
        call_off(offers.filter(code__in=referrals_to(ring, case, to)))
    if purpose == "representation":
        call_off(offers.exclude(kind=Offer.Kind.REFERRAL))
        Grant.objects.filter(case=case, expires_at__gt=at).update(expires_at=at)
    _write(ring, case, at, purpose=purpose, state="revoked", to=squeezed(to))
    if ring.user is None:  # whoever acts has to hear that nothing more may be done
        tell_news(case=case, at=at)


def referrals_to(ring: Ring, case: Case, to: str) -> list[str]:
    """Codes of the offers that pass the client on to this body."""
    rows = all_opened(ring, case, Compartment.THREAD, "referral")
    return [value["offer"] for _row, value in rows if squeezed(value["body"]) == squeezed(to)]


def _write(ring: Ring, case: Case, at: datetime, **value: Any) -> None:
    on, by = legal_day(at), "client" if ring.user is None else str(ring.user.pk)
    put(ring=ring, case=case, compartment=Compartment.THREAD, on=on,
        value={"kind": "consent", "by": by, "on": on.isoformat(), **value})  # fmt: skip


__all__ = ["give", "given", "revoke"]
