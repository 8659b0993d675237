"""What the panel may show: cells of releases, and nothing that was not released."""

from dataclasses import dataclass, field
from datetime import date

from icma.core.kept import kept
from icma.research.door import published
from icma.research.inclusion.panel import ALL, Cell, Key

MEASURE = "acts"
BY_LEVEL, BY_REGION = ("level", "sex", "band"), ("region", "sex", "band")


@dataclass(frozen=True)
class Released:
    """Cells by (level or region, sex, band) over whole quarters from `first` to `last`; none where nothing is out."""

    cells: dict[Key, Cell] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    @property
    def is_there(self) -> bool:
        return self.first is not None

    def key_is_there(self, key: str) -> bool:
        return (key, ALL, ALL) in self.cells


def released(dimensions: tuple[str, ...]) -> Released:
    """One query; kept for a minute, since it is the same for everybody."""

    def make() -> Released:
        found = published(MEASURE, dimensions)
        return Released(dict(found.cells), found.first, found.last) if found else Released()

    read: Released = kept(("inclusion", dimensions), make)
    return read
