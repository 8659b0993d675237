"""A measure: what is counted, by what, and where the rows come from. Plain declarations, no registry.

`front/measures.py` lists them all; a measure over people gets out only through `door.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

UNKNOWN = "unknown"  # "" or this is always a category: who does not say is counted too

Row = tuple[tuple[str, ...], int]  # one key a dimension, how many


@dataclass(frozen=True)
class Dimension:
    """`categories()` gives key → name in the active language, and holds "" or "unknown"."""

    name: str
    title: Any
    categories: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True)
class Measure:
    """`rows(first, last)`: counts of those days, both included, one key for each of `dimensions` in their order, grouped
    by the database. `kind`: people (a row is a person, an act or a case: only through releases) or record (anyone can
    list the rows: live)."""

    name: str
    title: Any
    definition: Any
    unit: Any
    kind: Literal["people", "record"]
    dimensions: tuple[Dimension, ...]
    rows: Callable[[date, date], Iterable[Row]]
