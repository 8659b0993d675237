"""No answer recorded is not silence: somebody asks, on a day. And an authority may object."""

from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.matters.actions.clocks.terms import LIVE, start_clock, stop_clock
from icma.matters.actions.thread import note
from icma.matters.flow import LETTER
from icma.matters.models import Clock, Entry, Letter
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

    Lateness is hidden until we decide. `text` is for the team alone. The same objection is looked at once.
    """
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))
    if clock.owner != Clock.Owner.AUTHORITY or clock.state not in LIVE:
        raise Refused(_("No answer is awaited here any more."))
    if clock.disputed_at:
        raise Refused(_("An objection is being looked at already."))
    verb = OBJECTIONS[kind]
    if Entry.objects.filter(clock=clock, verb=verb, visibility="public").exists():
        raise Refused(_("We have looked at this objection already. Send us the answer itself with its date."))
    Clock.objects.filter(pk=clock.pk).update(disputed_at=at)
    clock.disputed_at = at
    started = start_clock(
        matter=clock.matter, rule=CORRECTION, event_at=legal_day(at), at=at, by=by, letter=clock.letter
    )
    more = {"matter": clock.matter, "at": at, "by": by, "letter": clock.letter, "clock": clock}
    note(verb=verb, data={"kind": kind}, **more)
    if text.strip():
        note(verb=verb, visibility="team", text=text, data={"kind": kind}, **more)
    return started


@action
def decide_objection(
    *, clock: Clock, upheld: bool, at: datetime, by: User, answered_on: date | None = None, text: str = ""
) -> Clock:
    """We have looked. Upheld "we have answered" needs the answer's own date, which stops the clock."""
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))
    if not clock.disputed_at:
        raise Refused(_("There is no objection to decide."))
    kind = _kind_of(clock)
    if upheld and kind == "answered" and answered_on is None:
        raise Refused(_("Enter the date that the answer bears."))
    own = Clock.objects.filter(
        letter=clock.letter_id, matter=clock.matter_id, rule=CORRECTION, state__in=LIVE
    )
    for mine in own:
        stop_clock(clock=mine, on=legal_day(at), at=at, by=by)
    Clock.objects.filter(pk=clock.pk).update(disputed_at=None)
    clock.disputed_at = None
    note(
        matter=clock.matter, verb="objection_decided", at=at, by=by, letter=clock.letter, clock=clock, text=text,
        data={"upheld": upheld, "kind": kind},
    )  # fmt: skip
    if upheld and answered_on is not None and kind == "answered":
        _answered(clock, answered_on, at, by)
    return clock


def _answered(clock: Clock, on: date, at: datetime, by: User) -> None:
    stop_clock(clock=clock, on=on, at=at, by=by)
    letter = clock.letter
    if letter and letter.stage in LETTER.steps["answer"].start:
        LETTER.take(letter, "answer")
    note(matter=clock.matter, verb="answer_came", at=at, by=by, on=on, letter=letter, clock=clock)


def _kind_of(clock: Clock) -> str:
    last = (
        Entry.objects.filter(clock=clock, verb__in=OBJECTIONS.values(), visibility="public")
        .order_by("-id")
        .first()
    )
    return str(last.data.get("kind", "mistake")) if last else "mistake"
