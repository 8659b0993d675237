"""A place: what is raised there, who acts there, who must answer there."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.listing import Asked, count
from icma.front import figures
from icma.front.cards import card_rows, matter_card, share_clocks
from icma.front.lists import AUTHORITIES, COMMUNITIES
from icma.front.views import home
from icma.people.models import Place

SHOWN, MANY = 12, 60


def mapped(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What the page of districts shows above its list."""
    return home.mapped(legal_day(timezone.now()))


def inside(place: Place) -> Q:
    """Matters of a region, a district or a village."""
    if place.kind == Place.Kind.REGION:
        return Q(place__parent=place)
    return Q(village=place) if place.kind == Place.Kind.VILLAGE else Q(place=place)


@can("view", Place, select=("parent", "parent__parent"))
def place(request: HttpRequest, place: Place) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    if place.kind == Place.Kind.VILLAGE and not figures.village_seen(place.pk, today):
        return render(request, "front/village.html", {"place": place}, status=404)
    found = allowed(card_rows().filter(inside(place)), STRANGER, "list", at)
    shown = share_clocks(list(found.order_by("-changed_at", "-id")[:SHOWN]))
    return render(request, "front/place.html", {
        "place": place, "total": count(found), "communities": _communities(place, at),
        "cards": [matter_card(matter) for matter in shown],
        "authorities": _authorities(place, at), "parts": _parts(place, today),
        "more": reverse("matters") + f"?place={place.code}" if place.kind == Place.Kind.UNIT else "",
    })  # fmt: skip


def _communities(place: Place, at: datetime) -> list[Any]:
    """Those that show themselves in full: the others show a region at most, never a district."""
    groups = allowed(COMMUNITIES.rows(), STRANGER, "list", at).filter(seen="full")
    near = Q(place=place) | Q(place__parent=place) | Q(place__parent__parent=place)
    return list(groups.filter(near)[:MANY])


def _authorities(place: Place, at: datetime) -> list[Any]:
    bodies = allowed(AUTHORITIES.rows(), STRANGER, "list", at).filter(until=None)
    return list(bodies.filter(Q(place=place) | Q(place=place.parent))[:MANY])


def _parts(place: Place, today: date) -> list[Place]:
    """Districts of a region; villages of a district only where three matters exist."""
    parts = Place.objects.filter(parent=place)
    if place.kind == Place.Kind.UNIT:
        parts = parts.filter(pk__in=figures.villages_of(place.pk, today))
    return list(parts[:MANY])
