"""Everything that is or was out, side by side: what an attacker holds who kept every copy."""

from collections.abc import Iterable, Iterator
from datetime import date

from icma.engines.disclosure import MISSING, WITHHELD, ZERO, Cell
from icma.engines.suppression import Key, structure
from icma.research.body import Body
from icma.research.measures import Measure
from icma.research.models import Release
from icma.research.quarters import name_of

Held = dict[Key, Cell]


def together(measures: Iterable[Measure]) -> Iterator[tuple[str, Held]]:
    """("acts 2026-Q3", all its cells over the measure's columns) for every measure about people and every quarter.

    Of releases that were made of other rows (a late list came in) only those that agree are laid over each other; each
    state is a table of its own, "acts 2026-Q3 (2)".
    """
    for measure in measures:
        if measure.kind == "people":
            yield from _of(measure)


def _of(measure: Measure) -> Iterator[tuple[str, Held]]:
    names = tuple(dimension.name for dimension in measure.dimensions)
    rows = Release.objects.known().filter(measure=measure.name).order_by("first", "made_at")
    quarters: dict[date, list[Held]] = {}
    for first, body in rows.values_list("first", "body"):
        states = quarters.setdefault(first, [])
        cells = Body.read(body).spread(names)
        for held in states:
            if may_be_one(held, cells):
                lay_over(held, cells)
                break
        else:
            states.append(cells)
    for first, states in quarters.items():
        for number, held in enumerate(states, 1):
            yield f"{measure.name} {name_of(first)}{f' ({number})' if number > 1 else ''}", held


def lay_over(held: Held, cells: Held) -> None:
    """What either shows is known."""
    held |= {key: cell for key, cell in cells.items() if cell.value is not None or key not in held}


def may_be_one(held: Held, cells: Held) -> bool:
    """Can both have been made of the same rows? No number that both show differs, and together every sum can hold."""
    for key in held.keys() & cells.keys():
        here, there = held[key], cells[key]
        if here.value is not None and there.value is not None and here.value != there.value:
            return False
        if {here.status, there.status} == {ZERO, WITHHELD}:
            return False
    both = dict(held)
    lay_over(both, cells)
    missing = Cell(MISSING)
    return all(
        _can_hold(both.get(margin, missing), [both.get(part, missing) for part in parts])
        for margin, parts in structure(both)
    )


def _can_hold(margin: Cell, parts: list[Cell]) -> bool:
    kinds = {part.status for part in parts}
    if margin.value is None or MISSING in kinds:
        return True
    known = sum(part.value or 0 for part in parts)
    hidden = sum(part.status == WITHHELD for part in parts)
    return margin.value >= known + hidden if hidden else margin.value == known
