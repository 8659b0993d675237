"""Everything that is or was out, side by side: what an attacker holds who kept every copy."""

from collections.abc import Iterable, Iterator
from datetime import date

from icma.engines.disclosure import Cell
from icma.engines.suppression import Key
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
            if _agree(held, cells):
                held |= {
                    key: cell for key, cell in cells.items() if cell.value is not None or key not in held
                }
                break
        else:
            states.append(cells)
    for first, states in quarters.items():
        for number, held in enumerate(states, 1):
            yield f"{measure.name} {name_of(first)}{f' ({number})' if number > 1 else ''}", held


def _agree(held: Held, cells: Held) -> bool:
    """No number that both show differs."""
    return all(
        held[key].value == cell.value
        for key, cell in cells.items()
        if key in held and held[key].value is not None and cell.value is not None
    )
