"""Proceedings and terms of a case: moving on begins the terms of law; completing, moving and taking out ask others.

In clear stand the date, the edition and that it is done. What waits for a second person says the reference and the
date alone; whoever opens the case next with a key carries out what was agreed (`carry_out`).
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.law.book import book, newest
from icma.legalaid.actions.cases.rows import add
from icma.legalaid.actions.cases.telling import answering, tell, tell_shorter
from icma.legalaid.cards import grants_of
from icma.legalaid.models import Case, Sealed
from icma.legalaid.procedure import reckon, rules_for, wrong_drafter
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, opened, put, rewrite
from icma.legalaid.words import Compartment
from icma.people.access import held_on
from icma.people.actions.review import ask_review
from icma.people.models import Membership, Review, User

KIND = "legal_term"


def is_advocate(user: Any, on: date) -> bool:
    """Sits as an advocate (vəkil) today."""
    return Membership.objects.filter(held_on(on), user=user, role="advocate").exists()


@action
def move_on(*, ring: Ring, case: Case, level: str, branch: str, body: str, number: str, served: date | None,
            filed: date | None, at: datetime, act: str = "", after: Sealed | None = None, result: str = "") -> list[Sealed]:  # fmt: skip
    """The next instance: what came of the last, the body, and the terms that the law begins. Terms that were kept.

    `act`: what was served before it (`procedure.ACTS`), "" where nobody knows yet; `served`: on which day, after silence
    that of the registration; `filed`: the day on which this step was filed. Refused for a civil cassation that no
    advocate draws up.
    """
    on = legal_day(at)
    wrong = wrong_drafter(level, branch, is_advocate(ring.user, on))
    if wrong:
        raise Refused(wrong)
    if after is not None:
        last = opened(ring, after)
        rewrite(
            ring=ring,
            row=after,
            value=last | {"result": result, "result_on": served.isoformat() if served else ""},
        )
    row = add(ring=ring, case=case, kind="proceeding", at=at, level=level, branch=branch, act=act, body=body, number=number,
              served=_iso(served), filed=_iso(filed), result="", result_on="", after=after.code if after else "")  # fmt: skip
    runs = rules_for(level, branch, act, None if filed else served, filed)
    return [
        begin_term(ring=ring, case=case, rule=rule, event=event, proceeding=row.code, at=at)
        for rule, event in runs
    ]


@action
def change_proceeding(
    *, ring: Ring, row: Sealed, number: str, filed: date | None, result: str, at: datetime
) -> None:
    """Its number, the day of filing and what came of it, when they become known. The day begins the body's own term."""
    value = opened(ring, row)
    if value["kind"] != "proceeding":
        raise ValueError("not a proceeding")
    runs = _own_terms(value, filed)
    if (
        value["filed"]
        and _iso(filed) != value["filed"]
        and _own_terms(value, date.fromisoformat(value["filed"]))
    ):
        raise Refused(_("A term runs from the day of filing. Have the term moved by a second person."))
    begin = runs if not value["filed"] else []
    rewrite(ring=ring, row=row, value=value | {"number": number, "filed": _iso(filed), "result": result})
    for rule, event in begin:
        begin_term(ring=ring, case=row.case, rule=rule, event=event, proceeding=row.code, at=at)


def _own_terms(value: dict[str, Any], filed: date | None) -> list[tuple[str, date]]:
    """By when the body of a proceeding has to answer."""
    return rules_for(value["level"], value["branch"], "", None, filed)


@action
def begin_term(
    *, ring: Ring, case: Case, rule: str, event: date, at: datetime, proceeding: str = ""
) -> Sealed:
    """A term of law with its legal and its safe date, the certainty and the reasons, by the law as it stands."""
    edition = newest()
    value = {"kind": "term", **reckon(rule, event, book(edition)), "proceeding": proceeding, "proof": "", "acted": "",
             "by": ring.user.pk}  # fmt: skip
    return put(ring=ring, case=case, compartment=Compartment.FILE, value=value, on=legal_day(at),
               due_on=date.fromisoformat(value["due"]), edition=edition.number)  # fmt: skip


@action
def complete_term(*, ring: Ring, row: Sealed, proof: str, at: datetime, filed: date | None = None) -> None:
    """It was filed: `proof` says how that can be shown, `filed` when, if not today. A second person hears of it.

    The proceeding is filed with it: what else ran from the same service is complete too, and the body's term begins.
    """
    value, on = opened(ring, row), legal_day(at)
    if row.done:
        raise Refused(_("This was done already."))
    if not proof.strip():
        raise Refused(
            _("Name the proof of filing: registration number, stamp, postal receipt or a paper in the file.")
        )
    acted = filed or on
    rewrite(ring=ring, row=row, value=value | {"proof": proof, "acted": acted.isoformat()}, done=True)
    if value["rule"] and value["proceeding"]:
        _filed(ring, row.case, value, proof, acted, at)
    tell(case=row.case, on=row.due_on, why="done", at=at, but=ring.user)


