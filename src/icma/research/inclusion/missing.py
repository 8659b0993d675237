"""Who is missing, turned into an invitation list: kinds of people and places, never persons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _t

from icma.core.words import capital, percent, span
from icma.events.needs import ACCESS
from icma.research.inclusion.levels import GROUPS, WOMEN, YOUNG, YOUNG_WOMEN
from icma.research.inclusion.panel import FEWER, SHARE, Portion, Row

WHERE: Mapping[str, Any] = {
    WOMEN: _t(
        "school and kindergarten when children are brought, medical point, market, shop, fields in season"
    ),
    YOUNG: _t("school, college, courses, sports ground, library, the channels that young people read"),
    YOUNG_WOMEN: _t(
        "upper classes of the school, college, courses, library, medical point; also through mothers"
    ),
}
# Keys of events.needs.ACCESS: what lets them come.
HELPS: Mapping[str, tuple[str, ...]] = {
    WOMEN: ("children", "hour", "safe", "transport"),
    YOUNG: ("hour", "transport", "by_phone"),
    YOUNG_WOMEN: ("safe", "transport", "children", "by_phone"),
}


@dataclass(frozen=True)
class Wanted:
    """A kind of people, why, and where one finds them. `why` is empty where no figure says so yet."""

    group: str
    who: str
    why: str
    where: str
    helps: str


def wanted(rows: Iterable[Row], titles: Mapping[str, Any]) -> list[Wanted]:
    """Groups of which fewer take part than live there, with the level or place at which they are fewest."""
    found: dict[str, tuple[float, Row, Portion]] = {}
    for row in rows:
        for group, part in row.portions.items():
            if part.stands == FEWER and part.share is not None and part.against is not None:
                gap = part.against.share - part.share.high
                if group not in found or gap > found[group][0]:
                    found[group] = (gap, row, part)
    return [
        _wanted(group, f"{titles[row.key]}: {_why(part)}")
        for group, (_gap, row, part) in sorted(found.items())
    ]


def unknown(rows: Iterable[Row]) -> list[Wanted]:
    """Where no share could be shown at all: everybody of whom we know nothing."""
    seen = {group for row in rows for group, part in row.portions.items() if part.what == SHARE}
    return [_wanted(group, "") for group in GROUPS if group not in seen]


def _why(part: Portion) -> str:
    if part.share is None or part.share.value is None or part.against is None:
        return ""
    return _("%(share)s here (interval %(span)s), %(all)s of the people") % {
        "share": percent(part.share.value, 1), "span": span(part.share.low, part.share.high, 1),
        "all": percent(part.against.share, 1),
    }  # fmt: skip


def _wanted(group: str, why: str) -> Wanted:
    helps = "; ".join(str(ACCESS[key]) for key in HELPS[group] if key in ACCESS)
    return Wanted(group, capital(GROUPS[group]), why, str(WHERE[group]), helps)


def as_text(kinds: Iterable[Wanted], place: str) -> str:
    """To take along when a meeting is planned."""
    lines = [_("Whom to invite (kinds of people, not persons):")]
    for kind in kinds:
        lines.append(f"– {kind.who}, {place}" if place else f"– {kind.who}")
        lines.append("  " + _("Where to find them: %(where)s") % {"where": kind.where})
        lines.append("  " + _("What makes it easier: %(helps)s") % {"helps": kind.helps})
    return "\n".join(lines)
