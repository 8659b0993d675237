"""From published cells to shares with intervals: pure. What is not published is not worked out here either.

A share is of those of whom it is known; the share of those of whom it is not known always stands beside it. Below 20
known it is hidden. A difference to the population is put into words only where the whole interval lies on one side.
Acts are counted, not persons: who acts twice counts twice, and the page says so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from icma.engines.disclosure import MISSING
from icma.engines.intervals import Share, wilson
from icma.matters.bands import AgeBand, Sex
from icma.research.inclusion.levels import GROUPS, WOMEN, YOUNG, YOUTH, belongs
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


def rows_of(
    cells: Mapping[Key, Cell], keys: Iterable[str], against: Callable[[str], Mapping[str, Known]]
) -> list[Row]:
    """A row for each of `keys`. `cells` by (key, sex, band); `against(key)`: shares of the population by group."""
    return [
        Row(key, {group: portion(cells, key, group, against(key).get(group)) for group in GROUPS})
        for key in keys
    ]


def portion(cells: Mapping[Key, Cell], key: str, group: str, against: Known | None = None) -> Portion:
    """From published cells alone. Known = all − those who did not say, or the sum of its parts: as far as shown."""
    total, inside, untold = (
        _value(cells, (key, ALL, ALL)),
        *(_sum(cells, key, part) for part in _parts(group)),
    )
    every = cells.get((key, ALL, ALL))
    if every is None or every.status == MISSING or total == 0:
        return Portion(group, NOTHING, total=total, against=against)
    outside = _sum(cells, key, _outside(group)) if total is None or untold is None else None
    if inside is not None and total is not None and untold is not None:
        known = total - untold
    elif inside is not None and outside is not None:
        known = inside + outside
    else:
        return Portion(group, WITHHELD, unknown=untold, total=total, against=against)
    if known < FLOOR:
        return Portion(group, FEW, unknown=untold, total=total, against=against)
    return Portion(group, SHARE, wilson(inside, known), inside, untold, total, against)


def _value(cells: Mapping[Key, Cell], key: Key) -> int | None:
    """None where withheld, missing, or of a dimension that was coarsened away."""
    cell = cells.get(key)
    return None if cell is None else cell.value


def _sum(cells: Mapping[Key, Cell], key: str, parts: Iterable[tuple[str, str]]) -> int | None:
    found = 0
    for sex, band in parts:
        value = _value(cells, (key, sex, band))
        if value is None:
            return None
        found += value
    return found


def _parts(group: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(sex, band) of those inside, and of those of whom it is not known; margins where one dimension is enough."""
    if group == WOMEN:
        return [(Sex.FEMALE, ALL)], [(Sex.UNKNOWN, ALL)]
    if group == YOUNG:
        return [(ALL, band) for band in YOUTH], [(ALL, AgeBand.UNKNOWN)]
    return _where(group, True), _where(group, None)


def _outside(group: str) -> list[tuple[str, str]]:
    if group == WOMEN:
        return [(Sex.MALE, ALL)]
    if group == YOUNG:
        return [(ALL, band) for band in AgeBand if band not in (*YOUTH, AgeBand.UNKNOWN)]
    return _where(group, False)


def _where(group: str, answer: bool | None) -> list[tuple[str, str]]:
    return [(sex, band) for sex in Sex for band in AgeBand if belongs(group, sex, band) is answer]
