"""The map of power as a picture, a table and rows: influence upwards, support to the right.

Drawn with SVG attributes alone, so that the same picture stands on the page and in a file. Each side is a link:
the keyboard walks from one to the next, and what is drawn is said in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from math import ceil, hypot, sqrt
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.advocacy.models import Campaign, Reach, Stakeholder, Standing
from icma.core.words import date_words

SUPPORT_WORDS = {
    -2: gettext_lazy("strongly against"), -1: gettext_lazy("against"), 0: gettext_lazy("undecided or unknown"),
    1: gettext_lazy("in favour"), 2: gettext_lazy("strongly in favour"),
}  # fmt: skip
LEFT, TOP, WIDE, HIGH, FOOT = 28, 8, 64, 54, 44  # of the grid; a cell is WIDE × HIGH
BOX_WIDTH, BOX_HEIGHT = LEFT + 5 * WIDE + 4, TOP + 5 * HIGH + FOOT
RADIUS, LINE = 12, 18  # 24 units across: a thumb's target at 360 px
INK, MADDER, INDIGO, EDGE = "#2a2019", "#9c2c1f", "#1f3d63", "#85745f"
DASH = {Reach.Kind.REACHES: "", Reach.Kind.ANSWERS_TO: "5 3", Reach.Kind.OPPOSES: "1 3"}


@dataclass
class Side:
    """One stakeholder, numbered; `path` from the oldest standing to today's, (x, y) where it is drawn."""

    row: Stakeholder
    number: int
    path: list[Standing]
    reaches: list[Reach] = field(default_factory=list)
    x: float = 0
    y: float = 0

    @property
    def now(self) -> Standing:
        return self.path[-1]

    @property
    def support_words(self) -> str:
        return str(SUPPORT_WORDS[self.now.support])

    @property
    def relations(self) -> str:
        return "; ".join(f"{reach.get_kind_display()}: {reach.target.post}" for reach in self.reaches)

    @property
    def moved(self) -> str:
        """Earlier places in words, the oldest first; nothing when it has not moved."""
        places = [(one.influence, one.support) for one in self.path]
        if len(set(places)) < 2:
            return ""
        parts = (
            f"{date_words(one.on, 'short')}: {one.influence}, {SUPPORT_WORDS[one.support]}"
            for one in self.path
        )
        return " → ".join(parts)

    @property
    def words(self) -> str:
        """What the picture shows of it, for who does not see it."""
        said = _("%(n)s. %(post)s: influence %(influence)s of 5, %(support)s") % {
            "n": self.number, "post": self.row.post, "influence": self.now.influence, "support": self.support_words,
        }  # fmt: skip
        return ". ".join(part for part in (said, self.moved, self.relations) if part)


def sides(campaign: Campaign) -> list[Side]:
    """Everybody on the map, the most influential first. Three queries."""
    rows = Stakeholder.objects.filter(campaign=campaign, gone_at=None).select_related("authority")
    stands = Standing.objects.filter(stakeholder__campaign=campaign).order_by("stakeholder_id", "on", "id")
    paths = {key: list(found) for key, found in groupby(stands, key=lambda one: one.stakeholder_id)}
    reaches = Reach.objects.filter(source__campaign=campaign, target__gone_at=None).select_related("target")
    by_source: dict[int, list[Reach]] = {}
    for reach in sorted(reaches, key=lambda one: one.pk):
        by_source.setdefault(reach.source_id, []).append(reach)
    found = [Side(row, 0, paths[row.pk], by_source.get(row.pk, [])) for row in rows if row.pk in paths]
    found.sort(key=lambda one: (-one.now.influence, one.row.kind != "decider", -one.now.support, one.row.pk))
    for number, side in enumerate(found, 1):
        side.number = number
    _place(found)
    return found


def _centre(influence: int, support: int) -> tuple[float, float]:
    return LEFT + (support + 2.5) * WIDE, TOP + (5.5 - influence) * HIGH


