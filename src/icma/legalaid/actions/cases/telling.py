"""Who hears of a case by mail: reference and date, nothing else."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.access import Who, allowed
from icma.core.action import action
from icma.core.day import legal_day, moment
from icma.legalaid.models import Case, Grant, Offer, Read, Sealed, Wall
from icma.people.access import held_on
from icma.people.actions.mail import queue_mail
from icma.people.models import Mail, Membership, User

NEWS, TASK = "legal:news:", "legal:task:"
FIRST_HOUR = 8  # nobody is written to at night


@action
def tell(*, case: Case, on: date | None, why: str, at: datetime, but: Any = None) -> int:
    """Deputy and supervisor of a case hear of a date in it, or an officer where there is neither; how many mails.

    `why`: done, asked, shorter. `but`: who did it knows already.
    """
    people = [user for user in answering(case) if user != but] or officers(case, at, but)
    key = f"legal:{why}:{case.code}:{on}:{at:%Y%m%d%H%M%S}"
    return sum(mail_about(user=user, key=key, case=case.code, on=on, why=why, at=at) for user in people)


def answering(case: Case) -> list[Any]:
    """Assignee, deputy, supervisor: of those who stand before no wall."""
    walled = set(Wall.objects.filter(case=case).values_list("user", flat=True))
    people = (case.assignee, case.deputy, case.supervisor)
    return [user for user in people if user is not None and user.pk not in walled]


def officers(case: Case, at: datetime, but: Any = None) -> list[Any]:
    """Officers of today before whom no wall of this case stands: the last whom something is told."""
    seats = Membership.objects.filter(held_on(legal_day(at)), role="officer").values("user")
    walls = Wall.objects.filter(case=case).values("user")
    rows = User.objects.filter(pk__in=seats, is_active=True).exclude(pk__in=walls)
    return [user for user in rows.order_by("pk") if user != but]


def tell_shorter(*, case: Case, row: str, edition: int, on: date, at: datetime) -> int:
    """A term that a new edition of the law makes, or may make, shorter: deputy and supervisor, once an edition.

    The job says it of what may be, whoever opens the case of what is; of the two the first is heard.
    """
    people = answering(case)
    others = [user for user in people if user != case.assignee] or people
    key = f"legal:shorter:{row}:{edition}"
    return sum(mail_about(user=user, key=key, case=case.code, on=on, why="shorter", at=at) for user in others)


def tell_task(*, case: Case, row: str, user: Any, on: date, at: datetime) -> None:
    """Whoever has something to do hears of it the day before and on its day; what is done by then is not sent.

    For whom it is stands sealed, so these mails are laid down with the task and wait.
    """
    for left in (1, 0):
        when = moment(on - timedelta(days=left), FIRST_HOUR)
        if when > at or (on == legal_day(at) and not left):
            key = f"{TASK}{row}:{left}"
            mail_about(user=user, key=key, case=case.code, on=on, why="task", at=max(when, at))


def task_stands(mail: Mail) -> bool:
    """False once the task of such a mail is done, or its reader opens the case no more."""
    row, user = mail.key.removeprefix(TASK).split(":")[0], User.objects.filter(person=mail.person).first()
    mine = allowed(Case.objects.filter(open=True), Who(user=user), "work", mail.at)
    return Sealed.objects.filter(code=row, done=False, case__in=mine.values("pk")).exists()


def stands(mail: Mail) -> bool:
    """False for a mail that has nothing to say any more at the moment of sending, or not to its reader.

    A task or a term that is done or moved, an offer that was withdrawn or answered, a case behind a wall that was built meanwhile.
    """
    why, user = mail.data["why"], User.objects.filter(person=mail.person).first()
    if Wall.objects.filter(case__code=mail.data["code"], user=user).exists():
        return False
    if why == "offered":
        offers = Offer.objects.filter(code=mail.data["code"])
        return allowed(offers, Who(user=user), "view", mail.at).exists()
    if why in ("term", "unseen"):
        row = mail.key.removeprefix("legal:").split(":")[0]
        return Sealed.objects.filter(code=row, done=False, due_on=mail.data["on"]).exists()
    return why != "task" or task_stands(mail)


@action
def tell_news(*, case: Case, at: datetime) -> int:
    """The client has added something: its lawyer hears of it once until he or she has opened the case.

    Where the lawyer holds no key any more the deputy or the supervisor hears it; without anybody who does, officers.
    """
    held = Grant.objects.filter(case=case, holder__retired_on=None, holder__owner__isnull=False)
    able = set(held.values_list("holder__owner", flat=True))
    reader = next((user for user in answering(case) if user.pk in able), None)
    if reader is None:
        people, key, why = officers(case, at), f"legal:lost:{case.code}:{legal_day(at)}", "lost"
    else:
        people, key, why = (
            [reader],
            f"{NEWS}{case.code}:{last_opened([case.code], reader).get(case.code, 0)}",
            "news",
        )
    return sum(mail_about(user=user, key=key, case=case.code, on=None, why=why, at=at) for user in people)


def last_opened(codes: Iterable[str], user: Any) -> dict[str, int]:
    """Code → number of the row in the chain with which this person opened the case last."""
    rows = Read.objects.filter(case__in=list(codes), verb="case", user=user).values_list("case")
    return dict(rows.annotate(last=Max("seq")))


def unread(user: Any) -> list[str]:
    """Codes of cases in which something new was told to this person, who has not opened them since."""
    keys = Mail.objects.filter(person=user.person, key__startswith=NEWS).values_list("key", flat=True)
    told = {(code, int(seen)) for code, seen in (key.removeprefix(NEWS).split(":") for key in keys)}
    opened = last_opened({code for code, _seen in told}, user)
    return sorted(code for code, seen in told if opened.get(code, 0) == seen)


def mail_about(*, user: Any, key: str, case: str, on: date | None, why: str, at: datetime) -> bool:
    """One mail of this key to one person; False when it was there. Used inside actions and jobs."""
    data = {"about": "legal", "code": case, "on": on.isoformat() if on else "", "why": why}
    made = queue_mail(person=user.person, key=key, kind="duty", data=data, at=at, language=user.language)
    return made is not None
