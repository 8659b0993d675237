"""A clock as its card shows it on a day: the derivation in words, and how it stands."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from icma.core.words import date_words
from icma.engines.clockrules import Answer
from icma.law.book import Book, book
from icma.law.card import answer_card
from icma.law.certainty import Status, late_words, lateness_status, may_share, page_mark, status_of
from icma.law.derive import answer_of
from icma.matters.lateness import Standing, standing
from icma.matters.models import Clock

# The card knows fewer states than the law; what was answered late is answered.
CARD = {
    "paused": "paused", "answered": "answered", "answered_late": "answered", "silent": "waiting", "base_passed": "waiting", "no_record": "waiting", "disputed": "waiting",
    "closed": "waiting",
}  # fmt: skip


def clock_view(clock: Clock, today: date, lang: str | None = None) -> dict[str, Any]:
    """The dict that `{% clock %}` draws (core/threads.py names its keys), derived from the events.

    For one page with few clocks; lists use lateness.standing and the cached columns.
    """
    with override(lang or get_language() or "az"):
        law = book(clock.edition)
        answer, stands = answer_of(clock, law), standing(clock, today)
        sure = lateness_status(law, clock.rule)
        until = clock.ended_on if clock.ended_on and clock.ended_on < today else today
        view = answer_card(
            answer, law, until, (lang or get_language() or "az")[:2], beyond=may_go_beyond(stands, sure)
        )
        if clock.owner == Clock.Owner.AUTHORITY and view["used"] > view["total"]:
            view["used"] = view["total"] + _after_latest(clock, law, answer.rule.unit, until)
        view["state"] = _state(stands) or ("provisional" if answer.provisional else "running")
        view["due_words"] = _words(clock, answer, stands, view["due_words"], _extra_mark(law, clock.rule))
        view["late_label"] = _late(stands, sure)
        view["standing"] = stands.state
        return view


def _state(stands: Standing) -> str | None:
    """Late is drawn with the hourglass, and only where that is allowed."""
    return "late" if stands.sign else CARD.get(stands.state)


def _after_latest(clock: Clock, law: Book, unit: str, until: date) -> int:
    """Days by which an authority is late: counted from the latest that the law could allow, not from the basic term."""
    first = clock.latest_on + timedelta(days=1)
    return law.calendar.working_between(first, until) if unit == "wd" else max((until - first).days, 0)


def may_go_beyond(stands: Standing, status: Status) -> bool:
    """Days past the date are only drawn where lateness may be said: confirmed, and by a rule that is sure."""
    return stands.counts_late and stands.sign and may_share(status)


def _extra_mark(law: Book, rule: str) -> str:
    """The mark of the latest date, where it is less sure than the date itself."""
    sure = lateness_status(law, rule)
    return page_mark(sure) if sure != status_of(law, rule) else ""


def _words(clock: Clock, answer: Answer, stands: Standing, hour: str, mark: str) -> str:
    """The line under the date: what is known today. `mark`: how sure the latest date is, if less than the date."""
    parts = [hour]
    if clock.ended_on and stands.state in ("answered", "answered_late"):
        parts.append(_("answer dated %(date)s") % {"date": date_words(clock.ended_on)})
    elif stands.state in ("base_passed", "no_record", "disputed", "paused", "due_today", "closed") or (
        stands.state == "silent" and not stands.sign
    ):
        parts.append(str(stands.label))
    if stands.state in ("base_passed", "no_record", "silent") and clock.latest_on > clock.due_on:
        latest = _("at the latest: %(date)s") % {"date": date_words(clock.latest_on)}
        parts.append(f"{latest} ({mark})" if mark else latest)
    if clock.asked_on and stands.state in ("base_passed", "no_record", "silent"):
        parts.append(_("asked on %(date)s: nothing has come") % {"date": date_words(clock.asked_on)})
    if answer.stopped and not parts[0]:
        parts.append(_("the date is computed when the term runs again"))
    return " · ".join(part for part in parts if part)


def _late(stands: Standing, status: Status) -> str:
    """The words beside the hourglass. That nobody answered is a fact; that a term was broken is a formal sentence."""
    if stands.state == "own_late":
        return str(stands.label)
    if stands.state != "silent":
        return ""
    more = late_words(status)
    return f"{stands.label} · {more}" if more else str(stands.label)
