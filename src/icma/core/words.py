"""Dates and numbers as people of the three languages write them."""

from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from icma.core.day import legal_day
from icma.engines.aztext import first_upper

MONTHS = {
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
}
NBSP = "\N{NO-BREAK SPACE}"
WITHHELD = "withheld"  # a value that may not be shown because the group is small


def _language() -> str:
    language = (get_language() or "az")[:2]
    return language if language in MONTHS else "az"


def _as_date(value: date | datetime) -> date:
    return legal_day(value) if isinstance(value, datetime) and value.tzinfo else value


def date_words(value: date | datetime | None, style: str = "long") -> str:
    """ "13 mart 2026"; style "short": "13.03.2026"; "month": "mart 2026"; aware moments are read in Baku."""
    if not value:
        return ""
    on = _as_date(value)
    if style == "short":
        return f"{on:%d.%m.%Y}"
    month = MONTHS[_language()].split()[on.month - 1]
    return f"{month} {on.year}" if style == "month" else f"{on.day}{NBSP}{month} {on.year}"


QUARTERS = ("I", "II", "III", "IV")


def quarter_words(name: str) -> str:
    """ "2026-Q3", "2026Q3" → "2026, III rüb"; what is no quarter stays as it is."""
    year, _q, number = name.partition("Q")
    if number not in {"1", "2", "3", "4"}:
        return name
    return gettext("%(year)s, quarter %(number)s") % {"year": year[:4], "number": QUARTERS[int(number) - 1]}


def day(value: date | datetime | None, style: str = "long") -> SafeString:
    """The date in a <time>; nothing for None."""
    if not value:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', _as_date(value).isoformat(), date_words(value, style))


def num(value: object, places: int | None = None) -> str:
    """1234567 → "1 234 567" (az, ru; no-break spaces) or "1,234,567"; fractions with at most one place."""
    if value is None or value == "":
        return ""
    if not isinstance(value, int | float):
        try:
            value = float(str(value))
        except ValueError:
            return str(value)
    if places is None:
        places = 0 if value == int(value) else 1
    text = f"{value:,.{places}f}"
    if _language() == "en":
        return text
    return text.replace(",", NBSP).replace(".", ",")


def percent(share: float, places: int = 0) -> str:
    """0.43 → "43 %" (az, ru) or "43%"; the share is a fraction of one."""
    return f"{num(round(share * 100, places), places)}{'' if _language() == 'en' else NBSP}%"


def amount(value: object) -> str:
    """The three marks of a figure: a number (0 too), "withheld" for a small group, "no data" for None."""
    if value is None:
        return gettext("no data")
    if value == WITHHELD:
        return gettext("withheld")
    return num(value) if isinstance(value, int | float) else str(value)


def span(low: float | None, high: float | None, places: int = 0) -> str:
    """ "24–63 %", or nothing where no interval is known; both are fractions of one."""
    if low is None or high is None:
        return ""
    return f"{num(round(low * 100, places), places)}–{percent(high, places)}"


def capital(text: object) -> str:
    """The first letter upper-case by the rules of the reader's language: "istək" → "İstək", "issue" → "Issue"."""
    words = str(text)
    if _language() == "az":
        return first_upper(words)
    return words[:1].upper() + words[1:]  # ascii or Cyrillic here
