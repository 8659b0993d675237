"""A case, or a part in it, is offered to a colleague: names first, then a summary, then the file.

The compartment keys travel sealed for the one who is asked and become a grant only when he or she accepts, in the
same transaction that looks whether the client's consent still stands. Referrals to another body lead to no grant.
"""

import json
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.access import Who, allowed
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.actions.cases.rows import add, write_note
from icma.legalaid.actions.cases.seats import dismiss, seated
from icma.legalaid.actions.cases.telling import mail_about
from icma.legalaid.actions.conflicts import call_off
from icma.legalaid.consenting import given
from icma.legalaid.models import Case, KeyPair, Offer, Wall
from icma.legalaid.pairs import genuine, pair_of
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of, grant, set_card
from icma.legalaid.words import Compartment

Kind, State = Offer.Kind, Offer.State
SEATS = {Kind.DEPUTY.value: "deputy", Kind.OVERSEER.value: "supervisor"}
BOUND = (Kind.COUNSEL, Kind.PRO_BONO)  # their grants end


def place_of(code: str, what: str) -> str:
    return f"offer|{code}|{what}"


@action
def offer(
    *, ring: Ring, case: Case, kind: str, to: Any, summary: str, at: datetime, until: datetime | None = None
) -> Offer:
    """Ask a colleague. Refused without the client's consent to being represented, and where there is no live key."""
    if kind == Kind.REFERRAL:
        raise ValueError("a referral goes to a body: `refer`")
    if not given(ring, case, "representation"):
        raise Refused(_("The client has not agreed to be represented. Record the consent first."))
    pair = pair_of(to)
    if pair is None or not genuine(pair):
        raise Refused(_("This person has no key to the vault. Nothing was offered."))
    if kind in BOUND and (until is None or until <= at):
        raise Refused(_("Say until when: a guest's access ends at that minute."))
    if Wall.objects.filter(case=case, user=to).exists() or to == ring.user:
        raise Refused(_("This case cannot be offered to this person."))
    if to == case.assignee or (kind in BOUND and to in seated(case)):
        raise Refused(_("This person answers for the case already. Nothing was offered."))
    call_off(Offer.objects.filter(case=case, kind=kind, to=to))
    parties = [
        [value["name"], value["role"]] for _row, value in all_opened(ring, case, Compartment.FILE, "party")
    ]
    names = [[card_of(ring, case).get("client", ""), "client"], *parties]
    keys = {c: [case.epoch(c), ring.key(case, c).hex()] for c in Compartment.values}
    code, public = public_code(), bytes(pair.public)
    mail_about(user=to, key=f"legal:offered:{code}", case=code, on=None, why="offered", at=at)
    return Offer.objects.create(
        code=code, case=case, kind=kind, to=to, by=ring.user, on=legal_day(at), until=until,
        parties=vault.wrap(public, json.dumps(names).encode(), place_of(code, "parties")),
        summary=vault.wrap(public, json.dumps({"text": summary, "keys": keys}).encode(), place_of(code, "summary")),
    )  # fmt: skip


def guest_until(cases: QuerySet[Case], who: Who, at: datetime) -> datetime | None:
    """The minute at which a guest's access to one of `cases` has ended; None for all others, and behind a wall."""
    rows = Offer.objects.filter(case__in=cases, kind__in=BOUND, state=State.ACCEPTED, until__lte=at)
    return allowed(rows, who, "made", at).order_by("-until").values_list("until", flat=True).first()


@action
def offer_seat(*, ring: Ring, case: Case, seat: str, to: Any, at: datetime) -> None:
    """Ask a colleague to serve as "deputy" or "supervisor": names first, as with any offer. The newest question counts."""
    kind = next(kind for kind, name in SEATS.items() if name == seat)
    waiting = Offer.objects.filter(case=case, kind=kind, state=State.PROPOSED)
    if waiting.filter(to=to).exists():
        return
    call_off(waiting)
    offer(ring=ring, case=case, kind=kind, to=to, summary=card_of(ring, case).get("title", ""), at=at)


@action
def refer(*, ring: Ring, case: Case, body: str, at: datetime) -> Offer:
    """Pass the client on to another body, which the client has agreed to by its name."""
    if not given(ring, case, "sharing", body):
        raise Refused(
            _("The client has not agreed that something is passed on to this body. Record the consent first.")
        )
    made = Offer.objects.create(
        code=public_code(), case=case, kind=Kind.REFERRAL, by=ring.user, on=legal_day(at)
    )
    add(
        ring=ring, case=case, kind="referral", at=at, offer=made.code, body=body, on=legal_day(at).isoformat()
    )
    return made


@action
def body_answers(*, ring: Ring, row: Offer, accepted: bool, at: datetime) -> None:
    """What the body has said to whom was passed on; the file keeps it as a note."""
    live = Offer.objects.filter(pk=row.pk, kind=Kind.REFERRAL, state=State.PROPOSED)
    if not live.update(state=State.ACCEPTED if accepted else State.DECLINED):
        raise Refused(_("It was answered already."))
    said = _("%(body)s has accepted the referral.") if accepted else _("%(body)s has declined the referral.")
    write_note(
        ring=ring, case=row.case, text=said % {"body": bodies(ring, row.case).get(row.code, "")}, at=at
    )


def bodies(ring: Ring, case: Case) -> dict[str, str]:
    """To which body each referral goes, by the offer's code."""
    rows = all_opened(ring, case, Compartment.THREAD, "referral")
    return {value["offer"]: value["body"] for _row, value in rows}


