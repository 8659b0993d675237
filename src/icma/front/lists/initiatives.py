"""Initiatives that communities have made public, the newest first."""

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import icma.monitoring.access  # noqa: F401  (its rules)
from icma.core.listing import Column, Filter, Listing
from icma.front.lists.asking import Hidden, units
from icma.monitoring.flow import INITIATIVE
from icma.monitoring.models import Initiative


def community(row: Initiative) -> str:
    """Its name where it shows itself in full."""
    return row.organisation.name if row.organisation.seen == "full" else ""


def place(row: Initiative) -> str:
    """Its district where it shows itself in full: the others chose to be found by their region alone."""
    return str(row.organisation.place or "") if row.organisation.seen == "full" else ""


def inside(unit: str) -> Q:
    """Of communities of a district and of its villages, where they show themselves in full."""
    there = Q(organisation__place__code=unit) | Q(organisation__place__parent__code=unit)
    return there & Q(organisation__seen="full")


def found(rows: QuerySet, how: str, query: str) -> QuerySet:
    """By title; by the name of the community only where that shows its name."""
    if how == "nothing":
        return rows.none()
    for word in query.split():
        named = Q(organisation__seen="full", organisation__search_text__contains=word)
        rows = rows.filter(Q(search_text__contains=word) | named)
    return rows


INITIATIVES = Listing(
    name="initiatives",
    title=_("Initiatives"),
    about=_("What communities want to change, by what they see it, and how far it has come."),
    rows=lambda: Initiative.objects.select_related("organisation__place", "matter"),
    order="-starts_on",
    link=lambda one: reverse("initiative", args=[one.code]),
    stamp=lambda one: one.made_at,
    find=found,
    empty=(_("No initiative is public yet"), _("A community begins one in its workspace; a moderator reads it first.")),
    filters=(
        Filter("place", _("District"), inside, choices=units),
        Filter("stage", _("Stage"), lambda v: Q(stage=v), choices=lambda: INITIATIVE.choices),
    ),
    columns=(
        Column("title", _("Title"), lambda one: one.title, example="Su hər həyətə"),
        Hidden("code", _("Code"), lambda one: one.code, example="7Q4FM2KD"),
        Column("community_name", _("Community"), community, example="Nümunə Göyçay icması"),
        Column("place_name", _("District"), place, example="Göyçay"),
        Hidden("stage", _("Stage"), lambda one: one.stage, example="running"),
        Column("stage_name", _("Stage"), lambda one: one.get_stage_display(), example="davam edir"),
        Column("starts_on", _("First day"), lambda one: one.starts_on, date, "2026-01-01"),
        Column("ends_on", _("Last day"), lambda one: one.ends_on, date, "2026-12-31"),
        Hidden("matter", _("Code of the matter"), lambda one: one.matter.code if one.matter and one.matter.published_at else "", example="7Q4FM2KD"),
    ),
)  # fmt: skip
