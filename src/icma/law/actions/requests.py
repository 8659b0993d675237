"""A person's request about his or her data runs on the clock of the rules `pd.*`.

Asking starts two terms: the answer (`pd.access`), and, should we refuse, the reasoned refusal (`pd.refusal`).
What we correct or erase starts a third: those who had received it are told (`pd.recipients`).
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.seal import Unreadable, seal, unseal
from icma.engines.aztext import clean_text
from icma.engines.clockrules import ClockEvent
from icma.engines.clocks import compute
from icma.law.book import book
from icma.law.derive import columns, events_of, state_of, stored_moment
from icma.law.flow import DATA
from icma.law.models import DataClock, DataEvent, DataRequest
from icma.people.actions.changes import log_change
from icma.people.models import User

ANSWER, REFUSAL, RECIPIENTS = "pd.access", "pd.refusal", "pd.recipients"
LONGEST, SHORTEST_REASON = 2000, 20
Kind = DataEvent.Kind


@action
def ask_for_data(
    *, person: str, kind: str, at: datetime, by: User | None, text: str = "", via: str = "",
    channel: str = "web", on: date | None = None,
) -> DataRequest:  # fmt: skip
    """Begin the statutory terms from the day `on` (today). Refused while the same request is open."""
    on = on or legal_day(at)
    if on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    text = _said(text)
    if kind == DataRequest.Kind.CORRECT and not text:
        raise Refused(_("Write what is wrong, and what is right."))
    request = DataRequest(
        code=public_code(), person=person, via=via, kind=DataRequest.Kind(kind), channel=channel, asked_at=at,
        sealed=seal({"asked": text}),
    )  # fmt: skip
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        raise Refused(_("You have asked this already; its answer is on the way.")) from None
    for rule in (ANSWER, REFUSAL):
        _start(request, rule, on, at, by)
    return request


@action
def answer_data(
    *, request: DataRequest, text: str, at: datetime, by: User, passed_on: bool = False
) -> DataRequest:
    """We did what was asked, and say so. `passed_on`: somebody had received what was corrected or erased."""
    text = _said(text)
    if not text:
        raise Refused(_("Write what was done: the person reads it on his or her page."))
    _end(request, "answer", text, at, by)
    if passed_on and request.kind != DataRequest.Kind.ACCESS:
        _start(request, RECIPIENTS, legal_day(at), at, by)
    return request


@action
def refuse_data(*, request: DataRequest, text: str, at: datetime, by: User) -> DataRequest:
    """We do not do what was asked; the reasons are given in writing."""
    text = _said(text)
    if len(text) < SHORTEST_REASON:
        raise Refused(_("A refusal needs its reasons: the article, and why it applies here."))
    _end(request, "refuse", text, at, by)
    return request


@action
def withdraw_data(*, request: DataRequest, at: datetime, by: User | None) -> DataRequest:
    """The person does not want an answer any more."""
    _end(request, "withdraw", "", at, by)
    return request


@action
def extend_data(*, request: DataRequest, at: datetime, by: User) -> DataClock:
    """A third party has to be asked: the law gives more time once, and only before the term has ended."""
    clock = _held(request, ANSWER)
    law, today = book(clock.edition), legal_day(at)
    event = ClockEvent("extend", today, "third_party", None)
    answer = compute(law.rules[clock.rule], [*events_of(clock), event], law.calendar)
    if clock.state != DataClock.State.RUNNING or event in answer.ignored or today > clock.due_on:
        raise Refused(_("The law allows no further extension of this term."))
    _add(clock, Kind.EXTEND, today, at, by, basis="third_party")
    return clock


@action
def tell_recipients(*, request: DataRequest, at: datetime, by: User) -> None:
    """Those who had received what was corrected or erased have been told."""
    clock = _held(request, RECIPIENTS)
    if clock.state != DataClock.State.RUNNING:
        raise Refused(_("Somebody has already done this."))
    _add(clock, Kind.ANSWER, legal_day(at), at, by)


@action
def forget_requests(*, person: str, by: User | None, at: datetime) -> None:
    """An erased person's requests keep their dates and lose their words; what waits is withdrawn.

    The answer to the request for erasure itself stays, so that the person can still read it.
    """
    rows = DataRequest.objects.filter(person=person)
    for request in rows.filter(stage="waiting"):
        withdraw_data(request=request, at=at, by=None)
    rows.exclude(kind=DataRequest.Kind.ERASE, stage="answered").update(sealed=b"")


@action
def rederive_requests(*, at: datetime) -> int:
    """Compute the running terms by the newest edition; how many dates moved, each logged with old and new.

    The person reads the new date on the page of the request, the officers on theirs.
    """
    law, moved = book(), 0
    rows = DataClock.objects.filter(state=DataClock.State.RUNNING).exclude(edition_id=law.edition_id)
    for clock in rows.select_related("request").select_for_update(no_key=True, of=("self",)):
        old, clock.edition_id = clock.due_on, law.edition_id
        _settle(clock)
        logged = log_change(
            table="data_term", row=f"{clock.request.code} {clock.rule}", by=None, at=at,
            before={"due_on": old.isoformat()}, after={"due_on": clock.due_on.isoformat()},
            why=f"edition {law.number}",
        )  # fmt: skip
        moved += logged is not None
    return moved


def words_of(request: DataRequest) -> dict[str, str]:
    """{"asked", "answered"} as far as they are kept and can be read."""
    try:
        return unseal(request.sealed) if request.sealed else {}
    except Unreadable:
        return {}


def may_extend(request: DataRequest, at: datetime) -> bool:
    """Is the term for an answer running, not over and never extended?"""
    clock = request.clocks.filter(rule=ANSWER, state=DataClock.State.RUNNING).first()
    used = clock is not None and clock.events.filter(kind=Kind.EXTEND).exists()
    return clock is not None and not used and legal_day(at) <= clock.due_on


def waits_for_recipients(request: DataRequest) -> bool:
    return request.clocks.filter(rule=RECIPIENTS, state=DataClock.State.RUNNING).exists()


# --- pieces --------------------------------------------------------------------------------------------
def _said(text: str) -> str:
    text = clean_text(text)
    if len(text) > LONGEST:
        raise Refused(_("The text is too long: at most %(n)s characters.") % {"n": LONGEST})
    return text


def _start(request: DataRequest, rule: str, on: date, at: datetime, by: User | None) -> None:
    law = book()
    answer = compute(law.rules[rule], on, law.calendar)
    clock = DataClock.objects.create(
        request=request, rule=rule, edition_id=law.edition_id, started_at=stored_moment(on), **columns(answer)
    )
    _add(clock, Kind.START, on, at, by)


def _end(request: DataRequest, step: str, text: str, at: datetime, by: User | None) -> None:
    """One of two officers who decide wins; every term of the request ends with the decision."""
    said = words_of(request) | ({"answered": text} if text else {})
    DATA.take(request, step, ended_at=at, ended_by=by, sealed=seal(said))
    for clock in DataClock.objects.filter(request=request, state=DataClock.State.RUNNING):
        if step == "withdraw":
            DataClock.objects.filter(pk=clock.pk).update(state="closed", ended_on=legal_day(at))
        else:
            _add(clock, Kind.ANSWER, legal_day(at), at, by)


def _held(request: DataRequest, rule: str) -> DataClock:
    clock = DataClock.objects.select_for_update(no_key=True).filter(request=request, rule=rule).first()
    if clock is None:
        raise Refused(_("No such term runs here."))
    return clock


def _add(
    clock: DataClock, kind: str, on: date, at: datetime, by: User | None, *, basis: str = ""
) -> None:  # fmt: skip
    event = DataEvent(clock=clock, kind=kind, at=stored_moment(on), recorded_at=at, by=by, basis=basis)
    event.save(force_insert=True)
    _settle(clock)


def _settle(clock: DataClock) -> None:
    """Write the caches from the derivation."""
    law = book(clock.edition)
    answer = compute(law.rules[clock.rule], events_of(clock), law.calendar)
    values = columns(answer) | {
        "state": state_of(answer), "ended_on": answer.answered_on, "edition_id": clock.edition_id
    }  # fmt: skip
    DataClock.objects.filter(pk=clock.pk).update(**values)
    for name, value in values.items():
        setattr(clock, name, value)
