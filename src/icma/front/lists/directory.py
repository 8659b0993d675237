"""Who answers, who acts, where: authorities, communities, districts."""

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icma.core.day import moment
from icma.core.listing import Column, Filter, Listing
from icma.core.search import find
from icma.front.lists.asking import (
    STANDING,
    Hidden,
    units,
)
from icma.matters.bands import Topic
from icma.people.models import Authority, Organisation, Place

AUTHORITIES = Listing(
    name="authorities",
    title=_("Authorities"),
    about=_("Bodies that must answer, how they are reached, and what is on record."),
    rows=lambda: Authority.objects.select_related("place", "superior"),
    order="sort_key",
    link=lambda a: reverse("authority", args=[a.code]),
    stamp=lambda a: moment(a.since) if a.since else STANDING,
    find=find,
    empty=(_("The directory is empty"), _("An officer of the union enters authorities with their source.")),
    filters=(
        Filter("kind", _("Kind"), lambda v: Q(kind=v), choices=lambda: Authority.Kind.choices),
        Filter("place", _("District"), lambda v: Q(place__code=v), choices=units),
    ),
    columns=(
        Column("name", _("Name"), str, example="Nümunə Su İdarəsi"),
        Hidden("code", _("Code"), lambda a: a.code, example="WATER001"),
        Hidden("kind", _("Kind"), lambda a: a.kind, example="utility"),
        Column("kind_name", _("Kind"), lambda a: a.get_kind_display(), example="kommunal xidmət"),
        Hidden("place", _("District"), lambda a: a.place.code if a.place else "", example="AZ-GOY"),
        Column("place_name", _("District"), lambda a: str(a.place or ""), example="Göyçay"),
        Hidden("superior", _("Hears complaints"), lambda a: a.superior.code if a.superior else "",
               example="MNSTRY01"),
        Hidden("until", _("Closed"), lambda a: a.until, date, None),
        Hidden("source", _("Source"), lambda a: a.source, example="nümunə"),
    ),
)  # fmt: skip


def region_of(place: Place | None) -> str:
    """The economic region: as near as a community that does not show itself may be placed."""
    if place is None:
        return ""
    return str(place if place.kind == "region" else place.parent or "")


def community_title(group: Organisation) -> str:
    return group.name if group.seen == "full" else gettext("Initiative group")


def full_only(found: QuerySet, text: str, in_order: bool = True) -> QuerySet:
    """A search must not find by name what does not show its name."""
    return find(found.filter(seen="full"), text, in_order)


def topics_in_words(group: Organisation) -> str:
    """Each in one word: "economy: work, market…" among others would read as five topics."""
    return ", ".join(str(dict(Topic.choices).get(t, t)).partition(":")[0] for t in group.topics)


COMMUNITIES = Listing(
    name="communities",
    title=_("Communities"),
    about=_("Groups of residents that take matters up. Each chooses how much of itself is seen."),
    rows=lambda: Organisation.objects.filter(kind="community", until=None).select_related("place",
           "place__parent"),
    order="id",  # by name would tell the names of those that do not show them
    heading=community_title,
    link=lambda g: reverse("community", args=[g.code]) if g.seen == "full" else reverse("communities"),
    stamp=lambda g: moment(g.since) if g.seen == "full" else STANDING,
    find=full_only,
    empty=(_("No community is listed yet"), _("A new community is seen only when it wishes to be.")),
    columns=(
        Column("name", _("Name"), community_title, example="Nümunə Göyçay icması"),
        Hidden("code", _("Code"), lambda g: g.code if g.seen == "full" else "", example="GOYCAY01"),
        Column("region", _("Region"), lambda g: region_of(g.place), example="Mərkəzi Aran"),
        Column("place", _("District"), lambda g: str(g.place or "") if g.seen == "full" else "",
               example="Göyçay"),
        Column("topics", _("Topics"), topics_in_words,
               example="infrastruktur"),
    ),
)  # fmt: skip

PLACES = Listing(
    name="places",
    title=_("Districts and cities"),
    about=_("Where matters are raised, by district."),
    rows=lambda: Place.objects.filter(kind="unit").select_related("parent"),
    order="sort_key",
    link=lambda p: reverse("place", args=[p.code]),
    stamp=lambda p: STANDING,
    find=find,
    empty=(_("No district is entered"), _("Districts are entered when the platform is set up.")),
    columns=(
        Column("name", _("Name"), str, example="Göyçay"),
        Hidden("code", _("Code"), lambda p: p.code, example="AZ-GOY"),
        Hidden("name_az", _("Name (az)"), lambda p: p.name_az, example="Göyçay"),
        Hidden("name_en", _("Name (en)"), lambda p: p.name_en, example="Goychay"),
        Hidden("name_ru", _("Name (ru)"), lambda p: p.name_ru, example="Гёйчай"),
        Column("region", _("Region"), lambda p: str(p.parent or ""), example="Mərkəzi Aran"),
        Column("population", _("Inhabitants (2020)"), lambda p: p.population, int, 118400),
    ),
)  # fmt: skip
