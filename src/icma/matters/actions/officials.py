"""What an authority does here itself: answers without an account, objects, confirms.

The one-time code is printed in the letter; who types it has held the letter, which does not prove that he
or she speaks for the body. So the answer waits for somebody who knows: the body's own official, or an
officer who has asked the directory's contact. Until then lateness is hidden and our own term runs.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.models import Code
from icma.matters.actions.clocks import decide_objection, object_to, start_clock, stop_clock
from icma.matters.actions.clocks.silence import CORRECTION
from icma.matters.actions.incoming import LIVE, Came, keep_incoming, settle
from icma.matters.actions.thread import note
from icma.matters.flow import LETTER
from icma.matters.models import Clock, Letter
from icma.people.models import User

PURPOSE, DAYS = "official", 180  # an extended term can last a hundred


def subject_of(letter: Letter) -> str:
    return f"letter:{letter.code}"


@action
def issue_reply_code(*, letter: Letter, at: datetime) -> str:
    """A code for one print of the letter; earlier prints keep theirs, the first answer spends them all."""
    return codes.issue(purpose=PURPOSE, subject=subject_of(letter), at=at, days=DAYS)


def reply_code(text: str, at: datetime) -> Code | None:
    """The live code that somebody typed; wrong, used and expired look alike."""
    found = codes.find(text, PURPOSE, at)
    return found if found is not None and found.used_at is None else None


def is_live(scope: str, at: datetime) -> bool:
    """Does the code by which this session came still hold?"""
    return Code.objects.filter(codes.live(at), purpose=PURPOSE, subject=scope, used_at=None).exists()


@action
def answer_by_code(*, letter: Letter, came: Came, at: datetime) -> Letter:
    """An answer through the code: kept, not confirmed, shown as such; the code is spent."""
    if not is_live(subject_of(letter), at):
        raise Refused(_("This code has been used or has expired. Ask the sender for a new one."))
    codes.end(purpose=PURPOSE, subject=subject_of(letter), at=at)
    reply = keep_incoming(letter=letter, answer="", came=came, at=at, by=None, confirmed=False)
    note(matter=letter.matter, verb="unconfirmed", at=at, letter=reply)
    _ask_ourselves(letter, at)
    return reply


def _ask_ourselves(letter: Letter, at: datetime) -> None:
    """Our three working days begin; the authority is not shown as late meanwhile."""
    begun = False
    for clock in _waited(letter):
        try:
            object_to(clock=clock, kind="answered", at=at)
            begun = True
        except Refused:  # it is being looked at already, or was: the answer itself is what counts now
            Clock.objects.filter(pk=clock.pk, disputed_at=None).update(disputed_at=at)
    if not begun and not _own(letter):
        start_clock(
            matter=letter.matter, rule=CORRECTION, event_at=legal_day(at), at=at, by=None, letter=letter
        )


@action
def answer_as_official(*, letter: Letter, came: Came, at: datetime, by: User) -> Letter:
    """An official of the body, signed in: the answer counts at once. What kind it is, its readers say."""
    reply = keep_incoming(letter=letter, answer="", came=came, at=at, by=by)
    settle(letter=letter, reply=reply, at=at, by=by)
    return reply


@action
def confirm_answer(*, reply: Letter, at: datetime, by: User) -> None:
    """It does come from the authority: from now on it counts, with its own date."""
    rows = Letter.objects.filter(pk=reply.pk, confirmed=False, stage="received")
    if rows.update(confirmed=True) != 1:
        raise Refused(_("Somebody has already decided this."))
    reply.confirmed = True
    settle(letter=reply.answers, reply=reply, at=at, by=by)
    _stop_own(reply.answers, at, by)


@action
def disown_answer(*, reply: Letter, at: datetime, by: User) -> None:
    """The authority says that it did not write this: it is taken off, and the term runs as before."""
    LETTER.take(reply, "disown")
    letter = reply.answers
    for clock in _waited(letter).exclude(disputed_at=None):
        decide_objection(clock=clock, upheld=False, at=at, by=by)
    _stop_own(letter, at, by)
    note(matter=letter.matter, verb="disowned", at=at, by=by, letter=letter)


@action
def classify(*, reply: Letter, answer: str, at: datetime, by: User) -> None:
    """What kind of answer it is: said by those who asked, not by the authority."""
    if answer not in READERS_SAY:
        raise Refused(_("Choose what kind of answer it is."))
    if (
        Letter.objects.filter(pk=reply.pk, direction="in", answer="", confirmed=True).update(answer=answer)
        != 1
    ):
        raise Refused(_("Somebody has already decided this."))
    reply.answer = answer


READERS_SAY = (
    Letter.Answer.SUBSTANCE, Letter.Answer.PARTLY, Letter.Answer.FORMAL, Letter.Answer.REFUSAL,
)  # fmt: skip


@action
def object_as_authority(
    *, letter: Letter, kind: str, text: str, at: datetime, by: User | None = None
) -> None:
    """ "We have answered" or "there is a mistake": we look within three working days. `text` is for the team alone."""
    if kind not in ("answered", "mistake"):
        raise Refused(_("Choose what is wrong."))
    if len(text) > 1000:
        raise Refused(_("The text is too long: at most %(n)s characters.") % {"n": 1000})
    clocks = list(_waited(letter))
    if not clocks:
        raise Refused(_("No answer is awaited here any more."))
    for clock in clocks:
        object_to(clock=clock, kind=kind, text=text, at=at, by=by)


def _waited(letter: Letter):
    return Clock.objects.filter(letter=letter, owner=Clock.Owner.AUTHORITY, state__in=LIVE)


def _own(letter: Letter) -> list[Clock]:
    return list(Clock.objects.filter(letter=letter, rule=CORRECTION, state__in=LIVE))


def _stop_own(letter: Letter, at: datetime, by: User | None) -> None:
    for clock in _own(letter):
        stop_clock(clock=clock, on=legal_day(at), at=at, by=by)
