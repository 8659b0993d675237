"""Tables of counts in which small cells are withheld and cannot be worked out from all of them together.

Pure: no Django, no clock. A table counts the same rows by some columns; all tables that are published together are one
large table of the engine (`engines/disclosure.py`), with "*" for a column by which a table does not count. The engine
withholds further cells until linear programming over all tables tells of no small cell more than five apart. A cell
that is not listed is empty, and the attacker is assumed to know it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

from icma.engines.disclosure import WITHHELD, protect
from icma.engines.suppression import MARGIN, Key

Columns = tuple[str, ...]
Tables = dict[Columns, dict[tuple[str, ...], int | None]]


def protected(
    rows: Iterable[Mapping[str, str]], tables: Iterable[Columns], least: int = 5,
    late: Callable[[], bool] = lambda: False, dear: Iterable[Columns] = ((),),
) -> Tables:  # fmt: skip
    """Table → values → count, or None where withheld. Cells that are not there are empty.

    `tables` are column tuples in one order of columns; two of them share only columns that are a table too.
    Raises ValueError when they do not. `late()`: there is no more time; then one column is left to its own table.
    `dear`: tables of which a cell is withheld only where nothing else helps.
    """
    wanted = sorted(set(tables), key=lambda table: (len(table), table))
    _closed(wanted)
    names = tuple(dict.fromkeys(name for table in wanted for name in table))
    found = list(rows)
    counts = {t: Counter(tuple(row[c] for c in t) for row in found) for t in wanted}
    values = {_key(names, t, cell): n for t, table in counts.items() for cell, n in table.items()}
    kept = [_key(names, t, cell) for t in dear for cell in counts.get(t, ())]
    cells = protect(values, least, late=late, dear=kept).cells if values else {}
    hidden = {key for key, cell in cells.items() if cell.status == WITHHELD}
    return {
        t: {cell: None if _key(names, t, cell) in hidden else n for cell, n in sorted(table.items())}
        for t, table in counts.items()
    }


def _key(names: Columns, table: Columns, cell: tuple[str, ...]) -> Key:
    at = dict(zip(table, cell, strict=True))
    return tuple(at.get(name, MARGIN) for name in names)


def _closed(tables: list[Columns]) -> None:
    have = {frozenset(t) for t in tables}
    for a, b in combinations(have, 2):
        if a & b not in have:
            raise ValueError(f"{sorted(a)} and {sorted(b)} share {sorted(a & b)}, which must be a table too")
