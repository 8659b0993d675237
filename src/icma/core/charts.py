"""Small charts as inline SVG, each with its numbers as a table; nothing needs a style attribute."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.words import WITHHELD, amount, num, percent, span

Row = Mapping[str, Any]
LATE = mark_safe('<svg viewBox="0 0 8 11" aria-hidden="true"><path d="M0 0h8L4 5.5 8 11H0l4-5.5z"/></svg>')


def _place(share: float) -> str:
    """A fraction of one on the 0–100 scale of a track, kept inside it."""
    return f"{min(max(share, 0), 1) * 100:.4g}"


def track(share: float, low: float | None = None, high: float | None = None, tone: str = "v") -> SafeString:
    """One bar on its ground; a bracket under it spans the interval when both ends are given."""
    bracket = mark_safe("")
    if low is not None and high is not None:
        lo, hi = _place(low), _place(high)
        bracket = format_html('<path class="w" d="M{0} 11v4H{1}v-4"/>', lo, hi)
    return format_html(
        '<svg class="track" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="s" d="M0 0h100v10H0z"/><rect class="{}" width="{}" height="10"/>{}</svg>',
        tone, _place(share), bracket,
    )  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> SafeString:
    """The numbers of a picture; the first column is the row's heading."""
    titles = format_html_join("", '<th scope="col"{}>{}</th>', ((_num(i), h) for i, h in enumerate(head)))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((r[0], format_html_join("", '<td class="num">{}</td>', ((c,) for c in r[1:]))) for r in rows),
    )
    title = format_html("<caption>{}</caption>", caption) if caption else ""
    return format_html("<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>", title, titles, body)


def _num(column: int) -> SafeString:
    return mark_safe(' class="num"' if column else "")


def twin(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString:
    """The table twin of a picture, folded."""
    return format_html(
        "<details><summary>{}</summary>{}</details>", _("The same as a table"), table(head, rows)
    )


def _bar(row: Row) -> SafeString:
    share = row.get("share")
    drawn = track(share, row.get("low"), row.get("high")) if share is not None else ""
    return format_html(
        "<li><span>{}{}</span><b>{}</b>{}</li>", row["label"], _of(row.get("n")), _bar_value(row), drawn
    )


def _of(n: int | None) -> SafeString:
    return format_html(" <small>· n = {}</small>", num(n)) if n is not None else mark_safe("")


def _bar_value(row: Row) -> str:
    value = row.get("value")
    if value is None and row.get("share") is not None:
        return percent(row["share"])
    return amount(value)


def bars(rows: Sequence[Row], caption: str = "", label: str = "") -> SafeString:
    """Bars with interval whiskers, and their table.

    A row: label, value (number, text, None = no data, "withheld"), n, share (0–1, the bar), low, high.
    """
    picture = format_html_join("", "{}", ((_bar(row),) for row in rows))
    head, cells = (label or _("Group"), _("Value")), [(r["label"], _bar_value(r)) for r in rows]
    if any("n" in r or "low" in r for r in rows):  # a share has both; a plain count has neither
        head = (*head, _("Interval"), "n")
        more = ((span(r.get("low"), r.get("high")) or "–", num(r.get("n")) or "–") for r in rows)
        cells = [(*cell, *rest) for cell, rest in zip(cells, more, strict=True)]
    return format_html(
        '<figure>{}<ul class="bars">{}</ul>{}</figure>', _caption(caption), picture, twin(head, cells)
    )


def _caption(text: str) -> SafeString:
    return format_html("<figcaption>{}</figcaption>", text) if text else mark_safe("")


def columns(rows: Sequence[Row], caption: str = "", label: str = "") -> SafeString:
    """A column for each month, and the table.

    A row: label, value (None leaves a gap with a stub), now (True = the month that still runs).
    """
    known = [r["value"] for r in rows if isinstance(r.get("value"), int | float)]
    top, step = max([*known, 0]) or 1, 100 / max(len(rows), 1)
    drawn = format_html_join(
        "", "{}", ((_column(r, at * step, step * 0.74, top),) for at, r in enumerate(rows))
    )
    picture = format_html(
        '<svg class="cols" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="s" d="M0 99h100v1H0z"/>{}</svg>',
        drawn,
    )
    ends = (
        (rows[0]["label"], _("highest: %(n)s") % {"n": num(max(known))}, rows[-1]["label"])
        if known
        else (_("no data"),)
    )
    below = format_html_join("", "<span>{}</span>", ((e,) for e in ends))
    cells = ((r["label"], amount(r.get("value"))) for r in rows)
    table_twin = twin((label or _("Month"), _("Value")), cells)
    return format_html(
        '<figure>{}{}<p class="meta ends">{}</p>{}</figure>', _caption(caption), picture, below, table_twin
    )


def _column(row: Row, x: float, width: float, top: float) -> SafeString:
    value = row.get("value")
    high, tone = 2.0, "s"
    if isinstance(value, int | float):
        # 0 and less are seen, as figures
        high, tone = max(value / top * 99, 3.0), "m" if row.get("now") else "v"
    drawn = (tone, f"{x:.4g}", f"{100 - high:.4g}", f"{width:.4g}", f"{high:.4g}")
    return format_html('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', *drawn)


def spark(values: Sequence[float], label: str = "") -> SafeString:
    """A line as high as a word; `label` says in words what it shows."""
    if len(values) < 2:
        return mark_safe("")
    low, span = min(values), (max(values) - min(values)) or 1
    points = [(i * 96 / (len(values) - 1), 20 - (v - low) / span * 18) for i, v in enumerate(values)]
    line = " ".join(f"{x:.4g},{y:.4g}" for x, y in points)
    x, y = points[-1]
    return format_html(
        '<svg class="spark" viewBox="0 0 98 22" role="img" aria-label="{}"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>',
        label or _("Trend"), line, f"{x:.4g}", f"{y:.4g}",
    )  # fmt: skip


def progress_mini(stage_index: int, of: int = 6) -> SafeString:
    """The small bar of steps: before `stage_index` (from 0) done, that one now; equal to `of` = all done."""
    of = max(of, 1)
    done = min(max(stage_index, 0), of)
    inner = '<i class="d"></i>' * done + (
        '<i class="t"></i>' + "<i></i>" * (of - done - 1) if done < of else ""
    )
    says = _("Step %(step)s of %(all)s") % {"step": min(done + 1, of), "all": of}
    return format_html('<div class="mini" role="img" aria-label="{}">{}</div>', says, mark_safe(inner))


def figure_number(value: object, label: str, note: str = "") -> SafeString:
    """A large number with what it counts and how it was got."""
    extra = format_html("<small>{}</small>", note) if note else ""
    tone = mark_safe(' class="quiet"') if value in (None, WITHHELD) else ""
    return format_html('<div class="fig"><b{}>{}</b>{}{}</div>', tone, amount(value), label, extra)


def stat(k: int, n: int, low: float | None = None, high: float | None = None) -> SafeString:
    """ "9 / 21 (43 %, interval 24–63 %)"; low and high are fractions of one; n = 0 is "no data"."""
    if not n:
        return format_html('<span class="quiet">{}</span>', _("no data"))
    known = _("interval %(span)s") % {"span": span(low, high)} if span(low, high) else ""
    inside = ", ".join(part for part in (percent(k / n), known) if part)
    return format_html('<span class="stat">{} / {} ({})</span>', num(k), num(n), inside)
