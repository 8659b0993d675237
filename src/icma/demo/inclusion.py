"""Who takes part in the demo: invented acts of the closed quarters, an invented table of who lives where, markers, a goal."""

from datetime import datetime, timedelta
from random import Random

from icma.core.day import legal_day
from icma.demo.country import Country
from icma.engines.aztext import fold
from icma.matters.actions.acts import replace_acts
from icma.matters.bands import AgeBand, Sex
from icma.matters.models import Matter
from icma.people.models import Place
from icma.research.inclusion import jobs, sheet
from icma.research.inclusion.actions import import_population, set_goal, set_marker
from icma.research.quarters import closed

QUARTERS = 4
# Acts of one town in a quarter, women per hundred, young people (14–29) per hundred.
DOING = {
    "support": (46, 52, 20), "sign": (40, 49, 17), "attend": (64, 45, 15), "speak": (22, 31, 9), "comment": (14, 40, 16),
    "raise": (16, 43, 18), "propose": (8, 36, 12), "vote": (18, 42, 12), "lead": (9, 24, 8),
}  # fmt: skip
SILENT_SEX, SILENT_AGE = 0.11, 0.17
OLDER = ((AgeBand.B30, 0.42), (AgeBand.B45, 0.36), (AgeBand.B60, 0.22))
AGES = (("0-13", 22), ("14-17", 6), ("18-29", 16), ("30-44", 24), ("45-59", 19), ("60+", 13))
FIVE = ("analysis", "design", "objective", "by_group", "report")


def include(country: Country, at: datetime) -> None:
    """Before releases are made: they count these acts."""
    rng, today = Random(54), legal_day(at)
    towns = [place for place in country.places.values() if place.is_focus]
    spans = list(closed(today - timedelta(days=365), today))[:QUARTERS]
    for first, last in spans:
        for town in towns:
            for verb, (many, women, young) in DOING.items():
                on = first + timedelta(days=rng.randrange((last - first).days + 1))
                replace_acts(
                    source=f"numune:{fold(town.code)}:{first}", verb=verb, channel="meeting" if verb == "attend" else "web",
                    place=town, on=on, cells=_cells(rng, many, women / 100, young / 100),
                )  # fmt: skip
    jobs.refresh(at)
    officer = country.persons["officer"]
    lines = sheet.read(_table(towns).encode()).lines
    import_population(
        lines=lines, source="Nümunə cədvəl: rəqəmlər uydurulub", year=today.year - 1, at=at, by=officer
    )
    set_goal(level="leads", group="women", percent=40, until=today + timedelta(days=400), at=at, by=officer)
    _mark(country, at)


def _cells(rng: Random, many: int, women: float, young: float) -> list[tuple[str, str, int]]:
    """Sex × age of about so many people, as they say it or do not."""
    sexes = [(Sex.FEMALE, women), (Sex.MALE, 1 - women)]
    bands = [
        (AgeBand.B14, young * 0.25),
        (AgeBand.B18, young * 0.75),
        *((b, (1 - young) * share) for b, share in OLDER),
    ]
    people = [(s, b, p * q) for s, p in sexes for b, q in bands]
    found: dict[tuple[str, str], int] = {}
    for _person in range(round(many * rng.uniform(0.7, 1.3))):
        sex, band, _share = rng.choices(people, [share for _s, _b, share in people])[0]
        key = (
            Sex.UNKNOWN if rng.random() < SILENT_SEX else sex,
            AgeBand.UNKNOWN if rng.random() < SILENT_AGE else band,
        )
        found[key] = found.get(key, 0) + 1
    return [(sex, band, n) for (sex, band), n in found.items()]


def _table(towns: list[Place]) -> str:
    """Every district of the towns' regions; the others have no table, and the page says so."""
    rows = ["rayon;cins;yaş;say"]
    districts = Place.objects.filter(kind=Place.Kind.UNIT, parent__in={town.parent_id for town in towns})
    for place in districts.order_by("code"):
        people = place.population or 56_000
        for band, share in AGES:
            for sex, part in (("qadın", 0.504), ("kişi", 0.496)):
                rows.append(
                    f"{place.code if place.code != '-' else place.name_az};{sex};{band};{round(people * share / 100 * part)}"
                )
    return "\n".join(rows)


def _mark(country: Country, at: datetime) -> None:
    """The first two campaigns: one that aims at women beside its demand, one that was looked at and does not."""
    lead = country.leads["goycay"]
    for number, matter in enumerate(Matter.objects.filter(kind=Matter.Kind.CAMPAIGN).order_by("pk")[:2]):
        given = {"kind": "campaign", "subject": matter.code, "at": at, "by": lead}
        set_marker(which="gender", score=1 - number, criteria=() if number else FIVE, **given)
        set_marker(which="youth", score=0, criteria=(), **given)
