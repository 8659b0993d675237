"""Regions, districts and towns from the shipped tables; villages that coordinators add."""

import csv
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.engines.aztext import clean_text, fold, sort_text
from icma.people.actions.changes import log_change, snapshot
from icma.people.actions.organisations import search_again
from icma.people.models import Place, User

DATA = Path(__file__).resolve().parent.parent / "data"
# Ağdərə (Law 1043-VIQ, 5.12.2023) has no ISO 3166-2 code yet.
OWN_CODES = {"Ağdərə": "AZ-x-AGD"}
FIELDS = ("name_az", "name_en", "name_ru", "parent", "is_city", "is_focus", "population")


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t"))


def search_text(*names: str) -> str:
    """What a search looks through: every name, folded; twins and the ISO code may be added."""
    return fold(" ".join(filter(None, names)))


@action
def load_places(*, at: datetime) -> int:
    """Load or refresh the 14 economic regions and 75 units; returns how many rows were made or changed.

    Twins (city and district of one name) are one unit under the district's ISO code; the code of the
    twin stays searchable. Villages are never touched.
    """
    changed = 0
    regions = {}
    for row in _rows("economic_regions.tsv"):
        regions[row["code"]], moved = _keep(row["code"], Place.Kind.REGION, row, at)
        changed += moved
    for row in _rows("regions.tsv"):
        code = OWN_CODES.get(row["name_az"], row["iso"])
        thousand = row["pop_thousand_2020_07"]
        _place, moved = _keep(
            code, Place.Kind.UNIT, row, at,
            parent=regions[row["economic_region"]],
            is_city=row["type"] == "city", is_focus=row["doc_town"] == "1",
            population=round(float(thousand) * 1000) if thousand else None, twin=row["iso_city_twin"],
        )  # fmt: skip
        changed += moved
    return changed


def _keep(
    code: str, kind: str, row: dict[str, str], at: datetime, twin: str = "", **values
) -> tuple[Place, bool]:
    names = {name: row[name] for name in ("name_az", "name_en", "name_ru")}
    wanted = {**names, **values, "kind": kind, "sort_key": sort_text(names["name_az"])}
    wanted["search_text"] = search_text(*names.values(), "" if kind == "region" else code, twin)
    place = Place.objects.filter(code=code).first()
    before = snapshot(place, FIELDS) if place else None
    if place and all(getattr(place, name) == value for name, value in wanted.items()):
        return place, False
    place, _made = Place.objects.update_or_create(code=code, defaults=wanted)
    log_change(
        table="place", row=code, before=before, after=snapshot(place, FIELDS), by=None, at=at, why="shipped"
    )
    return place, True


@action
def add_village(*, unit: Place, name: str, by: User | None, at: datetime) -> Place:
    """Add a village or settlement to a district. Refused when the district already has that name."""
    if unit.kind != Place.Kind.UNIT:
        raise Refused(_("Choose a district or a town first."))
    name = _village_name(unit, name)
    numbers = Place.objects.filter(parent=unit, kind=Place.Kind.VILLAGE).values_list("code", flat=True)
    number = max((int(code.rpartition("-")[2]) for code in numbers), default=0) + 1
    village = Place.objects.create(
        code=f"{unit.code}-{number:02d}", kind=Place.Kind.VILLAGE, name_az=name, parent=unit,
        sort_key=sort_text(name), search_text=search_text(name),
    )  # fmt: skip
    log_change(table="place", row=village.code, before=None, after=snapshot(village, FIELDS), by=by, at=at)
    return village


@action
def rename_village(*, village: Place, name: str, by: User, at: datetime) -> Place:
    """Correct the name of a village; districts and regions change only with the shipped tables."""
    if village.kind != Place.Kind.VILLAGE:
        raise Refused(_("Only the name of a village can be changed."))
    before = snapshot(village, FIELDS)
    name = _village_name(village.parent, name, besides=village)
    village.name_az, village.sort_key, village.search_text = name, sort_text(name), search_text(name)
    village.save(update_fields=["name_az", "sort_key", "search_text"])
    search_again(place=village)
    log_change(table="place", row=village.code, before=before, after=snapshot(village, FIELDS), by=by, at=at)
    return village


def _village_name(unit: Place | None, name: str, besides: Place | None = None) -> str:
    name = " ".join(clean_text(name).split())
    if not 2 <= len(name) <= 80:
        raise Refused(_("Write the name of the village in 2 to 80 letters."))
    if same_name(unit, name, besides) is not None:
        raise Refused(_("The district already has a village of this name."))
    return name


def same_name(unit: Place | None, name: str, besides: Place | None = None) -> Place | None:
    """Another village of the district that is called so, however it is written."""
    wanted = search_text(" ".join(clean_text(name).split()))
    same = Place.objects.filter(parent=unit, kind=Place.Kind.VILLAGE, search_text=wanted)
    return same.exclude(pk=besides.pk if besides else None).first()
