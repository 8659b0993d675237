"""What an authority does here itself: answers without an account, objects, confirms.

The one-time code is printed in the letter; who types it has held the letter, which does not prove that he
or she speaks for the body. So the answer waits for somebody who knows: whoever reads the mail of the
address that stands in the directory, the body's own official, or an officer who has asked there. Until then
lateness is hidden and our own term runs.
"""

import contextlib
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.models import Code
from icma.engines.aztext import date_az
from icma.matters.actions.clocks import (
    decide_objection,
    object_to,
    object_without_term,
    start_clock,
    stop_clock,
)
from icma.matters.actions.clocks.silence import CORRECTION
from icma.matters.actions.incoming import LIVE, Came, keep_incoming, settle
from icma.matters.actions.support import person_of
from icma.matters.actions.thread import note
from icma.matters.addresses import local
from icma.matters.flow import LETTER
from icma.matters.models import Clock, Letter
from icma.people.access import live_on
from icma.people.actions.contacts import keep_contact
from icma.people.actions.mail import queue_mail
from icma.people.models import Contact, Mail, User

PURPOSE, DAYS = "official", 180  # an extended term can last a hundred
VOUCH, VOUCH_DAYS, VOUCH_MAILS = "vouch", 30, 3  # the code that goes to the directory's contact


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
    with contextlib.suppress(Refused):  # without a mailbox in the directory an officer asks
        ask_contact(reply=reply, at=at)
    return reply


def contact_mail(reply: Letter, at: datetime) -> str:
    """The mail address that the directory holds for this body today, that for appeals first; '' for none."""
    rows = reply.authority.addresses.filter(live_on(legal_day(at)), channel="email")
    values = dict(rows.order_by("since").values_list("purpose", "value"))
    return str(values.get("appeal") or next(iter(values.values()), ""))


@action
def ask_contact(*, reply: Letter, at: datetime) -> None:
    """Mail a code to the directory's contact: who reads that mailbox can say whether the answer is theirs."""
    address, scope = contact_mail(reply, at), subject_of(reply)
    if not address:
        raise Refused(_("The directory holds no mail address of this authority. Ask by telephone or letter."))
    sent = Mail.objects.filter(kind=VOUCH, key__startswith=f"{VOUCH}:{reply.code}:").count()
    if sent >= VOUCH_MAILS:
        raise Refused(_("The code was mailed three times already. Ask by telephone or letter."))
    person = person_of(address)
    if Contact.objects.filter(person=person, silent_at__isnull=False).exists():
        raise Refused(_("This address wants no mail from us. Ask by telephone or letter."))
    codes.end(purpose=VOUCH, subject=scope, at=at)
    text = codes.issue(purpose=VOUCH, subject=scope, at=at, days=VOUCH_DAYS)
    until = legal_day(at) + timedelta(days=VOUCH_DAYS)
    keep_contact(person=person, purpose=VOUCH, scope=scope, values={"mail": address}, at=at, expires_on=until)
    data = {
        "code": text, "url": local("/cavab/tesdiq/"), "subject": reply.answers.subject, "number": reply.number,
        "day": date_az(reply.dated_on), "authority": reply.authority.name_az,
    }  # fmt: skip
    queue_mail(person=person, key=f"{VOUCH}:{reply.code}:{sent}", kind=VOUCH, data=data, at=at)


def vouched(text: str, at: datetime) -> Letter | None:
    """The unconfirmed answer that the mailed code is about; wrong, used, expired and decided look alike."""
    found = codes.find(text, VOUCH, at)
    if found is None or found.used_at is not None:
        return None
    rows = Letter.objects.filter(
        code=found.subject.removeprefix("letter:"), confirmed=False, stage="received"
    )
    return rows.select_related("matter", "authority", "answers__matter").first()


@action
def vouch(*, reply: Letter, is_ours: bool, at: datetime) -> None:
    """The directory's contact has said it; the code is spent."""
    if codes.end(purpose=VOUCH, subject=subject_of(reply), at=at) == 0:
        raise Refused(_("Somebody has already decided this."))
    (confirm_answer if is_ours else disown_answer)(reply=reply, at=at, by=None)


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
def confirm_answer(*, reply: Letter, at: datetime, by: User | None) -> None:
    """It does come from the authority: from now on it counts, with its own date. `by` None: its contact said so."""
    rows = Letter.objects.filter(pk=reply.pk, confirmed=False, stage="received")
    if rows.update(confirmed=True) != 1:
        raise Refused(_("Somebody has already decided this."))
    reply.confirmed = True
    settle(letter=reply.answers, reply=reply, at=at, by=by)
    _stop_own(reply.answers, at, by)


@action
def disown_answer(*, reply: Letter, at: datetime, by: User | None) -> None:
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
    clocks = list(_waited(letter)) or (list(_late(letter)) if kind == "mistake" else [])
    if not clocks:
        object_without_term(letter=letter, kind=kind, text=text, at=at, by=by)
    for clock in clocks:
        object_to(clock=clock, kind=kind, text=text, at=at, by=by)


def _waited(letter: Letter):
    return Clock.objects.filter(letter=letter, owner=Clock.Owner.AUTHORITY, state__in=LIVE)


def _late(letter: Letter):
    """Terms of which the answer is shown as late."""
    rows = Clock.objects.filter(letter=letter, owner=Clock.Owner.AUTHORITY, state=Clock.State.ANSWERED)
    return rows.filter(ended_on__gt=F("latest_on"))


def _own(letter: Letter) -> list[Clock]:
    return list(Clock.objects.filter(letter=letter, rule=CORRECTION, state__in=LIVE))


def _stop_own(letter: Letter, at: datetime, by: User | None) -> None:
    for clock in _own(letter):
        stop_clock(clock=clock, on=legal_day(at), at=at, by=by)