def _place(found: Iterable[Side]) -> None:
    """Who stands in the same cell stands side by side in it."""
    cells: dict[tuple[int, int], list[Side]] = {}
    for side in found:
        cells.setdefault((side.now.influence, side.now.support), []).append(side)
    for (influence, support), group in cells.items():
        x, y = _centre(influence, support)
        across = ceil(sqrt(len(group)))
        down = ceil(len(group) / across)
        for at, side in enumerate(group):
            side.x = x + (at % across - (across - 1) / 2) * min(WIDE / across, 28)
            side.y = y + (at // across - (down - 1) / 2) * min(HIGH / down, 26)


def picture(found: Sequence[Side], links: dict[str, str] | None = None, alone: bool = False) -> SafeString:
    """The SVG. `links`: address by a side's code; `alone`: a file of its own with its key below."""
    height = BOX_HEIGHT + (LINE * len(found) + 10 if alone else 0)
    inner = format_html("{}{}{}{}", _grid(), _relations(found), _trails(found), _marks(found, links or {}))
    if alone:
        inner = format_html("{}{}{}", _ground(height), inner, _key(found))
    size = format_html(' width="{}" height="{}" color="{}"', BOX_WIDTH * 2, height * 2, INK) if alone else format_html(
        ' width="{}"', BOX_WIDTH * 2
    )  # fmt: skip
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"{} role="group" aria-label="{}" '
        'font-family="sans-serif" font-size="11" fill="currentColor">{}</svg>',
        BOX_WIDTH, height, size, _("Map of power: influence upwards, support to the right"), inner,
    )  # fmt: skip


def _ground(height: float) -> SafeString:
    return format_html('<rect width="{}" height="{}" fill="#faf6ee"/>', BOX_WIDTH, height)


def _grid() -> SafeString:
    right, foot = LEFT + 5 * WIDE, TOP + 5 * HIGH
    lines = "".join(f"M{LEFT + i * WIDE} {TOP}V{foot}M{LEFT} {TOP + i * HIGH}H{right}" for i in range(6))
    middle = f"M{LEFT + 2.5 * WIDE} {TOP}V{foot}"
    rows = format_html_join(
        "", '<text x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT - 6, _n(TOP + (5.5 - i) * HIGH + 4), i) for i in range(1, 6)),
    )  # fmt: skip
    ends = format_html(
        '<text x="{}" y="{}">← {}</text><text x="{}" y="{}" text-anchor="end">{} →</text>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        LEFT, foot + 15, SUPPORT_WORDS[-2], right, foot + 15, SUPPORT_WORDS[2],
        _n(LEFT + 2.5 * WIDE), foot + 31, _("Support (to the right), influence 1–5 (upwards)"),
    )  # fmt: skip
    return format_html(
        '<path d="{}" fill="none" stroke="{}" stroke-opacity=".35"/><path d="{}" fill="none" stroke="{}" '
        'stroke-opacity=".5" stroke-dasharray="2 4"/><g aria-hidden="true">{}{}</g>',
        lines, EDGE, middle, EDGE, rows, ends,
    )  # fmt: skip


def _relations(found: Sequence[Side]) -> SafeString:
    places = {side.row.pk: side for side in found}
    drawn = (
        (source, places[reach.target_id], reach.kind)
        for source in found
        for reach in source.reaches
        if reach.target_id in places
    )
    return format_html_join("", "{}", ((_arrow(a, b, kind),) for a, b, kind in drawn))


