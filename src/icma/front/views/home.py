"""What happens now in the country, in one look."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.door import anyone
from icma.core.words import num
from icma.front import figures
from icma.front.cards import card_rows, matter_card, share_clocks, way_words
from icma.front.lists import TERMS
from icma.matters.lateness import mark_of
from icma.people.models import Place

SHOWN = 6
Steps = tuple[int, int, int]
# Live matters from which a district has the next colour: the first steps of which the last is reached at all.
SCALES: tuple[Steps, ...] = ((1, 10, 50), (1, 5, 20), (1, 3, 6))


@anyone
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    live = allowed(card_rows().exclude(stage="closed"), STRANGER, "list", at)
    shown = share_clocks(list(live.order_by("-changed_at", "-id")[:SHOWN]))
    return render(request, "front/home.html", {
        "cards": [matter_card(matter) for matter in shown], "way": way_words(), "country": figures.country(today), "week": ending(today, at),
        "answers": figures.all_authorities(today),
        "today": today, "tomorrow": today + timedelta(days=1), **mapped(today),
    })  # fmt: skip


def ending(today: date, at: Any) -> list[Any]:
    """Terms whose day comes within a week, each with how sure it is."""
    rows = allowed(
        TERMS.rows().filter(due_on__range=(today, today + timedelta(days=7))), STRANGER, "list", at
    )
    found = list(rows.order_by("due_on", "id")[:SHOWN])
    for clock in found:
        clock.mark = mark_of(clock)
    return found


def mapped(today: date) -> dict[str, Any]:
    """The districts of the map, and its key."""
    counted = figures.by_unit(today)
    steps = levels(max((live for live, _all in counted.values()), default=0))
    return {"map": map_values(counted, steps), "key": map_key(steps)}


def levels(most: int) -> Steps:
    """The steps of the map's colours: few matters must not all look alike, nor many."""
    return next((scale for scale in SCALES if most >= scale[-1]), SCALES[-1])


def map_values(counted: dict[str, tuple[int, int]], steps: Steps) -> dict[str, dict[str, Any]]:
    """What the map shows: districts with live matters, and the towns of the mission."""
    places = Place.objects.filter(kind="unit").only("code", "is_focus", "name_az", "name_en", "name_ru")
    values = {}
    for place in places:
        live, _all = counted.get(place.code, (0, 0))
        if live or place.is_focus:
            words = ngettext("%(n)s live matter", "%(n)s live matters", live) % {"n": num(live)}
            values[place.code] = {
                "level": sum(live >= start for start in steps), "name": str(place), "value": live,
                "label": f"{place}: {words}", "url": reverse("place", args=[place.code]),
            }  # fmt: skip
    return values


def map_key(steps: Steps) -> dict[int, str]:
    one, few, many = steps
    return {
        0: _("no live matter"),
        1: _("%(from)s–%(to)s matters") % {"from": one, "to": few - 1},
        2: _("%(from)s–%(to)s matters") % {"from": few, "to": many - 1},
        3: _("%(from)s and more") % {"from": many},
    }