def _filed(ring: Ring, case: Case, term: dict[str, Any], proof: str, on: date, at: datetime) -> None:
    """A term of ours was kept by filing: its proceeding says so, and its alternatives are kept too."""
    found = Sealed.objects.filter(case=case, code=term["proceeding"]).first()
    if found is None:
        return
    found.case = case
    value = opened(ring, found)
    known = {rule for rule, _day in _own_terms(value, on)}
    if value["filed"] or term["rule"] in known:
        return
    for row, other in list(all_opened(ring, case, Compartment.FILE, "term")):
        if (
            not row.done
            and other["rule"]
            and other["proceeding"] == found.code
            and other["event"] == term["event"]
        ):
            rewrite(ring=ring, row=row, value=other | {"proof": proof, "acted": on.isoformat()}, done=True)
    change_proceeding(ring=ring, row=found, number=value["number"], filed=on, result=value["result"], at=at)


@action
def ask_change(
    *, ring: Ring, row: Sealed, do: str, why: str, at: datetime, event: date | None = None
) -> Review | None:
    """Take a term out ("drop") or count it from another day ("move"). One of law waits for a second person.

    Terms that no law gives are changed at once: None.
    """
    value = opened(ring, row)
    if not why.strip() or (do == "move") != (event is not None):
        raise Refused(_("Say why; for another day say which."))
    if not value["rule"]:
        _apply(ring, row, do, event)
        return None
    waiting = [v for _r, v in all_opened(ring, row.case, Compartment.FILE, "change") if v["term"] == row.code]
    if any(Review.objects.filter(pk=v["review"], verdict="").exists() for v in waiting):
        raise Refused(_("This waits for a second person already."))
    review = ask_review(kind=KIND, subject=f"case:{row.case.code}", when="before", by=ring.user, at=at,
                        data={"case": row.case.code, "on": row.due_on.isoformat()})  # fmt: skip
    add(ring=ring, case=row.case, kind="change", at=at, term=row.code, do=do, event=_iso(event), why=why,
        review=review.pk, by=ring.user.pk, on=legal_day(at).isoformat())  # fmt: skip
    tell(case=row.case, on=row.due_on, why="asked", at=at, but=ring.user)
    return review


@action
def carry_out(*, ring: Ring, case: Case) -> int:
    """What a second person has agreed to since; what was refused is forgotten. How many were changed."""
    done = 0
    for row, wish in list(all_opened(ring, case, Compartment.FILE, "change")):
        verdict = Review.objects.filter(pk=wish["review"]).values_list("verdict", flat=True).first()
        if row.done or not verdict:
            continue
        term = Sealed.objects.filter(case=case, code=wish["term"]).first()
        if verdict == Review.Verdict.AGREED and term is not None and not term.done:
            term.case = case
            _apply(ring, term, wish["do"], date.fromisoformat(wish["event"]) if wish["event"] else None)
            done += 1
        rewrite(ring=ring, row=row, value=wish, done=True)
    return done


def _apply(ring: Ring, row: Sealed, do: str, event: date | None) -> None:
    if do == "drop":
        Sealed.objects.filter(pk=row.pk, rev=row.rev).delete()
        return
    assert event is not None
    value = opened(ring, row)
    if not value["rule"]:
        rewrite(
            ring=ring,
            row=row,
            value=value | {"due": event.isoformat(), "safe": event.isoformat()},
            due_on=event,
        )
        return
    _reckoned(ring, row, value, event)


def _reckoned(ring: Ring, row: Sealed, value: dict[str, Any], event: date) -> date:
    """The term anew by the newest law; its date."""
    edition = newest()
    value = value | reckon(value["rule"], event, book(edition))
    due = date.fromisoformat(value["due"])
    rewrite(ring=ring, row=row, value=value, due_on=due, edition=edition.number)
    return due


@action
def count_anew(*, ring: Ring, case: Case) -> int:
    """Terms of an older edition of the law, by the newest; how many. Done when somebody with a key opens the case."""
    number, done = newest().number, 0
    stale = case.rows.filter(edition__lt=number, done=False, compartment=Compartment.FILE)
    if not stale:
        return 0
    for row in stale:
        row.case = case
        value, before = opened(ring, row), row.due_on
        now = _reckoned(ring, row, value, date.fromisoformat(value["event"]))
        if before and now < before:
            tell_shorter(case=case, row=row.code, edition=number, on=now, at=ring.at)
        done += 1
    return done


def count_all_anew(*, ring: Ring) -> int:
    """At unlocking: terms of an older law in every case that the owner works on; how many."""
    stale = Sealed.objects.filter(
        case__in=grants_of(ring).values("case"), edition__lt=newest().number, done=False
    )
    cases = Case.objects.filter(pk__in=stale.values("case"))
    return sum(count_anew(ring=ring, case=case) for case in cases)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def seconds(case: Case) -> list[User]:
    """Who may be the second person in a case: those who answer for it."""
    return answering(case)
