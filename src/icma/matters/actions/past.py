"""What happened before İcma is brought in as it ended: no term of ours begins, and none of law that could look broken.

A letter of the past has a clock only where both its registration and its answer are known, and only since the law's
terms are those that we have: then the clock is over from the start. In every other case nothing is known about its
term, and unknown is what the thread says.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day, moment
from icma.engines.aztext import clean_text
from icma.matters.actions.clocks import start_clock, stop_clock
from icma.matters.actions.preparing import prepare
from icma.matters.actions.thread import note
from icma.matters.flow import MATTER
from icma.matters.models import Letter, Matter
from icma.people.models import Authority, Organisation, Place, User

# The law on appeals in its present form is of 30.09.2015: older letters were not under these terms.
TERMS_SINCE = date(2016, 1, 1)
RULES = {
    "application": "appeal.general", "proposal": "appeal.general", "complaint": "adm.complaint.decision",
    "information": "info.general",
}  # fmt: skip
Outcome = Matter.Outcome
MOST_CHANGED, MOST_SOURCE, MOST_SUMMARY, MOST_SUBJECT = 2000, 300, 500, 200


@dataclass(frozen=True)
class Course:
    """When it began and how it ended; without a last day it still runs."""

    started_on: date
    ended_on: date | None = None
    outcome: str = ""
    changed: str = ""


@dataclass(frozen=True)
class Post:
    """What is known of a letter of the past and of its answer."""

    kind: str
    subject: str
    sent_on: date
    channel: str = ""
    number: str = ""
    registered_on: date | None = None
    answered_on: date | None = None
    answer: str = ""
    answer_number: str = ""
    summary: str = ""


@action
def bring_matter(
    *, kind: str, title: str, text: str, place: Place, topic: str, community: Organisation, course: Course,
    source: str, at: datetime, by: User, authority: Authority | None = None, language: str = "az",
) -> Matter:  # fmt: skip
    """A public matter of the past. The officer who brings it in has read it: it does not wait for a moderator, and
    no promise of ours is kept or broken by it."""
    today, source = legal_day(at), _source(source)
    _check_course(course, today)
    matter = prepare(
        kind=kind, title=title, text=text, place=place, topic=topic, community=community, authority=authority,
        language=language, is_past=True, at=at, by=by,
    )  # fmt: skip
    MATTER.take(matter, "submit")
    MATTER.take(matter, "publish_own", published_at=at, raised_at=moment(course.started_on))
    if course.ended_on is not None:
        MATTER.take(matter, "close", outcome=course.outcome)
        note(
            matter=matter, verb="closed", at=at, by=by, on=course.ended_on, text=clean_text(course.changed),
            data={"outcome": course.outcome},
        )  # fmt: skip
    note(matter=matter, verb="brought_in", at=at, by=by, text=source)
    if course.ended_on is not None:
        _stays(matter, moment(course.ended_on))
    return matter


def _check_course(course: Course, today: date) -> None:
    ended = course.ended_on
    if course.started_on > today or ended is not None and ended > today:
        raise Refused(_("The date lies in the future."))
    if ended is not None and ended < course.started_on:
        raise Refused(_("The last day lies before the first."))
    if (ended is None) != (not course.outcome):
        raise Refused(_("What has ended needs its outcome, and an outcome needs its last day."))
    if course.outcome and course.outcome not in Outcome.values:
        raise Refused(_("Choose how it ended."))
    if course.outcome == Outcome.UNANSWERED:
        raise Refused(
            _("That nobody answered is recorded only where somebody asked again. Choose another outcome.")
        )
    if course.outcome in (Outcome.SOLVED, Outcome.PARTLY) and not clean_text(course.changed):
        raise Refused(_("Say what has changed: that is what others can learn from."))
    if len(course.changed) > MOST_CHANGED:
        raise Refused(_("The text is too long: at most %(n)s characters.") % {"n": MOST_CHANGED})


def _source(text: str) -> str:
    text = " ".join(clean_text(text).split())
    if not text or len(text) > MOST_SOURCE:
        raise Refused(_("Name the source in at most 300 characters: a register, a report, a file."))
    return text


def _stays(matter: Matter, stamp: datetime) -> None:
    """What ended long ago does not stand at the top of the lists because it was typed in today."""
    Matter.objects.filter(pk=matter.pk).update(changed_at=stamp)
    matter.changed_at = stamp


@action
def bring_letter(
    *, matter: Matter, authority: Authority, post: Post, source: str, at: datetime, by: User
) -> Letter:
    """A letter that went out long ago, with its answer where one is known. Refused where its dates cannot be."""
    source, stamp = _source(source), matter.changed_at
    _check_post(post, legal_day(at))
    rule = RULES.get(post.kind, "") if _has_term(post) else ""
    letter = Letter.objects.create(
        code=public_code(), matter=matter, direction=Letter.Direction.OUT, kind=post.kind, authority=authority,
        stage="answered" if post.answered_on else "registered", sender=Letter.Sender.COMMUNITY, rule=rule,
        channel=post.channel, subject=_one_line(post.subject), number=_one_line(post.number)[:60],
        created_at=at, sent_on=post.sent_on, registered_on=post.registered_on,
    )  # fmt: skip
    note(matter=matter, verb="sent", at=at, by=by, on=post.sent_on, letter=letter)
    if post.registered_on:
        note(matter=matter, verb="registered", at=at, by=by, on=post.registered_on, letter=letter)
    if post.answered_on:
        _answered(letter, post, rule, at, by)
    note(matter=matter, verb="brought_in", at=at, by=by, letter=letter, text=source)
    if matter.stage == "closed":
        _stays(matter, stamp)
    return letter


def _answered(letter: Letter, post: Post, rule: str, at: datetime, by: User) -> None:
    assert post.answered_on is not None
    reply = Letter.objects.create(
        code=public_code(), matter=letter.matter, direction=Letter.Direction.IN, stage="received",
        authority=letter.authority, answers=letter, answer=post.answer, subject=letter.subject,
        number=_one_line(post.answer_number)[:60], dated_on=post.answered_on, received_on=post.answered_on,
        summary=clean_text(post.summary), created_at=at,
    )  # fmt: skip
    if rule and post.registered_on:
        clock = start_clock(
            matter=letter.matter, rule=rule, event_at=post.registered_on, at=at, by=by, letter=letter,
            authority=letter.authority,
        )  # fmt: skip
        stop_clock(clock=clock, on=post.answered_on, at=at, by=by)
    data = {"answer": reply.answer}
    note(matter=letter.matter, verb="answer_came", at=at, by=by, on=post.answered_on, letter=reply, data=data)


def _has_term(post: Post) -> bool:
    """Whether its term may be computed: both ends are known, and it fell under the law that we know."""
    began = post.registered_on
    return began is not None and post.answered_on is not None and began >= TERMS_SINCE


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _check_post(post: Post, today: date) -> None:
    if post.kind not in Letter.Kind.values:
        raise Refused(_("Choose what kind of letter it is."))
    if not _one_line(post.subject) or len(_one_line(post.subject)) > MOST_SUBJECT:
        raise Refused(_("Write the subject in at most 200 characters."))
    days = [post.sent_on, post.registered_on, post.answered_on]
    if any(day is not None and day > today for day in days):
        raise Refused(_("The date lies in the future."))
    if post.registered_on and post.registered_on < post.sent_on:
        raise Refused(_("A letter cannot be registered before it was sent. Check both dates."))
    if post.answered_on and post.answered_on < (post.registered_on or post.sent_on):
        raise Refused(_("An answer cannot be older than the letter that it answers. Check its date."))
    if bool(post.answered_on) != bool(post.answer):
        raise Refused(_("An answer needs both its day and its kind."))
    if post.answer in (Letter.Answer.EXTENSION, Letter.Answer.REGISTRATION, Letter.Answer.PROMISE):
        raise Refused(_("This kind of answer cannot be brought in: it would begin a term."))
    if len(clean_text(post.summary)) > MOST_SUMMARY:
        raise Refused(_("The summary is too long: at most %(n)s characters.") % {"n": MOST_SUMMARY})
