"""A measure: what is counted, by what, and where the rows come from. Plain declarations, no registry.

`front/measures.py` lists them all; a measure over people gets out only through `door.py`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

UNKNOWN = "unknown"  # "" or this is always a category: who does not say is counted too

# Measures that may count the same people: of one quarter only one of them gets out, since an attack closes gaps between
# tables of one measure alone.
SAME_PEOPLE = (frozenset({"acts", "counted"}),)

Row = tuple[tuple[str, ...], int]  # one key a dimension, how many


@dataclass(frozen=True)
class Dimension:
    """`categories()` gives key → name in the active language, and holds "" or "unknown"."""

    name: str
    title: Any
    categories: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True)
class Records:
    """The rows behind a measure of the public record, for its data package.

    `columns`: name → title; every dimension of the measure is one of them, so that each number can be counted anew.
    `rows(first, last)`: values in the order of the columns; dates as ISO text, None where nothing is known. `values`:
    of columns that hold keys and are no dimension what each key means, for the codebook.
    """

    columns: Mapping[str, Any]
    rows: Callable[[date, date], Iterable[tuple[Any, ...]]]
    values: Mapping[str, Callable[[], Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """`rows(first, last)`: counts of those days, both included, one key for each of `dimensions` in their order, grouped
    by the database. `kind`: people (a row is a person, an act or a case: only through releases) or record (anyone can
    list the rows: live, and now and then released as a dated package with its `records`). `covered(first, last)`: of a
    dimension the categories that somebody counted in those days, where that is not all: the others are missing, not 0.
    `refuses(first, last)`: why no table of those days may be made, "" where one may."""

    name: str
    title: Any
    definition: Any
    unit: Any
    kind: Literal["people", "record"]
    dimensions: tuple[Dimension, ...]
    rows: Callable[[date, date], Iterable[Row]]
    records: Records | None = None
    covered: Callable[[date, date], Mapping[str, Collection[str]]] | None = None
    refuses: Callable[[date, date], str] | None = None

    def numbers(self, names: Iterable[str]) -> tuple[int, ...]:
        """Places of the dimensions of these names, in the measure's own order. Raises KeyError for an unknown one."""
        at = {dimension.name: number for number, dimension in enumerate(self.dimensions)}
        return tuple(sorted({at[name] for name in names}))


def over_same_people(name: str) -> frozenset[str]:
    """Names of the other measures that may count the people of this one."""
    return frozenset().union(*(names for names in SAME_PEOPLE if name in names)) - {name}


@dataclass(frozen=True)
class Elsewhere:
    """Figures that leave by a door of their own, for the page that lists everything: a title, what it is, an address."""

    title: Any
    definition: Any
    url: Callable[[], str]
