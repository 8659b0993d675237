"""Figures of public record: each is counted from rows that the public lists show, by the rules of a stranger."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import icma.advocacy.access
import icma.events.access
import icma.people.access  # noqa: F401  (their rules)
from icma.advocacy.models import Campaign
from icma.core.access import STRANGER, allowed
from icma.core.day import moment
from icma.core.words import num
from icma.events.models import Event
from icma.front import figures
from icma.front.achieved.figure import Figure, Split
from icma.front.lists.letters import NOT_SAID, SAID
from icma.front.lists.matters import ACHIEVED, IS_SOLVED
from icma.matters.bands import Topic
from icma.matters.models import Letter, Matter
from icma.people.models import Organisation, Place
from icma.research.models import Imported

STEPS = (1, 2, 5)  # communities from which a district has the next colour of the map


def lists(name: str, api: str = "", ask: str = "") -> tuple[tuple[str, str], ...]:
    """Where the rows of a figure are: their list, as a table, for programs; `ask` narrows it to those it counts."""
    return (
        (_("list"), reverse(name) + ask),
        ("CSV", reverse(f"{name}_csv") + ask),
        ("API", reverse("api", args=[f"{api or name}/"]) + ask),
    )


def split(
    name: str, title: str, counted: Mapping[str, int], labels: Iterable[tuple[str, Any]], url: str = "", more: str = ""
) -> Split:  # fmt: skip
    """Rows in the order of the closed list, those without any left out; `more` names what has no choice."""
    known = [(key, label) for key, label in labels if counted.get(key)]
    if more and counted.get(""):
        known.append(("", more))
    top = max(counted.values(), default=1)
    rows = tuple(
        {
            "key": key, "label": label, "value": counted[key], "share": counted[key] / top,
            "url": f"{url}?{urlencode({name: key})}" if url and key else "",
        }
        for key, label in known
    )  # fmt: skip
    return Split(name, title, rows)


def communities(today: date) -> list[Figure]:
    """How many, by economic region and, of those that show where they are, by district."""
    groups = Organisation.objects.filter(kind="community", until=None)
    rows = allowed(groups, STRANGER, "list", moment(today)).annotate(
        past=Exists(Imported.objects.filter(organisation=OuterRef("pk")))
    )
    found = list(rows.select_related("place__parent__parent"))
    regions = Counter(str((one.place and one.place.region) or "") for one in found)
    shown = [_above(one.place, "unit") for one in found if one.seen == "full"]
    units = Counter(place for place in shown if place is not None)
    names = [(name, name) for name in sorted(regions) if name]
    return [Figure(
        "communities", len(found), today, lists("communities"),
        (split("region", _("By economic region"), regions, names, more=_("no place")),),
        past=sum(one.past for one in found),
        more={"map": _mapped(units), "key": _key(), "unmapped": len(found) - sum(units.values())},
    )]  # fmt: skip


def _above(place: Place | None, kind: str) -> Place | None:
    """The place itself or the one above it that is of this kind; no query where both parents were fetched."""
    while place is not None and place.kind != kind:
        place = place.parent
    return place


def _mapped(units: Mapping[Place, int]) -> dict[str, dict[str, Any]]:
    values = {}
    for place, n in units.items():
        words = ngettext("%(n)s community", "%(n)s communities", n) % {"n": num(n)}
        values[place.code] = {
            "level": sum(n >= start for start in STEPS), "name": str(place), "value": n, "label": f"{place}: {words}",
            "url": reverse("place", args=[place.code]),
        }  # fmt: skip
    return values


def _key() -> dict[int, str]:
    return {1: num(STEPS[0]), 2: f"{STEPS[1]}–{STEPS[2] - 1}", 3: f"{STEPS[2]}+"}


def campaigns(today: date) -> list[Figure]:
    """Campaigns by topic, level and result, and how many communities stand behind them."""
    rows = allowed(Campaign.objects.all(), STRANGER, "list", moment(today)).order_by()
    rows = rows.annotate(past=Exists(Imported.objects.filter(matter=OuterRef("pk"))))
    found = list(
        rows.values_list(
            "matter__topic",
            "level",
            "matter__outcome",
            "matter__community",
            "matter__community__kind",
            "past",
            named=True,
        )
    )
    url = reverse("campaigns")
    splits = (
        split("topic", _("By topic"), Counter(row.matter__topic for row in found), Topic.choices, url),
        split("level", _("By level"), Counter(row.level for row in found), Campaign.Level.choices, url),
        split(
            "outcome", _("By result"), Counter(row.matter__outcome for row in found), Matter.Outcome.choices, url,
            _("no outcome yet"),
        ),
    )  # fmt: skip
    behind = {row.matter__community for row in found if row.matter__community__kind == "community"}
    past = sum(row.past for row in found)
    return [
        Figure("campaigns", len(found), today, lists("campaigns"), splits, past),
        Figure("campaign_communities", len(behind), today, lists("campaigns")),
    ]


def solved(today: date) -> list[Figure]:
    rows = allowed(Matter.objects.filter(IS_SOLVED), STRANGER, "list", moment(today)).order_by()
    found = rows.aggregate(n=Count("pk"), past=Count("pk", filter=Q(imported__isnull=False)))
    return [
        Figure("solved", found["n"], today, lists("matters", ask=f"?outcome={ACHIEVED}"), past=found["past"])
    ]


def letters(today: date) -> list[Figure]:
    """Letters, answers by kind, and how long an answer takes: the record of all authorities together."""
    public = allowed(Letter.objects.all(), STRANGER, "list", moment(today)).order_by()
    out = public.filter(direction="out").aggregate(
        n=Count("pk"), past=Count("pk", filter=Q(imported__isnull=False))
    )
    answers = public.filter(figures.IS_ANSWER)
    past = answers.filter(answers__imported__isnull=False).count()
    kinds = answers.values_list("answer")
    counted: dict[str, int] = dict(kinds.annotate(n=Count("pk")))
    url, unsaid = reverse("answers"), str(NOT_SAID)
    by_kind = split("kind", _("By kind of answer"), counted, Letter.Answer.choices, url, more=unsaid)
    record = figures.all_authorities(today)
    middle = record.median.value if record.median else None
    return [
        Figure("letters", out["n"], today, lists("letters"), past=out["past"]),
        Figure(
            "answers", sum(counted.values()), today, lists("answers", ask=f"?kind={SAID}"), (by_kind,), past
        ),
        Figure("answer_days", middle, today, lists("record", "clocks"), more={"record": record}),
    ]


def meetings(today: date) -> list[Figure]:
    """Held meetings that the public may know of, by kind."""
    rows = allowed(Event.objects.filter(state="held"), STRANGER, "list", moment(today)).order_by()
    counted: dict[str, int] = dict(rows.values_list("kind").annotate(n=Count("pk")))
    by_kind = split("kind", _("By kind"), counted, Event.Kind.choices, reverse("meetings"))
    return [Figure("meetings", sum(counted.values()), today, lists("meetings"), (by_kind,))]
