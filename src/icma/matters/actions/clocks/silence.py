"""No answer recorded is not silence: somebody asks, on a day. And an authority may object."""

from datetime import date, datetime
from typing import Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.matters.actions.clocks.passed import tell_passed
from icma.matters.actions.clocks.terms import LIVE, start_clock, stop_clock
from icma.matters.actions.thread import note
from icma.matters.flow import LETTER
from icma.matters.models import Clock, Entry, Letter, Matter
from icma.people.models import User

CORRECTION = "own.correction"
OBJECTIONS = {"answered": "objected", "mistake": "objected_mistake"}


@action
def confirm_silence(
    *, on: date, at: datetime, by: User | None, letter: Letter | None = None, clock: Clock | None = None
) -> Clock:
    """The sender or a coordinator asked on the day `on`: nothing has come ("soruşuldu, gəlməyib").

    Only after the term; again, with a later day, at each later step. Refused while paused or disputed.
    """
    clock = clock or _waiting(letter)
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))
    _may_be_silent(clock, on, legal_day(at))
    Clock.objects.filter(pk=clock.pk).update(asked_on=on)
    clock.asked_on = on
    if clock.letter and clock.letter.stage in LETTER.steps["confirm_silence"].start:
        LETTER.take(clock.letter, "confirm_silence")
    if letter is not None and clock.letter:
        letter.stage = clock.letter.stage
    note(
        matter=clock.matter, verb="silence_confirmed", at=at, by=by, on=on, letter=clock.letter, clock=clock,
        data={"due": clock.due_on.isoformat()},
    )  # fmt: skip
    return clock


def _waiting(letter: Letter | None) -> Clock:
    """The authority's clock on a letter that is still waited for."""
    running = Clock.objects.filter(letter=letter, owner=Clock.Owner.AUTHORITY, state__in=LIVE)
    clock = running.order_by("-latest_on").first() if letter is not None else None
    if clock is None:
        raise Refused(_("No term runs on this letter. Enter its registration first."))
    return clock


def _may_be_silent(clock: Clock, on: date, today: date) -> None:
    if on > today:
        raise Refused(_("The date lies in the future."))
    if clock.state not in LIVE or clock.owner != Clock.Owner.AUTHORITY:
        raise Refused(_("No answer is awaited here any more."))
    if clock.state == Clock.State.PAUSED:
        raise Refused(_("The term is paused; nobody is late while it stands still."))
    if clock.disputed_at:
        raise Refused(_("The authority has objected. Decide the objection first."))
    if on <= clock.due_on:
        raise Refused(
            _("The term ends on %(date)s. Ask after that day.") % {"date": date_words(clock.due_on)}
        )
    if clock.asked_on and on <= clock.asked_on:
        raise Refused(_("This was confirmed already on %(date)s.") % {"date": date_words(clock.asked_on)})


@action
def object_to(
    *,
    clock: Clock,
    kind: Literal["answered", "mistake"],
    at: datetime,
    by: User | None = None,
    text: str = "",
) -> Clock:
    """The authority says that it has answered, or that something is wrong: our three working days begin.

    Lateness is hidden until we decide, also that of an answer which is said to have come late. `text` is for the
    team alone. The same objection is looked at once.
    """
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))
    ended = clock.ended_on if clock.state == Clock.State.ANSWERED else None
    came_late = ended is not None and ended > clock.latest_on and kind == "mistake"
    if clock.owner != Clock.Owner.AUTHORITY or not (clock.state in LIVE or came_late):
        raise Refused(_("No answer is awaited here any more."))
    if clock.disputed_at:
        raise Refused(_("An objection is being looked at already."))
    tell_passed(clock=clock, until=legal_day(at), at=at)
    started = _begun(clock.matter, clock.letter, clock, kind, at, by, text)
    Clock.objects.filter(pk=clock.pk).update(disputed_at=at)
    clock.disputed_at = at
    return started


