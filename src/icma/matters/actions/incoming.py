"""What comes from an authority: answers, extensions, forwarding, notes of registration, refusals to consider.

Each is a letter of its own with its own date (`dated_on`), the day it reached the sender (`received_on`)
and how it came. The statutory clock looks at its own date.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.files import keep_file
from icma.core.models import File
from icma.engines.aztext import clean_text
from icma.matters.actions.clocks import NotExtended, close_clock, extend, stop_clock
from icma.matters.actions.clocks.passed import tell_unregistered
from icma.matters.actions.letters import PROOFS, register
from icma.matters.actions.raising import keep_until_ended
from icma.matters.actions.telling import hold, tell
from icma.matters.actions.thread import note
from icma.matters.compose.addressee import refuse_closed
from icma.matters.flow import LETTER, MATTER
from icma.matters.grounds import Ground
from icma.matters.models import Clock, Letter, Matter
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import Authority, User

Answer = Letter.Answer
SUMMARY = 500
# However its readers judge it, it is one answer.
ANSWERS = ("", Answer.SUBSTANCE, Answer.PARTLY, Answer.FORMAL, Answer.REFUSAL, Answer.PROMISE)
LIVE = (Clock.State.RUNNING, Clock.State.PAUSED)
WAITING = ("sent", "registered", "silent", "forwarded", "answered")


@dataclass(frozen=True)
class Came:
    """What every incoming letter says of itself. `scan` holds bytes of a JPEG, PNG or PDF.

    `received_on` is known to the sender alone: None where the authority enters its own answer.
    """

    dated_on: date
    received_on: date | None
    channel: str = ""
    number: str = ""
    summary: str = ""
    scan: bytes | None = None


@action
def record_answer(
    *, letter: Letter, answer: str, came: Came, at: datetime, by: User | None, promised_on: date | None = None,
    ground: str = "",
) -> Letter:  # fmt: skip
    """An answer, whatever it says. Its own date stops the clock; a confirmed silence is withdrawn.

    `ground`: of a refusal, what the letter bases it on; '' where nobody has said.
    """
    if ground and ground not in Ground.values:
        raise Refused(_("Choose what the refusal is based on."))
    if answer == Answer.PROMISE and promised_on is None:
        raise Refused(_("Enter the date that was promised."))
    if promised_on is not None and promised_on < came.dated_on:
        raise Refused(_("The promised date lies before the answer."))
    more = {"promised_on": promised_on} if answer == Answer.PROMISE else {}
    reply = keep_incoming(letter=letter, answer=answer, came=came, at=at, by=by, **more)
    settle(letter=letter, reply=reply, at=at, by=by, ground=ground if answer == Answer.REFUSAL else "")
    return reply


@action
def settle(*, letter: Letter, reply: Letter, at: datetime, by: User | None, ground: str = "") -> None:
    """An answer that is known to come from the authority counts: stages, clocks, thread."""
    _stop(letter, reply.dated_on, at, by)
    LETTER.take(letter, "answer")
    _told(
        "answer_came", reply, at, by, data={"answer": reply.answer} | ({"ground": ground} if ground else {})
    )
    if letter.matter.stage in MATTER.steps["hear"].start:
        MATTER.take(letter.matter, "hear")
    else:
        _not_unanswered(letter.matter, at, by)


def _not_unanswered(matter: Matter, at: datetime, by: User | None) -> None:
    """Was it ended as left without an answer, that is no longer so: the authority has said something."""
    before = matter.outcome
    if before != Matter.Outcome.UNANSWERED or matter.stage not in MATTER.steps["hear_after_all"].start:
        return
    MATTER.take(matter, "hear_after_all", outcome="", changed_at=at)
    note(matter=matter, verb="reopened", at=at, by=by, data={"outcome": before})
    keep_until_ended(matter=matter, at=at, ended=False)


@action
def record_extension(
    *, letter: Letter, came: Came, at: datetime, by: User | None, amount: int | None = None, basis: str = ""
) -> tuple[Letter, str]:
    """The authority took more time: `amount` in the rule's own unit, None when its letter names none.

    Returns (its letter, why the date did not move or ""): a notice without effect in law is kept all the same.
    """
    clocks = list(_running(letter))
    if not clocks:
        raise Refused(_("No term runs on this letter that could be extended. Enter its registration first."))
    reply, why = keep_incoming(letter=letter, answer=Answer.EXTENSION, came=came, at=at, by=by), ""
    for clock in clocks:
        try:
            extend(clock=clock, on=came.dated_on, amount=amount, basis=basis, at=at, by=by)
        except NotExtended as refusal:
            why = str(refusal)
    if not why:
        _still_waiting(letter, clocks, at, by)
    verb = "extension_void" if why else "extended"
    _told(verb, reply, at, by)
    return reply, why


def _still_waiting(letter: Letter, clocks: list[Clock], at: datetime, by: User | None) -> None:
    """More time was taken in time: whoever asked meanwhile asked too early, and will be asked again."""
    asked = [clock for clock in clocks if clock.asked_on is not None]
    Clock.objects.filter(pk__in=[clock.pk for clock in asked]).update(asked_on=None)
    if letter.stage == "silent":
        LETTER.take(letter, "wait_on")
    if asked:
        note(matter=letter.matter, verb="silence_withdrawn", at=at, by=by, letter=letter)


@action
def record_forwarding(
    *, letter: Letter, to: Authority, came: Came, at: datetime, by: User | None,
    new_number: str = "", new_registered_on: date | None = None, new_hour: time | None = None,
) -> tuple[Letter, Letter]:  # fmt: skip
    """It went on to another body: the notice, and our letter there, which waits for its own registration.

    Returns (notice, letter at the new body). Where the notice names the registration there, its clock runs at once.
    """
    if to.pk == letter.authority_id:
        raise Refused(_("This is the same body. Choose the one that the letter was forwarded to."))
    refuse_closed(to, came.dated_on)
    notice = keep_incoming(letter=letter, answer=Answer.FORWARDED, came=came, at=at, by=by, forwarded_to=to)
    tell_unregistered(letter=letter, until=came.dated_on, at=at)
    for clock in _running(letter):
        close_clock(clock=clock, on=came.dated_on, at=at, by=by)
    if letter.stage == "silent":
        note(matter=letter.matter, verb="silence_withdrawn", at=at, by=by, letter=letter)
    LETTER.take(letter, "forward", forwarded_to=to)
    _told("forwarded", notice, at, by)
    _not_unanswered(letter.matter, at, by)
    there = Letter.objects.create(
        code=public_code(), matter=letter.matter, direction=Letter.Direction.OUT, stage="sent", kind=letter.kind,
        authority=to, sender=letter.sender, channel=letter.channel, rule=letter.rule, subject=letter.subject,
        # A complaint that was passed on to the very body it is about is kept as it happened.
        about=letter.about if letter.about_id != to.pk else None,
        body=letter.body, follows=letter, created_at=at, sent_on=came.dated_on,
    )  # fmt: skip
    if new_registered_on is not None:
        register(letter=there, number=new_number, on=new_registered_on, hour=new_hour, at=at, by=by)
    return notice, there


@action
def record_registration(
    *,
    letter: Letter,
    came: Came,
    number: str,
    on: date,
    at: datetime,
    by: User | None,
    hour: time | None = None,
) -> Letter:
    """A note that it was registered: kept as a letter, and the term starts."""
    reply = keep_incoming(letter=letter, answer=Answer.REGISTRATION, came=came, at=at, by=by)
    if reply.summary and not reads_for_everybody(by, legal_day(at)):
        hold(matter=letter.matter, text=reply.summary, letter=reply, at=at, by=by)
    register(letter=letter, number=number, on=on, at=at, by=by, hour=hour)
    return reply


@action
def record_unconsidered(*, letter: Letter, came: Came, at: datetime, by: User | None) -> Letter:
    """The authority left it without consideration: its term ends, the ladder has a branch for this."""
    reply = keep_incoming(letter=letter, answer=Answer.UNCONSIDERED, came=came, at=at, by=by)
    _stop(letter, came.dated_on, at, by)
    LETTER.take(letter, "return")
    _told("unconsidered", reply, at, by)
    _not_unanswered(letter.matter, at, by)
    return reply


@action
def keep_incoming(
    *,
    letter: Letter,
    answer: str,
    came: Came,
    at: datetime,
    by: User | None,
    confirmed: bool = True,
    **more: Any,
) -> Letter:
    """The row of an incoming letter; its dates are checked against our own letter's."""
    if letter.direction != Letter.Direction.OUT or letter.stage not in WAITING:
        raise Refused(_("Nothing can be entered for this letter: mark it as sent first."))
    _check_dates(letter, came, legal_day(at))
    if confirmed:
        _refuse_twice(letter, answer, came)
    summary = clean_text(came.summary)
    if len(summary) > SUMMARY:
        raise Refused(_("The summary is too long: at most %(n)s characters.") % {"n": SUMMARY})
    return Letter.objects.create(
        code=public_code(), matter=letter.matter, direction=Letter.Direction.IN, stage="received",
        authority=letter.authority, answers=letter, answer=answer, subject=letter.subject,
        channel=came.channel, number=_number(came), dated_on=came.dated_on,
        received_on=came.received_on, summary=summary, scan=_scan(came, at, by), created_at=at,
        confirmed=confirmed, **more,
    )  # fmt: skip


