"""What the one panel shows: of the country, a region, a community, a campaign. The same parts, as far as known."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day, moment
from icma.core.words import capital, percent
from icma.engines.disclosure import share_of
from icma.events.figures import needs_used
from icma.events.models import Event
from icma.matters.addresses import local
from icma.matters.models import Act, Matter
from icma.people.models import Organisation, Place
from icma.research.inclusion import missing, panel, pictures, reference, sums
from icma.research.inclusion.checklists import SCORES, TITLES
from icma.research.inclusion.levels import GROUPS, LEVELS, WOMEN, YOUNG
from icma.research.inclusion.released import BY_BOTH, BY_LEVEL, BY_REGION, Released, released
from icma.research.models import Goal, Marker
from icma.research.quarters import quarter_of

LEAST = 5  # a total of a community or campaign below that is withheld
EVERY = panel.ALL
# Acts of a community or a campaign: who leads does so in a seat, which belongs to neither a matter nor a meeting.
OWN = {key: title for key, title in LEVELS.items() if key != "leads"}


@dataclass(frozen=True)
class DecidedFor:
    """For whom outcomes were, as communities have counted or estimated it: people, women and young people of those
    outcomes that say so, and how many outcomes there are. Plain numbers, from the floor above."""

    outcomes: int = 0
    told: int = 0
    people: int = 0
    women: int = 0
    youth: int = 0


Decided = Callable[[Q], DecidedFor]  # asked with a condition on matters


def of_country(decided: Decided) -> dict[str, Any]:
    by_level, by_region = released(BY_LEVEL), released(BY_REGION)
    people = reference.of_place(None)
    titles = {EVERY: _("all acts together")} | dict(LEVELS)
    rows = _rows(by_level, [*LEVELS, EVERY], people.groups) if by_level.is_there else []
    goals = list(Goal.objects.filter(ended_on=None).order_by("until", "pk"))
    names = {place.code: str(place) for place in Place.objects.filter(kind=Place.Kind.REGION)}
    regional = _rows(by_region, [code for code in names if by_region.key_is_there(code)], people.groups)
    return _frame(decided(Q())) | _people(people) | _wanted(rows, titles, "") | {
        "title": _("the whole country"), "scope": "country", "released": by_level,
        "pictures": [pictures.picture(group, rows, titles, goals) for group in GROUPS if rows],
        "totals": pictures.totals({EVERY: sums.live_total()}, {EVERY: titles[EVERY]}), "markers": _markers(),
        "told": pictures.told(by_level.cells, LEVELS) if by_level.is_there else [],
        "grid": pictures.grid(by_level.cells, EVERY), "needs": _needs_told(Q()),
        "regions": [{"label": name, "url": local(f"/istirak/bolge/{code}/")} for code, name in names.items()],
        "goals": [pictures.goal_words(goal) for goal in goals],
        "regional": [pictures.picture(group, regional, names) for group in (WOMEN, YOUNG) if regional],
    }  # fmt: skip


def of_region(region: Place, decided: Decided) -> dict[str, Any]:
    share = reference.of_regions().get(region.code)
    return _frame(decided(Q(place__parent=region))) | _of_one(region) | {
        "title": str(region), "scope": "region", "share": share, "share_words": percent(share.share) if share else "",
        "needs": _needs_told(Q(organisation__place__parent=region) | Q(organisation__place__parent__parent=region)),
    }  # fmt: skip


def of_community(organisation: Organisation, decided: Decided) -> dict[str, Any]:
    """Totals of its matters and of its meetings; shares only of its region: its own table would be too small."""
    led = Act.objects.filter(matter__community=organisation).exclude(source__startswith="event:")
    met = Act.objects.filter(source__in=_meetings(organisation))
    return _frame(decided(Q(community=organisation))) | _near(organisation.place, led, met) | {
        "title": organisation.name, "scope": "community", "needs": _needs_told(Q(organisation=organisation)),
    }  # fmt: skip


def of_campaign(matter: Matter, petitions: Any, decided: Decided) -> dict[str, Any]:
    """`petitions`: numbers of the matters of its petitions, or a query for them."""
    acts = Act.objects.filter(Q(matter=matter) | Q(matter__in=petitions))
    return _frame(decided(Q(pk=matter.pk))) | _near(matter.place, acts) | {
        "title": matter.title, "scope": "campaign", "needs": _needs_told(Q(matter=matter)),
        "markers": markers_of(Marker.Subject.CAMPAIGN, matter.code),
    }  # fmt: skip


def _frame(decided: DecidedFor) -> dict[str, Any]:
    """What every scope has, and what is empty where a scope has none."""
    shares = ((WOMEN, decided.women), (YOUNG, decided.youth))
    return {
        "top": local("/istirak/"), "figures": local("/reqemler/"), "decided": decided,
        "decided_rows": [
            {"label": capital(GROUPS[g]), "share": share} for g, n in shares
            if not 0 < n < LEAST and not 0 < decided.people - n < LEAST  # one outcome's groups would be told by it
            and (share := share_of(n, decided.people)) is not None
        ],
        "released": Released(), "pictures": [], "regional": [], "regions": [], "goals": [], "markers": [],
        "totals": [], "told": [], "near": None, "near_url": "", "people": None, "compared": [], "share": None, "share_words": "",
        "grid": "", "needs": [], "missing": [], "unknown": [], "invite": "", "back": "", "leads": False,
    }  # fmt: skip


def _people(people: reference.Reference) -> dict[str, Any]:
    """What shares are compared with, each with its year and source."""
    compared = [
        {
            "title": capital(GROUPS[g]),
            "share": pictures.fraction(known.share),
            "year": known.year,
            "source": known.source,
        }
        for g, known in people.groups.items()
    ]
    return {"people": people, "compared": compared}


def _needs_told(scope: Q) -> list[dict[str, Any]]:
    """What was used of what makes it easier to come: of quarters that are over, and in steps. A number that grew by one
    after a meeting would say that one person had come in a wheelchair. One query."""
    held = Event.objects.filter(scope, state=Event.State.HELD, starts_at__lt=_quarter())
    return pictures.needs(needs_used(held), LEAST)


def _quarter() -> datetime:
    """When the quarter of today began."""
    return moment(quarter_of(legal_day(timezone.now()))[0], 0)


def _meetings(organisation: Organisation) -> set[str]:
    """Sources of the acts of its meetings, of each of their days."""
    days = organisation.events.values_list("code", "sessions__number")
    return {f"event:{code}" + (f":{number}" if number and number > 1 else "") for code, number in days} | {
        f"event:{code}" for code, _number in days
    }


def _near(place: Place | None, *acts: QuerySet[Act]) -> dict[str, Any]:
    """Totals of its own, and the shares of the region it lies in."""
    region, own = place.region if place else None, Counter[str]()
    for some in acts:
        own.update(sums.totals_of(some))
    found = _of_one(region) if region else _wanted([], {}, "")
    found["near"], found["near_url"] = region, local(f"/istirak/bolge/{region.code}/") if region else ""
    if place is not None and found["invite"]:
        found["invite"] = missing.as_text([*found["missing"], *found["unknown"]], str(place))
    return found | {"totals": pictures.totals(own, OWN, LEAST), "told": []}


def _of_one(region: Place) -> dict[str, Any]:
    """Its levels too, where a table of levels is out for the same quarters."""
    out, levels = released(BY_REGION), released(BY_BOTH, region.code)
    people, titles = reference.of_place(region), LEVELS | {region.code: _("all acts together")}
    rows = _rows(out, [region.code], people.groups) if out.key_is_there(region.code) else []
    told = pictures.told(out.cells, {region.code: titles[region.code]}) if rows else []
    if rows and (levels.first, levels.last, len(levels.quarters)) == (out.first, out.last, len(out.quarters)):
        there = {level: name for level, name in LEVELS.items() if levels.key_is_there(level)}
        rows, told = (
            [*_rows(levels, list(there), people.groups), *rows],
            [*pictures.told(levels.cells, there), *told],
        )
    drawn = [pictures.picture(group, rows, titles) for group in GROUPS if rows]
    return (
        {"released": out, "pictures": drawn, "grid": pictures.grid(out.cells, region.code), "told": told}
        | _people(people)
        | _wanted(rows, titles, str(region))
    )


def _rows(out: Released, keys: list[str], groups: Mapping[str, reference.Known]) -> list[panel.Row]:
    return panel.rows_of(out.quarters, keys, lambda _key: groups)


def _wanted(rows: list[panel.Row], titles: Mapping[str, Any], place: str) -> dict[str, Any]:
    kinds = missing.wanted(rows, titles)
    unknown = missing.unknown(rows)
    return {"missing": kinds, "unknown": unknown, "invite": missing.as_text([*kinds, *unknown], place)}


# --- markers ---------------------------------------------------------------------------------------
def markers_of(kind: str, subject: str) -> list[dict[str, Any]]:
    """Today's markers of one campaign or initiative, in a fixed order; not looked at is not 0. One query."""
    rows = Marker.objects.filter(kind=kind, subject=subject).order_by("version")
    latest = {row.which: row for row in rows}
    return [
        {"which": which, "title": capital(title), "row": latest.get(which), "words": _score(latest.get(which)),
         "url": reverse("marker", args=[subject, which])}
        for which, title in TITLES.items()
    ]  # fmt: skip


def _score(row: Marker | None) -> Any:
    return _("nobody has looked yet") if row is None else SCORES[row.score]


def _markers() -> list[dict[str, Any]]:
    """How many campaigns carry which score: only those that everybody can see are told apart by their pages."""
    latest: dict[tuple[str, str], int] = {}
    rows = Marker.objects.filter(kind=Marker.Subject.CAMPAIGN).order_by("version")
    for subject, which, score in rows.values_list("subject", "which", "score"):
        latest[subject, which] = score
    return [
        {
            "title": capital(title),
            "rows": [
                {"label": capital(words), "value": sum(s == score for (_c, w), s in latest.items() if w == which)}
                for score, words in SCORES.items()
            ],
        }
        for which, title in TITLES.items()
    ]  # fmt: skip
