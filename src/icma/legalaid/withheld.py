"""Tables of counts in which small cells are withheld and cannot be had by subtraction.

Pure: no Django. A table counts the same rows by some columns; all tables that are published together are protected together,
because one is subtracted from another. Cells below `least` and empty ones look alike (None). Further cells are
withheld until

- on every line (a total and what it consists of) the withheld cells are at least two and sum to at least `least`,
- no withheld cell is determined by all the lines together: Gaussian elimination over exact fractions.

Empty cells stay fixed in the second test although the reader cannot tell them from small ones: who reads knows less
than the test assumes. A real direction in which all withheld cells move exists from where they are, as each is
positive; so none has only one possible value. Sources: Hundepool et al., Statistical Disclosure Control (2012), ch. 4
(secondary suppression, exact disclosure); that protection of the general kind is NP-hard is why this one is greedy.
`engines/disclosure.py` protects against more (intervals, several releases) and takes minutes for fourteen tables; it
is what these tables go through once it is quick enough for a page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations

Columns = tuple[str, ...]
Cell = tuple[Columns, tuple[str, ...]]  # which table, which values
Line = tuple[Cell, list[Cell]]  # a total and its parts


def protected(
    rows: Iterable[Mapping[str, str]], tables: Iterable[Columns], least: int = 5
) -> dict[Columns, dict[tuple[str, ...], int | None]]:
    """Table → values → count, or None where withheld. Cells that are not there are empty; show them as withheld.

    `tables` are column tuples in one order of columns; two of them share only columns that are a table too.
    Raises ValueError when they do not.
    """
    wanted = sorted(set(tables), key=len)
    _closed(wanted)
    found = list(rows)
    counts = {t: Counter(tuple(row[c] for c in t) for row in found) for t in wanted}
    values = {(t, cell): n for t, table in counts.items() for cell, n in table.items()}
    hidden = withheld(values, _lines(wanted, values), least)
    return {
        t: {cell: None if (t, cell) in hidden else n for cell, n in sorted(table.items())}
        for t, table in counts.items()
    }


def _closed(tables: list[Columns]) -> None:
    have = {frozenset(t) for t in tables}
    for a, b in combinations(have, 2):
        if a & b not in have:
            raise ValueError(f"{sorted(a)} and {sorted(b)} share {sorted(a & b)}, which must be a table too")


def _lines(tables: list[Columns], values: Mapping[Cell, int]) -> list[Line]:
    """Every total with its parts in each table that refines it directly."""
    lines: dict[tuple[Cell, Columns], list[Cell]] = {}
    for fine in tables:
        below = [t for t in tables if set(t) < set(fine)]
        direct = [t for t in below if not any(set(t) < set(other) for other in below)]
        for t, cell in (one for one in values if one[0] == fine):
            named = dict(zip(t, cell, strict=True))
            for coarse in direct:
                total = (coarse, tuple(named[c] for c in coarse))
                lines.setdefault((total, fine), []).append((t, cell))
    return [(total, parts) for (total, _fine), parts in lines.items()]


def withheld(values: Mapping[Cell, int], lines: list[Line], least: int) -> set[Cell]:
    """The cells to withhold: the small ones, and as many others as it takes."""
    hidden = {cell for cell, n in values.items() if 0 < n < least}
    while True:
        more = next(filter(None, (_breach(line, values, hidden, least) for line in lines)), None)
        more = more or _beside(determined(lines, hidden), lines, values, hidden)
        if more is None:
            return hidden
        hidden.add(more)


def _breach(line: Line, values: Mapping[Cell, int], hidden: set[Cell], least: int) -> Cell | None:
    """What must be withheld too so that this line says nothing; None when it says nothing."""
    total, parts = line
    under = [part for part in parts if part in hidden]
    if total in hidden:
        safe = bool(under)
    else:
        safe = not under or (len(under) > 1 and sum(values[part] for part in under) >= least)
    if safe:
        return None
    seen = [part for part in parts if part not in hidden]
    return min(seen, key=lambda part: (values[part], part)) if seen else total


def determined(lines: list[Line], hidden: set[Cell]) -> Cell | None:
    """A withheld cell with only one possible value, by elimination; None when there is none."""
    pivots: dict[Cell, dict[Cell, Fraction]] = {}
    for total, parts in lines:
        row = {part: Fraction(1) for part in parts if part in hidden}
        if total in hidden:
            row[total] = Fraction(-1)
        for cell in [one for one in row if one in pivots]:
            _add(row, pivots[cell], -row[cell])
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        row = {cell: value / factor for cell, value in row.items()}
        for other in pivots.values():
            if pivot in other:
                _add(other, row, -other[pivot])
        pivots[pivot] = row
    return next((cell for cell, row in pivots.items() if len(row) == 1), None)


def _add(row: dict[Cell, Fraction], other: dict[Cell, Fraction], times: Fraction) -> None:
    for cell, value in other.items():
        row[cell] = row.get(cell, Fraction(0)) + times * value
        if not row[cell]:
            del row[cell]


def _beside(
    cell: Cell | None, lines: list[Line], values: Mapping[Cell, int], hidden: set[Cell]
) -> Cell | None:
    """The smallest cell that is still shown on one of the lines of `cell`, or anywhere."""
    if cell is None:
        return None
    near = {
        one for total, parts in lines if cell == total or cell in parts for one in (total, *parts)
    } - hidden
    shown = near or set(values) - hidden
    return min(shown, key=lambda one: (values[one], one)) if shown else None
