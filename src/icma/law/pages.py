"""What the pages of the law show: rules by law, days of a year, a calculation. Plain values for templates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import get_language

from icma.core.words import NBSP, date_words
from icma.engines.aztext import date_words as short_words
from icma.engines.clockrules import Rule
from icma.engines.clocks import compute
from icma.engines.workdays import CalendarMissing
from icma.law.card import SEALS, answer_card, mark_of
from icma.law.certainty import lateness_status, page_mark, status_of
from icma.law.shipped import Book, shipped_book
from icma.law.words import counting_words, extension_words, in_language, owner_words, term_words


@dataclass(frozen=True)
class RuleLine:
    """One rule as a page shows it."""

    key: str
    title: str
    term: str
    counting: str
    extensions: list[str]
    owner: str
    article: str
    condition: str
    source: str
    source_url: str
    source_host: str
    law: str
    seal: str
    mark: str
    is_note: bool
    is_own: bool


@dataclass(frozen=True)
class LawGroup:
    law: str
    rules: list[RuleLine] = field(default_factory=list)


def rule_groups(book: Book) -> list[LawGroup]:
    """Every rule, law by law, in the order of the shipped file; rules unknown to it come last."""
    order = {key: place for place, key in enumerate(shipped_book().rules)}
    groups: dict[str, LawGroup] = {}
    for rule in sorted(book.rules.values(), key=lambda rule: (order.get(rule.id, len(order)), rule.id)):
        law = in_language(rule.law)
        groups.setdefault(law, LawGroup(law)).rules.append(rule_line(rule, book))
    return list(groups.values())


def rule_line(rule: Rule, book: Book) -> RuleLine:
    status = status_of(book, rule.id)
    return RuleLine(
        key=rule.id, title=in_language(rule.title), term=term_words(rule), counting=counting_words(rule),
        extensions=_extensions(rule, book), owner=owner_words(rule), article=rule.article,
        condition=in_language(rule.condition), source=rule.source,
        source_url=rule.source if rule.source.startswith("https://") else "",
        source_host=urlsplit(rule.source).hostname or "", law=in_language(rule.law),
        seal=SEALS.get(status, status), mark=mark_of(book, rule.id), is_note=rule.kind == "note",
        is_own=status == "own",
    )  # fmt: skip


def _extensions(rule: Rule, book: Book) -> list[str]:
    """How it may be lengthened; marked where that is less sure than the term itself."""
    sure = lateness_status(book, rule.id)
    mark = page_mark(sure) if sure != status_of(book, rule.id) else ""
    return [f"{line} · {mark}" if mark else line for line in extension_words(rule)]


@dataclass(frozen=True)
class DayLine:
    """A day that is not what its weekday says, or that has a name."""

    day: date
    name: str
    working: bool
    provisional: bool


@dataclass(frozen=True)
class SpanLine:
    """Days in a row with one name: "22–24 mart"."""

    first: date
    last: date
    name: str
    working: bool
    provisional: bool

    @property
    def words(self) -> str:
        lang = (get_language() or "az")[:2]
        last = short_words(self.last, lang, year=False)
        if self.first == self.last:
            text = last
        elif self.first.month == self.last.month:
            text = f"{self.first.day}–{last}"
        else:
            text = f"{short_words(self.first, lang, year=False)} – {last}"
        return text.replace(" ", NBSP).replace("–", "–\u2060")  # "22–24" is not torn apart


@dataclass(frozen=True)
class YearPage:
    year: int
    days: list[DayLine]
    spans: list[SpanLine]
    working: int
    provisional: bool
    other_years: list[int]


def year_page(book: Book, year: int) -> YearPage:
    """The calendar of a year; LookupError where nobody knows its holidays."""
    try:
        days = list(_days(book, year))
        working = book.calendar.working_between(date(year, 1, 1), date(year + 1, 1, 1))
    except CalendarMissing as error:
        raise LookupError(str(error)) from error
    return YearPage(
        year,
        days,
        list(_spans(days)),
        working,
        not book.calendar.covers(year),
        list(range(year - 2, year + 3)),
    )


def _days(book: Book, year: int) -> Iterator[DayLine]:
    calendar = book.calendar
    day = date(year, 1, 1)
    while day.year == year:
        working, name = calendar.is_working(day), calendar.name(day) or ""
        if name or working == (day.weekday() >= 5):
            yield DayLine(day, name, working, calendar.is_provisional(day))
        day += timedelta(days=1)


def _spans(days: list[DayLine]) -> Iterator[SpanLine]:
    begun: DayLine | None = None
    before: DayLine | None = None
    for line in [*days, None]:
        if before and begun and not (line and _same(before, line)):
            yield SpanLine(begun.day, before.day, begun.name, begun.working, begun.provisional)
            begun = line
        begun = begun or line
        before = line


def _same(one: DayLine, other: DayLine) -> bool:
    alike = (one.name, one.working, one.provisional) == (other.name, other.working, other.provisional)
    return alike and other.day - one.day == timedelta(days=1)


@dataclass(frozen=True)
class Calculation:
    card: dict[str, Any]
    rule: RuleLine
    event: str
    safe: date | None
    latest_lawful: date | None
    not_before: bool
    ahead: bool  # counted from a day that has not come yet, which is mostly a year that was mistyped


def calculation(book: Book, key: str, event: date | datetime, today: date) -> Calculation:
    """What the calculator shows. ClockError (with a reason in English) for a date out of range."""
    answer = compute(book.rules[key], event, book.calendar)
    card = answer_card(answer, book, today)
    words = f"{date_words(event)}, {event:%H:%M}" if isinstance(event, datetime) else date_words(event)
    # Without an extension the later date is another reading, which the card shows.
    last = answer.latest_lawful if answer.rule.extensions and answer.latest_lawful != answer.due else None
    return Calculation(
        card=card | {"state": "provisional" if answer.provisional else "running", "open": True},
        rule=rule_line(answer.rule, book), event=words, safe=answer.safe, latest_lawful=last,
        not_before=answer.rule.direction == "not_before",
        ahead=answer.rule.direction != "at_least_before" and (event.date() if isinstance(event, datetime) else event) > today,
    )  # fmt: skip
