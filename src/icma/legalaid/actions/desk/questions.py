"""Ask the lawyer: about a letter or a campaign, without facts about persons. The words are sealed under a server's key.

This is aid to an initiative and no case: whoever runs the server could read it, so the form says what not to write.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.seal import seal, unseal
from icma.engines.aztext import clean_text
from icma.law.book import book
from icma.legalaid.actions import facts
from icma.legalaid.models import Question
from icma.people.actions.mail import queue_mail

KEY, TERM, LONGEST = "questions", 3, 8000  # name of the key, working days, letters
MOST = 1000  # questions that are looked through


@dataclass(frozen=True)
class Asked:
    """A question with its words. `matter`, `letter`: codes of what it is about; `letter` and `community` may be ""."""

    row: Question
    text: str
    title: str
    matter: str
    letter: str
    community: str
    answer: str


@action
def ask(
    *, text: str, title: str, matter: str, letter: str, by: Any, at: datetime, community: str = ""
) -> Question:
    """The lawyers owe an answer within three working days. `community`: the code of whose question it is."""
    text, on = clean_text(text).strip()[:LONGEST], legal_day(at)
    if not text:
        raise Refused(_("Write your question."))
    words = seal(
        {"text": text, "title": title, "matter": matter, "letter": letter, "community": community}, KEY
    )
    due = book().calendar.add_working(on, TERM)
    return Question.objects.create(code=public_code(), asked_by=by, asked_on=on, due_on=due, words=words)


def opened(row: Question) -> Asked:
    words, answer = unseal(row.words, KEY), unseal(row.answer, KEY)["text"] if row.answer else ""
    of = words.get("community", "")
    return Asked(row, words["text"], words["title"], words["matter"], words["letter"], of, answer)


def asked_about(user: Any, matter: str, letter: str, community: str) -> list[Asked]:
    """What the community, or somebody himself, has asked about this, the newest first: whoever of it asked.

    What it is about stands sealed, so the newest are opened and looked at.
    """
    rows = [opened(row) for row in Question.objects.order_by("-pk")[:MOST]]
    return [
        one for one in rows
        if (one.matter, one.letter) == (matter, letter)
        and (one.row.asked_by_id == user.pk or (community and one.community == community))
    ]  # fmt: skip


def answered_to(user: Any, since: date) -> list[Asked]:
    """Answers of these days to somebody's own questions."""
    rows = Question.objects.filter(asked_by=user, answered_on__gte=since).order_by("-answered_on", "-pk")
    return [opened(row) for row in rows[:20]]


@action
def answer(*, row: Question, text: str, by: Any, at: datetime) -> None:
    """The answer goes back to who asked; it counts as advice to an initiative. Refused when it was answered."""
    sealed = seal({"text": clean_text(text).strip()[:LONGEST]}, KEY)
    live = Question.objects.filter(pk=row.pk, answered_on=None)
    if not live.update(answer=sealed, answered_by=by, answered_on=legal_day(at)):
        raise Refused(_("It was answered already."))
    values = facts.Service(who=facts.INITIATIVE, first=_is_first(row), service="advice")
    facts.write(values=values, at=at)
    asker = row.asked_by
    if asker is not None:
        told = {"about": "legal", "code": row.code, "on": "", "why": "answered"}
        queue_mail(person=asker.person, key=f"answered:{row.code}", kind="urgent", data=told, at=at, language=asker.language)  # fmt: skip


def _is_first(row: Question) -> bool:
    """True while no other question of the same community was answered: an initiative is counted once."""
    mine = _asker(row)
    others = Question.objects.filter(answered_on__isnull=False).exclude(pk=row.pk).order_by("-pk")
    return all(_asker(one) != mine for one in others.only("words").iterator())


def _asker(row: Question) -> str:
    words = unseal(row.words, KEY)
    return words.get("community") or words["matter"]
