"""The last days of our own next steps: complaint, Ombudsman, court."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.core.prepared import prepared
from icma.front.mine.item import Item, leads, led_by, tone_of
from icma.law.book import Book, book
from icma.law.certainty import page_mark
from icma.matters.addresses import step_address
from icma.matters.ahead import rung_days
from icma.matters.ladder import Rung
from icma.matters.lateness import OVER
from icma.matters.models import Letter, Matter
from icma.matters.steps import (
    BACK,
    by_matter,
    certainty_of,
    is_undone,
    laddered,
    may_have_steps,
    rules_of,
    steps_of,
)

AHEAD = timedelta(days=14)
MOST = 200  # matters of one person that are looked at


def next_steps(who: Who, at: datetime) -> Iterable[Item]:
    """Steps whose safe day is near or passed while the law's last day is not; and letters that were confirmed silent
    and that nothing has followed. Three queries."""
    if not leads(who):
        return
    today = legal_day(at)
    found = by_matter(_letters(who=who, since=today - BACK, today=today))
    law = book() if found else None
    for letters in found.values() if law else ():
        for letter, steps in steps_of(letters, today, law):
            left = [rung for rung in steps if rung.state != "later" and is_undone(rung)]
            near = [rung for rung in left if _is_near(rung, today)]
            if not near and letter.stage == "silent" and not any(rung.taken for rung in steps):
                near = [rung for rung in left if rung.term(today)[1]][:1] or left[:1]
            yield from _items(letter, near, today, law)


def _is_near(rung: Rung, today: date) -> bool:
    safe, last = rung.term(today)
    return last is not None and last >= today and (safe or last) <= today + AHEAD


def _items(letter: Letter, near: list[Rung], today: date, law: Book) -> Iterator[Item]:
    """Steps of the same days are one thing to decide on."""
    for days in dict.fromkeys(rung.term(today) for rung in near):
        same = [rung for rung in near if rung.term(today) == days]
        safe, last = days
        due = safe if safe and safe >= today else last
        url, act = _way(letter, same)
        tone = "now" if last and safe and safe < today else tone_of(due, today)
        yield Item(letter.matter.title, url, act, _why(letter, same, today, law), due, tone)


def _way(letter: Letter, steps: list[Rung]) -> tuple[str, str]:
    """To the letter of the one step, begun or not; of several one chooses on the page of the letter they follow."""
    here = reverse("letter", args=[letter.matter.code, letter.code])
    if len(steps) > 1:
        return here, _("Choose the next step")
    begun = steps[0].begun
    if begun is not None:
        return reverse("letter", args=[letter.matter.code, begun.code]), _("Finish and send")
    act = _("Ask and enter what came") if steps[0].needs_asking else _("Write a letter")
    return step_address(steps[0], letter.matter.code, letter.code) or here, act


def _why(letter: Letter, steps: list[Rung], today: date, law: Book) -> str:
    rules = {rule for rung in steps for rule in rules_of(letter, rung)}
    mark = page_mark(certainty_of(rules, law)) if steps[0].term(today)[1] else ""
    names = ", ".join(str(rung.title) for rung in steps)
    return " · ".join(
        part for part in (str(letter.authority), names, rung_days(steps[0], today), mark) if part
    )


@prepared
def _letters(*, who: Who, since: date, today: date) -> QuerySet[Letter]:
    led = Matter.objects.filter(led_by(who), may_have_steps(since, today), hidden_at=None).exclude(
        stage__in=OVER
    )
    return laddered(Letter.objects.filter(matter__in=led.order_by("-changed_at", "-pk").values("pk")[:MOST]))
