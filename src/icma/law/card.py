"""An engine's answer as the clock card that `{% clock %}` draws; matters/clockview.py says what has become of it."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.engines.clockrules import Answer, Reading
from icma.engines.clockterm import DAY
from icma.engines.clockwords import caveats, explain, reading_words
from icma.law.certainty import page_mark, signed_by, status_of
from icma.law.shipped import Book
from icma.law.words import in_language, unit_words

SEALS = {"own": "signed"}  # our own promise is as certain as a promise of ours can be


def answer_card(
    answer: Answer, book: Book, today: date, lang: str = "", *, beyond: bool = False
) -> dict[str, Any]:
    """The card of a running clock on the day `today`, without any word on lateness.

    Days past the date are left out unless `beyond`: to draw them is to say that somebody is late.
    """
    lang = lang or (get_language() or "az")[:2]
    rule = answer.rule
    status = status_of(book, rule.id)
    total, used = squares(answer, book, today)
    used = used if beyond else min(used, total)
    other = _other_reading(answer)
    return {
        "label": in_language(rule.title, lang),
        "due": answer.due,
        "due_words": _hour_words(answer),
        "total": total,
        "used": used,
        "left": max(total - used, 0),
        "unit_label": unit_words(rule.unit, total),
        "state": "paused" if answer.stopped else "running",
        "explanation": [explain(answer, lang), *caveats(answer, lang)],
        "certainty": SEALS.get(status, status),
        "certainty_label": mark_of(book, rule.id),
        "second_due": other.due if other else None,
        "second_label": _second_label(other, lang),
        "second_hour": _hour_words(other),
        "provisional": answer.provisional,
    }


def mark_of(book: Book, key: str) -> str:
    """ "vəkil təsdiqləyib: N. N., 13 mart 2026", or the mark of a rule that nobody signed."""
    mark = page_mark(status_of(book, key))
    signer = signed_by(book, key)
    return f"{mark}: {signer}" if signer else mark


def source_of(book: Book, key: str) -> str:
    """Where a term stands and how sure it is: "«Fərdi məlumatlar haqqında» Qanun, 7.5 · vəkil təsdiqləməyib"."""
    rule = book.rules[key]
    return f"{in_language(rule.law)}, {rule.article} · {mark_of(book, key)}"


def squares(answer: Answer, book: Book, today: date) -> tuple[int, int]:
    """(length, whole days gone before `today`) in days of the rule's kind; more than the length when past it.

    Working days for rules in working days, calendar days for all others, (0, 0) where there is no date.
    """
    rule, due = answer.rule, answer.due
    if due is None or rule.direction == "at_least_before" or rule.unit == "hour":
        return 0, 0
    first = answer.start if rule.start == "event" else answer.start + DAY
    count = book.calendar.working_between if rule.unit == "wd" else _days
    # "Not before" ends with the last day that must pass, the day before the one that is open.
    end = due if rule.direction == "not_before" else due + DAY
    total = max(count(first, end) - answer.paused, 1)
    used = count(first, today) - (answer.paused if today > first else 0)
    return total, max(used, 0)


def _other_reading(answer: Answer) -> Reading | None:
    """Of several further readings the one that goes furthest: later for an authority, earlier for our own side."""
    pick = max if answer.rule.owner == "authority" else min
    return pick(answer.readings[1:], key=lambda reading: reading.moment, default=None)


def _days(first: date, end: date) -> int:
    return max((end - first).days, 0)


def _hour_words(ending: Answer | Reading | None) -> str:
    """ "saat 15:00" of a term in hours, '' of all others."""
    return _("at %(time)s") % {"time": f"{ending.due_at:%H:%M}"} if ending and ending.due_at else ""


def _second_label(other: Reading | None, lang: str) -> str:
    how = ", ".join(reading_words(other, lang)) if other else ""
    return _("By another reading of the law (%(how)s):") % {"how": how} if how else ""
