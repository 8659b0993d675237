"""Who answered a question to many bodies, when and what: the rows of its table."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from icma.advocacy.models import MassRequest, MassRow
from icma.matters.lateness import Standing, clock_of, mark_of, standing
from icma.matters.models import Clock, Letter

REAL = ("substance", "partly", "formal", "refusal", "promise")


@dataclass(frozen=True)
class Compared:
    """One body: `days` from registration to the answer's own date, calendar days; `reply` the last real answer."""

    row: MassRow
    stands: Standing
    due_on: date | None
    mark: str  # how sure that date is
    reply: Letter | None
    days: int | None


def with_letters(rows: QuerySet[MassRow]) -> QuerySet[MassRow]:
    """Three queries whatever the number of rows."""
    came = (
        Letter.objects.filter(direction="in", stage="received", confirmed=True)
        .defer("body")
        .order_by("dated_on", "pk")
    )
    return (
        rows.select_related("mass__campaign__matter", "letter__authority__place", "letter__matter")
        .defer("letter__body")
        .prefetch_related(Prefetch("letter__replies", queryset=came), Prefetch("letter__clocks", queryset=Clock.objects.select_related("edition")))
    )  # fmt: skip


def compared(row: MassRow, today: date) -> Compared:
    """How one body stands today; nothing is asked of the database."""
    letter = row.letter
    reply = reply_of(row)
    clock = clock_of(letter)
    days = None
    if reply is not None and reply.dated_on and letter.registered_on:
        days = max((reply.dated_on - letter.registered_on).days, 0)
    due, mark = (clock.due_on, mark_of(clock)) if clock else (None, "")
    return Compared(row, standing(letter, today, clock), due, mark, reply, days)


def reply_of(row: MassRow) -> Letter | None:
    real = [reply for reply in row.letter.replies.all() if reply.answer in REAL]
    return real[-1] if real else None


def table(mass: MassRequest, today: date) -> list[Compared]:
    """Every body that the question was sent to, in the order of names."""
    rows = with_letters(MassRow.objects.filter(mass=mass, letter__sent_on__isnull=False))
    return [compared(row, today) for row in rows.order_by("letter__authority__sort_key", "pk")]