def _arrow(a: Side, b: Side, kind: str) -> SafeString:
    """A line from edge to edge with its head; against whom it is directed has its own colour and dots."""
    length = hypot(b.x - a.x, b.y - a.y) or 1
    dx, dy = (b.x - a.x) / length, (b.y - a.y) / length
    x1, y1, x2, y2 = a.x + dx * RADIUS, a.y + dy * RADIUS, b.x - dx * (RADIUS + 1), b.y - dy * (RADIUS + 1)
    head = f"{_n(x2)},{_n(y2)} {_n(x2 - 6 * dx - 3 * dy)},{_n(y2 - 6 * dy + 3 * dx)} {_n(x2 - 6 * dx + 3 * dy)},{_n(y2 - 6 * dy - 3 * dx)}"
    colour = MADDER if kind == Reach.Kind.OPPOSES else EDGE
    return format_html(
        '<g aria-hidden="true"><path d="M{} {}L{} {}" fill="none" stroke="{}" stroke-width="1.5" stroke-dasharray="{}"/>'
        '<polygon points="{}" fill="{}"/></g>',
        _n(x1), _n(y1), _n(x2), _n(y2), colour, DASH[Reach.Kind(kind)] or "none", head, colour,
    )  # fmt: skip


def _trails(found: Sequence[Side]) -> SafeString:
    return format_html_join("", "{}", ((_trail(side),) for side in found if side.moved))


def _trail(side: Side) -> SafeString:
    """Where it stood before: a dotted way to today's place, a dot with its day for each earlier one."""
    places = [_centre(one.influence, one.support) for one in side.path[:-1]] + [(side.x, side.y)]
    line = " ".join(f"{_n(x)},{_n(y)}" for x, y in places)
    dots = format_html_join(
        "", '<circle cx="{}" cy="{}" r="3" fill="#bd7710"><title>{}</title></circle>',
        ((_n(x), _n(y), f"{side.number} · {date_words(one.on)}") for (x, y), one in zip(places, side.path[:-1], strict=False)),
    )  # fmt: skip
    return format_html(
        '<g aria-hidden="true"><polyline points="{}" fill="none" stroke="#bd7710" stroke-width="2.5" '
        'stroke-dasharray="1 5" stroke-linecap="round"/>{}</g>',
        line, dots,
    )  # fmt: skip


def _marks(found: Sequence[Side], links: dict[str, str]) -> SafeString:
    return format_html_join("", "{}", ((_mark(side, links.get(side.row.code, "")),) for side in found))


def _mark(side: Side, url: str) -> SafeString:
    """A lozenge for who decides, a circle for everybody else; the number is the table's."""
    x, y = _n(side.x), _n(side.y)
    if side.row.kind == Stakeholder.Kind.DECIDER:
        r = RADIUS + 2
        shape = format_html(
            '<path d="M{} {}l{} {} {} {} {} {}z" fill="{}"/>', x, _n(side.y - r), r, r, -r, r, -r, -r, MADDER
        )
    else:
        shape = format_html('<circle cx="{}" cy="{}" r="{}" fill="{}"/>', x, y, RADIUS, INDIGO)
    inner = format_html(
        '<title>{}</title>{}<text x="{}" y="{}" text-anchor="middle" font-weight="bold" fill="#fff8ef" aria-hidden="true">{}</text>',
        side.words, shape, x, _n(side.y + 4), side.number,
    )  # fmt: skip
    if not url:
        return format_html("<g>{}</g>", inner)
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, side.words, inner)


def _key(found: Sequence[Side]) -> SafeString:
    return format_html_join(
        "", '<text x="{}" y="{}">{}. {}</text>',
        ((LEFT, BOX_HEIGHT + 10 + i * LINE, side.number, side.row.post) for i, side in enumerate(found)),
    )  # fmt: skip


def _n(value: float) -> SafeString:
    return mark_safe(f"{value:.4g}")


HEAD = ("number", "code", "kind", "post", "authority", "on", "influence", "support", "relations")


def lines(found: Iterable[Side]) -> list[tuple[Any, ...]]:
    """Rows for the CSV under HEAD: one for each standing, so that movement comes along."""
    return [
        (
            side.number, side.row.code, side.row.kind, side.row.post, str(side.row.authority or ""), one.on,
            one.influence, one.support, "; ".join(f"{r.kind} {r.target.code}" for r in side.reaches),
        )
        for side in found
        for one in side.path
    ]  # fmt: skip


def last_moved(found: Iterable[Side]) -> date | None:
    return max((side.now.on for side in found), default=None)
