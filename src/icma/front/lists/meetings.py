"""Meetings that were held and that their community shows: kind, day, how many came; never who, where or the hour."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import icma.events.access  # noqa: F401  (its rules)
from icma.core.day import legal_day
from icma.core.listing import Column, Filter, Listing
from icma.engines.aztext import first_upper
from icma.events.models import Event
from icma.front.lists.asking import Hidden, community_named


def name_of(event: Event, attends: bool = False) -> str:
    """The title for those who are told, or where the community made it public; else only what it was."""
    if attends or event.is_open or event.minutes_public:
        return event.title
    return first_upper(event.get_kind_display())


MEETINGS = Listing(
    name="meetings",
    title=_("Meetings and trainings"),
    about=_("What was held: the day, the community, how many came. Who came is not listed anywhere."),
    rows=lambda: Event.objects.filter(state="held", organisation__seen="full")
    .select_related("organisation")
    .defer("agenda", "minutes", "decisions"),
    order="-starts_at",
    heading=name_of,
    link=lambda event: reverse("event", args=[event.code]),
    stamp=lambda event: event.starts_at,
    empty=(_("No meeting has been held yet"), _("A meeting appears here once its community has counted who came.")),
    filters=(
        Filter("kind", _("Kind"), lambda v: Q(kind=v), choices=lambda: Event.Kind.choices),
        Filter("community", _("Community"), lambda v: Q(organisation__code=v), named=community_named),
    ),
    columns=(
        Column("title", _("Meeting"), name_of, example="Görüş"),
        Hidden("code", _("Code"), lambda event: event.code, example="7Q4FM2KD"),
        Hidden("kind", _("Kind"), lambda event: event.kind, example="meeting"),
        Column("kind_name", _("Kind"), lambda event: event.get_kind_display(), example="görüş"),
        Column("on", _("Day"), lambda event: legal_day(event.starts_at), date, "2026-03-12"),
        Column("community_name", _("Community"), lambda event: event.organisation.name, example="Nümunə icması"),
        Hidden("community", _("Community"), lambda event: event.organisation.code, example="GOYCAY01"),
        Column("present", _("Participants"), lambda event: event.present, int, 24),
    ),
)  # fmt: skip
