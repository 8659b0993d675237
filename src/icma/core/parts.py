"""Small parts of a page: buttons, tags, notes, lists of links, empty states."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.charts import LATE, progress_mini
from icma.core.words import num

TONES = {"calm", "now", "late", "done", "data", "quiet"}
BUTTONS = {"main": "btn", "line": "btn line", "danger": "btn danger", "quiet": "btn quiet"}
# The lozenge of the carpet band is the mark of İcma, drawn in its own 12 × 12 units.
LOZENGE = "M5 0h2v1h1v1h1v1h1v1h1v1h1v2h-1v1h-1v1H9v1H8v1H7v1H5v-1H4v-1H3V9H2V8H1V7H0V5h1V4h1V3h1V2h1V1h1z"
SHORT = {"az": "AZ", "ru": "RU", "en": "EN"}
_HEART = "M5 3v1H4v1H3v2h1v1h1v1h2V8h1V7h1V5H8V4H7V3zM5 5h2v2H5z"
MARK = mark_safe(
    '<svg viewBox="0 0 12 12" shape-rendering="crispEdges" aria-hidden="true">'
    f'<path d="{LOZENGE}{_HEART}"/></svg>'
)
ICON = mark_safe(
    '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\' '
    f"viewBox='0 0 12 12'%3E%3Cpath fill='%239c2c1f' d='{LOZENGE}'/%3E"
    "%3Cpath fill='%23f3e3c3' d='M5 3h2v1h1v1h1v2H8v1H7v1H5V8H4V7H3V5h1V4h1z'/%3E%3C/svg%3E\">"
)
EXIT_URL = "/komek/cixis/"  # the browser forgets an open talk there, then it is sent away to AWAY
AWAY = "https://az.wikipedia.org/"


def _attribute(name: str, value: object) -> SafeString | str:
    return format_html(' {}="{}"', mark_safe(name), value) if value not in ("", None) else ""


def tag(label: str, tone: str = "calm") -> SafeString:
    """A small label; tone: calm, now, late (with its hourglass), done, data, quiet."""
    return format_html(
        '<span class="tag {}">{}{}</span>',
        tone if tone in TONES else "calm",
        LATE if tone == "late" else "",
        label,
    )


def button(
    label: str, tone: str = "main", name: str = "", value: object = "", confirm: str = ""
) -> SafeString:
    """A submit button; tone: main, line, danger, quiet; `confirm` asks once more where scripts run."""
    return format_html(
        '<button class="{}"{}{}{}>{}</button>', BUTTONS.get(tone, "btn"),
        _attribute("name", name), _attribute("value", value), _attribute("data-confirm", confirm), label,
    )  # fmt: skip


def link_button(url: str, label: str, tone: str = "main") -> SafeString:
    """A link that looks like a button; same tones."""
    return format_html('<a class="{}" href="{}">{}</a>', BUTTONS.get(tone, "btn"), url, label)


def heading(title: str, url: str = "", label: str = "", level: int = 2, id: str = "") -> SafeString:
    """A section's heading on its line, with a link at the end ("Hamısı (64)")."""
    more = format_html('<a href="{}">{}</a>', url, label) if url else ""
    tag_name = mark_safe(f"h{int(level)}")
    return format_html(
        '<div class="row"><{0}{1}>{2}</{0}>{3}</div>', tag_name, _attribute("id", id), title, more
    )


def card(
    content: str, url: str, title: str, note: str = "", step: int | None = None, of: int = 6, level: int = 3
) -> SafeString:
    """A card whose whole face is one link; `content` (tags, place) stands above the title."""
    return format_html(
        '<li class="card"><p class="meta">{}</p><h{}><a href="{}">{}</a></h{}>{}{}</li>',
        mark_safe(content), level, url, title, level,
        format_html('<p class="soft">{}</p>', note) if note else "",
        progress_mini(step, of) if step is not None else "",
    )  # fmt: skip


def links(items: Iterable[Mapping[str, Any]]) -> SafeString:
    """<li><a> for {url, label, count, current, lang, late}: navigation, chips and side lists share it."""
    return _links(tuple(
        (str(item["url"]), conditional_escape(item["label"]), _amount(item.get("count")), bool(item.get("current")),
         item.get("lang") or "", bool(item.get("late")))
        for item in items
    ))  # fmt: skip


def _amount(count: object) -> str:
    return "" if count is None else count if isinstance(count, str) else num(count)


