"""One question to many bodies: made together or not at all, each with a letter and a clock of its own."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from icma.advocacy.actions.reading import ask_to_read
from icma.advocacy.models import Campaign, MassRequest, MassRow
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.law.book import book
from icma.law.letters import letter_text
from icma.matters.actions.letters import draft, drop, mark_sent, register
from icma.matters.compose.text import Parts, compose
from icma.matters.compose.wishes import WISHES
from icma.matters.models import Letter
from icma.people.models import Authority, User

WISH = {"information": WISHES["information"], "application": WISHES["common"]}
FEWEST, MOST = 2, 200  # more than there are districts: a body of each of them fits
SUBJECT, QUESTION, VALUE = 200, 3000, 120


@action
def ask_many(
    *, campaign: Campaign, authorities: Iterable[Authority], subject: str, question: str, at: datetime, by: User,
    kind: str = "information",
) -> MassRequest:  # fmt: skip
    """A draft to every body. One that cannot be written to (closed, not there yet) leaves none of them behind.

    Each body is asked once: the law's limit of repeated appeals (8.1.4) is about many letters to one body.
    """
    bodies = list(authorities)
    subject, question = " ".join(clean_text(subject).split()), clean_text(question).strip()
    if kind not in WISH:
        raise Refused(_("Choose: information, or something to be done."))
    if not subject or not question or len(subject) > SUBJECT or len(question) > QUESTION:
        raise Refused(_("Write a subject of at most 200 and a question of at most 3,000 characters."))
    if len({body.pk for body in bodies}) != len(bodies):
        raise Refused(_("A body is asked once. It stands twice in the list."))
    if not FEWEST <= len(bodies) <= MOST:
        raise Refused(_("Choose between 2 and 200 bodies."))
    mass = MassRequest.objects.create(
        code=public_code(), campaign=campaign, subject=subject, question=question, at=at, by=by
    )
    for body in bodies:
        MassRow.objects.create(mass=mass, letter=_letter(campaign, body, kind, subject, question, at, by))
    return mass


def _letter(
    campaign: Campaign, body: Authority, kind: str, subject: str, question: str, at: datetime, by: User
) -> Letter:
    """In the words of the shipped text of this kind, with the question as what is asked."""
    wish = WISH[kind]
    matter = campaign.matter
    parts = Parts(matter, body, Letter.Sender.COMMUNITY, matter.text or subject, question, legal_day(at))
    made = compose(letter_text(wish.text), wish.rule, parts, book())
    return draft(
        matter=campaign.matter, authority=body, kind=wish.kind, sender=Letter.Sender.COMMUNITY, subject=subject,
        body=made.body, rule=wish.rule, at=at, by=by,
    )  # fmt: skip


@action
def send_many(*, rows: Iterable[MassRow], channel: str, on: date, at: datetime, by: User) -> int:
    """These drafts were sent on the day `on`; what was sent before stays as it is. How many now."""
    waiting = [row for row in rows if row.letter.stage == "draft"]
    if not waiting:
        raise Refused(_("Choose the letters that were sent."))
    for row in waiting:
        mark_sent(letter=row.letter, channel=channel, on=on, at=at, by=by)
    _read_anew(waiting, at, by)  # the question is public from now on
    return len(waiting)


def _read_anew(rows: Iterable[MassRow], at: datetime, by: User) -> None:
    masses = {row.mass_id: row.mass for row in rows}
    for mass in masses.values():
        ask_to_read(text=mass, matter=mass.campaign.matter, at=at, by=by)


@action
def register_many(*, given: Iterable[tuple[MassRow, str, date]], at: datetime, by: User) -> int:
    """Numbers and dates as they came; each starts the clock of its own letter. All of them, or none."""
    done = 0
    for row, number, on in given:
        register(letter=row.letter, number=number, on=on, at=at, by=by)
        done += 1
    if not done:
        raise Refused(_("Enter a number and a date in at least one row."))
    return done


@action
def put_values(*, given: Iterable[tuple[MassRow, str]], at: datetime, by: User) -> None:
    """The answers put so that they can be compared: a number, yes, no."""
    other = []
    for row, value in given:
        value = " ".join(clean_text(value).split())
        if len(value) > VALUE:
            raise Refused(_("An answer takes 120 characters here; its words stand with the letter."))
        if MassRow.objects.filter(pk=row.pk).exclude(value=value).update(value=value) and value:
            other.append(row)
    _read_anew(other, at, by)


@action
def drop_mass(*, mass: MassRequest, at: datetime, by: User) -> None:
    """It was never sent: its drafts are dropped with it."""
    rows = list(MassRow.objects.filter(mass=mass).select_related("letter"))
    if any(row.letter.stage != "draft" for row in rows):
        raise Refused(_("A letter of it was sent already; it stays."))
    for row in rows:
        drop(letter=row.letter, at=at, by=by)
    mass.delete()
