"""The reception: who waits, urgent first; facts after a verdict; declining with a reason and another address."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, override
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.engines.vault import Unopened
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.conflicts import (
    CONFLICT,
    EMPTY,
    demand_verdict,
    door_and_verdict,
    door_of,
    verdict_of,
)
from icma.legalaid.actions.intake.returning import said_in, told_or_nothing
from icma.legalaid.meetings import open_wishes
from icma.legalaid.models import Case, Sealed
from icma.legalaid.reach import ANSWERS
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import put
from icma.legalaid.urgency import is_urgent
from icma.legalaid.words import Compartment

THREAD = Compartment.THREAD
MOST = 2000  # doors that are opened for one look at the queue: some seconds
# Chosen at quick advice that became a case; the reference of a text that was moved here.
CARRIED = ("problem", "region", "sex", "band", "matter")
REASONS = {
    "ours_not": gettext_lazy("This is not something that we can help with."),
    "conflict": gettext_lazy("For reasons that we may not explain we cannot act for you."),
    "full": gettext_lazy("Our lawyers have no free hours now."),
    "unclear": gettext_lazy(
        "We could not understand what it is about, and nobody has answered our question."
    ),
    "solved": gettext_lazy("It has been solved meanwhile."),
}


@dataclass(frozen=True)
class Waiting:
    """One line of the queue: nothing of what happened."""

    code: str
    urgent: bool
    since: date
    days: int
    language: str
    woman: bool
    source: str
    checked: str
    asks: bool  # to be called, or an hour was taken
    many: bool  # more came from one connection within an hour than come from a room full of people


@action
def open_queue(*, ring: Ring, cases: QuerySet[Case], at: datetime) -> list[Waiting]:
    """`cases`: those that the asker may see in the queue. Urgent ones first, then who waits longest; `MOST` of them.

    Nobody is refused, so a flood can claim anything: what came in one stands behind who came alone, as urgent as it is.
    What was not urgent when it came is looked at anew: a term runs while somebody waits.
    """
    today, found = legal_day(at), []
    _look_again(ring, cases, today)
    rows = list(cases.order_by("-urgent", "opened_on", "pk")[:MOST])
    days = Sealed.objects.filter(case__in=rows, compartment=THREAD, done=False, due_on__isnull=False)
    asking = set(days.values_list("case_id", flat=True))
    for case in rows:
        try:
            door, verdict = door_and_verdict(ring, case)
        except Unopened:  # damaged: it stands in the queue and says so; the others open
            door, verdict = EMPTY | {"source": "broken"}, None
        found.append(
            Waiting(case.code, case.urgent, case.opened_on, (today - case.opened_on).days, door["language"], bool(door["woman"]),
                    door["source"], verdict["verdict"] if verdict else "", case.pk in asking, bool(door["many"]))
        )  # fmt: skip
    found.sort(key=lambda row: (not row.urgent, row.many))
    note_read(ring=ring, role="intake", verb="queue", refs=[row.code for row in found], at=at)
    return found


def _look_again(ring: Ring, cases: QuerySet[Case], today: date) -> None:
    """Mark what has become urgent since it came. Nothing of what was told is handed out."""
    calm = list(cases.filter(urgent=False))
    now = []
    for case in calm:
        with suppress(Unopened):
            now += [case.pk] if is_urgent(told_or_nothing(ring, case), today) else []
    Case.objects.filter(pk__in=now).update(urgent=True)


@action
def open_facts(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """What was told, and what was said and sent since. Refused before a verdict, and after a conflict."""
    verdict = demand_verdict(ring, case)
    said = said_in(ring, case)
    note_read(ring=ring, role="intake", verb="case", case=case, at=at)
    return {
        "facts": told_or_nothing(ring, case),
        "said": said,
        "verdict": verdict,
        "wishes": open_wishes(ring, case),
    }


@action
def decline(*, ring: Ring, case: Case, reason: str, text: str, referral: str, at: datetime) -> None:
    """Not taken: the client reads why, and where else to go. After a conflict it is declined without facts."""
    if reason not in REASONS:
        raise Refused(_("Choose a reason."))
    if verdict_of(ring, case) is None:
        raise Refused(_("Check the names first: facts are opened after a verdict."))
    on, language = legal_day(at), door_of(ring, case)["language"]
    if not Case.objects.filter(pk=case.pk, open=True, assignee=None).update(
        open=False, closed_on=on, touched_on=on
    ):
        raise Refused(_("A colleague has just taken this case."))
    with override(language or "az"):  # the client's, not the lawyer's
        words = [str(REASONS[reason]), clean_text(text).strip()]
        if referral.strip():
            words.append(_("Where you may turn: %(where)s") % {"where": clean_text(referral).strip()})
    value = {"kind": "message", "text": "\n\n".join(word for word in words if word), "by": ring.user.pseudonym,
             "on": on.isoformat()}  # fmt: skip
    put(ring=ring, case=case, compartment=THREAD, value=value, on=on)


@action
def first_card(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """What the card of a case begins with, from the verdict and what was told; {} before a verdict."""
    verdict = verdict_of(ring, case)
    if verdict is None or verdict["verdict"] == CONFLICT:
        return {}
    facts = told_or_nothing(ring, case)
    note_read(ring=ring, role="intake", verb="case", case=case, at=at)
    return {name: facts[name] for name in CARRIED if facts.get(name)} | {
        "client": facts.get("client", ""),
        "contact": contact_words(facts, coded=case.receipts.exists()),
        "verdict": verdict["verdict"],
        "urgent": case.urgent,
    }


def contact_words(facts: dict[str, Any], coded: bool = True) -> str:
    """How it is safe to reach the client, for the banner on top of the case. `coded`: somebody holds a code."""
    mail = facts.get("mail", "")
    if facts.get("call") != "yes":
        return mail or (
            gettext("do not call: write only under the code")
            if coded
            else gettext("no way is known: the client has to call")
        )
    called = (facts.get("phone", ""), facts.get("hour", ""), str(ANSWERS.get(facts.get("answers", ""), "")))
    return " · ".join(one for one in (*called, mail) if one)
