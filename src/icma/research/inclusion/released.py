"""What the panel may show: cells of releases, and nothing that was not released."""

from dataclasses import dataclass, field
from datetime import date

from icma.core.kept import kept
from icma.research.door import in_quarter, published
from icma.research.inclusion.panel import ALL, Cell, Key

MEASURE = "acts"
BY_LEVEL, BY_REGION = ("level", "sex", "band"), ("region", "sex", "band")


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


def released(dimensions: tuple[str, str, str]) -> Released:
    """One query; kept for a minute, since it is the same for everybody.

    A table without sex or without age tells the margins: it withholds less than the whole crossing.
    """
    first, sex, band = dimensions

    def make() -> Released:
        found = published(MEASURE, dimensions, parts=((first, sex), (first, band), (sex, band)))
        if found is None:
            return Released()
        keys = list(found.cells)
        quarters = tuple({key: in_quarter(cells, key) for key in keys} for cells in found.quarters.values())
        return Released(quarters, dict(found.cells), found.first, found.last)

    read: Released = kept(("inclusion", dimensions), make)
    return read
