"""A table of who lives where, as an officer uploads it: district, sex, band, n. Every row is told what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from icma.core.cells import BadFile, csv_rows, text_of
from icma.engines.aztext import fold
from icma.matters.bands import AgeBand, Sex
from icma.people.directory import OF_PLACE
from icma.people.models import Place
from icma.research.models import PopulationCell

MEGABYTES, MOST_ROWS, MOST_PEOPLE = 2, 20_000, 20_000_000
COLUMNS = ("district", "sex", "band", "n")
# What the heads and cells may also be called; folded.
ALSO = {"rayon": "district", "cins": "sex", "yas": "band", "say": "n", "район": "district", "пол": "sex", "возраст": "band",
        "число": "n"}  # fmt: skip
SEXES = {
    "female": "female", "f": "female", "qadin": "female", "женщины": "female", "male": "male", "m": "male", "kisi": "male",
    "мужчины": "male", "unknown": "unknown", "": "unknown",
}  # fmt: skip
BANDS = {fold(band): band for band in (*AgeBand.values, PopulationCell.UNDER)} | {"": AgeBand.UNKNOWN.value}


@dataclass(frozen=True)
class Line:
    """A row that could be read; `number` as a spreadsheet counts."""

    number: int
    place: Place
    sex: str
    band: str
    n: int


@dataclass
class Sheet:
    """What a file holds: rows that can be read, and for each other row the reason why not."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def read(data: bytes) -> Sheet:
    """Read a CSV (comma, semicolon or tab; UTF-8). Nothing is guessed: a row that cannot be read says why."""
    try:
        rows = csv_rows(text_of(data, MEGABYTES))
        heads = [ALSO.get(fold(cell.strip()), fold(cell.strip())) for cell in next(rows, (1, []))[1]]
        if any(heads.count(name) != 1 for name in COLUMNS):
            return Sheet(wrong=[(1, _("The first row must name the columns district, sex, band and n."))])
        return _checked((row for _line, row in rows), heads)
    except BadFile as bad:
        return Sheet(wrong=[(0, str(bad))])


def _checked(rows: Iterator[list[str]], heads: list[str]) -> Sheet:
    places, sheet, seen = _districts(), Sheet(), dict[tuple[int, str, str], int]()
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST_ROWS:
            sheet.wrong.append((number, _("The file has more rows than can be read at once.")))
            break
        found = _line(number, cells, heads, places)
        if isinstance(found, str):
            sheet.wrong.append((number, found))
        elif (earlier := seen.setdefault((found.place.pk, found.sex, found.band), number)) != number:
            sheet.wrong.append(
                (number, _("The same district, sex and age stand in row %(row)s.") % {"row": earlier})
            )
        else:
            sheet.lines.append(found)
    return sheet


def _districts() -> dict[str, Place]:
    """Districts by code and by each of their names."""
    found = {}
    for place in Place.objects.filter(kind=Place.Kind.UNIT):
        for name in (place.code, place.name_az, place.name_en, place.name_ru):
            if name:
                found[fold(name)] = place
    return found


def _line(number: int, cells: list[str], heads: list[str], places: Mapping[str, Place]) -> Line | str:
    """The row, or why it cannot be read."""
    if len(cells) != len(heads):
        return _("The row has %(n)s cells and the first row %(all)s.") % {"n": len(cells), "all": len(heads)}
    row = {name: " ".join(cell.split()) for name, cell in zip(heads, cells, strict=True)}
    name = fold(row["district"])
    place = places.get(name) or places.get(OF_PLACE.sub("", name))
    if place is None:
        return _("No such district: %(name)s") % {"name": row["district"][:40] or "–"}
    sex = SEXES.get(fold(row["sex"]))
    if sex is None:
        return _("Not a sex: %(name)s") % {"name": row["sex"][:40]}
    band = BANDS.get(fold(row["band"].replace("–", "-").replace(" ", "")))
    if band is None:
        return _("Not an age band: %(name)s") % {"name": row["band"][:40]}
    n = row["n"].replace(" ", "")
    if not (n.isascii() and n.isdigit()):
        return _("Not a whole number of people: %(name)s") % {"name": row["n"][:40] or "–"}
    if len(n) > len(str(MOST_PEOPLE)) or int(n) > MOST_PEOPLE:
        return _("More people than live in the country: %(name)s") % {"name": n[:40]}
    return Line(number, place, Sex(sex).value, band, int(n))
