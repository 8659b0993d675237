"""By when an answer is due, by each law that may apply: for the page, with what makes the date uncertain."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from icma.engines.clocks import compute
from icma.law.book import Book
from icma.law.certainty import page_mark, status_of
from icma.law.derive import BESIDE


@dataclass(frozen=True)
class Due:
    """One law's date. `status` and `mark` say who has confirmed the rule."""

    rule: str
    title: str
    law: str
    article: str
    due: date
    provisional: bool
    status: str
    mark: str


def dues(rule: str, start: date, law: Book) -> list[Due]:
    """Dates for a letter that is registered on `start`: of its own rule first, then of the other law."""
    return [_due(key, start, law) for key in (rule, *BESIDE.get(rule, ())) if key]


def _due(key: str, start: date, law: Book) -> Due:
    language = (get_language() or "az")[:2]
    rule = law.rules[key]
    answer = compute(rule, start, law.calendar)
    status = status_of(law, key)
    return Due(
        key, rule.title.get(language, rule.title["az"]), rule.law.get(language, rule.law["az"]), rule.article,
        answer.due, answer.provisional, status, page_mark(status),
    )  # fmt: skip