@action
def hand_on(*, ring: Ring, to: KeyPair) -> None:
    """Whoever was asked exchanges the own pair: offers that wait are sealed for the new one."""
    for row in Offer.objects.filter(to=ring.user, state=State.PROPOSED):
        for column in ("parties", "summary"):
            place = place_of(row.code, column)
            setattr(
                row,
                column,
                vault.wrap(bytes(to.public), ring.unwrapped(bytes(getattr(row, column)), place), place),
            )
        row.save(update_fields=["parties", "summary"])


def parties_of(ring: Ring, row: Offer) -> list[list[str]]:
    """Name and role of each."""
    return json.loads(ring.unwrapped(bytes(row.parties), place_of(row.code, "parties")))


def _inside(ring: Ring, row: Offer) -> dict[str, Any]:
    return json.loads(ring.unwrapped(bytes(row.summary), place_of(row.code, "summary")))


def summary_of(ring: Ring, row: Offer) -> str:
    """'' before no conflict was declared."""
    return _inside(ring, row)["text"] if row.step > 1 else ""


@action
def no_conflict(*, ring: Ring, row: Offer) -> None:
    """Whoever was asked has read the names and declares that nothing stands in the way: the summary opens."""
    if not Offer.objects.filter(pk=row.pk, to=ring.user, state=State.PROPOSED, step=1).update(step=2):
        raise Refused(_("Somebody else has changed this meanwhile. Look at it again."))
    row.step = 2


@action
def decline(*, ring: Ring, row: Offer, at: datetime) -> None:
    _settle(row, ring, State.DECLINED, at)


@action
def revoke(*, by: Any, row: Offer) -> None:
    """Taken back by somebody who leads the case (`by`), while nobody has answered; what was shown first is not kept."""
    if not Offer.objects.filter(pk=row.pk, state=State.PROPOSED).update(
        state=State.REVOKED, parties=b"", summary=b""
    ):
        raise Refused(_("It was answered already."))


@action
def accept(*, ring: Ring, row: Offer, at: datetime, keep: bool = False) -> Case:
    """The file opens, until the minute that was said. Refused when the keys were changed since it was offered.

    `keep`: whoever was its lawyer until now goes on opening it, without a seat.
    """
    if row.step < 2:
        raise Refused(_("Read the names first and say that no conflict stands in the way."))
    if row.kind in BOUND and (row.until is None or row.until <= at):
        raise Refused(_("The time of this offer is over. Ask for a new one."))
    case = Case.objects.select_for_update(no_key=True).get(pk=row.case_id)
    keys = _inside(ring, row)["keys"]
    for compartment, (epoch, key) in keys.items():
        if epoch != case.epoch(compartment):
            raise Refused(_("The keys of this case were changed meanwhile. Ask for a new offer."))
        ring.keep(case, compartment, epoch, bytes.fromhex(key))
    if not given(ring, case, "representation"):
        raise Refused(_("The client has taken the consent back. Nothing was opened."))
    _settle(row, ring, State.ACCEPTED, at, step=3)
    # Who has taken a seat since he was asked keeps the key that goes with it: a guest's would end.
    until = row.until if row.kind in BOUND and ring.user not in seated(case) else None
    for compartment, (_epoch, key) in keys.items():
        grant(key=bytes.fromhex(key), case=case, compartment=compartment, to=ring.pair, by=row.by,
              on=legal_day(at), until=until)  # fmt: skip
    _seat(ring, case, row, keep, at)
    return case


def _seat(ring: Ring, case: Case, row: Offer, keep: bool, at: datetime) -> None:
    """Who is asked to take it over answers for it from now on; after a transfer whoever did so until now is the deputy.

    Who has no seat any more opens it no more, unless the new lawyer wants his or her predecessor to.
    """
    if row.kind in SEATS:
        before = seated(case)
        set_card(ring=ring, case=case, value=card_of(ring, case), **{SEATS[row.kind]: ring.user})
        dismiss(ring=ring, case=case, before=before, at=at)
    if row.kind not in (Kind.ASSIGN, Kind.TRANSFER):
        return
    call_off(
        Offer.objects.filter(case=case, kind__in=(Kind.ASSIGN, Kind.TRANSFER))
    )  # of whoever was its lawyer
    before, former = seated(case), case.assignee
    columns: dict[str, Any] = {"assignee": ring.user}
    columns |= {name: None for name in ("deputy", "supervisor") if getattr(case, name) == ring.user}
    if row.kind == Kind.TRANSFER:
        columns["deputy"] = former
    set_card(ring=ring, case=case, value=card_of(ring, case), **columns)
    dismiss(ring=ring, case=case, before=before - ({former} if keep else set()), at=at)


def _settle(row: Offer, ring: Ring, state: str, at: datetime, **columns: Any) -> None:
    """Compare and set; what was shown first is not kept. Whoever has asked hears the answer."""
    live = Offer.objects.filter(pk=row.pk, to=ring.user, state=State.PROPOSED, step=row.step)
    if not live.update(state=state, parties=b"", summary=b"", **columns):
        raise Refused(_("It was answered already."))
    row.state, case = state, row.case
    if row.by is not None and not Wall.objects.filter(case=case, user=row.by).exists():
        mail_about(user=row.by, key=f"legal:{state}:{row.code}", case=case.code, on=None, why=state, at=at)
