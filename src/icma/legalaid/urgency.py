"""What cannot wait: detention, eviction, violence, or a term of law that ends within a week. Pure but for the law's book."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.engines.workdays import ClockError
from icma.law.book import book
from icma.legalaid.procedure import reckon

TRIGGERS = {
    "detention": _("Somebody is detained or was taken away"),
    "eviction": _("We are to leave our home"),
    "violence": _("Somebody is beaten or threatened"),
}
PAPERS = {
    "none": _("none, or I do not know"),
    "decision": _("a decision or a refusal of an authority"),
    "administrative": _("a judgment or a ruling about an authority's decision"),
    "civil": _("a judgment or a ruling in a civil case"),
    "criminal": _("a paper in a criminal case"),
    "offence": _("a fine or a protocol of the police"),
}
# What may be lodged after such a paper: the shortest of these terms counts. Who comes may not tell a judgment from a ruling.
TERMS: dict[str, tuple[str, ...]] = {
    "decision": ("adm.complaint", "apc.claim.contest"),
    "administrative": ("apc.appeal.judgment", "apc.appeal.ruling"),
    "civil": ("cpc.appeal", "cpc.appeal.ruling", "cpc.cassation.ruling"),
}
AT_ONCE = ("criminal", "offence")  # no rule serves: an advocate has to look today
WEEK = timedelta(days=7)


def last_day(paper: str, served: date | None) -> date | None:
    """The earliest day on which a term after this paper ends; None where none is known."""
    if served is None or paper not in TERMS:
        return None
    law = book()
    try:
        return min(date.fromisoformat(reckon(rule, served, law)["due"]) for rule in TERMS[paper])
    except ClockError:  # a day out of the calendar
        return None


def is_urgent(value: dict[str, Any], today: date) -> bool:
    """By what was told so far; a term that has ended lately cannot wait either: it may be restored."""
    days = [date.fromisoformat(value[name]) for name in ("due", "event_on") if value.get(name)]
    near = any(today - timedelta(days=30) <= day < today + WEEK for day in days)
    return bool(value.get("triggers")) or value.get("paper") in AT_ONCE or near


def told_words(value: dict[str, Any]) -> dict[str, Any]:
    """What was told, with the words of its closed lists, for a page of the staff; {} for a case that came another way."""
    triggers = [TRIGGERS[one] for one in value.get("triggers") or [] if one in TRIGGERS]
    days = {
        name: date.fromisoformat(value[name])
        for name in ("happened_on", "served_on", "event_on", "due")
        if value.get(name)
    }
    return value and value | days | {"triggers": triggers, "paper": PAPERS.get(value.get("paper", ""), "")}