@lru_cache(maxsize=256)
def _links(items: tuple[tuple[str, str, str, bool, str, bool], ...]) -> SafeString:
    """The same for every page: they are drawn once. Labels come escaped: safe and unsafe text are equal as keys."""
    return format_html_join("", '<li{}><a href="{}"{}{}>{}{}</a></li>', (
        (
            mark_safe(' class="late"') if late else "", url,
            mark_safe(' aria-current="page"') if current else "",
            format_html(' lang="{0}" hreflang="{0}"', lang) if lang else "",
            mark_safe(label), format_html(" <b>{}</b>", count) if count else "",
        )
        for url, label, count, current, lang, late in items
    ))  # fmt: skip


def languages(items: Iterable[Mapping[str, Any]]) -> SafeString:
    """The other languages by their letters, the name as the hint; the page's own is not a link to click."""
    link = '<li><a href="{0}" lang="{1}" hreflang="{1}" title="{2}">{3}</a></li>'
    rows = (
        (i["url"], i["code"], i["label"], SHORT.get(i["code"], i["label"]))
        for i in items
        if not i.get("current")
    )
    return format_html_join("", link, rows)


def crumbs(items: Iterable[Mapping[str, Any]]) -> SafeString:
    """The way here: {url, label}, from the widest to the nearest."""
    return format_html(
        '<nav aria-label="{}"><ul class="crumbs">{}</ul></nav>', _("You are here"), links(items)
    )


def chips(items: Iterable[Mapping[str, Any]], label: str = "") -> SafeString:
    """Filters as links: {url, label, count, current}."""
    return format_html(
        '<nav aria-label="{}"><ul class="chips">{}</ul></nav>', label or _("Filters"), links(items)
    )


def path(labels: Iterable[str], current: int = -1) -> SafeString:
    """The way from voice to outcome as words on a thread; `current` (from 0) is where we are, -1 nowhere."""
    here = mark_safe(' aria-current="step"')
    items = format_html_join(
        "", "<li{}>{}</li>", ((here if at == current else "", w) for at, w in enumerate(labels))
    )
    return format_html('<ol class="path">{}</ol>', items)


def empty(title: str, text: str = "", url: str = "", label: str = "") -> SafeString:
    """Nothing here yet: what that means and what to do."""
    knots = "".join(f'<path d="M{x} 0l8 8-8 8-8-8z"/>' for x in (8, 28, 48))
    return format_html(
        '<div class="empty"><svg viewBox="0 0 56 16" aria-hidden="true">{}</svg><h3>{}</h3>{}{}</div>',
        mark_safe(knots), title,
        format_html("<p>{}</p>", text) if text else "",
        link_button(url, label, "line") if url else "",
    )  # fmt: skip


def pager(page: Mapping[str, Any]) -> SafeString:
    """Keyset paging: {prev, next: addresses or None, shown: words such as "1–25", total: words}."""
    if not (page.get("prev") or page.get("next")):
        return mark_safe("")
    back = (
        format_html('<a class="btn line" rel="prev" href="{}">← {}</a>', page["prev"], _("Previous"))
        if page.get("prev")
        else ""
    )
    on = (
        format_html('<a class="btn line" rel="next" href="{}">{} →</a>', page["next"], _("Next"))
        if page.get("next")
        else ""
    )
    words = " / ".join(str(page[k]) for k in ("shown", "total") if page.get(k))
    middle = format_html('<span class="soft">{}</span>', words) if words else ""
    return format_html('<nav class="pager" aria-label="{}">{}{}{}</nav>', _("Pages"), back, middle, on)


def facts(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Name and value, one under the other on a telephone."""
    return format_html('<dl class="facts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs))


def copyable(text: str, label: str = "", rows: int = 4) -> SafeString:
    """Text to take along: selectable without scripts; the button appears only where icma.js runs."""
    return format_html(
        '<div class="copy"><textarea class="text" readonly rows="{}" aria-label="{}">{}</textarea>'
        '<button type="button" class="btn line" data-copy="{}" hidden>{}</button></div>',
        rows, label or _("Text to copy"), text, _("Copied"), _("Copy"),
    )  # fmt: skip


def quick_exit() -> SafeString:
    """The way off a sensitive page, first in its main block: it stays at the top while one scrolls.

    On the way out a code that was typed in this browser ends: whoever takes the telephone next and goes back finds
    nothing open. With icma.js the page is replaced in the history.
    """
    return format_html(
        '<p class="exit"><a class="btn danger" href="{}" rel="noreferrer nofollow" data-exit>{}</a>'
        "<small>{}</small></p>",
        EXIT_URL,
        _("Close this page at once"),
        _("The browser's history keeps this visit; you may clear it yourself."),
    )


def progress(done: int, total: int, label: str) -> SafeString:
    """Work that takes longer than two seconds; total 0 = not known yet."""
    value = format_html(' value="{}" max="{}"', done, total) if total else ""
    words = f"{num(done)} / {num(total)}" if total else ""
    return format_html(
        "<p><label>{} <progress{}></progress></label> <small>{}</small></p>", label, value, words
    )
