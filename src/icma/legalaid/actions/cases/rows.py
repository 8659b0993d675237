"""Rows of a file and of the thread: parties, notes, tasks, messages, hearings, proceedings, each put down once."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import fold
from icma.legalaid.actions.cases.seats import holders
from icma.legalaid.actions.cases.telling import answering, tell_task
from icma.legalaid.actions.conflicts import phones_in, register
from icma.legalaid.cards import grants_of
from icma.legalaid.models import Case, Sealed
from icma.legalaid.procedure import HEARD, wrong_representative
from icma.legalaid.records import KINDS
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import card_of, opened, put, rewrite
from icma.people.models import User

APART = timedelta(hours=3)  # after a hearing one may be at the next in the same house


@action
def add(
    *, ring: Ring, case: Case, kind: str, at: datetime, due_on: date | None = None, **value: Any
) -> Sealed:
    """A row of `kind` with its fields as `records.py` names them."""
    unknown = set(value) - set(KINDS[kind].fields)
    if unknown:
        raise ValueError(f"{kind} has no {unknown}")
    if kind in ("task", "hearing", "term", "proceeding"):
        demand_open(case)
    on = legal_day(at)
    row = put(ring=ring, case=case, compartment=KINDS[kind].compartment, value={"kind": kind, **value}, on=on,
              due_on=due_on)  # fmt: skip
    Case.objects.filter(pk=case.pk).update(touched_on=on)
    return row


def demand_open(case: Case) -> None:
    """Refused in a closed case, where nobody looks any more: what has a day would be reminded of for ever."""
    if not case.open:
        raise Refused(_("This case is closed. Open it again first."))


@action
def add_party(
    *, ring: Ring, case: Case, name: str, role: str, acts_as: str, contact: str, at: datetime
) -> Sealed:
    """A party; of a representative the law says who may be one."""
    _may_stand(ring, case, role, acts_as)
    register(case=case, names=_called(role, name, contact))
    return add(
        ring=ring, case=case, kind="party", at=at, name=name, role=role, acts_as=acts_as, contact=contact
    )


def _called(role: str, name: str, contact: str) -> list[tuple[str, str]]:
    """By what the conflict check knows a party."""
    return [(role, name), *((role, phone) for phone in phones_in(contact))]


def _may_stand(ring: Ring, case: Case, role: str, acts_as: str) -> None:
    client = card_of(ring, case).get("client_kind", "person")
    wrong = wrong_representative(client, acts_as) if role == "representative" else ""
    if wrong:
        raise Refused(wrong)
    if role == "representative" and not acts_as:
        raise Refused(_("Say as what the representative acts: close relative, advocate or staff."))


@action
def change_party(
    *, ring: Ring, row: Sealed, name: str, role: str, acts_as: str, contact: str, out: bool = False
) -> None:
    """What was mistyped of a party, or that it is none (`out`). A name that the conflict check knew it goes on knowing."""
    value = opened(ring, row)
    if value["kind"] != "party":
        raise ValueError("not a party")
    demand_open(row.case)
    if out:
        if not Sealed.objects.filter(pk=row.pk, rev=row.rev).delete()[0]:
            raise Refused(_("Somebody else has changed this meanwhile. Look at it again."))
        return
    _may_stand(ring, row.case, role, acts_as)
    before = _called(value["role"], value["name"], value["contact"])
    register(case=row.case, names=[one for one in _called(role, name, contact) if one not in before])
    rewrite(
        ring=ring, row=row, value=value | {"name": name, "role": role, "acts_as": acts_as, "contact": contact}
    )


@action
def write_note(*, ring: Ring, case: Case, text: str, at: datetime) -> Sealed:
    return add(
        ring=ring,
        case=case,
        kind="note",
        at=at,
        text=text,
        by=ring.user.pk,
        on=legal_day(at).isoformat(),
        sought=fold(text),
    )


@action
def write_message(*, ring: Ring, case: Case, text: str, at: datetime) -> Sealed:
    """A word to the client, who reads it with the code."""
    by = "client" if ring.user is None else ring.user.pseudonym
    return add(ring=ring, case=case, kind="message", at=at, text=text, by=by, on=legal_day(at).isoformat())


@action
def add_task(*, ring: Ring, case: Case, text: str, who: int, due: date | None, at: datetime) -> Sealed:
    row = add(ring=ring, case=case, kind="task", at=at, text=text, who=who, due=due.isoformat() if due else "",
              done="", by=ring.user.pk)  # fmt: skip
    if due:
        tell_task(case=case, row=row.code, user=User.objects.get(pk=who), on=due, at=at)
    return row


@action
def finish_task(*, ring: Ring, row: Sealed, at: datetime) -> None:
    value = opened(ring, row)
    if value["kind"] != "task" or row.done:
        raise Refused(_("This was done already."))
    rewrite(ring=ring, row=row, value=value | {"done": legal_day(at).isoformat()}, done=True)


@action
def set_hearing(*, ring: Ring, case: Case, body: str, room: str, on: date, time: str, who: int, points: str, take: str,
                at: datetime) -> Sealed:  # fmt: skip
    """A hearing with its place and who goes; `due_on` puts it on the board and into the calendar."""
    return add(ring=ring, case=case, kind="hearing", at=at, due_on=on, body=body, room=room, date=on.isoformat(),
               time=time, who=who, points=points, take=take, proceeding="", state="", said="")  # fmt: skip


@action
def settle_hearing(
    *, ring: Ring, row: Sealed, do: str, said: str = "", on: date | None = None, time: str = ""
) -> None:
    """It was held, was cancelled, or is on another day: then `on` and `time` say when."""
    value = opened(ring, row)
    if value["kind"] != "hearing" or row.done:
        raise Refused(_("This was done already."))
    if (do == "moved") != (on is not None) or do not in HEARD:
        raise Refused(_("Say what became of it; for another day say which."))
    if on is None:
        rewrite(ring=ring, row=row, value=value | {"state": do, "said": said}, done=True)
    else:
        value |= {"date": on.isoformat(), "time": time or value["time"], "said": said}
        rewrite(ring=ring, row=row, value=value, due_on=on)


@action
def set_term(*, ring: Ring, case: Case, title: str, on: date, at: datetime, proceeding: str = "", place: str = "",
             who: int | None = None) -> Sealed:  # fmt: skip
    """A day that a court or we ourselves have set: no rule of law stands behind it."""
    return add(ring=ring, case=case, kind="term", at=at, due_on=on, rule="", title=title, event="", due=on.isoformat(),
               safe=on.isoformat(), why=[], sure="", seal="", proceeding=proceeding, proof="", acted="",
               by=ring.user.pk, place=place, who=who)  # fmt: skip


def clashes(
    ring: Ring, who: int, on: date, body: str = "", time: str = "", but: Sealed | None = None
) -> list[str]:
    """Codes of cases in which the same person has to be somewhere that day already, with the hour where there is one.

    Of those that the asker opens. `but`: the row that is being moved. Two hearings of one `body`, hours apart, are none.
    """
    rows = Sealed.objects.filter(case__in=grants_of(ring).values("case"), due_on=on, done=False, edition=None)
    rows = rows.exclude(pk=but.pk) if but else rows
    found = [(row.case.code, opened(ring, row)) for row in rows.select_related("case")]
    return [
        f"{code} ({value['time']})" if value.get("time") else code
        for code, value in found
        if value.get("who") == who and not _apart(value, body, time)
    ]


def _apart(value: dict[str, Any], body: str, time: str) -> bool:
    """Both stand in one house, and there is time between them. Of two houses nobody knows here how far it is."""
    if not time or not value.get("time") or fold(value["body"]) != fold(body):
        return False
    one, other = (timedelta(hours=int(hour[:2]), minutes=int(hour[3:])) for hour in (time, value["time"]))
    return abs(one - other) >= APART


def can_go(case: Case, at: datetime) -> QuerySet[User]:
    """Who may go for a case, or has something to do in it: all who open it."""
    seated = [user.pk for user in answering(case)]
    return User.objects.filter(pk__in=[*seated, *(grant.holder.owner_id for grant in holders(case, at))])
