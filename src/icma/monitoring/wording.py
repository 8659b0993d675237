"""A figure in words: 0 is "0", what nobody has reported is never a number."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from icma.core.words import num, percent
from icma.engines.rollup import Said
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.models import Report
from icma.monitoring.slots import APART, MISSING, REPORTED, UNCONFIRMED, WITHHELD, plain


def no_figure(status: str) -> str:
    """ "no report", or the reason that was given."""
    words = {
        MISSING: _("no report"), REPORTED: _("told in words"), APART: _("no common figure"), WITHHELD: _("withheld"),
        UNCONFIRMED: _("not confirmed yet"),
    }  # fmt: skip
    return words[status] if status in words else str(Report.Reason(status).label)


def number(value: Decimal | None, unit: str = "") -> str:
    """12.5 → "12,5"; percents to one place, at most two elsewhere, but what is not 0 never reads 0; nothing for None."""
    if value is None:
        return ""
    places = 1 if unit == "%" else 2
    shown = plain(round(value, places if round(value, places) or not value else 4))
    text = num(float(shown), len(shown.partition(".")[2]))
    return f"{text} {unit}" if unit and unit != "%" else f"{text}\N{NO-BREAK SPACE}%" if unit else text


def group(sex: str, band: str) -> list[str]:
    """Whom a breakdown or target is about, in words; nothing for everybody."""
    return [str(one) for one in (Sex(sex).label if sex else "", AgeBand(band).label if band else "") if one]


def figure(said: Said | None, status: str, unit: str = "") -> str:
    """A figure with its unit, or why there is none; a share with its part and whole."""
    if said is None:
        return no_figure(status)
    words = number(said.value, unit)
    if said.part is not None and said.whole is not None:
        words += f" ({number(said.part)} / {number(said.whole)})"
    return words


def of(reported: int, expected: int) -> str:
    """ "2 of 3 reported"."""
    return _("%(n)s of %(m)s reported") % {"n": num(reported), "m": num(expected)}


def way(progress: Decimal | None) -> str:
    """The way gone from the beginning to the target, in percent; nothing where that means nothing."""
    return percent(float(progress)) if progress is not None else ""


def share(value: Any) -> str:
    """A fraction as exports write it: four places at most."""
    return "" if value is None else plain(round(Decimal(value), 4))
