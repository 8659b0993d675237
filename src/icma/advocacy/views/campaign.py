"""The public page of a campaign: what is demanded of whom, what has been done, what came of it."""

from datetime import timedelta
from typing import Any

from django.db.models import Max, Min, Q, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _t

from icma.advocacy.campaign_thread import steps_of_campaign
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.models import Campaign, Delivery, Petition, Reached
from icma.advocacy.reach import opened
from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.words import WITHHELD, amount
from icma.matters.addresses import local, matter_address
from icma.matters.lateness import OVER
from icma.matters.models import Link, Matter, Task
from icma.matters.story import Story
from icma.matters.threadview import glance, shareable
from icma.research.inclusion.page import markers_of

SHOWN = 12
COUNTS = (
    ("people", _t("people")), ("women", _t("women")), ("youth", _t("young people (14–29)")),
    ("places", _t("villages and districts")),
)  # fmt: skip


def campaign(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Called by front/kinds.py behind the door of the matter. Fallback, map, messages, notes never come here."""
    at = timezone.now()
    opened(request, matter.code)
    row = Campaign.objects.select_related("matter__reached").filter(pk=matter.pk).first() or Campaign(
        matter=matter
    )
    story, deliveries, petitions = (
        Story.of(matter, request.who, legal_day(at)),
        _deliveries(row),
        _petitions(row),
    )
    page = {
        "matter": matter, "campaign": row, "stage": _stage(matter, row), "steps": shareable(matter, steps_of_campaign(story, row, deliveries, petitions)),
        "glance": glance(story), "work": reverse("campaign_work", args=[matter.code]) if story.leads and row.template else "",
        "community": community_of(matter), "authority": authority_of(matter), "place": local(f"/yer/{matter.place.code}/"),
        "links": links_of(matter), "petitions": petitions, "deliveries": deliveries, "needs": _needs(matter), "reached": _reached(row),
        "open": matter.published_at and matter.stage not in ("closed", "merged"),
        "markers": [one for one in markers_of("campaign", matter.code) if one["row"]],
        "inclusion": local(f"/istirak/kampaniya/{matter.code}/"),
    }  # fmt: skip
    return render(request, "advocacy/campaign.html", page)


def _stage(matter: Matter, campaign: Campaign) -> Any:
    """Before a moderator has decided the matter's own stage says more; afterwards the campaign's."""
    if matter.published_at is None or matter.stage in ("closed", "rejected"):
        return matter.get_outcome_display() or matter.get_stage_display()
    return CAMPAIGN.stages[campaign.stage].label


def community_of(matter: Matter) -> dict[str, str] | None:
    """As much as it wishes to be seen; `union`: the page of the union, where it goes on since the community ended."""
    group = matter.community
    if group is None:
        return None
    union = local("/haqqinda/") if group.until is not None and matter.stage not in OVER else ""
    if group.seen != "full":
        return {"name": _("a local community"), "url": "", "union": union}
    page = f"/icmalar/{group.code}/" if group.kind == "community" else "/haqqinda/"
    return {"name": group.name, "url": local(page), "union": union}


def authority_of(matter: Matter) -> dict[str, str] | None:
    body = matter.authority
    return {"name": str(body), "url": local(f"/qurum/{body.code}/")} if body else None


def links_of(matter: Matter) -> list[dict[str, str]]:
    """What it grew from and what grew from it, as far as everybody may see it; its petitions stand apart."""
    at = timezone.now()
    public = allowed(Matter.objects.exclude(kind=Matter.Kind.PETITION), STRANGER, "list", at)
    from_here = Link.objects.filter(source=matter, target__in=public).values_list(
        "target__code", "target__title", "kind", Value(True)
    )
    to_here = Link.objects.filter(target=matter, source__in=public).values_list(
        "source__code", "source__title", "kind", Value(False)
    )
    return [
        {"url": matter_address(code), "title": title, "kind": Link.words(kind, outgoing)}
        for code, title, kind, outgoing in from_here.union(to_here)[:SHOWN]
    ]


def _petitions(campaign: Campaign) -> list[dict[str, Any]]:
    """Those that everybody may see, with the days on which they opened and ended."""
    rows = Petition.objects.filter(
        campaign=campaign.pk, matter__published_at__isnull=False, matter__hidden_at=None
    )
    mine = Q(matter__windows__verb="sign")
    rows = rows.annotate(
        opens=Min("matter__windows__opens_at", filter=mine),
        closes=Max("matter__windows__closes_at", filter=mine),
    )
    rows = rows.select_related("matter").only(
        "shown", "closed_at", "matter__code", "matter__title", "matter__published_at"
    )
    return [
        {
            "url": matter_address(row.matter.code), "title": row.matter.title, "shown": row.shown,
            "opens_on": row.opens and legal_day(max(row.opens, row.matter.published_at)),
            "ended_on": row.closed_at and legal_day((row.closes or row.closed_at) - timedelta(seconds=1)),
        }
        for row in rows.order_by("pk")[:SHOWN]
    ]  # fmt: skip


def _deliveries(campaign: Campaign) -> list[Delivery]:
    rows = Delivery.objects.filter(campaign=campaign.pk).exclude(letter__stage__in=("draft", "dropped"))
    return list(rows.select_related("letter__authority").order_by("letter__sent_on", "pk")[:SHOWN])


def _needs(matter: Matter) -> list[Task]:
    """Hands, tools, knowledge that volunteers may still bring, the nearest day first."""
    rows = Task.objects.filter(matter=matter, is_public=True, done_on=None)
    return list(rows.order_by("until", "pk")[:SHOWN])


def _reached(campaign: Campaign) -> list[tuple[Any, Any]]:
    """For whom the outcome is: only what was counted or estimated. Of what was counted, a group of fewer than five,
    and one whose rest is so small, is withheld."""
    found = getattr(campaign.matter, "reached", None)
    if found is None:
        return []
    told = [(name, label, n) for name, label in COUNTS if (n := getattr(found, name)) is not None]
    return [(label, amount(WITHHELD if _is_small(found, name, n) else n)) for name, label, n in told]


def _is_small(found: Reached, name: str, n: int) -> bool:
    if found.is_estimate or name == "places":
        return False
    rest = (found.people or 0) - n if name != "people" else 0
    return 0 < n < 5 or 0 < rest < 5
