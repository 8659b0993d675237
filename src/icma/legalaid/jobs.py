"""What time does with terms: reminders that climb until somebody has opened the case; a change of law that shortens.

The jobs have no keys. They see dates, references and whose a case is; a mail says nothing more. That somebody has
acknowledged a reminder shows in the chain of reads: he or she has opened the case since.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min

from icma.core.day import BAKU, legal_day
from icma.engines.clocks import compute
from icma.engines.workdays import ClockError
from icma.law.book import Book, book, newest
from icma.legalaid.actions.cases.telling import FIRST_HOUR, answering, mail_about, officers, tell_shorter
from icma.legalaid.models import Case, Read, Sealed
from icma.legalaid.procedure import legal_day_of
from icma.people.models import Mail

DAYS = (0, 1, 3, 7, 14)
NEAR = 1  # days left at which there is no time to tell one after the other
PATIENCE, NEAR_PATIENCE = timedelta(hours=24), timedelta(hours=4)
LONGEST = {"wd": 3, "cd": 2, "month": 33, "year": 368}  # calendar days that a unit may take, with days off


def remind(at: datetime) -> int:
    """Mails at 14, 7, 3, 1 and 0 days: the assignee, then deputy, supervisor and officers; how many now.

    After days without the job only the step that holds today is told, once.
    """
    if at.astimezone(BAKU).hour < FIRST_HOUR:
        return 0
    today = legal_day(at)
    due = Sealed.objects.filter(
        done=False, due_on__lte=today + timedelta(days=max(DAYS)), case__assignee__isnull=False
    )
    rows = due.select_related("case__assignee", "case__deputy", "case__supervisor").defer(
        "blob", "case__card"
    )
    return sum(_climb(row, step_of((row.due_on - today).days), at) for row in rows)


def step_of(left: int) -> int:
    """The reminder that holds when so many days are left: 5 days → the one of 7; past the date → the last."""
    return min(step for step in DAYS if step >= left) if left > 0 else 0


def _climb(row: Sealed, step: int, at: datetime) -> int:
    """The next hears only when nobody before him or her has opened the case for a day; near the end, for four hours."""
    case, told, patience = row.case, [], NEAR_PATIENCE if step <= NEAR else PATIENCE
    for place, (why, rung) in enumerate(_rungs(case, step, at)):
        people = [user for user in rung if user not in told]
        key = f"legal:{row.code}:{row.due_on}:{step}:{place}"
        persons = [user.person for user in people]
        before = Mail.objects.filter(key=key, person__in=persons).aggregate(at=Min("at"))["at"]
        if before is None and people:
            more = {"key": key, "case": case.code, "on": row.due_on, "why": why, "at": at}
            return sum(mail_about(user=user, **more) for user in people)
        told += people
        if before and (at - before < patience or _acknowledged(case, told, before)):
            return 0
    return 0


def _rungs(case: Case, step: int, at: datetime) -> Iterator[tuple[str, list[Any]]]:
    """One of those who answer for the case after the other, near the end all at once; the last are the officers."""
    seats = answering(case)
    yield from (("term", rung) for rung in ([seats] if step <= NEAR else [[user] for user in seats]))
    yield "unseen", officers(case, at)


def _acknowledged(case: Case, people: list, since: datetime) -> bool:
    return Read.objects.filter(case=case.code, verb="case", user__in=people, at__gte=since).exists()


def shortened(at: datetime) -> int:
    """After a new edition of the law: deputy and supervisor of each case in which a term may have become shorter.

    What the term is, is sealed. So every rule and every day is asked that could have given its date in the old
    edition: would any of them give an earlier one now?
    """
    new = newest()
    stale = Sealed.objects.filter(
        done=False, due_on__isnull=False, edition__lt=new.number, case__assignee__isnull=False
    )
    told = 0
    for number in sorted(set(stale.values_list("edition", flat=True))):
        rows = stale.filter(edition=number).defer("blob", "case__card")
        days = set(rows.values_list("due_on", flat=True))
        shorter = set(may_shorten(book(number), book(new), days)) if days else set()
        for row in rows.filter(due_on__in=shorter).select_related(
            "case__deputy", "case__supervisor", "case__assignee"
        ):
            told += tell_shorter(case=row.case, row=row.code, edition=new.number, on=row.due_on, at=at)
    return told


def may_shorten(old: Book, new: Book, days: set[date]) -> Iterator[date]:
    """Of `days`, which are dates by the old law, those that some rule could now give earlier."""
    for name, rule in old.rules.items():
        if rule.kind != "term" or rule.unit == "hour" or rule.direction == "at_least_before":
            continue
        span = timedelta(days=rule.amount * LONGEST[rule.unit] + 20)
        after = new.rules.get(name)
        if after is None:
            continue
        for day in _days(min(days) - span, max(days)):
            before, now = _date(old, name, day), _date(new, name, day)
            if before in days and now is not None and now < before:
                yield before


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _date(law: Book, rule: str, event: date) -> date | None:
    try:
        return legal_day_of(compute(law.rules[rule], event, law.calendar))
    except (ClockError, LookupError):
        return None
