"""The thread (from voice to outcome) and the clock card (by when an answer is due, and why)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.charts import LATE, track
from icma.core.words import day, num

STATES = {"done", "now", "next", "late", "gone"}
CLOCK_STATES = {"running", "late", "waiting", "answered", "paused", "provisional"}
MOST_SQUARES = 40
# A filled rosette with a tick; a tick; two readings; a question.
_SEALS = {
    "signed": '<path d="M8 1l2 1.5 2.5-.2.8 2.4L15.5 6 15 8.5l.5 2.5-2.2 1.3-.8 2.4-2.5-.2L8 16l-2-1.5-2.5.2'
    '-.8-2.4L.5 11 1 8.5.5 6l2.2-1.3.8-2.4L6 2.5z"/>'
    '<path stroke="Canvas" fill="none" d="M5 8.7l2.2 2.2 4-4.4"/>',
    "V": '<circle cx="8" cy="8.5" r="6.5"/><path d="M4.8 8.7l2.2 2.2 4.2-4.6"/>',
    "V2": '<circle cx="8" cy="8.5" r="6.5"/><path d="M5.5 5.5v6M10.5 5.5v6"/>',
    "M": '<circle cx="8" cy="8.5" r="6.5"/>'
    '<path d="M6 6.8c0-3 4.2-2.6 4.2 0 0 1.7-2.1 1.6-2.1 3.2M8 12.2v.6"/>',
}  # fmt: skip


def late_mark(text: str = "") -> SafeString:
    """The hourglass and its word: late is never only a colour."""
    return format_html('<span class="tag late">{}{}</span>', LATE, text or _("overdue"))


def certainty(code: str, label: str) -> SafeString:
    """How certain a legal date is: "signed" by an advocate, "V", "V2", "M"; the words carry the meaning."""
    art = format_html(
        '<svg viewBox="0 0 16 17" aria-hidden="true">{}</svg>', mark_safe(_SEALS.get(code, _SEALS["M"]))
    )
    return format_html('<small class="seal {}">{}{}</small>', code, art, label)


# --- the thread ------------------------------------------------------------------------------------
def _when(on: object) -> SafeString | str:
    if not on:
        return ""
    return format_html('<span class="on">{}</span>', day(on) if isinstance(on, date) else on)


def _step(step: Mapping[str, Any], level: int) -> SafeString:
    asked = str(step.get("state"))
    state = asked if asked in STATES else "done"
    aside = late_mark(step.get("late_label", "")) if state == "late" else ""
    spoken = {"now": _("Now"), "next": _("Still ahead"), "gone": _("Removed")}.get(state)
    body = step.get("body")
    return format_html(
        '<li class="is-{}"{}{}>{}<{tag}>{}{}</{tag}>{}{}{}{}</li>',
        state,
        format_html(' id="{}"', step["id"]) if step.get("id") else "",
        mark_safe(' aria-current="step"') if state == "now" else "",
        _when(step.get("on")),
        format_html('<span class="hide">{}: </span>', spoken) if spoken else "",
        step.get("title", ""),
        format_html('<p class="soft">{}</p>', body) if body else "",
        format_html('<p class="meta">{}</p>', step["meta"]) if step.get("meta") else "",
        aside and format_html('<p class="meta">{}</p>', aside),
        step.get("html") or "",
        tag=mark_safe(f"h{int(level)}"),
    )


def thread(steps: Iterable[Mapping[str, Any]], level: int = 2) -> SafeString:
    """The line with its knots; `level` is that of its headings.

    A step: state (done, now, next, late, gone), on (a date, or words: "Başlayır: 15 aprel 2026"), title,
    body (text, escaped unless marked safe), meta (a small line), html (safe HTML put below: a clock,
    a quote), id, late_label.
    """
    items = format_html_join("", "{}", ((_step(step, level),) for step in steps))
    return format_html('<ol class="thread">{}</ol>', items)


# --- the clock -------------------------------------------------------------------------------------
def _squares(view: Mapping[str, Any]) -> SafeString:
    """A square for each day of the term: gone, today, left, and hourglasses for days past the date."""
    total, used = int(view.get("total") or 0), int(view.get("used") or 0)
    if total <= 0:
        return mark_safe("")
    if total > MOST_SQUARES:
        return track(used / total, tone="m")
    gone, over = min(used, total), max(used - total, 0)
    today = 1 if view.get("state") in {"running", "provisional"} and gone < total else 0
    rest = total - gone - today
    room = max(MOST_SQUARES - total, 3)
    marks = (
        "<i></i>" * gone
        + '<i class="t"></i>' * today
        + '<i class="l"></i>' * rest
        + '<i class="o"></i>' * min(over, room)
    )
    wide = mark_safe(" w") if total > 20 else ""  # a month stands in weeks, a short term in working weeks
    return format_html('<div class="days{}" aria-hidden="true">{}</div>', wide, mark_safe(marks))


def count_words(view: Mapping[str, Any]) -> str:
    """ "15 iş günü · keçib: 11 · qalır: 4": what the squares show, in words."""
    total, left, used = view.get("total"), view.get("left"), view.get("used")
    if not total:
        return ""
    parts = [f"{num(total)} {view.get('unit_label', '')}".strip()]
    if used is not None:
        parts.append(_("passed: %(n)s") % {"n": num(min(used, total))})
    if used is not None and used > total:
        parts.append(_("beyond the date: %(n)s") % {"n": num(used - total)})
    elif left is not None:
        parts.append(_("left: %(n)s") % {"n": num(left)})
    return " · ".join(parts)


def _why(explanation: str | Iterable[str] | None, is_open: bool) -> SafeString | str:
    """One paragraph, or one for each part where the engine hands over a list."""
    if not explanation:
        return ""
    parts = [explanation] if isinstance(explanation, str) else list(explanation)
    text = format_html_join("", "<p><small>{}</small></p>", ((p,) for p in parts))
    shown = mark_safe(" open") if is_open else ""
    return format_html("<details{}><summary>{}</summary>{}</details>", shown, _("Why this date?"), text)


def _second(view: Mapping[str, Any]) -> SafeString | str:
    if not view.get("second_due"):
        return ""
    words = view.get("second_label") or _("By another reading of the law:")
    hour = format_html(", {}", view["second_hour"]) if view.get("second_hour") else ""
    return format_html("<p>{} <strong>{}</strong>{}</p>", words, day(view["second_due"]), hour)


def clock(view: Mapping[str, Any]) -> SafeString:
    """The card of one clock.

    view: label, due (date or None), due_words, total, used, left, unit_label, state (running, late, waiting,
    answered, paused, provisional), explanation (text or list of texts), certainty (V, V2, M, signed),
    certainty_label, second_due, second_label, second_hour, provisional (bool), late_label, open (the explanation is unfolded).
    """
    state = view.get("state") if view.get("state") in CLOCK_STATES else "running"
    due, sure = view.get("due"), view.get("certainty_label")
    open_date = view.get("provisional") or state == "provisional"
    unknown = view.get("due_words") or _("The date is not known yet")
    big = format_html("{}{}", _("approximately") + " " if open_date else "", day(due)) if due else unknown
    return format_html(
        '<div class="clock is-{}"><p class="meta"><span>{}</span>{}</p><p class="due">{}</p>{}{}</div>',
        state,
        view.get("label", ""),
        certainty(str(view.get("certainty", "")), sure) if sure else "",
        big,
        format_html("<p>{}</p>", late_mark(view.get("late_label", ""))) if state == "late" else "",
        _below(view, bool(open_date)),
    )


def _below(view: Mapping[str, Any], open_date: bool) -> SafeString:
    """What stands under the date of a clock."""
    words = view.get("due_words") if view.get("due") else ""
    maybe = _("A holiday in this time is not confirmed yet; the date may move.") if open_date else ""
    return format_html(
        "{}{}{}{}{}{}",
        format_html("<p>{}</p>", words) if words else "",
        _squares(view),
        _small(count_words(view)),
        _small(maybe),
        _second(view),
        _why(view.get("explanation"), bool(view.get("open"))),
    )


def _small(text: str) -> SafeString | str:
    return format_html("<p><small>{}</small></p>", text) if text else ""