def _told(
    verb: str, reply: Letter, at: datetime, by: User | None, data: dict[str, Any] | None = None
) -> None:
    """That it came, on its own day, with its summary once that may be read."""
    tell(
        matter=reply.matter,
        verb=verb,
        at=at,
        by=by,
        on=reply.dated_on,
        letter=reply,
        text=reply.summary,
        data=data,
    )


def _number(came: Came) -> str:
    return " ".join(clean_text(came.number).split())[:60]


def _refuse_twice(letter: Letter, answer: str, came: Came) -> None:
    """Two people hold the same paper: whoever comes second is told. What nobody knows whose it is stands apart."""
    Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    number = _number(came)
    same = Letter.objects.filter(
        answers=letter, direction=Letter.Direction.IN, stage="received", confirmed=True
    )
    kinds = ANSWERS if answer in ANSWERS else (answer,)
    if number and same.filter(dated_on=came.dated_on, number=number, answer__in=kinds).exists():
        raise Refused(_("This letter is entered already: the same number and the same date."))


def _scan(came: Came, at: datetime, by: User | None) -> File | None:
    return keep_file(data=came.scan, at=at, by=by, visibility="staff", kinds=PROOFS) if came.scan else None


def _check_dates(letter: Letter, came: Came, today: date) -> None:
    reached = came.received_on or came.dated_on
    if came.dated_on > today or reached > today:
        raise Refused(_("The date lies in the future."))
    if reached < came.dated_on:
        raise Refused(_("It cannot have come before the date that it bears. Check both dates."))
    if letter.sent_on is not None and came.dated_on < letter.sent_on:
        raise Refused(_("An answer cannot be older than the letter that it answers. Check its date."))


