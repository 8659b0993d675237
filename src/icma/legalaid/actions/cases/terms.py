"""Proceedings and terms of a case: moving on begins the terms of law; completing, moving and taking out ask others.

In clear stand the date, the edition and that it is done. What waits for a second person says the reference and the
date alone; whoever opens the case next with a key carries out what was agreed (`carry_out`).
"""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.engines.vault import Unopened
from icma.engines.workdays import ClockError
from icma.law.book import book, newest
from icma.legalaid.actions.cases.rows import add, demand_open
from icma.legalaid.actions.cases.telling import tell, tell_shorter
from icma.legalaid.cards import grants_of
from icma.legalaid.models import Case, Sealed
from icma.legalaid.procedure import (
    not_before,
    owed_to_us,
    reckon,
    rules_for,
    served_rules,
    wrong_drafter,
)
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, opened, put, rewrite
from icma.legalaid.words import Compartment
from icma.people.access import held_on
from icma.people.actions.review import ask_review
from icma.people.models import Membership, Review

KIND = "legal_term"


class Uncounted(Refused):
    """No date can be computed from a day."""


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
    _happened(at, served, filed)
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
        if served and act not in ("", "silence"):
            _was_answered(ring, case, after, served)
    row = add(ring=ring, case=case, kind="proceeding", at=at, level=level, branch=branch, act=act, body=body, number=number,
              served=_iso(served), filed=_iso(filed), result="", result_on="", after=after.code if after else "")  # fmt: skip
    runs = rules_for(level, branch, act, None if filed else served, filed)
    return [
        begin_term(ring=ring, case=case, rule=rule, event=event, proceeding=row.code, at=at)
        for rule, event in runs
    ]


@action
def change_proceeding(
    *,
    ring: Ring,
    row: Sealed,
    number: str,
    served: date | None,
    filed: date | None,
    result: str,
    at: datetime,
) -> None:
    """Its number, the days of service and of filing and what came of it, when they become known.

    The first day of service begins the terms that run from it, the day of filing the body's own. Another day of service
    than before waits for a second person while a term runs from it.
    """
    value = opened(ring, row)
    if value["kind"] != "proceeding":
        raise ValueError("not a proceeding")
    _happened(at, served, filed)
    runs = _own_terms(value, filed)
    if (
        value["filed"]
        and _iso(filed) != value["filed"]
        and _own_terms(value, date.fromisoformat(value["filed"]))
    ):
        raise Refused(_("A term runs from the day of filing. Have the term moved by a second person."))
    begin = runs if not value["filed"] else []
    if served and not value["served"]:
        begin += rules_for(
            value["level"], value["branch"], value.get("act", ""), None if filed else served, None
        )
    waits = _served_anew(ring, row, value, served, at)
    new = value | {"number": number, "filed": _iso(filed), "result": result}
    rewrite(ring=ring, row=row, value=new if waits else new | {"served": _iso(served)})
    for rule, event in begin:
        begin_term(ring=ring, case=row.case, rule=rule, event=event, proceeding=row.code, at=at)


def _happened(at: datetime, *days: date | None) -> None:
    """Refused for a day of service or of filing that has not come yet."""
    if any(day and day > legal_day(at) for day in days):
        raise Refused(_("The date lies in the future."))


def _served_anew(ring: Ring, row: Sealed, value: dict[str, Any], served: date | None, at: datetime) -> bool:
    """Ask to count what runs from another day of service anew; False when nothing runs from it."""
    if not value["served"] or _iso(served) == value["served"]:
        return False
    running = [
        term
        for term, other in list(all_opened(ring, row.case, Compartment.FILE, "term"))
        if not term.done and _runs_from_service(other, row.code, value)
    ]
    if running and served is None:
        raise Refused(_("A term runs from the day of service. Have it taken out by a second person."))
    for term in running:
        why = _("It was served on another day.")
        ask_change(ring=ring, row=term, do="move", event=served, why=why, at=at)
    return bool(running)


def _runs_from_service(term: dict[str, Any], code: str, proceeding: dict[str, Any]) -> bool:
    rules = served_rules(proceeding["level"], proceeding["branch"], proceeding.get("act", ""))
    return term["proceeding"] == code and term["rule"] in rules and term["event"] == proceeding["served"]


def _own_terms(value: dict[str, Any], filed: date | None) -> list[tuple[str, date]]:
    """By when the body of a proceeding has to answer."""
    return rules_for(value["level"], value["branch"], "", None, filed)


@action
def begin_term(
    *, ring: Ring, case: Case, rule: str, event: date, at: datetime, proceeding: str = ""
) -> Sealed:
    """A term of law with its legal and its safe date, the certainty and the reasons, by the law as it stands."""
    demand_open(case)
    edition = newest()
    value = {"kind": "term", **_counted(rule, event), "proceeding": proceeding, "proof": "", "acted": "",
             "by": ring.user.pk}  # fmt: skip
    return put(ring=ring, case=case, compartment=Compartment.FILE, value=value, on=legal_day(at),
               due_on=_due(value, legal_day(at)), edition=edition.number)  # fmt: skip


def _counted(rule: str, event: date) -> dict[str, Any]:
    """Fields of a term by the newest law. Refused where no date can be computed from this day."""
    try:
        return reckon(rule, event, book(newest()))
    except ClockError as error:
        raise Uncounted(_("The date cannot be computed from this day. Check it.")) from error


def _due(value: dict[str, Any], today: date) -> date | None:
    """What stands in clear of a term's date. The earliest day of a step is one to be reminded of until it has come
    and somebody has seen that (`day_has_come`); afterwards nothing is due on it.
    """
    due = date.fromisoformat(value["due"])
    return None if not_before(value["rule"]) and due < today else due


