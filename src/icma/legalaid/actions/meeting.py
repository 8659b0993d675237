"""A safe hour: the client asks to be called, or takes an hour of a reception day; the lawyer writes down what came of it.

What was asked stands sealed in the thread, with the day in clear so that it is on the board. An hour (`Slot`) knows that
it is taken, never by whom; only hours of those are shown to a client who may know of the case already.
"""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day, moment
from icma.engines.aztext import clean_text
from icma.engines.vault import Unopened
from icma.law.book import book
from icma.legalaid.actions.conflicts import demand_verdict
from icma.legalaid.models import Case, KeyWrap, Sealed, Slot, Wall
from icma.legalaid.pairs import row_code
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, opened, put, rewrite
from icma.legalaid.words import Compartment, Group

THREAD = Compartment.THREAD
MOST, AHEAD, SOONEST = 40, timedelta(days=60), timedelta(hours=2)


@action
def lay_out(*, user: Any, on: date, first: time, last: time, minutes: int, event: Any, at: datetime) -> int:
    """A lawyer's hours of one reception day, from `first` on until `last`; how many are new. `event`: a clinic, or None."""
    begins, ends = (moment(on, hour.hour, hour.minute) for hour in (first, last))
    step = timedelta(minutes=minutes)
    times = [begins + n * step for n in range(MOST + 1) if begins + (n + 1) * step <= ends]
    if begins <= at or on > legal_day(at) + AHEAD:
        raise Refused(_("Choose a day that is ahead, within two months."))
    if not 1 <= len(times) <= MOST:
        raise Refused(
            _("Between 1 and %(most)s meetings a day: look at the hours once more.") % {"most": MOST}
        )
    rows = [Slot(code=row_code(), user=user, event=event, starts_at=one, minutes=minutes) for one in times]
    known = set(Slot.objects.filter(user=user, starts_at__in=times).values_list("starts_at", flat=True))
    return len(Slot.objects.bulk_create([row for row in rows if row.starts_at not in known]))


@action
def take_away(*, user: Any, code: str) -> None:
    """An hour that nobody has taken."""
    if not Slot.objects.filter(user=user, code=code, taken=False).delete()[0]:
        raise Refused(_("A client has taken this hour. Write to the client before you change it."))


def free_for(case: Case, at: datetime) -> QuerySet[Slot]:
    """Hours that this client may take: of the case's lawyer and deputy; before it has one, of the reception."""
    if not case.open:
        return Slot.objects.none()
    if case.assignee_id:
        who = Q(user__in=[pk for pk in (case.assignee_id, case.deputy_id) if pk])
    else:
        group = KeyWrap.objects.filter(
            pair__group=Group.INTAKE, pair__retired_on=None, member__retired_on=None
        )
        who = Q(user__in=group.values("member__owner"))
    walled = Wall.objects.filter(case=case).values("user")
    rows = Slot.objects.filter(who, taken=False, starts_at__gt=at + SOONEST, starts_at__lt=at + AHEAD)
    return rows.exclude(user__in=walled).select_related("event__place", "user").order_by("starts_at", "pk")


def asked(ring: Ring, case: Case) -> dict[str, tuple[Sealed, dict[str, Any]]]:
    """What of both is open: {"callback": (row, value), "visit": (row, value)}."""
    rows = all_opened(ring, case, THREAD, "callback", "visit")
    return {value["kind"]: (row, value) for row, value in rows if not row.done}


@action
def ask_call(*, ring: Ring, case: Case, phone: str, answers: str, hour: str, text: str, at: datetime) -> None:
    """The newest wish counts; somebody calls within a working day. Refused once it is closed: nobody looks there."""
    if not case.open:
        raise Refused(_("This is closed. Write to us anew if you need help again."))
    before = asked(ring, case).get("callback")
    if before:
        rewrite(ring=ring, row=before[0], value=before[1] | {"state": "replaced"}, done=True)
    on = legal_day(at)
    value = {"kind": "callback", "phone": clean_text(phone), "answers": answers, "hour": clean_text(hour),
             "text": clean_text(text), "tries": [], "state": "asked", "on": on.isoformat()}  # fmt: skip
    put(
        ring=ring,
        case=case,
        compartment=THREAD,
        value=value,
        on=on,
        due_on=book().calendar.add_working(on, 1),
    )
    Case.objects.filter(pk=case.pk).update(touched_on=on)


@action
def pick(*, ring: Ring, case: Case, code: str, at: datetime) -> None:
    """An hour is taken; of two who press one gets it."""
    if "visit" in asked(ring, case):
        raise Refused(_("You have an hour already. Give it back first."))
    slot = free_for(case, at).filter(code=code).first()
    if slot is None or not Slot.objects.filter(pk=slot.pk, taken=False).update(taken=True):
        raise Refused(_("Somebody has just taken this hour. Choose another one."))
    on = legal_day(at)
    value = {"kind": "visit", "slot": slot.code, "starts": slot.starts_at.isoformat(), "minutes": slot.minutes,
             "where": where_of(slot), "who": slot.user.pseudonym, "state": "asked", "on": on.isoformat()}  # fmt: skip
    put(ring=ring, case=case, compartment=THREAD, value=value, on=on, due_on=legal_day(slot.starts_at))
    Case.objects.filter(pk=case.pk).update(touched_on=on)


def where_of(slot: Slot) -> str:
    """'' for the union's office."""
    return (
        ", ".join(part for part in (str(slot.event.place or ""), slot.event.where) if part)
        if slot.event
        else ""
    )


@action
def take_back(*, ring: Ring, case: Case, kind: str, at: datetime) -> None:
    """The client does not want to be called, or does not come: the hour is free for somebody else."""
    found = asked(ring, case).get(kind)
    if found is None:
        raise Refused(_("It was answered already."))
    row, value = found
    rewrite(ring=ring, row=row, value=value | {"state": "withdrawn"}, done=True)
    if kind == "visit":
        Slot.objects.filter(code=value["slot"], starts_at__gt=at).update(taken=False)


@action
def give_back(*, ring: Ring, case: Case, at: datetime) -> None:
    """Before a case is erased: the hour that it held is free again."""
    found = asked(ring, case).get("visit")
    if found:
        Slot.objects.filter(code=found[1]["slot"], starts_at__gt=at).update(taken=False)


OUTCOMES = {"callback": ("reached", "missed"), "visit": ("came", "absent")}


@action
def settle(*, ring: Ring, row: Sealed, outcome: str, at: datetime) -> None:
    """The lawyer called, or waited. A call that reached nobody stays open, with the try written down."""
    case, value = row.case, opened(ring, row)
    if case.assignee_id is None:
        demand_verdict(ring, case)
    if outcome not in OUTCOMES.get(value["kind"], ()) or row.done:
        raise Refused(_("It was answered already."))
    on = legal_day(at).isoformat()
    if value["kind"] == "callback":
        value = value | {
            "tries": [*value["tries"], {"on": on, "by": ring.user.pseudonym, "reached": outcome == "reached"}]
        }
    rewrite(ring=ring, row=row, value=value | {"state": outcome}, done=outcome != "missed")


def expected(ring: Ring, cases: QuerySet[Case], today: date) -> dict[str, Case]:
    """Code of a slot → the case whose client comes, among the cases that the asker may see."""
    rows = Sealed.objects.filter(
        case__in=cases, compartment=THREAD, done=False, due_on__gte=today
    ).select_related("case")
    found = {}
    for row in rows:
        with suppress(Unopened):  # a grant that has ended meanwhile
            value = opened(ring, row)
            if value["kind"] == "visit":
                found[value["slot"]] = row.case
    return found