@action
def object_without_term(
    *,
    letter: Letter,
    kind: Literal["answered", "mistake"],
    at: datetime,
    by: User | None = None,
    text: str = "",
) -> Clock:
    """The same where no lateness is to hide (no number is known, it went elsewhere, the answer was in time)."""
    if kind == "answered" and letter.stage == "answered":
        raise Refused(
            _("An answer is recorded here already. If it is not right, say that there is a mistake.")
        )
    if _own(letter).exists():
        raise Refused(_("An objection is being looked at already."))
    return _begun(letter.matter, letter, None, kind, at, by, text)


def _begun(
    matter: Matter, letter: Letter | None, clock: Clock | None, kind: str, at: datetime, by: User | None, text: str
) -> Clock:  # fmt: skip
    verb = OBJECTIONS[kind]
    if Entry.objects.filter(letter=letter, clock=clock, verb=verb, visibility="public").exists():
        raise Refused(_("We have looked at this objection already. Send us the answer itself with its date."))
    today = legal_day(at)
    started = start_clock(matter=matter, rule=CORRECTION, event_at=today, at=at, by=by, letter=letter)
    more = {"matter": matter, "at": at, "by": by, "letter": letter, "clock": clock}
    note(verb=verb, data={"kind": kind}, **more)
    if text.strip():
        note(verb=verb, visibility="team", text=text, data={"kind": kind}, **more)
    return started


def _own(letter: Letter | None) -> QuerySet[Clock]:
    """Our three working days on this letter, while they run."""
    return Clock.objects.filter(letter=letter, rule=CORRECTION, state__in=LIVE)


def objected(letter: Letter | None) -> Clock | None:
    """Our running term for an objection to a letter on which no term of the authority's runs; None: there is none."""
    said = Entry.objects.filter(letter=letter, clock=None, verb__in=OBJECTIONS.values())
    return _own(letter).first() if letter is not None and said.exists() else None


@action
def decide_objection(
    *,
    upheld: bool,
    at: datetime,
    by: User | None,
    clock: Clock | None = None,
    letter: Letter | None = None,
    answered_on: date | None = None,
    text: str = "",
) -> None:
    """We have looked at the objection to `clock`, or to a `letter` without a term. Upheld "we have answered" needs
    the answer's own date, which stops the clock."""
    if clock is not None:
        clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))
    if not (clock.disputed_at if clock is not None else objected(letter)):
        raise Refused(_("There is no objection to decide."))
    thing = clock or letter
    assert thing is not None
    matter, letter = thing.matter, clock.letter if clock is not None else letter
    kind = _kind_of(letter, clock)
    if upheld and kind == "answered" and answered_on is None:
        raise Refused(_("Enter the date that the answer bears."))
    for mine in _own(letter).filter(matter=matter):
        stop_clock(clock=mine, on=legal_day(at), at=at, by=by)
    if clock is not None:
        Clock.objects.filter(pk=clock.pk).update(disputed_at=None)
        clock.disputed_at = None
    data = {"upheld": upheld, "kind": kind}
    more = {"matter": matter, "at": at, "by": by, "letter": letter, "clock": clock}
    note(verb="objection_decided", text=text, data=data, **more)
    if upheld and answered_on is not None and kind == "answered":
        _answered(letter, clock, answered_on, at, by)
        note(verb="answer_came", on=answered_on, **more)


def _answered(letter: Letter | None, clock: Clock | None, on: date, at: datetime, by: User | None) -> None:
    if on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if clock is not None:
        stop_clock(clock=clock, on=on, at=at, by=by)
        letter = clock.letter
    if letter and letter.stage in LETTER.steps["answer"].start:
        LETTER.take(letter, "answer")


def _kind_of(letter: Letter | None, clock: Clock | None) -> str:
    said = Entry.objects.filter(letter=letter, clock=clock, verb__in=OBJECTIONS.values(), visibility="public")
    last = said.order_by("-id").first()
    return str(last.data.get("kind", "mistake")) if last else "mistake"
