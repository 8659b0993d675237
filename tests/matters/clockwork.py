"""A matter with a letter and its clock, as plain rows: what the tests of clocks, ladder and jobs begin with."""

from datetime import date, datetime, timedelta
from itertools import count

from icma.core.day import moment
from icma.front.figures import case_of
from icma.law.book import book
from icma.matters.actions.clocks import start_clock
from icma.matters.models import Clock, Letter, Matter

_numbers = count(1)
REGISTERED = date(
    2026, 3, 13
)  # a Friday: 15 working days end on 14 April, the latest reading of all on 23 June


def code(prefix: str) -> str:
    return f"{prefix}{next(_numbers):05d}"


def matter_of(country, at: datetime, **more) -> Matter:
    values = {"title": "Bazar küçəsində su yoxdur", "text": "Su yoxdur.", "stage": "pressing",
              "topic": "infrastructure", "place": country.goychay, "community": country.community,
              "raised_at": at, "published_at": at,
              "changed_at": at, "search_text": ""}  # fmt: skip
    return Matter.objects.create(code=code("MT")[:8], **{**values, **more})


def letter_of(matter: Matter, authority, at: datetime, **more) -> Letter:
    values = {"direction": "out", "stage": "registered", "kind": "application", "rule": "appeal.general",
              "subject": "Su xətti", "sent_on": REGISTERED, "registered_on": REGISTERED, "number": "118/26",
              "created_at": at, "sender": "community"}  # fmt: skip
    return Letter.objects.create(
        code=code("LT")[:8], matter=matter, authority=authority, **{**values, **more}
    )


def reply_of(letter: Letter, answer: str, dated: date, at: datetime, **more) -> Letter:
    values = {"direction": "in", "stage": "received", "kind": "", "answers": letter, "answer": answer,
              "dated_on": dated, "received_on": dated + timedelta(days=3), "sent_on": None,
              "registered_on": None}  # fmt: skip
    return letter_of(letter.matter, letter.authority, at, **{**values, **more})


def running(country, at: datetime, rule: str = "appeal.general", on: date = REGISTERED, **more) -> Clock:
    """A registered letter to the water board whose clock has started."""
    matter = matter_of(country, at)
    letter = letter_of(matter, country.water, at, rule=rule, sent_on=on, registered_on=on, **more)
    return start_clock(
        matter=matter, rule=rule, event_at=on, at=at, by=None, letter=letter, authority=country.water
    )


def counted_late(clock: Clock, day: date) -> bool:
    """Whether the public record of the authority counts it as late on this day."""
    case = case_of(clock, day, book())
    return case.counts and case.verdict in ("late", "silent")


def on(day: date) -> datetime:
    """Noon of a day in Baku."""
    return moment(day)
