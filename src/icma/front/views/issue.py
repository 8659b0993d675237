"""The page of an issue or a request: the heart of the product."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import Who, allowed, verbs
from icma.core.day import legal_day
from icma.core.prepared import prepared
from icma.core.words import capital
from icma.events.models import Event
from icma.front import figures
from icma.front.cards import stage_words, topic_tag
from icma.front.doors import DOORS, desk, tools
from icma.front.lists import region_of, seen
from icma.matters.actions.outcome import too_late_for_author
from icma.matters.actions.support import by_channel_joined
from icma.matters.flow import MATTER
from icma.matters.lateness import OVER
from icma.matters.models import Document, Link, Matter, Support, Task
from icma.matters.story import Story
from icma.matters.threadview import glance, shareable, steps_of

SHOWN = 12
BESIDE = (
    "SELECT EXISTS (SELECT 1 FROM matters_document WHERE matter_id = %s AND state = 'public'),"
    " EXISTS (SELECT 1 FROM matters_link WHERE source_id = %s OR target_id = %s),"
    " EXISTS (SELECT 1 FROM events_event WHERE matter_id = %s AND state = 'planned'),"
    " EXISTS (SELECT 1 FROM matters_matter WHERE merged_into_id = %s)"
)
TALL = 152  # pixels
SHORT = ("code", "title", "stage", "published_at", "hidden_at")  # of a linked matter


def issue(request: HttpRequest, matter: Matter) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    story, has = Story.of(matter, request.who, today), beside(matter)
    return render(request, "front/matter.html", {
        "matter": matter, "stage": capital(stage_words(matter)), "topic": topic_tag(matter), "stage_tone": tone_of(matter),
        "steps": shareable(matter, steps_of(story)),
        "glance": glance(story), "inside": story.inside, "doors": doors(matter, request.who, at),
        "tools": tools(matter) if story.leads else [], "is_own": matter.code in request.who.codes,
        "village": village(matter, today),
        "photos": photos(matter) if has.photos else [], "links": links(matter) if has.links else [],
        "meetings": meetings(matter, request.who, at) if has.meetings else [],
        "needs": needs(matter), "supports": supports(matter, has.joined),
        "community": community_of(matter), "record": record(matter, today),
    })  # fmt: skip


def tone_of(matter: Matter) -> str:
    """The tone of the tag that says how a matter stands on which no term runs."""
    if matter.stage == "closed":
        return "done" if matter.outcome in {"solved", "partly"} else "quiet"
    return "calm" if matter.stage in {"untaken", "merged"} else "now"


class Beside(NamedTuple):
    photos: bool
    links: bool
    meetings: bool
    joined: bool  # other matters were joined with it


def beside(matter: Matter) -> Beside:
    """What there may be beside the thread, asked at once and in SQL: most matters have neither, and to compile
    two queries that find nothing costs a tenth of the page."""
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, [matter.pk] * 5)
        return Beside(*map(bool, cursor.fetchone()))


def photos(matter: Matter) -> list[dict[str, Any]]:
    """Only moderated thumbnails, each with the size at which it is drawn."""
    rows = Document.objects.filter(matter=matter, state="public", kind="photo", thumb__isnull=False)
    rows = rows.values_list("at", "code", "caption", "thumb__width", "thumb__height")
    found = []
    for _at, code, caption, wide, tall in sorted(rows[:SHOWN]):
        url, alt = reverse("photo", args=[matter.code, code]), caption or _("Photo of the matter")
        width = round((wide or TALL) * TALL / (tall or TALL))
        found.append({"url": url, "alt": alt, "width": width, "height": TALL})
    return found


def needs(matter: Matter) -> list[Task]:
    """Hands, tools, knowledge, a place that are still wanted."""
    if matter.way not in {"self", "both"}:
        return []
    rows = Task.objects.filter(matter=matter, is_public=True, done_on=None)
    return list(rows.order_by("until", "id")[:SHOWN])


def meetings(matter: Matter, who: Who, at: datetime) -> list[Event]:
    """Meetings ahead of which this reader may know hour and place: the invited, or everyone where it was opened."""
    rows = Event.objects.filter(matter=matter, state="planned", starts_at__gt=at)
    return list(allowed(rows, who, "attend", at).order_by("starts_at")[:SHOWN])


def supports(matter: Matter, joined: bool) -> list[dict[str, Any]]:
    """How many by which way, for `{% bars %}`; nobody can be read from a support. Of joined ones each person once."""
    if not matter.support_count:
        return []
    known = by_channel_joined(matter.pk) if joined else dict(_supports(matter=matter.pk))
    rows = sorted(known.items(), key=lambda row: -row[1])
    total, words = sum(known.values()) or 1, dict(Support.Channel.choices)
    return [{"label": words[way], "value": n, "share": n / total} for way, n in rows]


@prepared
def _supports(*, matter: int) -> QuerySet:
    return Support.objects.filter(matter=matter).values_list("channel").annotate(n=Count("pk"))


def links(matter: Matter) -> list[dict[str, Any]]:
    """What it grew from and what grew from it, as far as the public may see them."""
    rows = Link.objects.filter(Q(source=matter) | Q(target=matter)).select_related("source", "target")
    rows = rows.only("kind", "at", *(f"{end}__{name}" for end in ("source", "target") for name in SHORT))
    found = []
    for link in sorted(rows[:SHOWN], key=lambda link: link.at):
        outgoing = link.source_id == matter.pk
        other = link.target if outgoing else link.source
        if seen(other):
            found.append({"matter": other, "kind": Link.words(link.kind, outgoing)})
    return found


def community_of(matter: Matter) -> dict[str, Any] | None:
    """Who took it up, as much as it wishes to be seen: name and page, a region, or only that somebody did; and
    whether it has ended since, so that the union goes on."""
    group = matter.community
    if group is None:
        return None
    left = group.until is not None and matter.stage not in OVER
    if group.seen == "full":
        # The union leads where no community is; its page is the one about İcma.
        page = reverse("community", args=[group.code]) if group.kind == "community" else reverse("about")
        return {"name": group.name, "url": page, "ended": left}
    return {
        "ended": left,
        "name": _("a local community"),
        "region": region_of(matter.place) if group.seen == "region" else "",
    }


def village(matter: Matter, today: date) -> Any:
    return matter.village if matter.village_id and figures.village_seen(matter.village_id, today) else None


def record(matter: Matter, today: date) -> figures.Record | None:
    body = matter.authority_id
    return figures.authority(body, today, figures.TEN) if body else None


def doors(matter: Matter, who: Who, at: datetime) -> list[dict[str, Any]]:
    """The steps that this person may take now, each with its address. One query; none for strangers."""
    if who.user_id is None and not who.codes:
        return []
    steps = [step for step in MATTER.open_steps(matter) if step.name in DOORS]
    asked = sorted({step.verb for step in steps} | {"lead"}) if steps else []
    if not asked:
        return desk(matter, who)
    rules = verbs(Matter)
    row = Matter.objects.filter(pk=matter.pk)
    mays = {f"may_{v}": Exists(Matter.objects.filter(rules[v](who, at), pk=OuterRef("pk"))) for v in asked}
    may = row.annotate(**mays).values(*mays).first() or {}
    if may.get("may_reopen") and not may.get("may_lead") and too_late_for_author(matter, at):
        may["may_reopen"] = False
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        url = DOORS[step.name](matter)
        if may.get(f"may_{step.verb}") and url not in found:
            found[url] = {"url": url, "label": step.label}
    return [*found.values(), *(door for door in desk(matter, who) if door["url"] not in found)]
