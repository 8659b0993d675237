"""Pictures of figures: a bar from where it began to where it should be, and columns over the periods."""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.charts import columns
from icma.core.words import date_words
from icma.monitoring.models import Indicator, Period
from icma.monitoring.standing import Row
from icma.monitoring.wording import figure, number, of, way

MARK = 1.4  # width of the mark of today, of a hundred


def bullet(row: Row) -> SafeString:
    """From the beginning (left) to the target (right), the way gone filled, today marked. The scale stretches to hold
    what is worse than the beginning or better than the target; nothing where there is no way to draw."""
    done = row.progress
    if done is None:
        return _of_target(row)
    low, high = min(Decimal(0), done), max(Decimal(1), done)
    place = lambda share: float((share - low) / (high - low)) * 100  # noqa: E731
    begin, end, now = place(Decimal(0)), place(Decimal(1)), place(done)
    return _drawn(begin, end, now, "y" if row.unseen else "v")


def _drawn(begin: float, end: float, now: float, tone: str) -> SafeString:
    left, width = min(begin, now), abs(now - begin)
    mark = min(max(now - MARK / 2, 0), 100 - MARK)
    return format_html(
        '<svg class="track" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="s" d="M{0} 2H{1}v8H{0}z"/><rect class="{2}" x="{3}" y="2" width="{4}" height="8"/>'
        '<path class="w" d="M{0} 0v12M{1} 0v12"/><rect class="m" x="{5}" width="{6}" height="12"/></svg>',
        f"{begin:.4g}", f"{end:.4g}", tone, f"{left:.4g}", f"{width:.4g}", f"{mark:.4g}", MARK,
    )  # fmt: skip


def _of_target(row: Row) -> SafeString:
    """Without a known beginning: how much of the target there is, from nought; no percent stands beside it."""
    goal = row.goal.value
    if row.said is None or goal is None or goal <= 0 or row.said.value < 0 or row.how["direction"] == "down":
        return mark_safe("")
    top = max(goal, row.said.value)
    return _drawn(0, float(goal / top) * 100, float(row.said.value / top) * 100, "y" if row.unseen else "v")


def beside(row: Row) -> list[str]:
    """What stands under a bar: beginning, target, way gone, how many reported, what is late."""
    unit, goal = row.indicator.unit, row.goal
    says = (
        [str(Indicator.Direction(row.how["direction"]).label)]
        if row.how["kind"] != Indicator.Kind.TEXT
        else []
    )
    if row.baseline is not None:
        says.append(_("at the beginning %(n)s") % {"n": number(row.baseline, unit)})
    if goal.value is not None:
        says.append(_("target %(n)s") % {"n": number(goal.value, unit)})
    if row.progress is not None:
        says.append(_("way gone %(n)s") % {"n": way(row.progress)})
    if row.was is not None:
        says.append(_("before a correction %(n)s") % {"n": number(row.was.value, unit)})
    says.append(of(row.reported, row.expected))
    return says


def changed(row: Row) -> str:
    """That a target was changed, and from what, after what it is for had begun."""
    goal = row.goal
    if goal.changed_on is None:
        return ""
    if goal.was is None:
        return _("The target was set on %(day)s, after the beginning.") % {"day": date_words(goal.changed_on)}
    words = {"day": date_words(goal.changed_on), "was": number(goal.was, row.indicator.unit)}
    return _("The target was changed on %(day)s, after the beginning; before it was %(was)s.") % words


def bars(rows: list[Row], links: dict[int, str]) -> list[dict[str, object]]:
    """One line a figure for the list of bars."""
    return [
        {
            "row": row, "url": links.get(row.indicator.pk, ""), "bar": bullet(row),
            "figure": figure(row.said, row.status, row.indicator.unit), "beside": beside(row), "changed": changed(row),
            "plain": f"{row.said.value.normalize():f}" if row.said else "",
        }
        for row in rows
    ]  # fmt: skip


def span_words(period: Period) -> str:
    """ "yanvar–mart 2026" as two months, one month, or two dates where the edge is cut."""
    first, last = period.first, period.last
    if (first.year, first.month) == (last.year, last.month):
        return date_words(first, "month")
    return f"{date_words(first, 'month')} – {date_words(last, 'month')}"


def over_time(row: Row) -> SafeString:
    """A column for each period; where there is no figure a gap, and the words why in its table."""
    if len(row.spans) < 2 or not any(span.said for span in row.spans):
        return mark_safe("")
    shown = [
        {
            "label": span_words(span.period),
            "value": float(span.said.value) if span.said else figure(None, span.status, row.indicator.unit),
            "now": any(slot.is_unseen for slot in span.slots),
        }
        for span in row.spans
    ]
    return columns(shown, label=_("Period"))