def _running(letter: Letter) -> Any:
    return Clock.objects.filter(letter=letter, owner=Clock.Owner.AUTHORITY, state__in=LIVE)


def _stop(letter: Letter, on: date, at: datetime, by: User | None) -> None:
    tell_unregistered(letter=letter, until=on, at=at)
    for clock in _running(letter):
        stop_clock(clock=clock, on=on, at=at, by=by)


def record(*, letter: Letter, given: dict[str, Any], came: Came, at: datetime, by: User | None) -> str:
    """Hand what the form says to the action of its kind (`given["what"]`); returns a remark for the reader or ""."""
    what, base = given["what"], {"letter": letter, "came": came, "at": at, "by": by}
    if what == Answer.EXTENSION:
        return record_extension(amount=given["amount"], basis=given["basis"], **base)[1]
    if what == Answer.FORWARDED:
        there = {"new_registered_on": given["reg_on"], "new_hour": given["reg_hour"]}
        record_forwarding(to=given["to"], new_number=given["reg_number"], **there, **base)
    elif what == Answer.REGISTRATION:
        record_registration(number=given["reg_number"], on=given["reg_on"], hour=given["reg_hour"], **base)
    elif what == Answer.UNCONSIDERED:
        record_unconsidered(**base)
    else:
        record_answer(answer=what, promised_on=given["promised_on"], ground=given["ground"], **base)
    return ""
