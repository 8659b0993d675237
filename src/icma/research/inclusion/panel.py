"""From published cells to shares with intervals: pure. What is not published is not worked out here either.

A share is of those of whom it is known; the share of those of whom it is not known always stands beside it. Below 20
known it is hidden. A difference to the population is put into words only where the whole interval lies on one side.
Acts are counted, not persons: who acts twice counts twice, and the page says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from icma.engines.disclosure import MISSING
from icma.engines.intervals import Share, wilson
from icma.matters.bands import AgeBand, Sex
from icma.research.inclusion.levels import GROUPS, belongs
from icma.research.inclusion.reference import FROM_14, Known

FLOOR = 20  # known cases below which no share is shown
ALL = "*"
SHARE, FEW, WITHHELD, NOTHING = "share", "few", "withheld", "nothing"
FEWER, MORE, EQUAL = "fewer", "more", "equal"
Key = tuple[str, ...]  # what a row is of (a level, a region), sex, band; "*" is every


class Cell(Protocol):
    """As the figures door publishes it."""

    @property
    def status(self) -> str: ...

    @property
    def value(self) -> int | None: ...


@dataclass(frozen=True)
class Portion:
    """A group's share of those of whom it is known. `what`: share, few (too few known), withheld or nothing.

    `unknown` of `total` did not say; None where that is withheld. `against` is the population's share.
    """

    group: str
    what: str
    share: Share | None = None
    k: int = 0
    unknown: int | None = None
    total: int | None = None
    against: Known | None = None

    @property
    def stands(self) -> str:
        """fewer, more or equal to the population; "" where nothing can be said.

        The population's share is of all ages, acts begin at 14: then only "fewer" is certain.
        """
        if self.share is None or self.against is None:
            return ""
        if self.share.high < self.against.share:
            return FEWER
        return MORE if self.share.low > self.against.share and self.against.base == FROM_14 else EQUAL

    @property
    def share_unknown(self) -> float | None:
        return self.unknown / self.total if self.unknown is not None and self.total else None


@dataclass(frozen=True)
class Row:
    """One level or place with its groups."""

    key: str
    portions: dict[str, Portion]


Cells = Mapping[Key, Cell]


def rows_of(
    quarters: Sequence[Cells], keys: Iterable[str], against: Callable[[str], Mapping[str, Known]]
) -> list[Row]:
    """A row for each of `keys`. Cells of each quarter by (key, sex, band); `against(key)`: the population by group."""
    return [
        Row(key, {group: portion(quarters, key, group, against(key).get(group)) for group in GROUPS})
        for key in keys
    ]


def portion(quarters: Sequence[Cells], key: str, group: str, against: Known | None = None) -> Portion:
    """From published cells alone, summed over the quarters; withheld where one of them does not tell."""
    told = [_told(cells, key, group) for cells in quarters]
    if not told or any(one is None for one in told):
        return Portion(group, NOTHING, against=against)
    sums = [None if None in column else sum(column) for column in zip(*told, strict=True)]
    inside, known, untold, total = sums
    if total == 0:
        return Portion(group, NOTHING, total=0, against=against)
    if inside is None or known is None or not 0 <= inside <= known:
        out = all(_is_out(cells, key, group) for cells in quarters)
        return Portion(group, WITHHELD if out else NOTHING, unknown=untold, total=total, against=against)
    if known < FLOOR:
        return Portion(group, FEW, unknown=untold, total=total, against=against)
    return Portion(group, SHARE, wilson(inside, known), inside, untold, total, against)


def _told(cells: Cells, key: str, group: str) -> tuple[int | None, ...] | None:
    """(inside, known, not told, all) of one quarter, each from what is shown or as the rest of the others, as any
    reader could; None where nothing is out."""
    every = cells.get((key, ALL, ALL))
    if every is None or every.status == MISSING:
        return None
    total = every.value
    inside, outside, untold = (_sum(cells, key, _where(group, answer)) for answer in (True, False, None))
    inside, outside, untold, total = _rest(inside, outside, untold, total)
    known = None if inside is None or outside is None else inside + outside
    if known is None and total is not None and untold is not None:
        known = total - untold
    return inside, known, untold, total


def _is_out(cells: Cells, key: str, group: str) -> bool:
    """Is there a table that crosses this finely, be its cells withheld or not?"""
    for sex, bands in _where(group, True).items():
        row = [(sex, ALL)] if len(bands) == len(AgeBand) else [(sex, band) for band in bands]
        found = [cells.get((key, *place)) for place in row]
        if any(cell is None or cell.status == MISSING for cell in found):
            return False
    return True


def _rest(*numbers: int | None) -> tuple[int | None, ...]:
    """Three parts and their sum: the one that is not shown follows from the others."""
    *parts, total = numbers
    if numbers.count(None) != 1:
        return numbers
    if total is None:
        return (*parts, sum(part or 0 for part in parts))
    rest = total - sum(part or 0 for part in parts)
    return (*(rest if part is None else part for part in parts), total)


def _value(cells: Cells, key: Key) -> int | None:
    """None where withheld, missing, or of a dimension that was coarsened away."""
    cell = cells.get(key)
    return None if cell is None else cell.value


def _sum(cells: Cells, key: str, where: Mapping[str, Sequence[str]]) -> int | None:
    """Everybody at these places; None where what is shown does not tell."""
    found = [_row(cells, key, sex, bands) for sex, bands in where.items()]
    return None if None in found else sum(n or 0 for n in found)


def _row(cells: Cells, key: str, sex: str, bands: Sequence[str]) -> int | None:
    """The bands of one sex: their sum, or all of them less the others."""
    if not bands:
        return 0
    plain = [_value(cells, (key, sex, band)) for band in bands]
    if None not in plain:
        return sum(n or 0 for n in plain)
    rest = [_value(cells, (key, sex, band)) for band in AgeBand if band not in bands]
    every = _value(cells, (key, sex, ALL))
    return None if every is None or None in rest else every - sum(n or 0 for n in rest)


def _where(group: str, answer: bool | None) -> dict[str, list[str]]:
    """Bands by sex of those inside (True), outside (False), or of whom it is not known (None)."""
    found = {sex: [band for band in AgeBand if belongs(group, sex, band) is answer] for sex in Sex}
    first, *others = found.values()
    return {ALL: first} if all(bands == first for bands in others) else dict(found)
