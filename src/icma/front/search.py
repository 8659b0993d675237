"""Search over everything public: one explicit tuple of lists, a few rows of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from icma.core.access import STRANGER
from icma.core.listing import Listing
from icma.front.cards import note_of
from icma.front.lists import AUTHORITIES, COMMUNITIES, INITIATIVES, MATTERS, PLACES
from icma.front.lists.initiatives import community
from icma.law.problems import search_topics
from icma.law.words import in_language
from icma.matters.access import seen_villages
from icma.people.models import Place

SHOWN = 8


def places_found() -> QuerySet[Place]:
    """Districts, and villages where the public may see them: no matter is found by the name of its village."""
    seen = Q(kind="unit") | Q(kind="village", pk__in=seen_villages(timezone.now()))
    return Place.objects.filter(seen).select_related("parent")


WHERE = replace(PLACES, rows=places_found, share=None)


@dataclass(frozen=True)
class Kind:
    """What is searched, and what stands under a hit."""

    listing: Listing
    title: Any
    note: Callable[[Any], Any]


KINDS = (
    Kind(MATTERS, _("Matters"), lambda matter: f"{matter.place} · {note_of(matter)}"),
    Kind(INITIATIVES, _("Initiatives"), community),
    Kind(AUTHORITIES, _("Authorities"), lambda body: body.get_kind_display()),
    Kind(COMMUNITIES, _("Communities"), lambda group: str(group.place or "")),
    Kind(WHERE, _("Districts"), lambda place: str(place.parent or "")),
)


@dataclass(frozen=True)
class Found:
    title: Any
    hits: list[dict[str, Any]]
    more: str = ""


def search(text: str, at: datetime) -> list[Found]:
    """Hits by kind, kinds without a hit left out. `text` is what was typed; diacritics do not matter."""
    results = []
    for kind in KINDS:
        listing = kind.listing
        asked = listing.asked({"q": text})
        if not asked.text:
            continue
        part = listing.page(STRANGER, at, asked, size=SHOWN)
        hits = [
            {"url": listing.link(row), "title": listing.heading(row), "note": kind.note(row)}
            for row in part.rows
        ]
        more = f"{reverse(listing.name)}?{urlencode({'q': asked.text})}" if part.after else ""
        if hits:
            results.append(Found(kind.title, hits, more))
    return results + guides_found(text)


def guides_found(text: str) -> list[Found]:
    """Topics of first steps: data of the house, no query."""
    hits = [
        {"url": reverse("guide", args=[one.code]), "title": one.title, "note": in_language(dict(one.lead))}
        for one in search_topics(text)[:SHOWN]
    ]
    return [Found(_("What to do first"), hits)] if hits else []
