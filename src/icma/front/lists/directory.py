"""Who answers, who acts, where: authorities, communities, districts."""

from datetime import date
from functools import cache

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icma.core.charts import stat
from icma.core.day import legal_day, moment
from icma.core.listing import Column, Filter, Listing
from icma.core.search import narrowed
from icma.engines.intervals import wilson
from icma.front import figures
from icma.front.lists.asking import (
    STANDING,
    Hidden,
    units,
)
from icma.matters.bands import Topic
from icma.people.models import Authority, Organisation, Place

NO_SHARE = wilson(0, 0)


def share_records(bodies: list[Authority]) -> None:
    """One reading of the figures for all rows, and none where no column asks for it."""
    read = cache(lambda: figures.by_authority(legal_day(timezone.now())))
    for body in bodies:
        body.records = read


def record_here(body: Authority) -> figures.Record:
    return body.records().get(body.pk, figures.NOTHING)


def in_time_words(body: Authority) -> SafeString | None:
    """The share with its n, interval and mark; nothing below five. The list is never in the order of it."""
    found = record_here(body)
    if not found.in_time:
        return None
    share = stat(found.in_time_n, found.due, found.in_time.low, found.in_time.high)
    mark = gettext("not confirmed by an advocate")
    return format_html("<span>{} <small>{}</small></span>", share, mark) if found.unsigned else share


def unsigned(body: Authority) -> bool:
    found = record_here(body)
    return found.in_time is not None and found.unsigned


AUTHORITIES = Listing(
    name="authorities",
    title=_("Authorities"),
    about=_("Bodies that must answer, how they are reached, and what is on record."),
    rows=lambda: Authority.objects.select_related("place", "superior"),
    order="sort_key",
    link=lambda a: reverse("authority", args=[a.code]),
    stamp=lambda a: moment(a.since) if a.since else STANDING,
    find=narrowed,
    share=share_records,
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
        Column("requests", _("Requests"), lambda a: record_here(a).n, int, 8),
        Hidden("ended", _("Ended terms that may be counted"), lambda a: record_here(a).due, int, 6),
        Column("in_time", _("Answered in time"), lambda a: (record_here(a).in_time or NO_SHARE).value, float, 0.83,
               draw=in_time_words),
        Hidden("unsigned", _("Counted by terms that no advocate has confirmed"), unsigned, bool, True),
        Hidden("superior", _("Hears complaints"), lambda a: a.superior.code if a.superior else "",
               example="MNSTRY01"),
        Hidden("until", _("Closed"), lambda a: a.until, date, None),
        Hidden("source", _("Source"), lambda a: a.source, example="nümunə"),
    ),
)  # fmt: skip


def region_of(place: Place | None) -> str:
    """The economic region: as near as a community that does not show itself may be placed."""
    return str((place and place.region) or "")


def community_title(group: Organisation) -> str:
    return group.name if group.seen == "full" else gettext("Initiative group")


def full_only(found: QuerySet, how: str, query: str) -> QuerySet:
    """A search must not find by name what does not show its name."""
    return narrowed(found.filter(seen="full"), how, query)


def topics_in_words(group: Organisation) -> str:
    """Each in one word: "economy: work, market…" among others would read as five topics."""
    return ", ".join(str(dict(Topic.choices).get(t, t)).partition(":")[0] for t in group.topics)


COMMUNITIES = Listing(
    name="communities",
    title=_("Communities"),
    about=_("Groups of residents that take matters up. Each chooses how much of itself is seen."),
    rows=lambda: Organisation.objects.filter(kind="community", until=None).select_related("place__parent__parent"),
    order="id",  # by name would tell the names of those that do not show them
    heading=community_title,
    link=lambda g: reverse("community", args=[g.code]) if g.seen == "full" else "",  # no page leads to the others
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


def share_counts(places: list[Place]) -> None:
    read = cache(lambda: figures.by_unit(legal_day(timezone.now())))
    for place in places:
        place.counts = read


def _matters(place: Place) -> tuple[int, int]:
    """Live and all public matters of a district."""
    return place.counts().get(place.code, (0, 0))


PLACES = Listing(
    name="places",
    title=_("Districts and cities"),
    about=_("Where matters are raised, by district."),
    rows=lambda: Place.objects.filter(kind="unit").select_related("parent"),
    order="sort_key",
    link=lambda p: reverse("place", args=[p.code]),
    stamp=lambda p: STANDING,
    find=narrowed,
    share=share_counts,
    empty=(_("No district is entered"), _("Districts are entered when the platform is set up.")),
    columns=(
        Column("name", _("Name"), str, example="Göyçay"),
        Hidden("code", _("Code"), lambda p: p.code, example="AZ-GOY"),
        Hidden("name_az", _("Name (az)"), lambda p: p.name_az, example="Göyçay"),
        Hidden("name_en", _("Name (en)"), lambda p: p.name_en, example="Goychay"),
        Hidden("name_ru", _("Name (ru)"), lambda p: p.name_ru, example="Гёйчай"),
        Column("region", _("Region"), lambda p: str(p.parent or ""), example="Mərkəzi Aran"),
        Column("live", _("Live matters"), lambda p: _matters(p)[0], int, 8),
        Column("matters", _("All matters"), lambda p: _matters(p)[1], int, 21),
        Hidden("population", _("Inhabitants (2020)"), lambda p: p.population, int, 118400),
    ),
)  # fmt: skip
