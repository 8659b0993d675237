"""The only way out for figures about people: what other parts call, and what they may show.

release = prepare(measure=…, dimensions=("sex", "band"), first=…, last=…, by=…, at=…)
ask(release=…) → agree(release=…, by=somebody_else) → published("acts", ("sex",))
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from icma.engines.disclosure import MISSING, SHOWN, WITHHELD, ZERO, Cell, share_of
from icma.engines.suppression import MARGIN, Key
from icma.research.actions.releases import agree, ask, prepare, refuse, withdraw
from icma.research.body import Body
from icma.research.ledger import lay_over, may_be_one
from icma.research.models import Release
from icma.research.quarters import name_of

__all__ = [
    "Published",
    "Sum",
    "agree",
    "ask",
    "in_quarter",
    "prepare",
    "published",
    "refuse",
    "share_of",
    "withdraw",
]


@dataclass(frozen=True)
class Sum:
    """One figure over closed quarters. `value` only where every quarter shows it; `least`: it is at least so many."""

    status: str
    value: int | None
    least: int


@dataclass(frozen=True)
class Published:
    """Cells summed over quarters; a key has a value a dimension, "*" for all together. `quarters`: name → its cells."""

    measure: str
    dimensions: tuple[str, ...]
    first: date
    last: date
    cells: dict[Key, Sum]
    quarters: dict[str, dict[Key, Cell]]

    def of(self, *key: str) -> Sum:
        return self.cells.get(key, Sum(MISSING, None, 0))

    def total(self) -> Sum:
        return self.of(*(MARGIN for _name in self.dimensions))


def published(
    measure: str, dimensions: Iterable[str], parts: Iterable[tuple[str, ...]] = ()
) -> Published | None:
    """What is out of a measure, by these dimensions, over all closed quarters; None where nothing is. One query.

    `parts`: some of the dimensions; a release that has only those tells the margins ("*" for the others).
    """
    names, wanted = tuple(dimensions), [tuple(dimensions), *parts]
    rows = Release.objects.out().filter(measure=measure).order_by("first", "-decided_at", "-pk")
    states: dict[date, list[_State]] = {}
    for first, last, body in rows.values_list("first", "last", "body"):
        read = Body.read(body)
        told = [some for some in wanted if set(some) <= set(read.names)]
        if told:
            cells: dict[Key, Cell] = {}
            for some in told:
                lay_over(cells, _narrowed(read, some, names))
            _laid(states.setdefault(first, []), _State(cells, last, names in told))
    if not states:
        return None
    best = {first: max(found, key=lambda state: state.is_whole) for first, found in states.items()}
    quarters = {name_of(first): state.cells for first, state in best.items()}
    last = max(state.last for state in best.values())
    return Published(measure, names, min(best), last, _summed(quarters), quarters)


@dataclass
class _State:
    """What releases of one quarter that were made of the same rows tell together. `is_whole`: by all columns at once."""

    cells: dict[Key, Cell]
    last: date
    is_whole: bool


def _laid(states: list[_State], new: _State) -> None:
    """Releases come newest first; those of other rows (a late list came in) are never mixed."""
    for state in states:
        if may_be_one(state.cells, new.cells):
            lay_over(state.cells, new.cells)
            state.is_whole |= new.is_whole
            return
    states.append(new)


def _narrowed(body: Body, some: tuple[str, ...], names: tuple[str, ...]) -> dict[Key, Cell]:
    """The cells of a release in which only `some` dimensions are counted by, as cells of the table by `names`."""
    at = {name: number for number, name in enumerate(body.names)}
    others = [number for name, number in at.items() if name not in some]
    return {
        tuple(key[at[name]] if name in some else MARGIN for name in names): cell
        for key, cell in body.cells.items() if all(key[n] == MARGIN for n in others)
    }  # fmt: skip


def _summed(quarters: dict[str, dict[Key, Cell]]) -> dict[Key, Sum]:
    """A crossing that a quarter does not have because one of its categories did not occur in it counts as zero there;
    one that was left out as too fine is missing."""
    keys = {key for cells in quarters.values() for key in cells}
    return {key: _sum([in_quarter(cells, key) for cells in quarters.values()]) for key in keys}


def in_quarter(cells: dict[Key, Cell], key: Key) -> Cell:
    """A cell of one quarter; what could not occur in it is zero."""
    if key in cells:
        return cells[key]
    for number, part in enumerate(key):
        alone = tuple(part if n == number else MARGIN for n in range(len(key)))
        if part != MARGIN and cells.get(alone, Cell(MISSING)).status == ZERO:
            return Cell(ZERO, 0)
    return Cell(MISSING)


def _sum(cells: list[Cell]) -> Sum:
    least = sum(cell.value or 0 for cell in cells) + sum(cell.status == WITHHELD for cell in cells)
    kinds = {cell.status for cell in cells}
    if kinds <= {SHOWN, ZERO}:
        return Sum(SHOWN if least else ZERO, least, least)
    if MISSING in kinds:
        return Sum(MISSING, None, least)
    return Sum(WITHHELD, None, least)
