"""What the panel may show: cells of releases, and nothing that was not released."""

from dataclasses import dataclass, field
from datetime import date

from icma.core.kept import kept
from icma.research.door import in_quarter, published
from icma.research.inclusion.panel import ALL, Cell, Key

MEASURE = "acts"
BY_LEVEL, BY_REGION = ("level", "sex", "band"), ("region", "sex", "band")
BY_BOTH = ("region", "level", "sex", "band")


@dataclass(frozen=True)
class Released:
    """Cells by (level or region, sex, band): of each quarter, and over all of them from `first` to `last`.

    Nothing where nothing is out.
    """

    quarters: tuple[dict[Key, Cell], ...] = ()
    cells: dict[Key, Cell] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    @property
    def is_there(self) -> bool:
        return self.first is not None

    def key_is_there(self, key: str) -> bool:
        return (key, ALL, ALL) in self.cells


def released(dimensions: tuple[str, ...], region: str = "") -> Released:
    """One query; kept for a minute, since it is the same for everybody.

    A table without sex or without age tells the margins: it withholds less than the whole crossing. `region`: of the
    four dimensions `BY_BOTH` the levels of one region.
    """
    *first, sex, band = dimensions
    margins = ((*first, sex), (*first, band), tuple(first) if region else (sex, band))

    def make() -> Released:
        found = published(MEASURE, dimensions, parts=margins)
        if found is None:
            return Released()
        keys = {key[-3:]: key for key in found.cells if key[0] == region or not region}
        quarters = tuple(
            {short: in_quarter(cells, key) for short, key in keys.items()}
            for cells in found.quarters.values()
        )
        cells = {short: found.cells[key] for short, key in keys.items()}
        return Released(quarters, cells, found.first, found.last)

    read: Released = kept(("inclusion", dimensions, region), make)
    return read
