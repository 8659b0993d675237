"""Rows of the panel as components draw them: a bar with its interval, the population above, what is not known beside."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.charts import table
from icma.core.words import WITHHELD as HIDDEN
from icma.core.words import amount, capital, date_words, num, percent
from icma.engines.disclosure import MISSING, ZERO
from icma.events.needs import ACCESS
from icma.matters.bands import AgeBand, Sex
from icma.research.inclusion.levels import GROUPS, LEVELS, WOMEN, YOUNG
from icma.research.inclusion.panel import (
    ALL,
    FEW,
    FEWER,
    MORE,
    NOTHING,
    SHARE,
    WITHHELD,
    Cell,
    Key,
    Portion,
    Row,
)
from icma.research.inclusion.reference import ALL_AGES, Known
from icma.research.models import Goal


def picture(
    group: str, rows: Iterable[Row], titles: Mapping[str, Any], goals: Iterable[Goal] = ()
) -> dict[str, Any]:
    """{title, rows for `bars`} of one group; the population first, where it is the same for all rows.

    A row of which nothing is out is left away; without any there is no picture (`rows` is empty).
    """
    rows = [row for row in rows if row.portions[group].what != NOTHING]
    against = {row.portions[group].against for row in rows}
    known = next(iter(against)) if len(against) == 1 else None
    drawn = [_population(known)] if known else []
    aims = {goal.level: goal for goal in goals if goal.group == group}
    drawn += [_bar(str(titles[row.key]), row.portions[group], aims.get(row.key)) for row in rows]
    return {"group": group, "title": capital(GROUPS[group]), "rows": drawn}


def _population(known: Known) -> dict[str, Any]:
    base = _("all ages") if known.base == ALL_AGES else _("aged 14 and over")
    label = format_html(
        "<strong>{}</strong> <small>{}, {}</small>",
        capital(_("of the people who live here")),
        base,
        known.year,
    )
    return {"label": label, "share": known.share}


def _bar(title: str, part: Portion, goal: Goal | None) -> dict[str, Any]:
    row: dict[str, Any] = {"label": _label(title, part, goal)}
    if part.what == SHARE and part.share is not None and part.share.value is not None:
        return row | {
            "share": part.share.value, "low": part.share.low, "high": part.share.high, "n": part.share.n,
        }  # fmt: skip
    return row | {"value": {FEW: _("too few to say"), WITHHELD: HIDDEN}.get(part.what)}


def _label(title: str, part: Portion, goal: Goal | None) -> SafeString:
    words = [{FEWER: _("fewer than live here"), MORE: _("more than live here")}.get(part.stands, "")]
    if part.total:
        words.append(_untold(part))
    if goal is not None:
        aim = {"share": percent(float(goal.share)), "day": date_words(goal.until)}
        words.append(_("goal: %(share)s by %(day)s") % aim)
    return format_html("{} <small>{}</small>", capital(title), " · ".join(word for word in words if word))


def _untold(part: Portion) -> str:
    """How many did not say: always there."""
    share = part.share_unknown
    value = _("withheld") if share is None else percent(share)
    if part.group == WOMEN:
        return _("sex not given: %(share)s") % {"share": value}
    if part.group == YOUNG:
        return _("age not given: %(share)s") % {"share": value}
    return _("sex or age not given: %(share)s") % {"share": value}


def grid(cells: Mapping[Key, Cell], key: str) -> SafeString:
    """Age × sex of one level or place, as published; margins too. Where no crossing is out, sexes and ages stand one under
    the other: cells of "no data" would read as if nobody had asked. Nothing where nothing is out."""
    every = cells.get((key, ALL, ALL))
    if every is None or every.status in (MISSING, ZERO):
        return mark_safe("")
    sexes, bands = [*Sex.choices, (ALL, _("all"))], [*AgeBand.choices, (ALL, _("all"))]
    crossed = (cells.get((key, sex, band)) for sex in Sex for band in AgeBand)
    if all(cell is None or cell.status == MISSING for cell in crossed):
        by_sex = [[name, _published(cells.get((key, sex, ALL)))] for sex, name in sexes]
        by_age = [[name, _published(cells.get((key, ALL, band)))] for band, name in bands]
        return table([_("Sex"), _("all")], by_sex) + table([_("Age"), _("all")], by_age)
    rows = (
        [name, *(_published(cells.get((key, sex, band))) for sex, _name in sexes)] for band, name in bands
    )
    return table([_("Age"), *(name for _sex, name in sexes)], rows)


def _published(cell: Cell | None) -> str:
    return amount(_shown(cell))


def _shown(cell: Cell | None) -> int | str | None:
    if cell is None or cell.status == MISSING:
        return None
    return HIDDEN if cell.value is None else cell.value


def goal_words(goal: Goal) -> str:
    """ "Women, comes to meetings: 40 % by 31 December 2026 (set 3 March 2026)" """
    return _("%(group)s, %(level)s: %(share)s by %(day)s (set %(on)s)") % {
        "group": capital(GROUPS[goal.group]), "level": LEVELS[goal.level], "share": percent(float(goal.share)),
        "day": date_words(goal.until), "on": date_words(goal.on),
    }  # fmt: skip


def fraction(share: float) -> str:
    """A share of the population with its tenth: "50,2 %"."""
    return _("%(n)s percent") % {"n": num(round(share * 100, 1), 1)}


def totals(found: Mapping[str, int], titles: Mapping[str, Any], least: int = 0) -> list[dict[str, Any]]:
    """Totals by level for a list of facts; 1 to `least`−1 is withheld."""
    return [
        {"label": capital(title), "value": HIDDEN if 0 < found.get(key, 0) < least else found.get(key, 0)}
        for key, title in titles.items()
    ]


def told(cells: Mapping[Key, Cell], titles: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Totals by level or of a region, of the quarters that are published."""
    return [
        {"label": capital(title), "value": _shown(cells.get((key, ALL, ALL)))}
        for key, title in titles.items()
    ]


def needs(used: Mapping[str, int], step: int) -> list[dict[str, Any]]:
    """How often what makes it easier to come was used, in the order of the list: in steps of `step`, rounded down; less
    is withheld."""
    return [
        {
            "label": capital(words),
            "value": HIDDEN if used[key] < step else f"≥ {num(used[key] // step * step)}",
        }
        for key, words in ACCESS.items()
        if used.get(key)
    ]
