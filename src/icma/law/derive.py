"""What a clock says, derived from its events: nothing here is stored, nothing here writes."""

from datetime import date, datetime
from typing import Any

from icma.core.day import BAKU
from icma.core.day import moment as moment_of
from icma.core.models import Clock
from icma.engines import clockrules
from icma.engines.clocks import compute
from icma.law.book import Book, book


def answer_of(clock: Clock, law: Book | None = None) -> clockrules.Answer:
    """The engine's answer by the clock's own edition, or by `law`. ClockError if it cannot be computed.

    One query for the events and none for a known edition; none at all where both are prefetched.
    """
    law = law or book(clock.edition)
    return compute(law.rules[clock.rule], events_of(clock), law.calendar)


def events_of(clock: Clock) -> list[clockrules.ClockEvent]:
    """Its events in the order in which they were recorded, as the engine wants them.

    A corrected answer (an `answer` with the basis "correct") takes the place of the earlier ones.
    """
    rows = sorted(clock.events.all(), key=lambda row: row.pk)
    answers = [row.pk for row in rows if row.kind == "answer" and row.basis == CORRECTED]
    return [
        clockrules.ClockEvent(row.kind, legal_moment(row.at), row.basis, row.amount)
        for row in rows
        if row.kind != "answer" or not answers or row.pk >= answers[-1]
    ]


CORRECTED = "correct"


def stored_moment(when: date | datetime) -> datetime:
    """How an event is kept: a moment, or for a day of which no hour is known the day's midnight in Baku."""
    return when if isinstance(when, datetime) else moment_of(when, 0)


def legal_moment(at: datetime) -> date | datetime:
    """What a kept event means: midnight in Baku stands for the day as a whole."""
    local = at.astimezone(BAKU)
    return local if (local.hour, local.minute, local.second) != (0, 0, 0) else local.date()


# Rules of another law that may govern the same letter: which one does is for an advocate to say, so nobody is late
# before the later of both.
BESIDE = {
    "adm.decision": ("appeal.general",), "adm.complaint.decision": ("appeal.general",),
    "info.danger": ("info.general",),
}  # fmt: skip


def caches(
    rule: str, events: list[clockrules.ClockEvent], law: Book
) -> tuple[clockrules.Answer, dict[str, Any]]:
    """The engine's answer for a term, and the columns that are cached of it. ClockError as from the engine."""
    answer = compute(law.rules[rule], events, law.calendar)
    values = columns(answer)
    if values:
        values["latest_on"] = max([values["latest_on"], *_latest_beside(rule, events, law)])
    return answer, values


def _latest_beside(rule: str, events: list[clockrules.ClockEvent], law: Book) -> list[date]:
    """The latest dates by the other laws. An extension was counted in the first law's unit: theirs is in their most."""
    same = [event for event in events if event.kind not in ("extend", "answer")]
    answers = (compute(law.rules[other], same, law.calendar) for other in BESIDE.get(rule, ()))
    return [found["latest_on"] for answer in answers if (found := columns(answer))]


def columns(answer: clockrules.Answer) -> dict[str, Any]:
    """The cached columns of a clock by its answer. A paused clock has no dates: it keeps the last it had."""
    if answer.due is None or answer.earliest is None or answer.latest is None:
        return {}
    return {
        "due_on": answer.due,
        "due_at": answer.due_at,
        "earliest_on": answer.safe or answer.earliest.due,
        "latest_on": answer.latest_lawful or answer.latest.due,
        "provisional": answer.provisional,
    }


def state_of(answer: clockrules.Answer) -> str:
    if answer.answered_on is not None:
        return Clock.State.ANSWERED
    return Clock.State.PAUSED if answer.stopped else Clock.State.RUNNING