@action
def day_has_come(*, ring: Ring, case: Case) -> None:
    """From today a step may be taken, and one of those who answer for the case has it open: reminders have an end."""
    if ring.user.pk not in (case.assignee_id, case.deputy_id, case.supervisor_id):
        return
    for row in case.rows.filter(edition__isnull=False, done=False, due_on__lte=legal_day(ring.at)):
        row.case = case
        value = opened(ring, row)
        if not_before(value["rule"]):
            rewrite(ring=ring, row=row, value=value, due_on=None)


@action
def complete_term(*, ring: Ring, row: Sealed, proof: str, at: datetime, filed: date | None = None) -> None:
    """It was filed: `proof` says how that can be shown, `filed` when, if not today. A second person hears of it.

    The proceeding is filed with it: what else ran from the same service is complete too, and the body's term begins.
    """
    value, on = opened(ring, row), legal_day(at)
    _happened(at, filed)
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
    tell(case=row.case, on=date.fromisoformat(value["due"]), why="done", at=at, but=ring.user)


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
    served = date.fromisoformat(value["served"]) if value["served"] else None
    change_proceeding(ring=ring, row=found, number=value["number"], served=served, filed=on, result=value["result"], at=at)  # fmt: skip


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
    if event:
        _happened(at, event)
        _counted(value["rule"], event)
    waiting = [v for _r, v in all_opened(ring, row.case, Compartment.FILE, "change") if v["term"] == row.code]
    if any(Review.objects.filter(pk=v["review"], verdict="").exists() for v in waiting):
        raise Refused(_("This waits for a second person already."))
    review = ask_review(kind=KIND, subject=f"case:{row.case.code}", when="before", by=ring.user, at=at,
                        data={"case": row.case.code, "on": value["due"], "do": do})  # fmt: skip
    add(ring=ring, case=row.case, kind="change", at=at, term=row.code, title=value["title"], due=value["due"], do=do,
        event=_iso(event), why=why, review=review.pk, by=ring.user.pk, on=legal_day(at).isoformat())  # fmt: skip
    tell(case=row.case, on=date.fromisoformat(value["due"]), why="asked", at=at, but=ring.user)
    return review


@action
def carry_out(*, ring: Ring, case: Case) -> int:
    """What a second person has agreed to since; of what was refused the answer is kept. How many were changed.

    A day from which no date can be computed changes nothing: the wish is kept as `failed`, and the case's page says so.
    """
    done = 0
    for row, wish in list(all_opened(ring, case, Compartment.FILE, "change")):
        review = Review.objects.filter(pk=wish["review"]).exclude(verdict="").first()
        if row.done or review is None:
            continue
        wish |= {"verdict": review.verdict, "second": review.decided_by_id}
        wish |= {"decided": legal_day(review.decided_at).isoformat() if review.decided_at else ""}
        term = Sealed.objects.filter(case=case, code=wish["term"]).first()
        if review.verdict == Review.Verdict.AGREED and term is not None and not term.done:
            term.case = case
            try:
                _apply(ring, term, wish["do"], date.fromisoformat(wish["event"]) if wish["event"] else None)
                done += 1
            except Uncounted:
                wish |= {"failed": True}
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
    before = value["event"]
    _reckoned(ring, row, value, event)
    _serve_anew(ring, row.case, value, before, event)


def _serve_anew(ring: Ring, case: Case, term: dict[str, Any], before: str, event: date) -> None:
    """A term that ran from the day of service runs from another: the proceeding says that day too."""
    row = Sealed.objects.filter(case=case, code=term["proceeding"]).first()
    if row is None:
        return
    row.case = case
    value = opened(ring, row)
    if value["served"] == before and _runs_from_service(term, row.code, value):
        rewrite(ring=ring, row=row, value=value | {"served": event.isoformat()})


def _reckoned(ring: Ring, row: Sealed, value: dict[str, Any], event: date) -> date:
    """The term anew by the newest law; its date. Refused where there is none."""
    value = value | _counted(value["rule"], event)
    due_on = _due(value, legal_day(ring.at))
    rewrite(ring=ring, row=row, value=value, due_on=due_on, edition=newest().number)
    return date.fromisoformat(value["due"])


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
        try:
            now = _reckoned(ring, row, value, date.fromisoformat(value["event"]))
        except Uncounted:  # it stays on the board as one to be checked again
            continue
        if before and now < before and not not_before(value["rule"]):
            tell_shorter(case=case, row=row.code, edition=number, on=now, at=ring.at)
        done += 1
    return done


def count_all_anew(*, ring: Ring) -> int:
    """At unlocking: terms of an older law in every case that the owner works on; how many."""
    stale = Sealed.objects.filter(
        case__in=grants_of(ring).values("case"), edition__lt=newest().number, done=False
    )
    done = 0
    for case in Case.objects.filter(pk__in=stale.values("case")):
        with suppress(Unopened):  # a damaged row says so when its case is opened; the vault opens
            done += count_anew(ring=ring, case=case)
    return done


def _was_answered(ring: Ring, case: Case, step: Sealed, served: date) -> None:
    """What the body owed has come: the decision that is moved on with. Its own term ends with it."""
    for row, value in list(all_opened(ring, case, Compartment.FILE, "term")):
        if not row.done and value["proceeding"] == step.code and owed_to_us(value["rule"]):
            proof = _("its decision was served on %(day)s") % {"day": date_words(served)}
            rewrite(
                ring=ring, row=row, value=value | {"proof": proof, "acted": served.isoformat()}, done=True
            )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
