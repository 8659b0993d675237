"""Steps of ours that may still be taken, of many matters at once: for My work, calendars and what time tells the team.

A letter that is only begun stops no term; nor does a directory that lacks the addressee.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from icma.law.book import Book
from icma.law.certainty import Status, may_share, status_of, weakest
from icma.matters.ladder import Rung, rungs
from icma.matters.lateness import LIVE, clock_of
from icma.matters.models import Clock, Letter

BACK = timedelta(days=400)  # no term of ours is longer than a year, and the days by which it rolls on


def may_have_steps(since: date, today: date) -> Q:
    """Matters of which a letter came to its end in these days: its term ran out, or an answer came; and those in which
    a silence stands confirmed, however old."""
    mine = Letter.objects.filter(matter=OuterRef("pk"))
    heard = mine.filter(direction="in", stage="received", confirmed=True)
    heard = heard.filter(Q(received_on__gte=since) | Q(received_on=None, dated_on__gte=since))
    ended = Clock.objects.filter(
        matter=OuterRef("pk"), owner="authority", state="running", due_on__gte=since, due_on__lt=today
    )
    return Q(Exists(heard)) | Q(Exists(ended)) | Q(Exists(mine.filter(stage="silent")))


def laddered(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    """Letters with their matter and what the ladder reads: two queries. It wants all letters of a matter."""
    rows = rows.select_related("matter", "authority__superior", "forwarded_to").prefetch_related("clocks")
    return rows.defer("body", "summary", "matter__text", "matter__search_text").order_by("pk")


def by_matter(letters: Iterable[Letter]) -> dict[int, list[Letter]]:
    found: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        found[letter.matter_id].append(letter)
    return found


def steps_of(letters: list[Letter], today: date, law: Book) -> Iterator[tuple[Letter, list[Rung]]]:
    """Each letter that went out with its steps; `letters`: all of one matter, as `laddered` fetches them."""
    for letter in letters:
        if letter.direction == "out" and letter.stage not in ("draft", "dropped"):
            yield letter, [rung for rung in rungs(letter, today, law=law, known=letters) if rung.kind]


def is_undone(rung: Rung) -> bool:
    """Not taken, and not over."""
    return rung.state in ("open", "later", "missing") or rung.begun is not None


def rules_of(letter: Letter, rung: Rung) -> tuple[str, ...]:
    """What the days of a step hang on: its own rules, and that of the term it waits for."""
    clock = clock_of(letter)
    return (*rung.rules, clock.rule) if clock and clock.state in LIVE else rung.rules


def certainty_of(rules: Iterable[str], law: Book) -> Status:
    return weakest(status_of(law, rule) for rule in rules)


def may_leave_its_page(letter: Letter, rung: Rung, law: Book) -> bool:
    """May its days stand where no page can explain them?"""
    return may_share(certainty_of(rules_of(letter, rung), law))
