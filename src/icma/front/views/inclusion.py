"""The one panel of women and youth: country, region, community, campaign; and markers of what monitoring holds."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

import icma.front.access
import icma.monitoring.access  # noqa: F401  (its rules)
from icma.core.access import may
from icma.core.door import anyone, can
from icma.core.kept import kept
from icma.front.inclusion import decided_for, petitions_of
from icma.matters.addresses import matter_address
from icma.matters.models import Matter
from icma.monitoring.models import Initiative
from icma.people.models import Organisation, Place
from icma.research.inclusion import page
from icma.research.inclusion.checklists import TITLES
from icma.research.inclusion.views import marker_page
from icma.research.models import Marker

TEMPLATE = "research/inclusion.html"


@anyone
def country(request: HttpRequest) -> HttpResponse:
    return render(
        request, TEMPLATE, kept(("inclusion", get_language()), lambda: page.of_country(decided_for))
    )


@can("view", Place, select=("parent__parent",))
def region(request: HttpRequest, place: Place) -> HttpResponse:
    """A district or village leads to its region: figures of smaller places would point at people."""
    region = place.region
    if region is None:
        raise Http404
    if region.pk != place.pk:
        return redirect("inclusion_region", code=region.code)
    key = ("inclusion", place.code, get_language())
    return render(request, TEMPLATE, kept(key, lambda: page.of_region(place, decided_for)))


@can("view", Organisation, select=("place__parent__parent",))
def community(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Of a community that is seen in full; its own people see it always."""
    inside = request.user.is_authenticated and may(request.who, "home", organisation, timezone.now())
    if organisation.kind == "partner" or not (organisation.seen == "full" or inside):
        raise Http404
    found = page.of_community(organisation, decided_for)
    back = reverse("community", args=[organisation.code])
    return render(request, TEMPLATE, found | {"back": back})


@can("view", Matter, select=("place__parent__parent", "community"))
def campaign(request: HttpRequest, matter: Matter) -> HttpResponse:
    if matter.kind != Matter.Kind.CAMPAIGN:
        raise Http404
    leads = request.user.is_authenticated and may(request.who, "lead", matter, timezone.now())
    found = page.of_campaign(matter, petitions_of(matter), decided_for)
    return render(request, TEMPLATE, found | {"back": matter_address(matter.code), "leads": leads})


@can("lead", Initiative)
def initiative_marker(request: HttpRequest, initiative: Initiative, which: str) -> HttpResponse:
    """The same checklists for what a community measures."""
    if which not in TITLES:
        raise Http404
    back = reverse("initiative", args=[initiative.code])
    kind = Marker.Subject.INITIATIVE
    return marker_page(request, kind, initiative.code, which, title=initiative.title, back=back)
