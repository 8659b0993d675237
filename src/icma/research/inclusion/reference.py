"""Who lives there: shares of the population to compare with, each with source, year and what it is a share of.

The country's and the regions' come shipped (`data/reference.csv`); a district's only from a table that an officer has
imported. Shares are known for all ages while acts begin at 14: then "fewer than in the population" can be said of young
people (among those of 14 and over there are more of them than among all), but "more" cannot.
"""

import csv
import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language

from icma.matters.bands import AgeBand
from icma.people.models import Place
from icma.research.inclusion.levels import GROUPS, WOMEN, YOUNG, YOUNG_WOMEN, belongs
from icma.research.models import PopulationCell, PopulationTable

FILE = Path(__file__).parents[1] / "data" / "reference.csv"
ALL_AGES, FROM_14 = "all ages", "14+"


@dataclass(frozen=True)
class Known:
    """A share of the population (a fraction of one), what it is a share of, from where and of which year."""

    share: float
    base: str
    year: int
    source: str


@dataclass(frozen=True)
class Reference:
    """What the people of a place are compared with. `is_own`: of the place itself, not of the country.

    `missing`: districts of the place of which no table is here.
    """

    groups: dict[str, Known]
    is_own: bool = False
    missing: tuple[Place, ...] = ()
    districts: int = 0


@functools.cache
def shipped() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _known(row: dict[str, str], language: str) -> Known:
    source = row.get(f"source_{language}") or row["source_en"]
    return Known(float(row["value"]) / 100, row["base"], int(row["year"]), source)


def _newest(what: str, language: str) -> Known:
    rows = [row for row in shipped() if row["what"] == what and not row["place"]]
    return _known(max(rows, key=lambda row: row["as_of"]), language)


def of_country() -> dict[str, Known]:
    """Women, young people, and young women as the product of two shares; sources in the reader's language."""
    return _of_country(get_language() or "az")


@functools.cache
def _of_country(language: str) -> dict[str, Known]:
    women, young, both = (_newest(what, language) for what in ("women", "youth", "women_of_youth"))
    share = round(young.share * both.share, 4)
    return {WOMEN: women, YOUNG: young, YOUNG_WOMEN: Known(share, young.base, both.year, both.source)}


def of_regions() -> dict[str, Known]:
    """Each region's share of the people of the country."""
    language = get_language() or "az"
    return {row["place"]: _known(row, language) for row in shipped() if row["what"] == "share"}


def of_place(place: Place | None) -> Reference:
    """To compare the country (None), a region or a district with: its own table where that is whole, else the country's.

    Three queries at most.
    """
    districts = list(_districts(place))
    table = PopulationTable.objects.filter(gone_at=None).order_by("-year", "-pk").first()
    if table is None:
        return Reference(of_country(), False, tuple(districts), len(districts))
    cells = PopulationCell.objects.filter(table=table, place__in=districts)
    counted = list(cells.values_list("place", "sex", "band", "n"))
    covered = {row[0] for row in counted}
    missing = tuple(district for district in districts if district.pk not in covered)
    if missing or not districts:
        return Reference(of_country(), False, missing, len(districts))
    known = shares((row[1:] for row in counted), table)
    return Reference(of_country() | known, bool(known), (), len(districts))


def _districts(place: Place | None) -> Iterable[Place]:
    units = Place.objects.filter(kind=Place.Kind.UNIT)
    if place is None:
        return units
    if place.kind == Place.Kind.REGION:
        return units.filter(parent=place)
    return units.filter(pk=place.parent_id if place.kind == Place.Kind.VILLAGE else place.pk)


def shares(cells: Iterable[tuple[str, str, int]], table: PopulationTable) -> dict[str, Known]:
    """Shares of the groups by (sex, band, n): among people of 14 and over, or of all ages where it tells no age."""
    cells = list(cells)
    base = FROM_14 if any(band != AgeBand.UNKNOWN for _sex, band, _n in cells) else ALL_AGES
    inside: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for sex, band, n in cells:
        for group in GROUPS:
            answer = belongs(group, sex, band)
            if answer is not None and band != PopulationCell.UNDER:
                told[group] += n
                inside[group] += n * answer
    return {
        group: Known(inside[group] / told[group], base, table.year, table.source)
        for group in GROUPS
        if told[group]
    }
