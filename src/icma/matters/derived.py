"""What a day brings to a clock or a letter: derived from its dates alone, each with a key of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from icma.core.day import legal_day
from icma.engines.clocks import compute
from icma.law.book import Book
from icma.matters.ladder import BEYOND
from icma.matters.lateness import SOON
from icma.matters.models import Clock, Letter, Matter

DAY = timedelta(days=1)
COURT, REGISTRATION = "apc.claim.silence.earliest", "adm.regnote"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a day brought. Its key names thing, verb and day, so that it can be told only once."""

    key: str
    verb: str
    on: date
    matter: Matter
    clock: Clock | None = None
    letter: Letter | None = None
    visibility: str = "public"
    data: dict[str, Any] | None = None


def clock_events(clock: Clock, today: date, law: Book) -> Iterable[Event]:
    """What the days up to `today` have brought to an authority's running clock, oldest first."""
    days = [
        ("due_soon", clock.due_on - SOON * DAY),
        ("due_today", clock.due_on),
        ("term_ended", clock.due_on + DAY),
    ]
    if clock.latest_on > clock.due_on:
        days.append(("term_ended_latest", clock.latest_on + DAY))
    if (opens := court_opens(clock, law)) is not None:
        days.append(("step_open", opens))
    begun = legal_day(clock.started_at)
    found = [of_clock(clock, verb, on) for verb, on in days if begun < on <= today]
    return sorted(found, key=lambda event: event.on)


def court_opens(clock: Clock, law: Book) -> date | None:
    """The day from which silence may safely be brought before the court; None for letters that cannot be."""
    letter = clock.letter
    if letter is None or letter.registered_on is None or letter.kind in BEYOND:
        return None
    return compute(law.rules[COURT], letter.registered_on, law.calendar).safe


def of_clock(clock: Clock, verb: str, on: date, visibility: str = "public") -> Event:
    key = f"clock:{clock.pk}:{verb}:{on.isoformat()}"
    return Event(key, verb, on, clock.matter, clock, clock.letter, visibility)


def registration_events(letter: Letter, today: date, law: Book) -> Iterator[Event]:
    if letter.sent_on is None:
        return
    answer = compute(law.rules[REGISTRATION], letter.sent_on, law.calendar)
    on = answer.latest.due + DAY if answer.latest else None
    if on is not None and on <= today:
        key = f"letter:{letter.pk}:registration:{on.isoformat()}"
        yield Event(key, "registration_unknown", on, letter.matter, letter=letter)


def promise_events(letter: Letter, today: date) -> Iterator[Event]:
    for verb, on in (("promise_due", letter.promised_on), ("promise_passed", letter.promised_on + DAY)):
        if on <= today:
            key = f"letter:{letter.pk}:{verb}:{on.isoformat()}"
            yield Event(key, verb, on, letter.matter, letter=letter)
